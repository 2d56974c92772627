package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
)

// sampleOrders is a file as shops export it: a mark at its beginning, CRLF,
// columns in some order, lines of one order apart.
const sampleOrders = "\ufeffCustomer ID,Order Date,Order ID,Customer Name,Quantity,Sales,Product ID,Category,Product Name,City,State,Postal Code,Country,Note\r\n" +
	"CG-1,1/09/2017,O-1,Claire Van Gute,2,261.965,FUR-1,Furniture,\"Bookcase, \"\"oak\"\"\",Henderson,Kentucky,42420,United States,\r\n" +
	"DV-2,12/31/2017,O-2,Darrin Huff,1,14.6249,OFF-1,Office Supplies,Labels,Los Angeles,California,90036,United States,\r\n" +
	"CG-1,1/9/2017,O-1,Claire Van Gute,1,3.005,OFF-2,Office Supplies,Konftel\u00a0250,Henderson,Kentucky,42420,United States,x\r\n" +
	"\r\n" +
	"SA-3,06/01/2016,O-3,Sue Ann Reed,5,957.5775,TEC-1,Technology,\"two\r\nlines\",Salem,Massachusetts,1970,United States,\r\n" +
	"CG-1,01/09/2016,O-4,Claire Gute,3,35.19,OFF-1,Office Supplies,Labels,Oldtown,Ohio,43229,United States,\r\n"

func read(t *testing.T, text string) dataset {
	t.Helper()
	d, err := readOrders(strings.NewReader(text), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadOrders(t *testing.T) {
	d := read(t, sampleOrders)
	if len(d.problems) > 0 {
		t.Errorf("problems: %v", d.problems)
	}
	var orders []string
	for _, o := range d.orders {
		a := o.activity
		text := a.Ref.Key + " " + o.customer + " " + a.At.Format(time.RFC3339)
		for i, it := range a.Items {
			text += fmt.Sprintf("; %d: %d %s %s %q %s", o.lines[i], it.Quantity, it.SKU, it.Category, it.Name, it.Amount)
		}
		orders = append(orders, text)
	}
	want := `O-1 CG-1 2017-01-09T00:00:00Z; 2: 2 FUR-1 Furniture "Bookcase, \"oak\"" 261.97 EUR; 4: 1 OFF-2 Office Supplies "Konftel\u00a0250" 3.01 EUR
O-2 DV-2 2017-12-31T00:00:00Z; 3: 1 OFF-1 Office Supplies "Labels" 14.62 EUR
O-3 SA-3 2016-06-01T00:00:00Z; 6: 5 TEC-1 Technology "two lines" 957.58 EUR
O-4 CG-1 2016-01-09T00:00:00Z; 8: 3 OFF-1 Office Supplies "Labels" 35.19 EUR`
	if got := strings.Join(orders, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	claire := d.customers[0].record
	if claire.Name != (contact.Name{Given: "Claire", Family: "Van Gute"}) || claire.Email() != "cg-1@example.com" ||
		claire.Address().City != "Henderson" || claire.Address().Country != "US" || claire.Key("shop") != "CG-1" {
		t.Errorf("the latest order, though an earlier line, gives the record: %+v", claire.Addresses)
	}
	if got := d.customers[2].record.Address().PostalCode; got != "01970" {
		t.Errorf("postal code %s", got)
	}
}

func TestReadOrders_of_two_orders_on_one_day_the_later_line_counts(t *testing.T) {
	d := read(t, "Order ID,Order Date,Customer ID,Customer Name,Product ID,Category,Product Name,Sales,Quantity,City\n"+
		"O-1,1/2/2017,C,A B,P,c,n,1,1,First\nO-2,1/2/2017,C,A B,P,c,n,1,1,Second\nO-3,1/1/2017,C,A B,P,c,n,1,1,Third\n")
	if got := d.customers[0].record.Address().City; got != "Second" {
		t.Errorf("address in %s", got)
	}
}

// brokenOrders has something wrong in most of its lines, and so in most of its orders.
const brokenOrders = `Order ID,Order Date,Customer ID,Customer Name,Product ID,Category,Product Name,Sales,Quantity
O-1,1/2/2017,C-1,Ann Good,P-1,Furniture,Chair,100.00,1
O-1,2/30/2017,C-1,Ann Good,P-2,Furniture,Chair,100.00,1
O-1,1/2/2017,C-1,Ann Good,P-3,Furniture,Chair,1.000,00,1
O-1,1/2/2017,C-1,Ann Good,P-4,Furniture,Chair,12e3,0
O-1,1/2/2017,C-1,Ann Good,P-5,Furniture,"Chair 6" high,100.00,1
O-1,1/2/2017,C-1,Ann Good,P-6,Furniture,"Chair,100.00,1
O-1,1/2/2017,C-2,Bea Other,P-7,Furniture,Chair,100.00,1
O-1,1/3/2017,C-1,Ann Good,P-8,Furniture,Chair,100.00,1
,,,,,,,,
O-1,1/2/2017,C-1,Ann Good,P-9,Furniture
O-1,1/2/2017,C-1,Ann Good,P-10,Furniture,Chair,100.00,1
O-2,1/2/2017,C-3,Cy Back,P-1,Furniture,Chair,-5.00,1
O-3,1/2/2017,C-4,Di Good,P-1,Furniture,Chair,50.00,2
O-4,1/2/2017,C-5,4111111111111111 Paid,P-1,Furniture,Chair,50.00,2
O-1,1/2/2017,C-1,Ann Good,P-11,Furniture,Chair,0.005,1
O-5,1/2/2017,C-4,Di Good,P-1,Furniture,Chair,50.00,2
O-5,1/2/2017,C-4,Di Good,P-10,Furniture,Paid with 4111 1111 1111 1111,100.00,1
`

func TestRun_reports_broken_lines_and_imports_the_rest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(file, []byte(brokenOrders), 0o600); err != nil {
		t.Fatal(err)
	}
	r, stderr := runJSON(t, "-db", "memory", "-out", t.TempDir(), "-orders", file, "-today", "2017-12-31")
	want := `line 2: is refused with the rest of its order, because of line 3
line 3: Order Date is no date of the form that is expected
line 4: has 10 fields, but there are 9 columns
line 5: Quantity must be a quantity of at most 1,000,000,000, and not zero
line 5: Sales does not look like a number
line 6: has a quote in the wrong place, or one that is not closed
line 7: has a quote in the wrong place, or one that is not closed
line 8: Customer ID is not as in the order's rows before
line 9: Order Date is not as in the order's rows before
line 11: has 6 fields, but there are 9 columns
line 12: is refused with the rest of its order, because of line 3
line 15: customer and orders: name.given must not contain a payment card number
line 16: is refused with the rest of its order, because of line 3
line 17: order refused: items[1].name must not contain a payment card number
line 18: order refused: items[1].name must not contain a payment card number
`
	if got, _, _ := strings.Cut(stderr, "Not imported: 14 lines."); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	// O-2 is less than zero: it was given back, and is no order.
	if r.Customers != 2 || r.Orders != 1 || r.Revenue != "50.00" {
		t.Errorf("imported %+v", r)
	}
}

func TestReadOrders_what_the_shop_cannot_use(t *testing.T) {
	for text, want := range map[string]string{
		"Order ID,Date,Customer ID,Email,SKU,Sales\nO-1,1/2/2017,,a@example.com,x,1\n": "has no customer number",
		"Order ID,Date,Customer ID,Total\nO-1,1/2/2017,C,1\n":                          "has no lines",
		"Order ID,Date,Customer ID,SKU,Sales,Currency\nO-1,1/2/2017,C,x,1,USD\n":       "is not in EUR",
	} {
		d := read(t, text)
		if len(d.orders) > 0 || len(d.problems) != 1 || !strings.Contains(d.problems[0].reason, want) {
			t.Errorf("%d orders, %v", len(d.orders), d.problems)
		}
	}
}

func TestReadOrders_what_is_no_file_of_orders(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "has no rows",
		"\ufeff":               "has no rows",
		"a,b\n1,2\n":           "must have a column for order.key",
		"\"Order ID,Sales\nx":  "line 1",
		"Order ID,Order Date,": "must have a column by which customers are known",
	} {
		if _, err := readOrders(strings.NewReader(text), time.UTC); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSampleAddress(t *testing.T) {
	for id, want := range map[string]string{
		"CG-12520": "cg-12520@example.com", "a.b": "a.b@example.com", "O'Neil": "o'neil@example.com", "ä 1": "--1@example.com",
		"a@b": "a-b@example.com", strings.Repeat("x", 70): strings.Repeat("x", 64) + "@example.com",
	} {
		if got := sampleAddress(id); got != want {
			t.Errorf("%q: %s, want %s", id, got, want)
		}
	}
}

func FuzzReadOrders(f *testing.F) {
	f.Add(sampleOrders)
	f.Add(brokenOrders)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := readOrders(strings.NewReader(text), time.UTC)
		if err != nil {
			return
		}
		lines := strings.Count(text, "\n") + 1
		seen := map[int]bool{}
		for _, o := range d.orders {
			for _, line := range o.lines {
				seen[line] = true
			}
		}
		for _, p := range d.problems {
			if p.line < 2 || p.line > lines || seen[p.line] {
				t.Errorf("line %d is reported, of %d; imported: %v", p.line, lines, seen[p.line])
			}
		}
	})
}
