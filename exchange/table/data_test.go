package table_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/stammkunde/crm/exchange/table"
)

// data opens a file of CRM_DATA.
func data(t *testing.T, name string) *os.File {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// sum adds what stands in a column, exactly. It guesses all there is to guess.
func sum(t *testing.T, file io.Reader, column, date string) (rows int, total, days string) {
	t.Helper()
	r, err := table.NewReader(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	var amounts, dates []string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		amounts = append(amounts, row.Get(column))
		dates = append(dates, row.Get(date))
	}
	decimal, sure := table.GuessDecimal(amounts)
	layout, ambiguous := table.GuessDateLayout(dates[:500])
	if !sure || ambiguous || layout == "" {
		t.Fatalf("guessed %q %v, %q %v", decimal, sure, layout, ambiguous)
	}
	exact, seconds := new(big.Rat), new(big.Int)
	for i, s := range amounts {
		n, err := table.ParseNumber(s, decimal)
		if err != nil {
			t.Fatal(err)
		}
		one, _ := new(big.Rat).SetString(n.String())
		exact.Add(exact, one)
		day, err := table.ParseDate(dates[i], layout, nil)
		if err != nil {
			t.Fatal(err)
		}
		seconds.Add(seconds, big.NewInt(day.Unix()))
	}
	return len(amounts), exact.FloatString(4), seconds.String()
}

func TestData_superstore(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	original, err := io.ReadAll(data(t, "superstore/superstore.csv"))
	is.NoErr(err)
	rows, total, days := sum(t, bytes.NewReader(original), "Sales", "Order Date")
	is.Equal(rows, 9994)
	is.Equal(total, "2297200.8603")

	german := inGerman(t, original)
	for name, encode := range map[string]func(string) (string, error){
		"UTF-8":        func(s string) (string, error) { return s, nil },
		"Windows-1252": charmap.Windows1252.NewEncoder().String,
		"UTF-16LE":     unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String,
		"UTF-16BE":     unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String,
		"CR":           func(s string) (string, error) { return strings.ReplaceAll(s, "\r\n", "\r"), nil },
	} {
		file, err := encode(german)
		is.NoErr(err) // name
		gotRows, gotTotal, gotDays := sum(t, strings.NewReader(file), "Umsatz €", "Order Date")
		is.Equal([]any{name, gotRows, gotTotal, gotDays}, []any{name, rows, total, days})
	}
}

// inGerman writes the file as a German program would: semicolons, decimal commas,
// dates with dots.
func inGerman(t *testing.T, original []byte) string {
	t.Helper()
	r, err := table.NewReader(bytes.NewReader(original), nil)
	if err != nil {
		t.Fatal(err)
	}
	columns := r.Columns()
	sales, date := slices.Index(columns, "Sales"), slices.Index(columns, "Order Date")
	columns[sales] = "Umsatz €"
	rows := [][]string{columns}
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		fields := row.Fields()
		fields[sales] = strings.Replace(fields[sales], ".", ",", 1)
		day, err := table.ParseDate(fields[date], "1/2/2006", nil)
		if err != nil {
			t.Fatal(err)
		}
		fields[date] = day.Format("02.01.2006")
		rows = append(rows, fields)
	}
	return write(t, &table.WriteOptions{Delimiter: ';'}, rows...)
}

func TestData_online_retail(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	z, err := gzip.NewReader(data(t, "online-retail/online_retail.csv.gz"))
	is.NoErr(err)
	r, err := table.NewReader(z, nil)
	is.NoErr(err)
	total, rows := new(big.Rat), 0
	for row, err := range r.Rows() {
		is.NoErr(err)
		rows++
		quantity, err := table.ParseNumber(row.Get("Quantity"), '.')
		is.NoErr(err)
		price, err := table.ParseNumber(row.Get("UnitPrice"), '.')
		is.NoErr(err)
		q, _ := new(big.Rat).SetString(quantity.String())
		p, _ := new(big.Rat).SetString(price.String())
		total.Add(total, q.Mul(q, p))
	}
	is.Equal(rows, 541_909)
	is.Equal(total.FloatString(3), "9747747.934")
}

func TestData_contact_exports(t *testing.T) {
	t.Parallel()
	for name, column := range map[string]string{
		"google_contacts_2024plus.header.csv": "E-mail 1 - Value",
		"outlook_en.header.csv":               "Business Country/Region",
	} {
		is := is.New(t)
		r, err := table.NewReader(data(t, "contact-exports/"+name), nil)
		is.NoErr(err)
		_, ok := r.Column(column)
		is.True(ok)
		is.True(len(r.Columns()) > 40)
		for range r.Rows() {
			t.Error("there is a row")
		}
	}
}
