package orders_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

func Example() {
	file := "Bestellnummer;Bestelldatum;Kundennummer;Name;Artikel;Kategorie;Menge;Einzelpreis;Filiale\n" +
		"A-1;09.01.2026;4711;Anna Müller;Sofa;Möbel;1;1.299,00;Köln\n" +
		"A-1;09.01.2026;4711;Anna Müller;Kissen;Textilien;4;19,90;Köln\n" +
		"A-2;10.01.2026;4712;Karl von Berg;Regal;Möbel;1;89,00;Köln\n" +
		"A-2;10.01.2026;4712;Karl von Berg;Lampe;Licht;zwei;49,00;Köln\n" +
		"G-1;12.01.2026;4711;Anna Müller;Kissen;Textilien;-1;19,90;Köln\n"
	o := &orders.Options{Options: people.Options{Source: "shop", Currency: "EUR"}}

	t, err := table.NewReader(strings.NewReader(file), nil)
	if err != nil {
		panic(err)
	}
	m, unplaced := orders.Guess(t.Columns(), o)
	fmt.Println("not placed:", unplaced)
	d, err := orders.NewDecoder(t, m, o)
	if err != nil {
		panic(err)
	}
	for order, err := range d.Orders() {
		var broken *table.RowError
		if errors.As(err, &broken) {
			for _, b := range order.Broken {
				fmt.Println(b)
			}
			continue
		}
		if err != nil {
			panic(err)
		}
		a := order.Activity
		fmt.Println(a.Kind, a.Ref.Key, a.At.Format("2006-01-02"), order.Customer.Name, a.Amount)
		for _, i := range a.Items {
			fmt.Println(" ", i.Quantity, i.Name, i.Amount)
		}
	}
	// Output:
	// not placed: [Filiale]
	// purchase A-1 2026-01-09 Anna Müller 1378.60 EUR
	//   1 Sofa 1299.00 EUR
	//   4 Kissen 79.60 EUR
	// line 4: is refused with the rest of its order, because of line 5 [with_order]
	// line 5: column Menge: does not look like a number [syntax]
	// return G-1 2026-01-12 Anna Müller 19.90 EUR
	//   1 Kissen 19.90 EUR
}

func ExampleMapping_Validate() {
	m := orders.Mapping{{Column: "Nummer", Field: "order.key"}, {Column: "Artikel", Field: "item.title"}, {Column: "Kunde", Field: "identities.shop"}}
	o := &orders.Options{Options: people.Options{Source: "shop"}}
	fmt.Println(strings.ReplaceAll(m.Validate([]string{"Nummer", "Artikel"}, o).Error(), "; ", "\n"))
	// Output:
	// orders.Mapping.Validate: invalid: mapping[1].field: is no field of an order or its lines [unknown_field]
	// mapping: must have order.at [required]
	// mapping: must have item.amount or item.price, since it has lines [required]
	// mapping[2].column: is no column of the table [not_found]
}
