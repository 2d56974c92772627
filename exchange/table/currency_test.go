package table_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/exchange/table"
)

func TestNumber_CurrencyCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ beside, given, want string }{
		{"", "EUR", "EUR"}, {"", "", ""}, {"", "XXX", ""}, {"USD", "EUR", "USD"}, {"€", "", "EUR"}, {"€", "USD", "EUR"},
		{"$", "USD", "USD"}, {"$", "CAD", "CAD"}, {"$", "EUR", ""}, {"$", "", ""}, {"¤", "EUR", ""}, {"kr", "SEK", "SEK"},
	} {
		got, err := table.Number{Currency: test.beside}.CurrencyCode(test.given)
		is.New(t).Equal([]string{test.beside, test.given, got}, []string{test.beside, test.given, test.want})
		is.New(t).Equal(err == nil, test.want != "")
	}
}
