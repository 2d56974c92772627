package orders_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/money"
)

// raw reads a file the plain way: a list of rows, each a map by column.
func raw(t *testing.T, r io.Reader) (header []string, rows []map[string]string) {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	list, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range list[1:] {
		row := make(map[string]string)
		for i, name := range list[0] {
			row[name] = fields[i]
		}
		rows = append(rows, row)
	}
	return list[0], rows
}

// cents rounds half away from zero, by fractions.
func cents(t *testing.T, value *big.Rat) int64 {
	t.Helper()
	r := new(big.Rat).Mul(new(big.Rat).Abs(value), big.NewRat(100, 1))
	r.Add(r, big.NewRat(1, 2))
	return new(big.Int).Quo(r.Num(), r.Denom()).Int64() * int64(value.Sign())
}

func rat(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatal("no number")
	}
	return r
}

// facts is what a purchase is for the comparison of files, by order.
type facts map[string]string

func factsOf(t *testing.T, d *orders.Decoder) (f facts, customers int, total int64) {
	t.Helper()
	f = make(facts)
	seen := make(map[string]bool)
	for _, o := range all(t, d) {
		a := o.Activity
		if len(o.Broken) > 0 || a.Kind != activity.Purchase || f[a.Ref.Key] != "" {
			t.Fatalf("line %d: %v", o.Line, o.Broken)
		}
		who := o.Customer.Key("shop")
		text := fmt.Sprint(who, " ", o.Customer.Name, a.At.Format(time.DateOnly), a.Amount, o.Customer.Addresses)
		for _, i := range a.Items {
			text += fmt.Sprint("|", i)
		}
		f[a.Ref.Key] = text
		seen[who] = true
		total += a.Amount.Amount
	}
	return f, len(seen), total
}

// german are the headers of the German export, by those of the original. What is not
// here is left out.
var german = map[string]string{
	"Order ID": "Bestellnummer", "Order Date": "Bestelldatum", "Customer ID": "Kundennummer", "Customer Name": "Kundenname", "Country": "Land",
	"City": "Ort", "State": "Bundesland", "Postal Code": "PLZ", "Product ID": "Artikelnummer", "Category": "Kategorie", "Product Name": "Artikel",
	"Sales": "Umsatz", "Quantity": "Menge",
}

// export writes the rows as a German program does.
func export(t *testing.T, header []string, rows []map[string]string, end string, e encoding.Encoding) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(e.NewEncoder().Writer(&b))
	w.Comma, w.UseCRLF = ';', end == "\r\n"
	var names, own []string
	for _, name := range header {
		if german[name] != "" {
			names, own = append(names, name), append(own, german[name])
		}
	}
	write := func(row []string) {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	write(own)
	for _, row := range rows {
		var fields []string
		for _, name := range names {
			s := row[name]
			switch name {
			case "Order Date":
				day, err := time.Parse("1/2/2006", s)
				if err != nil {
					t.Fatal(err)
				}
				s = day.Format("02.01.2006")
			case "Sales":
				s = grouped(s)
			case "Country":
				s = "Vereinigte Staaten"
			}
			fields = append(fields, s)
		}
		write(fields)
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// grouped writes 1234.5 as 1.234,5.
func grouped(s string) string {
	whole, fraction, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	if point {
		whole += "," + fraction
	}
	return whole
}

func TestData_german_export_imports_to_the_same_totals(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	want, customers, total := factsOf(t, decoder(t, data(t, "superstore/superstore.csv"), shop()))
	is.Equal(customers, 793)
	is.Equal(len(want), 5009)
	is.Equal(total, int64(229720107))

	header, rows := raw(t, data(t, "superstore/superstore.csv"))
	byHand := make(map[string]int64)
	for _, row := range rows {
		byHand[row["Order ID"]] += cents(t, rat(t, row["Sales"]))
	}
	is.Equal(len(byHand), 5009)
	for key, amount := range byHand {
		is.True(strings.Contains(want[key], money.New(amount, "EUR").String())) // the sum of the rounded lines
	}
	for name, e := range map[string]encoding.Encoding{
		"windows-1252": charmap.Windows1252,
		"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"utf-16be":     unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
		"utf-8":        unicode.UTF8,
	} {
		file := export(t, header, rows, "\r\n", e)
		got, _, _ := factsOf(t, decoder(t, bytes.NewReader(file), shop()))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -original +german:\n%.2000s", name, diff)
		}
	}
}

// noCountries are words in the column Country that name no country of ISO 3166.
var noCountries = []string{"EIRE", "RSA", "Channel Islands", "European Community", "Unspecified"}

// Invoices without a customer are refused; all else is a purchase or a
// return, and with what is refused it is the whole file.
func TestData_online_retail_reconciles(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	open := func() io.Reader {
		z, err := gzip.NewReader(data(t, "online-retail/online_retail.csv.gz"))
		is.NoErr(err)
		return z
	}
	_, rows := raw(t, open())
	type invoice struct {
		total int64
		known bool
		lines int
	}
	byHand, exactly := make(map[string]invoice), new(big.Rat)
	for _, row := range rows {
		value := new(big.Rat).Mul(rat(t, row["UnitPrice"]), rat(t, row["Quantity"]))
		exactly.Add(exactly, value)
		i := byHand[row["InvoiceNo"]]
		byHand[row["InvoiceNo"]] = invoice{i.total + cents(t, value), row["CustomerID"] != "", i.lines + 1}
	}
	is.Equal(exactly.FloatString(3), "9747747.934")

	o := &orders.Options{Options: people.Options{Source: "shop", Currency: "GBP", Missing: noCountries}}
	counts, totals, customers := make(map[string]int), make(map[string]int64), make(map[string]bool)
	for _, o := range all(t, decoder(t, open(), o)) {
		a := o.Activity
		want := byHand[a.Ref.Key]
		delete(byHand, a.Ref.Key)
		is.Equal(len(o.Lines), want.lines)
		kind := string(a.Kind)
		if len(o.Broken) > 0 {
			kind = "refused"
			is.Equal(want.known, false)
			is.Equal(o.Broken[0].Code, "required")
			is.Equal(o.Broken[0].Column, "CustomerID")
			is.Equal(len(o.Broken), want.lines) // each line is named
			counts["refused lines"] += want.lines
		} else {
			is.True(want.known)
			is.Equal(a.Amount.Amount, max(want.total, -want.total))
			is.Equal(a.Kind == activity.Return, want.total < 0)
			is.Equal(a.Kind == activity.Return, strings.HasPrefix(a.Ref.Key, "C"))
			customers[o.Customer.Key("shop")] = true
		}
		counts[kind]++
		totals[kind] += want.total
	}
	is.Equal(len(byHand), 0)
	is.Equal(len(customers), 4372)
	is.True(customers["17850"]) // without the ".0" of the file
	t.Log(counts, totals)
	is.Equal(counts, map[string]int{"purchase": 18536, "return": 3654, "refused": 3710, "refused lines": 135080})
	sum := int64(0)
	for part := range maps.Values(totals) {
		sum += part
	}
	is.Equal(sum, int64(974774793)) // rounded line by line
	is.Equal(slices.Sorted(maps.Keys(totals)), []string{"purchase", "refused", "return"})
}
