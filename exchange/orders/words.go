package orders

import (
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/internal/check"
)

var (
	errKind    = errs.Refuse("unknown_kind", "must be a word for a purchase or a return")
	errChannel = errs.Refuse("syntax", "must be the name of a channel")
)

// kinds are the words for what an order is.
var kinds = cell.Dictionary(`
purchase: purchase, Kauf, Einkauf, Bestellung, Auftrag, Verkauf, Rechnung, order, sale, invoice, shop_order
return: return, Retoure, Rückgabe, Rücksendung, Gutschrift, Storno, Stornorechnung, Rechnungskorrektur, refund, credit note, credit memo, cancellation, shop_order_refund`)

func readKind(s string) (activity.Kind, error) {
	if k, ok := kinds()[cell.Key(s)]; ok {
		return activity.Kind(k), nil
	}
	return "", errKind
}

// channels are the words for the channels of the library.
var channels = cell.Dictionary(`
email: email, Mail, per E-Mail
letter: letter, Brief, Post, per Post, by mail
phone: phone, Telefon, Anruf, telefonisch, telephone, call
sms: sms, text message, Kurznachricht`)

// readChannel makes a name of any other word.
func readChannel(s string) (contact.Channel, error) {
	if c, ok := channels()[cell.Key(s)]; ok {
		return contact.Channel(c), nil
	}
	name := strings.Map(func(r rune) rune {
		if r == ' ' || r == '/' {
			return '-'
		}
		return r
	}, strings.ToLower(cell.Umlauts.Replace(s)))
	if !check.IsName(name) {
		return "", errChannel
	}
	return contact.Channel(name), nil
}

// readCurrency reads a code or a sign, of which the fallback must be one if several
// currencies have it.
func readCurrency(s, fallback string) (string, error) {
	if len(s) == 3 {
		s = strings.ToUpper(s)
	}
	return table.Number{Currency: s}.CurrencyCode(fallback)
}
