package orders_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

const header = "Order ID,Order Date,Customer ID,SKU,Quantity,Sales\n"

func TestDecoder_rows_of_an_order_need_not_stand_together(t *testing.T) {
	t.Parallel()
	check(t, header+
		"A,2026-01-13,1,x,1,1.00\nB,2026-01-14,2,y,2,2.00\nA,2026-01-13,1,x,1,1.00\n\n,,,,,\nC,2026-01-15,,z,1,3\nC,2026-01-15,3,z,,3\n", shop(), `
1 [2 4] purchase of 1 A 2026-01-13 2.00 EUR: 1 x 1.00 1 x 1.00
2 [3] purchase of 2 B 2026-01-14 2.00 EUR: 2 y 2.00
3 [7 8] purchase of 3 C 2026-01-15 6.00 EUR: 1 z 3.00 1 z 3.00
`)
}

func TestDecoder_refuses_rows_that_stand_too_far_apart(t *testing.T) {
	t.Parallel()
	file := header + "A,2026-01-13,1,x,1,1\nB,2026-01-13,1,x,1,1\nC,2026-01-13,1,x,1,1\nA,2026-01-13,1,y,1,1\nC,2026-01-13,1,y,1,1\n"
	o := shop()
	o.Apart = 2
	want := `
1 [2] purchase of 1 A 2026-01-13 1.00 EUR: 1 x 1.00
2 [3] purchase of 1 B 2026-01-13 1.00 EUR: 1 x 1.00
3 [4 6] purchase of 1 C 2026-01-13 2.00 EUR: 1 x 1.00 1 y 1.00
4 [5]
   line 5: column Order ID: stands too far behind the other rows of its order, which was delivered without it [apart]
`
	check(t, file, o, want)
	o.Apart = 3
	check(t, file, o, `
1 [2 5] purchase of 1 A 2026-01-13 2.00 EUR: 1 x 1.00 1 y 1.00
2 [3] purchase of 1 B 2026-01-13 1.00 EUR: 1 x 1.00
3 [4 6] purchase of 1 C 2026-01-13 2.00 EUR: 1 x 1.00 1 y 1.00
`)
	o = shop()
	o.MaxHeld = 3500 // two orders
	check(t, file, o, want)
	o.MaxHeld, o.Remember = 1, 1
	list := all(t, decoder(t, strings.NewReader(file), o))
	is.New(t).Equal(len(list), 5) // nothing is held, and what was forgotten begins anew
}

func TestDecoder_a_broken_row_breaks_its_order(t *testing.T) {
	t.Parallel()
	check(t, header+
		"A,2026-01-13,1,x,1,1\nB,2026-01-13,1,x,1,1\nA,2026-01-13,1,x,0,abc\nA,x,2,,,1\nA,2026-01-14,1,x,-1,1\n"+
		"C,2026-01-13,1,x,1,1\nC,2026-01-13,1,x,1\nD,2026-01-13,1,x,1,1\nE,2026-01-13,1,x,1,1\n,2026-01-13,1,x,1,1\nF,2026-01-13,,x,1,1\nG,0000-00-00,1,x,1,1\nH,2026-01-13,1,x,1,\n", shop(), `
1 [2 4 5 6]
   line 2: is refused with the rest of its order, because of line 4 [with_order]
   line 4: column Quantity: must be a quantity of at most 1,000,000,000, and not zero [out_of_range]
   line 4: column Sales: does not look like a number [syntax]
   line 5: column Order Date: is no date of the form that is expected [not_a_date]
   line 5: column Customer ID: is not as in the order's rows before [differs]
   line 6: column Order Date: is not as in the order's rows before [differs]
   line 6: column Sales: must be negative, as the quantity is [shape]
2 [3] purchase of 1 B 2026-01-13 1.00 EUR: 1 x 1.00
3 [7]
   line 7: is refused with the rest of its order, because of line 8 [with_order]
4 [8]
   line 8: has 5 fields, but there are 6 columns [shape]
5 [9]
   line 9: is refused with the rest of its order, because of line 8 [with_order]
6 [10]
   line 10: is refused with the rest of its order, because of line 11 [with_order]
7 [11]
   line 11: column Order ID: must not be empty [required]
8 [12]
   line 12: column Customer ID: must not be empty [required]
9 [13]
   line 13: column Order Date: must not be empty [required]
10 [14]
   line 14: column Sales: must not be empty [required]
`)
}

func TestDecoder_purchases_and_returns(t *testing.T) {
	t.Parallel()
	check(t, "Order ID,Order Type,Date,Customer ID,SKU,Quantity,Unit Price,Line Item Discount\n"+
		"A,,2026-01-13,1,x,3,0.335,0.005\nA,,2026-01-13,1,rebate,1,-0.5,\n"+ // 1.005 - 0.005, and less
		"B,,2026-01-13,1,x,-2,10,1\nB,,2026-01-13,1,fee,1,3,\n"+ // -20 + 1, and 3 that are kept
		"C,Gutschrift,2026-01-13,1,x,1,10,\nD,Storno,2026-01-13,1,x,-1,10,\nE,Rechnung,2026-01-13,1,x,-1,10,\nF,Angebot,2026-01-13,1,x,1,10,\n"+
		"G,,2026-01-13,1,x,2.5,4,\nH,,2026-01-13,1,x,\"2,000.0\",0.0001,\nI,,2026-01-13,1,x,1,0,\n", shop(), `
1 [2 3] purchase of 1 A 2026-01-13 0.50 EUR: 3 x 1.00 1 rebate -0.50
2 [4 5] return of 1 B 2026-01-13 16.00 EUR: 2 x 19.00 1 fee -3.00
3 [6] return of 1 C 2026-01-13 10.00 EUR: 1 x 10.00
4 [7] return of 1 D 2026-01-13 10.00 EUR: 1 x 10.00
5 [8]
   line 8: column Unit Price: must not be less than zero in a purchase [negative]
6 [9]
   line 9: column Order Type: must be a word for a purchase or a return [unknown_kind]
7 [10] purchase of 1 G 2026-01-13 10.00 EUR: 1 x 10.00
8 [11] purchase of 1 H 2026-01-13 0.20 EUR: 2000 x 0.20
9 [12] purchase of 1 I 2026-01-13 0.00 EUR: 1 x 0.00
`)
}

func TestDecoder_amounts(t *testing.T) {
	t.Parallel()
	file := "Order ID,Date,Customer ID,SKU,Sales,Total,Currency\n" +
		"A,2026-01-13,1,x,1.005,1.01,\nB,2026-01-13,1,x,10.00,14.90,USD\nB,2026-01-13,1,y,1,,\nC,2026-01-13,1,x,€ 5,5,\nC,2026-01-13,1,y,$ 5,,\n" +
		"D,2026-01-13,1,x,10000000000.01,,\nE,2026-01-13,1,,,7.50,\nF,2026-01-13,1,x,5 JPY,,\nG,2026-01-13,1,x,5.5 JPY,,\nH,2026-01-13,1,x,1,1,XXX\n"
	o := shop()
	check(t, file, o, `
1 [2] purchase of 1 A 2026-01-13 1.01 EUR: 1 x 1.01
2 [3 4]
   line 3: column Total: is not the sum of the lines: Options.Rest can name a line for the difference [not_the_sum]
   line 4: is refused with the rest of its order, because of line 3 [with_order]
3 [5 6]
   line 5: is refused with the rest of its order, because of line 6 [with_order]
   line 6: column Sales: must tell an ISO 4217 currency [unknown_currency]
4 [7]
   line 7: column Sales: must be at most 10^12 minor units [not_an_amount]
5 [8] purchase of 1 E 2026-01-13 7.50 EUR:
6 [9] purchase of 1 F 2026-01-13 5 JPY: 1 x 5
7 [10] purchase of 1 G 2026-01-13 6 JPY: 1 x 6
8 [11]
   line 11: column Currency: must tell an ISO 4217 currency [unknown_currency]
`)
	o.Rest, o.Strict = "Shipping", true
	list := all(t, decoder(t, strings.NewReader(file), o))
	is := is.New(t)
	is.Equal(list[0].Broken[0].Error(), "line 2: column Sales: has more decimals than its currency [not_an_amount]")
	is.Equal(shown(list[1:2]), "2 [3 4] purchase of 1 B 2026-01-13 14.90 USD: 1 x 10.00 1 y 1.00 1 Shipping 3.90\n")
	is.Equal(list[6].Broken[0].Code, "not_an_amount")
}

func TestDecoder_whole_orders(t *testing.T) {
	t.Parallel()
	check(t, "Bestellnummer;Bestelldatum;E-Mail;Betrag\n1.0;13.01.2026;a@example.com;12,5\n2.0;14.01.2026;b@example.com;-3\n;;\n3.0;14.01.2026;b@example.com;\n"+
		"1.0;13.01.2026;a@example.com;12,5\n", shop(), `
1 [2 6]
   line 2: is refused with the rest of its order, because of line 6 [with_order]
   line 6: column Bestellnummer: is another row of the same order, and the table has no lines [duplicate]
2 [3] return of  2 2026-01-14 3.00 EUR:
3 [4]
   line 4: has 3 fields, but there are 4 columns [shape]
4 [5]
   line 5: column Betrag: must not be empty [required]
`)
}

func TestDecoder_customer_and_data(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	o := shop()
	o.Fields = []contact.Field{{Name: "club", Type: contact.TypeBool}}
	o.Data = []contact.Field{{Name: "weight", Type: contact.TypeNumber}}
	o.Missing = []string{"NULL"}
	file := "Order ID;Date;Customer ID;Name;PLZ;Ort;Club;Weight;Sales Channel;Customer Note;SKU;Sales;Shop\n" +
		"A;13.01.2026 23:59;17850.0;NULL;;Köln;;;Web Shop;;x;1;\n" +
		"A;13.01.2026 00:01;17850.0;Anna Müller;50667;Bonn;ja;1,25;;Bitte\tklingeln;y;1;7\n"
	d := decoder(t, strings.NewReader(file), o)
	is.Equal(d.Ambiguous(), nil)
	list := all(t, d)
	is.Equal(len(list), 1)
	is.Equal(list[0].Broken, nil)
	c, a := list[0].Customer, list[0].Activity
	is.Equal(c.Key("shop"), "17850")
	is.Equal(c.Name, contact.Name{Given: "Anna", Family: "Müller"})
	is.Equal(c.Addresses, []contact.Address{{PostalCode: "50667", City: "Köln"}}) // the first value of each column
	is.True(c.Custom["club"].Bool)
	is.Equal(a.Data["weight"].Number, int64(1250000))
	is.Equal(string(a.Channel), "web-shop")
	is.Equal(a.At.Format("2006-01-02 15:04"), "2026-01-13 23:59")
	is.Equal(list[0].Unread, []string{"Shop"})
}

// Reading on at another time gives the same orders, and so does the mapping that was
// learnt.
func TestDecoder_skip_goes_on_where_an_earlier_reading_stopped(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := header
	for i := range 300 {
		file += fmt.Sprintf("O%d,%d/13/2026,%d.0,x,1,%d.5\n", i*7%90, 1+i*7%90%12, i*7%90, i)
	}
	o := shop()
	o.Apart = 20
	d := decoder(t, strings.NewReader(file), o)
	m := d.Mapping()
	want := all(t, d)
	is.True(len(want) > 150)
	again := *o
	again.Skip = 100
	rows, err := table.NewReader(iotest.OneByteReader(strings.NewReader(file)), nil)
	is.NoErr(err)
	d, err = orders.NewDecoder(rows, m, &again)
	is.NoErr(err)
	is.Equal(shown(all(t, d)), shown(want[100:]))
	is.Equal(d.Mapping(), m)
	is.Equal(m[1].Layout, "1/2/2006")
	is.True(m[2].Whole)
}

// A loop may be left and begun again.
func TestDecoder_goes_on(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := decoder(t, strings.NewReader(header+"A,2026-01-13,1,x,1,1\nB,2026-01-13,1,x,1,1\n"), shop())
	n := 0
	for range 3 {
		for range d.Orders() {
			n++
			break
		}
	}
	is.Equal(n, 2)
}

func TestDecoder_an_error_of_the_reader_comes_last(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cut := errors.New("cut")
	o := shop()
	o.Apart = 1
	rows := strings.Repeat("A,2026-01-13,1,x,1,1\n", 60000) + "B,2026-01-13,1,x,1,1\n"
	file := io.MultiReader(strings.NewReader(header+"Z,2026-01-13,1,x,1,1\nY,2026-01-13,1,x,1,1\n"+rows), iotest.ErrReader(cut))
	var keys []string
	for order, err := range decoder(t, file, o).Orders() {
		if err == cut {
			keys = append(keys, "cut")
			continue
		}
		keys = append(keys, order.Activity.Ref.Key)
		if order.Activity.Ref.Key == "A" {
			is.Equal(order.Broken[len(order.Broken)-1].Code, "with_order")
			is.True(slices.ContainsFunc(order.Broken, func(e *table.RowError) bool { return e.Code == "too_many" && e.Line == 10004 }))
		}
	}
	is.Equal(keys, []string{"Z", "Y", "A", "cut"}) // B may have had more rows
}

func TestNewDecoder_refuses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	columns := []string{"a", "b", "c"}
	m := orders.Mapping{
		{Column: "a", Field: "order.key", Constant: "x"}, {Column: "b", Field: "order.at", Separator: ";"}, {Column: "b", Field: "order.at"},
		{Column: "c", Field: "order.total", Decimal: "x"}, {Column: "d", Field: "item.sku"}, {Column: "a", Field: "data.x"}, {Column: "a", Field: "custom.y"},
	}
	err := m.Validate(columns, &orders.Options{Options: people.Options{Layout: "2006", LookAhead: -1}, Apart: -1, MaxHeld: -1, Remember: -1, Skip: -1})
	is.True(errors.Is(err, errs.ErrInvalid))
	var got []string
	for _, f := range errs.FieldsOf(err) {
		got = append(got, f.Path+" "+f.Code)
	}
	is.Equal(got, []string{
		"options.source required", "options.apart out_of_range", "options.max_held out_of_range", "options.remember out_of_range", "options.skip out_of_range",
		"mapping[1].separator unexpected", "mapping[2].field duplicate", "mapping[3].field unknown_field", "mapping[3].decimal out_of_range",
		"mapping[4].column not_found", "mapping required", "mapping required", "mapping required",
		"options.look_ahead out_of_range", "mapping[6].field unknown_field",
	})
	m = orders.Mapping{
		{Column: "a", Field: "order.key"}, {Constant: "heute", Field: "order.at"}, {Constant: "x", Field: "order.kind"}, {Constant: "?", Field: "order.channel"},
		{Column: "b", Constant: "x", Field: "order.amount"}, {Constant: "x", Field: "order.currency"}, {Column: "c", Field: "id"},
	}
	err = m.Validate(columns, shop())
	is.Equal(len(errs.FieldsOf(err)), 5)
	is.True(!strings.Contains(err.Error(), "heute"))
}

// No error repeats what stands in a cell.
func TestDecoder_errors_hold_no_values(t *testing.T) {
	t.Parallel()
	file := "Order ID,Date,Customer ID,Country,SKU,Sales,Quantity,Total,Order Type,Sales Channel,Currency\n" +
		"Geheim,2026-01-13,1,,x,1,1,,,,\n" + strings.Replace("Geheim,Geheim,Geheim,Geheim,Geheim,Geheim,Geheim,Geheim,Geheim,Ge:heim,Geheim\n", ":", "\x01", 1)
	list := all(t, decoder(t, strings.NewReader(file), shop()))
	is := is.New(t)
	is.Equal(len(list), 1)
	is.True(len(list[0].Broken) >= 7)
	for _, e := range list[0].Broken {
		is.True(!strings.Contains(e.Error(), "heim"))
	}
}

// Whatever the file, a decoder comes to its end, names each line once in one order,
// in the order of the first rows, imports no order of which a line is refused, and
// does the same again.
func FuzzOrders(f *testing.F) {
	f.Add(header+"A,2026-01-13,1,x,1,1.005\nB,13.01.2026,,x,-1,-1\n\nA,2026-01-13,1,x,1,1\n,,\n", 2, 500)
	f.Add("Bestellnummer;Bestelldatum;E-Mail;Betrag\n1.0;13.1.2026;a@b.de;1,5 €\n1.0;x;;\n", 1, 1)
	f.Add("Order ID,Date,Customer ID,SKU,Unit Price,Quantity,Total,Currency,Order Type\nA,1/2/2026,1,x,1e9,2,3,$,refund\nA,2/2/2026,2,\"y\n\",9.99,-2,,USD,\n", 5, 3000)
	f.Fuzz(func(t *testing.T, file string, apart, held int) {
		o := shop()
		o.Apart, o.MaxHeld, o.Rest = 1+apart&0xf, 1+held&0xffff, "Rest"
		read := func(r io.Reader) []orders.Order {
			rows, err := table.NewReader(r, &table.Options{NumberNames: true, MaxRow: 4096})
			if err != nil {
				return nil
			}
			m, _ := orders.Guess(rows.Columns(), o)
			d, err := orders.NewDecoder(rows, m, o)
			if err != nil {
				return nil
			}
			return all(t, d)
		}
		list := read(strings.NewReader(file))
		seen := make(map[int]bool)
		before := 0
		for i, order := range list {
			if order.Number != i+1 || order.Line <= before || order.Line != order.Lines[0] || !slices.IsSorted(order.Lines) {
				t.Fatalf("order %d on line %d behind %d", order.Number, order.Line, before)
			}
			before = order.Line
			for _, line := range order.Lines {
				if seen[line] {
					t.Fatalf("line %d twice", line)
				}
				seen[line] = true
				if named := slices.ContainsFunc(order.Broken, func(e *table.RowError) bool { return e.Line == line }); named != (len(order.Broken) > 0) {
					t.Fatalf("line %d is named: %v", line, named)
				}
			}
			soundOrder(t, order)
		}
		first, err1 := json.Marshal(list)
		second, err2 := json.Marshal(read(iotest.HalfReader(strings.NewReader(file))))
		if !bytes.Equal(first, second) || (err1 == nil) != (err2 == nil) {
			t.Fatal("differs")
		}
	})
}

// soundOrder checks the amounts of an order that is not refused.
func soundOrder(t *testing.T, o orders.Order) {
	a, sum := o.Activity, int64(0)
	for _, i := range a.Items {
		sum += i.Amount.Amount
		if i.Quantity < 1 || i.Amount.Currency != a.Amount.Currency {
			t.Fatal("broken line")
		}
	}
	if len(o.Broken) == 0 && (a.Amount.Amount < 0 || a.Amount.Currency == "" || len(a.Items) > 0 && sum != a.Amount.Amount) {
		t.Fatal("broken amount")
	}
}
