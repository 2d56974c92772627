package table_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/matryer/is"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

// show reads a file and writes a line for each row: its line, and the fields
// between bars, or the error.
func show(t testing.TB, file string, o *table.Options) string {
	t.Helper()
	r, err := table.NewReader(strings.NewReader(file), o)
	if err != nil {
		return err.Error()
	}
	list := []string{strings.Join(r.Columns(), "|")}
	for row, err := range r.Rows() {
		if err != nil {
			list = append(list, err.Error())
			continue
		}
		list = append(list, fmt.Sprint(row.Line, ": ", strings.Join(row.Fields(), "|")))
	}
	return strings.Join(list, "\n")
}

const (
	badQuote = "has a quote in the wrong place, or one that is not closed [syntax]"
	tooFew   = "has 1 field, but there are 2 columns [shape]"
)

func TestReader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file string
		o          *table.Options
		want       []string
	}{
		{"commas", "a,b\n1,2\n", nil, []string{"a|b", "2: 1|2"}},
		{"no end of line at the end", "a,b\r\n1,2", nil, []string{"a|b", "2: 1|2"}},
		{"half a line end at the end", "a,b\r\n1,2\r", nil, []string{"a|b", "2: 1|2"}},
		{"half a line end behind quotes", "a,b\r\n1,\"2\"\r", nil, []string{"a|b", "2: 1|2"}},
		{"half a line end behind bare text in a quoted row", "a,b\r\n\"1\",2\r", nil, []string{"a|b", "2: 1|2"}},
		{"semicolons with decimal commas", "a;b\n1,5;2,5\n", nil, []string{"a|b", "2: 1,5|2,5"}},
		{"semicolons with commas in the header", "Name, Vorname;Betrag\nMüller, Hans;1,5\n", nil, []string{"Name, Vorname|Betrag", "2: Müller, Hans|1,5"}},
		{"tabs", "a\tb\n1\t\n\t\n", nil, []string{"a|b", "2: 1|", "3: |"}},
		{"pipes", "a|b\n1,5|2\n", nil, []string{"a|b", "2: 1,5|2"}},
		{"one column", "a\n1\n", nil, []string{"a", "2: 1"}},
		{"one column with commas", "name\nMiller, Jane\n", nil, []string{"name", "2: Miller, Jane"}},
		{"delimiters in quotes", "a;b\n\"1,2,3,4\";\"5,6,7,8\"\n", nil, []string{"a|b", "2: 1,2,3,4|5,6,7,8"}},
		{"sep wins", "sep=;\r\na,x;b,x\r\n1,2;3,4\r\n", nil, []string{"a,x|b,x", "3: 1,2|3,4"}},
		{"sep behind a mark", "\ufeffsep=|\na|b\n1|2\n", nil, []string{"a|b", "3: 1|2"}},
		{"halves of a character in two fields", "a,b\n\"\xc3\",\"\xa4\"\n", &table.Options{Encoding: table.UTF8}, []string{"a|b", "line 2: column a: is not valid utf-8 [invalid_utf8]"}},
		{"an odd delimiter", "SEP=^\na^b\n1^2\n", nil, []string{"a|b", "3: 1|2"}},
		{"the option wins over sep", "sep=;\na,b\n1,2;\n", &table.Options{Delimiter: ','}, []string{"a|b", "3: 1|2;"}},
		{"CR only", "a,b\r1,2\r3,\"4\n5\"\r6,7", nil, []string{"a|b", "2: 1|2", "3: 3|4\n5", "4: 6|7"}},
		{"a lone CR is text", "a,b\n1\r,2\n\"3\r\",4\n", nil, []string{"a|b", "2: 1\r|2", "3: 3\r|4"}},
		{"blank lines", "\n \t\n\r\na,b\n\n1,2\n  \n3,4\n\n", nil, []string{"a|b", "6: 1|2", "8: 3|4"}},
		{"empty fields are no blank line", "a,b\n,\n", nil, []string{"a|b", "2: |"}},
		{"an empty field in quotes is no blank line", "a\n\"\"\n", nil, []string{"a", "2: "}},
		{"names are trimmed", " a , b\u00a0\n 1 ,2\n", nil, []string{"a|b", "2:  1 |2"}},
		{"no header", "1,2\n3,4\n", &table.Options{Columns: []string{"a", "b"}}, []string{"a|b", "1: 1|2", "2: 3|4"}},
		{"a column without name", "a,\n1,2\n", nil, []string{"a|", "2: 1|2"}},
		{"names twice", "a,b,,a, b,\n", nil, []string{"table.NewReader: invalid: header: columns 1 and 4 have the same name [duplicate]; header: columns 2 and 5 have the same name [duplicate]"}},
		{"names twice with numbers", "a,a,,a,a 2,\n", &table.Options{NumberNames: true}, []string{"a|a 3|Column 3|a 4|a 2|Column 6"}},
		{"quotes", "a,b\n\"1\",\"say \"\"hi\"\"\"\n\"\"\"\",\"\"\n", nil, []string{"a|b", `2: 1|say "hi"`, `3: "|`}},
		{"lines in quotes", "a,b\n1,\"x\r\n\ny\"\n2,3\n", nil, []string{"a|b", "2: 1|x\r\n\ny", "5: 2|3"}},
		{"a quote in text", "a,b\n5\" pipe,2\n", nil, []string{"a|b", `2: 5" pipe|2`}},
		{"a quote in text, then lines in quotes", "a,b\n5\" pipe,2\n\"x\ny\",2\n", nil, []string{"a|b", `2: 5" pipe|2`, "3: x\ny|2"}},
		{"blanks before quotes", "a,b\n  \"1\", \"x, \"\"y\"\"\"\r\n \"1\" x, \"y\n", nil, []string{"a|b", `2: 1|x, "y"`, `3:  "1" x| "y`}},
		{"blanks before quotes over lines", "a,b\n1, \"x\n3,y\"\n", nil, []string{"a|b", `2: 1| "x`, `3: 3|y"`}},
		{"too long", "a,b\n1,2\n3,4567890123456\n5,6\n7,8901234567890", &table.Options{MaxRow: 12}, []string{"a|b", "2: 1|2", "line 3: is a line of more than 12 bytes [too_long]", "4: 5|6", "line 5: is a line of more than 12 bytes [too_long]"}},
		{"too long over lines", "a,b\n1,\"2\n3\n4\n5\n6\n7\"\n", &table.Options{MaxRow: 12}, []string{"a|b", "line 2: has a quote that is not closed [syntax]", "line 3: " + tooFew, "line 4: " + tooFew, "line 5: " + tooFew, "line 6: " + tooFew, "line 7: " + tooFew}},
		{"a quote in quoted text", "a,b\n\"5\" pipe\",2\n3,4\n", nil, []string{"a|b", "line 2: " + badQuote, "3: 3|4"}},
		{"a CR in quoted text", "a,b\n\"5\"\rx,2\n3,4\n", nil, []string{"a|b", "line 2: " + badQuote, "3: 3|4"}},
		{"a quote that is not closed", "a,b\n\"1,2\n3,4\n5,6\n", nil, []string{"a|b", "line 2: " + badQuote, "3: 3|4", "4: 5|6"}},
		{"not closed before quoted rows", "a,b\n\"1,2\n\"3\",4\n\"5\",6\n", nil, []string{"a|b", "line 2: " + badQuote, "3: 3|4", "4: 5|6"}},
		{"not closed, closed by a later row", "a,b\n1,\"2\n3,4\n5,\",6\"\n7,8\n", nil, []string{"a|b", "line 2: " + badQuote, "3: 3|4", "4: 5|,6", "5: 7|8"}},
		{"not closed at the end", "a,b\n1,2\n3,\"4", nil, []string{"a|b", "2: 1|2", "line 3: " + badQuote}},
		{"widths", "a,b\n1\n1,2,3\n1,2\n", nil, []string{"a|b", "line 2: " + tooFew, "line 3: has 3 fields, but there are 2 columns [shape]", "4: 1|2"}},
		{"skip", "a,b\n1\n1,2\n3,4\n", &table.Options{Skip: 2}, []string{"a|b", "4: 3|4"}},
		{"unprotect", "'=a,b\n'=1,'2\n''@,'+49 30\n", &table.Options{Unprotect: true}, []string{"=a|b", "2: =1|'2", "3: '@|+49 30"}},
		{"empty", "", nil, []string{"table.NewReader: invalid: header: is missing: the file has no rows [required]"}},
		{"blank", "\ufeff\r\n \r\n", nil, []string{"table.NewReader: invalid: header: is missing: the file has no rows [required]"}},
		{"broken header", "a,\"b\n1,2\n", nil, []string{"line 1: " + badQuote}},
		{"too wide a header", strings.Repeat(",", 1<<14), nil, []string{"table.NewReader: invalid: header: has more than 16384 columns [too_many]"}},
		{"wrong options", "", &table.Options{Encoding: "ebcdic", Delimiter: '"', MaxRow: -1, Skip: -1}, []string{"table.NewReader: invalid: encoding: is none that this package knows [out_of_range]; delimiter: must be an ASCII character, but neither quote nor line end [out_of_range]; maxRow: must be between 1 byte and 1 GiB [out_of_range]; skip: must not be negative [out_of_range]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			is.Equal(show(t, test.file, test.o), strings.Join(test.want, "\n"))
		})
	}
}

func TestReader_encodings(t *testing.T) {
	t.Parallel()
	const file = "Größe;Ort\r\n5 €;Köln 🏠\r\nx;y\r\n"
	const want = "Größe|Ort\n2: 5 €|Köln 🏠\n3: x|y"
	noEmoji := strings.NewReplacer(" 🏠", "").Replace
	encode := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, test := range map[string]struct {
		file, want string
		encoding   table.Encoding
	}{
		"UTF-8":              {file, want, table.UTF8},
		"UTF-8 with mark":    {"\ufeff" + file, want, table.UTF8},
		"UTF-16LE with mark": {encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), file), want, table.UTF16LE},
		"UTF-16BE with mark": {encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), file), want, table.UTF16BE},
		"UTF-16LE":           {encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), file), want, table.UTF16LE},
		"UTF-16BE":           {encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), file), want, table.UTF16BE},
		"Windows-1252":       {encode(charmap.Windows1252, noEmoji(file)), noEmoji(want), table.Windows1252},
		"ASCII":              {"a;b\n1;2\n", "a|b\n2: 1|2", table.UTF8},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			is.Equal(show(t, test.file, nil), test.want)
			is.Equal(show(t, test.file, &table.Options{Encoding: test.encoding}), test.want) // told
			r, err := table.NewReader(iotest.OneByteReader(strings.NewReader(test.file)), nil)
			is.NoErr(err)
			is.Equal(r.Encoding(), test.encoding)
			is.Equal(r.Delimiter(), ';')
		})
	}
}

func TestReader_broken_UTF16(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	units := func(list ...uint16) string {
		var b strings.Builder
		for _, u := range list {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
		return b.String()
	}
	file := "\xff\xfe" + units('a', ',', 'b', '\n', '1', ',', 0xd83c, '\n', 0xdfe0, ',', '2', '\n', '3', ',', '4', '\n') + "x"
	is.Equal(show(t, file, nil), strings.Join([]string{
		"a|b",
		"line 2: column b: is not valid utf-16le [invalid_utf8]",
		"line 3: column a: is not valid utf-16le [invalid_utf8]",
		"4: 3|4",
		"line 5: " + tooFew,
	}, "\n"))
}

// One broken byte in a large file costs its row, before and behind what is looked
// at in advance; the first umlaut of a Windows-1252 file may come late.
func TestReader_decides_late(t *testing.T) {
	t.Parallel()
	plain := strings.Repeat("Miller,Springfield\n", 100_000) // 1.9 MB
	for name, test := range map[string]struct {
		file     string
		rows     int
		broken   []int
		encoding table.Encoding
		last     string
	}{
		"UTF-8 with a broken byte early":       {"Name,Ort\nM\xfcller,Köln\n" + plain + "Müller,Köln\n", 100_002, []int{2}, table.UTF8, "Müller"},
		"UTF-8 with a broken byte late":        {"Name,Ort\nMüller,Köln\n" + plain + "M\xfcller,Köln\nMüller,\n", 100_003, []int{100_003}, table.UTF8, "Müller"},
		"ASCII, then UTF-8":                    {"Name,Ort\n" + plain + "Müller,Köln\n", 100_001, nil, table.UTF8, "Müller"},
		"ASCII, then Windows-1252":             {"Name,Ort\n" + plain + "M\xfcller,K\xf6ln\n", 100_001, nil, table.Windows1252, "Müller"},
		"ASCII, then a broken byte, then more": {"Name,Ort\n" + plain + "M\xfcller,x\nMüller,Köln\n", 100_002, []int{100_002}, table.UTF8, "Müller"},
		"Windows-1252 with a mojibake":         {"Name,Ort\nMÃ¼ller,\x80\nM\xfcller,K\xf6ln\n" + plain + "M\xfcller,x\n", 100_003, nil, table.Windows1252, "Müller"},
		"a character on the border":            {"Name\n" + strings.Repeat("x\n", 1<<19-4) + "xMüller\nMüller\n", 1<<19 - 4 + 2, nil, table.UTF8, "Müller"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			r, err := table.NewReader(strings.NewReader(test.file), nil)
			is.NoErr(err)
			var broken []int
			last := ""
			for row, err := range r.Rows() {
				if err != nil {
					is.True(errors.Is(err, errs.ErrInvalid))
					broken = append(broken, row.Line)
					continue
				}
				last = row.Get("Name")
			}
			is.Equal(r.Number(), test.rows)
			is.Equal(broken, test.broken)
			is.Equal(r.Encoding(), test.encoding)
			is.Equal(last, test.last)
		})
	}
}

func TestRow(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r, err := table.NewReader(strings.NewReader("a,b\n1,2\n,\n3\n"), nil)
	is.NoErr(err)
	rows := slices.Collect(func(yield func(table.Row) bool) {
		for row := range r.Rows() {
			if !yield(row) {
				return
			}
		}
	})
	is.Equal(rows[0].Get("b")+rows[0].Get("c")+rows[0].At(0), "21")
	is.Equal([]bool{rows[0].Blank(), rows[1].Blank()}, []bool{false, true})
	is.Equal([]int{rows[2].Number, rows[2].Line}, []int{3, 4}) // a broken row, too
	is.Equal(rows[2].Get("a"), "")
	i, ok := r.Column("b")
	is.Equal(i, 1)
	is.True(ok)
	_, ok = r.Column("c")
	is.True(!ok)
}

// A loop that was left goes on where it was, in this reader and in another one.
func TestReader_goes_on(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const file = "a,b\n1,\"x y\"\n2\n\n3,4\n\"5,6\n7,8\n" // five rows, two of them broken
	all := show(t, file, nil)
	for stop := 1; stop <= 5; stop++ {
		r, err := table.NewReader(strings.NewReader(file), nil)
		is.NoErr(err)
		for range r.Rows() {
			if r.Number() == stop {
				break
			}
		}
		rest := show(t, file, &table.Options{Skip: r.Number()})
		is.Equal(strings.Count(rest, "\n"), 5-stop)
		is.True(strings.HasSuffix(all, strings.TrimPrefix(rest, "a|b")))
		n := 0
		for range r.Rows() {
			n++
		}
		is.Equal(n, 5-stop)
	}
}

func TestReader_reports_the_error_below(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	fail := errors.New("cable pulled")
	for _, file := range []string{"a,b\n1,2\n3,", "\xff\xfea\x00\n\x001\x00\n\x002\x00"} {
		r, err := table.NewReader(io.MultiReader(strings.NewReader(file), iotest.ErrReader(fail)), nil)
		is.NoErr(err)
		n := 0
		var last error
		for _, err := range r.Rows() {
			n++
			last = err
		}
		is.Equal(n, 2) // a row and the error
		is.True(errors.Is(last, fail))
	}
	_, err := table.NewReader(iotest.ErrReader(fail), nil)
	is.True(errors.Is(err, fail))
	_, err = table.NewReader(idle{}, nil)
	is.True(errors.Is(err, io.ErrNoProgress))
}

// idle never gives anything.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// RowError fits the error model of the module.
func TestRowError(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	err := error(&table.RowError{Line: 3, Column: "Name", Code: "invalid_utf8", Message: "is not valid UTF-8"})
	var f errs.Fields
	f.Report("rows[2]", err)
	is.Equal(f.Err("op").Error(), "op: invalid: rows[2]: is not valid UTF-8 [invalid_utf8]")
	is.True(errors.Is(err, errs.ErrInvalid))
}

// endless gives size bytes between a beginning and an end.
func endless(begin string, fill byte, size int64, end string) io.Reader {
	f := filler(strings.Repeat(string(fill), 1<<16))
	return io.MultiReader(strings.NewReader(begin), io.LimitReader(f, size), strings.NewReader(end))
}

type filler string

func (f filler) Read(p []byte) (int, error) { return copy(p, f), nil }

// A line that never seems to end costs its row, and no memory.
func TestReader_holds_no_long_line(t *testing.T) {
	is := is.New(t)
	size := int64(2 << 30)
	if testing.Short() {
		size = 64 << 20
	}
	for name, test := range map[string]struct {
		begin string
		fill  byte
		end   string
		want  string
	}{
		"text":       {"a,b\n1,2\n", 'x', "\n3,4\n", "line 3: is a line of more than 1048576 bytes [too_long]"},
		"delimiters": {"a,b\n1,2\n", ',', "\n3,4\n", "line 3: is a line of more than 1048576 bytes [too_long]"},
		"quoted":     {"a,b\n1,2\n\"", 'x', "\n3,4\n", "line 3: is a line of more than 1048576 bytes [too_long]"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := table.NewReader(endless(test.begin, test.fill, size, test.end), nil)
		is.NoErr(err)
		var got []string
		for row, err := range r.Rows() {
			if err != nil {
				got = append(got, err.Error())
				continue
			}
			got = append(got, row.Get("a"))
		}
		runtime.ReadMemStats(&after)
		is.Equal([]any{name, got}, []any{name, []string{"1", test.want, "3"}})
		is.True(after.TotalAlloc-before.TotalAlloc < 16<<20)
	}
}

// A quote that is not closed in a large file costs one line. A file that opens one
// on each line is read in time that grows with its size.
func TestReader_open_quotes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	plain := strings.Repeat("Miller,Springfield\n", 100_000) // 1.9 MB
	r, err := table.NewReader(strings.NewReader("a,b\n\"x,y\n"+plain), nil)
	is.NoErr(err)
	good, bad := 0, 0
	for _, err := range r.Rows() {
		if err != nil {
			bad++
		} else {
			good++
		}
	}
	is.Equal([]int{good, bad}, []int{100_000, 1})

	r, err = table.NewReader(strings.NewReader("a,b,c\n"+strings.Repeat("x\",\"\n", 50_000)), &table.Options{Delimiter: ','})
	is.NoErr(err)
	for _, err := range r.Rows() {
		is.True(err != nil)
	}
	is.True(r.Number() > 49_000)
}

// A quote that somebody dropped anywhere, or added anywhere, costs the row in which
// it stands, and no other.
func TestReader_planted_quotes(t *testing.T) {
	t.Parallel()
	file := orders(20)
	want, _ := readAll(t, file, nil)
	body := strings.Index(file, "\n") + 1
	for i := body; i < len(file); i++ {
		planted := file[:i] + `"` + file[i:]
		if file[i] == '"' {
			planted = file[:i] + file[i+1:]
		}
		got, broken := readAll(t, planted, &table.Options{Delimiter: ','})
		lost := missing(want, got)
		if lost > 1 || len(got)+broken < len(want) {
			t.Errorf("at %d: %d rows are lost, %d reported", i, lost, broken)
		}
	}
}

// missing counts the rows that did not come.
func missing(want, got [][]string) int {
	there := map[string]bool{}
	for _, row := range got {
		there[strings.Join(row, "\x00")] = true
	}
	n := 0
	for _, row := range want {
		if !there[strings.Join(row, "\x00")] {
			n++
		}
	}
	return n
}
