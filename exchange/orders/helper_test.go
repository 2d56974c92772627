package orders_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// shop are the options of most tests.
func shop() *orders.Options {
	return &orders.Options{Options: people.Options{Source: "shop", Currency: "EUR"}}
}

// decoder reads a table with the mapping that is guessed.
func decoder(t testing.TB, r io.Reader, o *orders.Options) *orders.Decoder {
	t.Helper()
	rows, err := table.NewReader(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := orders.Guess(rows.Columns(), o)
	d, err := orders.NewDecoder(rows, m, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// all collects the orders, refused ones too.
func all(t testing.TB, d *orders.Decoder) []orders.Order {
	t.Helper()
	var list []orders.Order
	for o, err := range d.Orders() {
		var broken *table.RowError
		if err != nil && (!errors.As(err, &broken) || broken != o.Broken[0]) || err == nil && len(o.Broken) > 0 {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	return list
}

// shown writes orders, one a line, and below them what is wrong.
func shown(list []orders.Order) string {
	var b strings.Builder
	for _, o := range list {
		a := o.Activity
		fmt.Fprintf(&b, "%d %v", o.Number, o.Lines)
		if len(o.Broken) == 0 {
			fmt.Fprintf(&b, " %s of %s %s %s %s:", a.Kind, o.Customer.Key("shop"), a.Ref.Key, a.At.Format("2006-01-02"), a.Amount)
			for _, i := range a.Items {
				fmt.Fprintf(&b, " %d %s %s", i.Quantity, i.SKU+i.Name, i.Amount.Decimal())
			}
		}
		b.WriteString("\n")
		for _, broken := range o.Broken {
			fmt.Fprintln(&b, "  ", broken)
		}
	}
	return b.String()
}

// check reads a table and compares what is shown of it.
func check(t *testing.T, file string, o *orders.Options, want string) {
	t.Helper()
	got := shown(all(t, decoder(t, strings.NewReader(file), o)))
	if want = strings.TrimLeft(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

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
