package table_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/money"
)

func Example() {
	file := "Name;Umsatz;Datum\r\n" +
		"Meyer, Anna;1.234,50;31.12.2025\r\n" +
		"\"Schmidt;99,00;01.02.2025\r\n" + // the quote is not closed
		"Özdemir, Can;12,5;01.03.2025\r\n"

	r, err := table.NewReader(strings.NewReader(file), nil)
	if err != nil {
		panic(err)
	}
	for row, err := range r.Rows() {
		var broken *table.RowError
		if errors.As(err, &broken) {
			fmt.Println(broken)
			continue
		}
		if err != nil {
			panic(err)
		}
		sales, _ := table.ParseNumber(row.Get("Umsatz"), ',')
		day, _ := table.ParseDate(row.Get("Datum"), "2.1.2006", nil)
		fmt.Println("line", row.Line, row.Get("Name"), sales, day.Format("2006-01-02"))
	}
	// Output:
	// line 2 Meyer, Anna 1234.50 2025-12-31
	// line 3: has a quote in the wrong place, or one that is not closed [syntax]
	// line 4 Özdemir, Can 12.5 2025-03-01
}

func ExampleWriter() {
	w, err := table.NewWriter(os.Stdout, &table.WriteOptions{Delimiter: ';', LF: true})
	if err != nil {
		panic(err)
	}
	w.Write([]string{"Name", "Phone", "Balance", "Note"})
	w.Write([]string{"Anna", "+49 30 123", "-12,50", "=HYPERLINK(\"http://example.com\")"})
	if err := w.Flush(); err != nil {
		panic(err)
	}
	// Output:
	// Name;Phone;Balance;Note
	// Anna;'+49 30 123;"-12,50";"'=HYPERLINK(""http://example.com"")"
}

func ExampleParseNumber() {
	n, err := table.ParseNumber("€ 1.234,50", ',')
	if err != nil {
		panic(err)
	}
	fmt.Println(n.Unscaled, n.Scale, n.Currency)
	price, err := money.Parse(n.String(), "EUR")
	fmt.Println(price, err)

	_, err = table.ParseNumber("1.234", 0)
	fmt.Println(err)
	// Output:
	// 123450 2 €
	// 1234.50 EUR <nil>
	// has a separator that may be decimal or of thousands [syntax]
}

func ExampleGuessDecimal() {
	fmt.Println(table.GuessDecimal([]string{"1.234", "0,99"}))
	fmt.Println(table.GuessDecimal([]string{"1.234", "2.000"}))
	// Output:
	// 44 true
	// 0 false
}

func ExampleGuessDateLayout() {
	fmt.Println(table.GuessDateLayout([]string{"03/04/2025", "12/31/2025"}))
	fmt.Println(table.GuessDateLayout([]string{"03/04/2025", "05/06/2025"}))
	// Output:
	// 1/2/2006 false
	// 2/1/2006 true
}
