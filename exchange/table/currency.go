package table

import (
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// CurrencyCode gives the ISO 4217 code of the currency that stands beside the number.
// Where none does, it is the given one. A sign that several currencies have means the
// given one, which must be among them.
//
// An error is an *errs.Problem, unknown_currency.
func (n Number) CurrencyCode(currency string) (string, error) {
	switch own := n.Currency; {
	case own == "":
	case money.Known(own):
		return own, nil
	case signs[own] != "":
		return signs[own], nil
	case !strings.Contains(shared[own], currency):
		return "", errCurrency
	}
	if !money.Known(currency) {
		return "", errCurrency
	}
	return currency, nil
}

var errCurrency = errs.Refuse("unknown_currency", "must tell an ISO 4217 currency")

// signs are the signs that one currency has only.
var signs = map[string]string{
	"€": "EUR", "£": "GBP", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "Fr": "CHF", "Fr.": "CHF", "SFr": "CHF", "SFr.": "CHF",
	"₺": "TRY", "₽": "RUB", "₴": "UAH", "₹": "INR", "₪": "ILS", "US$": "USD", "A$": "AUD", "C$": "CAD", "R$": "BRL", "лв": "BGN",
}

// shared are the signs of several currencies.
var shared = map[string]string{
	"$": "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP BRL UYU", "¥": "JPY CNY", "kr": "SEK NOK DKK ISK", "kr.": "SEK NOK DKK ISK", "lei": "RON MDL",
}
