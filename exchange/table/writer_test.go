package table_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

// write makes a file of the rows.
func write(t testing.TB, o *table.WriteOptions, rows ...[]string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := table.NewWriter(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		o    *table.WriteOptions
		rows [][]string
		want string
	}{
		{"plain", nil, [][]string{{"a", "b"}, {"1", "ü"}}, "a,b\r\n1,ü\r\n"},
		{"with options", &table.WriteOptions{Delimiter: ';', BOM: true, LF: true}, [][]string{{"a", "b"}, {"1,5", ""}}, "\ufeffa;b\n\"1,5\";\n"},
		{"quotes", nil, [][]string{{`"`, "a\nb", " a", "x,y"}}, "\"\"\"\",\"a\nb\",\" a\",\"x,y\"\r\n"},
		{"an empty line", nil, [][]string{{"a"}, {""}}, "a\r\n\"\"\r\n"},
		{"formulas", nil, [][]string{{"=1", "-12.50", "+49 30", "'=1"}}, "'=1,-12.50,'+49 30,''=1\r\n"},
		{"raw", &table.WriteOptions{Raw: true}, [][]string{{"=1", "@x"}}, "=1,@x\r\n"},
		{"no rows", &table.WriteOptions{BOM: true}, nil, ""},
		{"like sep", nil, [][]string{{"sep=;"}}, "\"sep=;\"\r\n"},
		{"like a mark", nil, [][]string{{"\ufeffa"}}, "\"\ufeffa\"\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			is.Equal(write(t, test.o, test.rows...), test.want)
		})
	}
}

func TestWriter_refuses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := table.NewWriter(nil, &table.WriteOptions{Delimiter: '\n'})
	is.True(errors.Is(err, errs.ErrInvalid))
	is.True(errs.Has(err, "out_of_range"))

	var b bytes.Buffer
	w, err := table.NewWriter(&b, nil)
	is.NoErr(err)
	is.Equal(w.Write(nil).Error(), "line 1: has no fields [shape]")
	is.NoErr(w.Write([]string{"a", "b\nc"}))
	is.Equal(w.Write([]string{"a"}).Error(), "line 3: has 1 field, but there are 2 columns [shape]")
	is.Equal(w.Write([]string{"a", "\xff"}).Error(), "line 3: is not valid UTF-8 [invalid_utf8]")
	is.NoErr(w.Flush())
	is.Equal(b.String(), "a,\"b\nc\"\r\n") // nothing of the refused ones
}

func TestProtect(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"=1+1", "@SUM(A1)", "+1", "-1+1", "-A1", "-", "+49 30 123", "+4930123", "\tx", "\rx", "\nx", "\t5",
		"＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\x00=1", "-12.50 EUR", "-1..5", "-1,", "-.5",
		"'=1", "''=1", "'\tx", "=",
	} {
		if got := table.Protect(s); got != "'"+s {
			t.Errorf("%q became %q", s, got)
		}
	}
	for _, s := range []string{"", "a", "1", "12.50", "-12.50", "-1.234,56", " -5", "a=1", "'", "''", "'a", "O'Neil", "'-5", "ü", " ", "5-5", "#N/A"} {
		if got := table.Protect(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// Unprotect gives back what was there, so no two texts look alike protected.
func TestProtect_and_back(t *testing.T) {
	t.Parallel()
	alphabet := []rune("'=+-@\t\r\n 1.,a＝\u00a0\u200b\"")
	same := func(picks []uint8) bool {
		var b strings.Builder
		for _, p := range picks[:min(len(picks), 6)] {
			b.WriteRune(alphabet[int(p)%len(alphabet)])
		}
		s := b.String()
		return table.Unprotect(table.Protect(s)) == s
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 200_000}); err != nil {
		t.Error(err)
	}
}

// everyDelimiter is what the fuzzers go through: all that are recognised, and
// some that are not.
var everyDelimiter = []rune{',', ';', '\t', '|', ' ', 'x', '\'', '='}

func FuzzRoundTrip(f *testing.F) {
	f.Add("a", "", "=1\r\n", " x")
	f.Add("'=1", "\"", "-5", "\ufeff")
	f.Add("sep=;", "\r", "\n", "\x00")
	f.Add("", "", "", "\t")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		valid := func(s string) string { return strings.ToValidUTF8(s, "?") }
		a, b, c, d = valid(a), valid(b), valid(c), valid(d)
		for _, rows := range [][][]string{{{a, b}, {c, d}}, {{a}, {b}, {c}, {d}}, {{a, b, c, d}}} {
			for i, delimiter := range everyDelimiter {
				wo := &table.WriteOptions{Delimiter: delimiter, Raw: i&1 == 1, LF: i&2 == 2, BOM: i&4 == 4}
				file := write(t, wo, rows...)
				columns := []string{"1", "2", "3", "4"}[:len(rows[0])]
				got, _ := readAll(t, file, &table.Options{
					Encoding: table.UTF8, Delimiter: delimiter, Columns: columns, Unprotect: !wo.Raw,
				})
				if !slices.EqualFunc(got, rows, slices.Equal) {
					t.Fatalf("%q with %+v became %q, read as %q", rows, wo, file, got)
				}
			}
		}
	})
}

// readAll reads all good rows, and counts the others.
func readAll(t testing.TB, file string, o *table.Options) (rows [][]string, broken int) {
	t.Helper()
	r, err := table.NewReader(strings.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range r.Rows() {
		if err != nil {
			broken++
			continue
		}
		rows = append(rows, row.Fields())
	}
	return rows, broken
}
