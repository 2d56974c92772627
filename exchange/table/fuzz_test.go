package table_test

import (
	"encoding/csv"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stammkunde/crm/exchange/table"
)

// Whatever the file, a reader comes to its end, delivers rows that keep their
// promises, holds little, and delivers the same however the file arrives.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "sep=;\r\na;b\r\n\"1\n\";2", "\xff\xfea\x00,\x00b\x00\n\x00", "a\tb\rx\t\"y\r", "\ufeffa|b\n\"|\"\n",
		"a,b\nM\xfcller,\"x\"y\"\n1,\"\n2,\"\n", "x\",\"\nx\",\"\n", "\x00\xd8", "a,a\n", " \n\n,\n",
	} {
		f.Add(s, 40)
	}
	f.Fuzz(func(t *testing.T, file string, maxRow int) {
		o := &table.Options{MaxRow: 1 + maxRow&0xff, NumberNames: true}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := table.NewReader(strings.NewReader(file), o)
		if err != nil {
			return
		}
		var rows []table.Row
		width, line := len(r.Columns()), 0
		for row, err := range r.Rows() {
			rows = append(rows, row)
			if row.Line <= line || row.Number != len(rows) {
				t.Fatalf("row %d on line %d after line %d", row.Number, row.Line, line)
			}
			line = row.Line
			var broken *table.RowError
			if errors.As(err, &broken) {
				if broken.Line != line {
					t.Fatalf("%v on line %d", err, line)
				}
				continue
			}
			if err != nil || len(row.Fields()) != width || !utf8.ValidString(strings.Join(row.Fields(), "")) {
				t.Fatalf("row %d: %q, %v", row.Number, row.Fields(), err)
			}
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<21+200*uint64(len(file)) {
			t.Fatalf("%d bytes were used for %d", used, len(file))
		}
		slow, err := table.NewReader(iotest.OneByteReader(strings.NewReader(file)), o)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for row := range slow.Rows() {
			if i == len(rows) || !slices.Equal(row.Fields(), rows[i].Fields()) || row.Line != rows[i].Line {
				t.Fatalf("row %d differs", row.Number)
			}
			i++
		}
		if i != len(rows) {
			t.Fatalf("%d rows, and then %d", len(rows), i)
		}
	})
}

// What encoding/csv reads without complaint comes out the same.
func FuzzReader_like_encoding_csv(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\",\"b\"\"\"\n\n\"x\ny\",\n", "a,\"b,c\"\n1,\"\"\n", "ü,\"\"\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		c := csv.NewReader(strings.NewReader(file))
		want, err := c.ReadAll()
		if err != nil || len(want) == 0 || !utf8.ValidString(file) || strings.Contains(file, "\r") ||
			strings.HasPrefix(file, "\ufeff") || strings.HasPrefix(strings.ToLower(file), "sep=") || blankLine(file) {
			return
		}
		columns := make([]string, len(want[0]))
		got, broken := readAll(t, file, &table.Options{Encoding: table.UTF8, Delimiter: ',', Columns: columns})
		if broken != 0 || !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%q: got %q and %d broken, want %q", file, got, broken, want)
		}
	})
}

// blankLine reports whether a line has nothing but blanks. For encoding/csv that is
// a row.
func blankLine(file string) bool {
	for line := range strings.Lines(file) {
		if line != "\n" && strings.Trim(line, " \t\n") == "" {
			return true
		}
	}
	return false
}
