package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact/duplicate"
)

// people is a file in which 1 and 3 are one person, and 2 and 5 are another.
const people = `number, first name, "surname", born, street, town, e-mail
1, Svenja, Brandt, 17.03.1984, Lindenstr. 12, Köln, svenja@example.org
2, Karl, Hohenfels, 02.11.1951, "Am Hang 3, hinten", Freiburg,
3, SVENJA , "Brant", 17.03.1984, Lindenstraße 12, Koeln, svenja@example.org
4, Ute, Scholz, 30.06.1970, Bahnhofstraße 8, Kassel, ute@example.net
5, Hohenfels, Karl, 02.11.1951, Am Hang 3, Freiburg,
`

var maps = []string{"-map", "given=first name", "family=surname,birth=born", "-map", "street=street city=town email=e-mail"}

func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun(t *testing.T) {
	lines := strings.SplitAfter(people, "\n")
	slices.Reverse(lines[1:])
	for name, text := range map[string]string{
		"commas": people, "another order": strings.Join(lines, ""), "byte order mark": "\xef\xbb\xbf" + people,
		"semicolons": strings.ReplaceAll(strings.ReplaceAll(people, "3, hinten", "3"), ",", ";"),
	} {
		var out bytes.Buffer
		if err := run(t.Context(), append([]string{"-file", write(t, text), "-id", "number", "-json"}, maps...), &out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got result
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v: %s", name, err, &out)
		}
		if len(got.Groups) != 2 || !slices.Equal(got.Groups[0], []string{"1", "3"}) || !slices.Equal(got.Groups[1], []string{"2", "5"}) {
			t.Errorf("%s: the groups are %v", name, got.Groups)
		}
		if len(got.Pairs) != 2 || got.Pairs[0].A != "1" || got.Pairs[0].B != "3" || got.Pairs[0].P < .99 {
			t.Errorf("%s: the pairs are %v", name, got.Pairs)
		}
	}
}

func TestRun_text(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), append([]string{"-file", write(t, people)}, maps...), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"5 records, 2 groups", "  1, 3\n", "same date of birth", "exchanged"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, &out)
		}
	}
}

func TestRun_nothing(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-file", write(t, "id,name\n"), "-id", "id", "-map", "name=name", "-json"}, &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out.String()); got != `{"groups":[],"pairs":[]}` {
		t.Errorf("prints %s", got)
	}
}

func TestRun_errors(t *testing.T) {
	file := write(t, people)
	for want, args := range map[string][]string{
		"-file is missing":              maps,
		"no such file":                  append([]string{"-file", "nowhere.csv"}, maps...),
		"-map is missing":               {"-file", file},
		`there is no field "shoe"`:      {"-file", file, "-map", "shoe=surname"},
		`no column "age"`:               {"-file", file, "-map", "birth=born+age"},
		`no column "key"`:               {"-file", file, "-id", "key", "-map", "family=surname"},
		"want field=column":             {"-file", file, "-map", "surname"},
		"lacks its column":              {"-file", file, "-map", "birth=born+"},
		"mapped twice":                  {"-file", file, "-map", "given=surname", "-map", "given=first name"},
		`the id "Brandt" is that of`:    {"-file", write(t, "id,n\nBrandt,1\nScholz,2\nBrandt,3\n"), "-id", "id", "-map", "name=n"},
		"line 3: the id is empty":       {"-file", write(t, "id,n\na,1\n,2\n"), "-id", "id", "-map", "name=n"},
		"the file is empty":             {"-file", write(t, ""), "-map", "name=n"},
		"stand behind -map":             {"-file", file, "given=surname"},
		"flag provided but not defined": {"-fil", file},
	} {
		err := run(t.Context(), args, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v gives %v, want %q", args, err, want)
		}
	}
}

func TestBirths(t *testing.T) {
	want := duplicate.Date{Year: 1949, Month: 7, Day: 22}
	for _, text := range []string{"19490722", "1949-07-22", "22.07.1949", "22.7.49", "7/22/1949", "22/7/1949", "1949 7 22", "22 7 1949", "22071949",
		"1949-07-22T00:00:00", "1949-07-22 00:00:00", "22 July 1949", "22. Juli 1949", "Jul 22, 1949", "1949/07/22", "22-07-1949", "19490722.0"} {
		var b births
		b.add(text)
		if got := b.date(0); got != want {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	for text, want := range map[string]duplicate.Date{
		"": {}, "?": {}, "1949": {Year: 1949}, "1949-07": {Year: 1949, Month: 7}, "07/1949": {Year: 1949, Month: 7}, "Juli 1949": {Year: 1949, Month: 7},
		"3/4/1949": {Year: 1949, Month: 3, Day: 4}, "3.4.1949": {Year: 1949, Month: 4, Day: 3}, "1949 0 22": {Year: 1949, Day: 22}, "0 0 0": {},
	} {
		var b births
		b.add(text)
		if got := b.date(0); got != want {
			t.Errorf("%q is read as %v, want %v", text, got, want)
		}
	}
	var b births
	for _, text := range []string{"3/4/1949", "22/7/1949"} {
		b.add(text)
	}
	if got := b.date(0); got != (duplicate.Date{Year: 1949, Month: 4, Day: 3}) {
		t.Errorf("beside 22/7/1949, 3/4/1949 is read as %v", got)
	}
}

// TestRun_published holds the example to what the library reaches on published sets.
func TestRun_published(t *testing.T) {
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA does not name the directory of the test data")
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{"-file", filepath.Join(dir, "duplicates", "febrl1.csv"), "-id", "rec_id", "-json",
		"-map", "given=given_name", "-map", "family=surname", "-map", "birth=date_of_birth", "-map", "street=address_1",
		"-map", "number=street_number", "-map", "postal=postcode", "-map", "city=suburb", "-map", "state=state"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	var got result
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, ids := range got.Groups {
		if len(ids) == 2 && strings.Split(ids[0], "-")[1] == strings.Split(ids[1], "-")[1] {
			right++
		}
	}
	if right < 499 || len(got.Groups) > 500 {
		t.Errorf("%d groups, of which %d are right; want 500", len(got.Groups), right)
	}
}
