package exchange

import (
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/exchange/vcard"
)

// People makes entries of the contacts of a table or of JSON Lines, as the decoders
// of package people give them.
func People(records iter.Seq2[people.Record, error]) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for r, err := range records {
			e := Entry{Number: r.Number, Line: r.Line, Contact: r.Contact}
			if broken := new(table.RowError); err != nil && !errors.As(err, &broken) {
				yield(Entry{}, err)
				return
			} else if err != nil && len(r.Broken) == 0 {
				r.Broken = []*table.RowError{broken}
			}
			e.Problems = problemsOf(e.Number, r.Broken)
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Orders makes entries of orders: the customer, and what was bought or returned.
func Orders(list iter.Seq2[orders.Order, error]) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for o, err := range list {
			if broken := new(table.RowError); err != nil && !errors.As(err, &broken) {
				yield(Entry{}, err)
				return
			} else if err != nil && len(o.Broken) == 0 {
				o.Broken = []*table.RowError{broken}
			}
			e := Entry{Number: o.Number, Line: o.Line, Contact: o.Customer, Problems: problemsOf(o.Number, o.Broken)}
			if len(e.Problems) == 0 {
				e.Activities = []activity.Activity{o.Activity}
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func problemsOf(number int, broken []*table.RowError) []Problem {
	var list []Problem
	for _, b := range broken {
		list = append(list, Problem{number, b.Line, b.Column, b.Code, b.Message, false})
	}
	return list
}

// uuidURN is how a UID begins that is a UUID (RFC 9562, 4).
const uuidURN = "urn:uuid:"

// ownID reads the id of a contact out of a UID.
func ownID(i contact.Identity) (id contact.ID, ok bool) {
	text, ok := strings.CutPrefix(i.Key, uuidURN)
	return id, ok && id.UnmarshalText([]byte(text)) == nil
}

// media are properties with a picture, a sound or a key, whose loss is no news.
var media = []string{"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE"}

// Cards makes entries of vCards. What of a card cannot be kept is a Problem that is
// Partly, but for pictures, sounds and keys. A UID that is the id of a contact, as
// vcard.Writer writes it, finds that contact.
func Cards(cards iter.Seq2[vcard.Card, error]) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		number := 0
		for c, err := range cards {
			number++
			e := Entry{Number: number, Line: c.Line, Contact: c.Contact}
			for _, identity := range c.Contact.Identities {
				if id, ok := ownID(identity); ok {
					e.Maybe = id
				}
			}
			var broken *vcard.CardError
			switch {
			case errors.As(err, &broken):
				e.Problems = []Problem{{number, broken.Line, broken.Property, broken.Code, broken.Message, false}}
			case err != nil:
				yield(Entry{}, err)
				return
			}
			for _, name := range c.Unread {
				if root, _, _ := strings.Cut(name, "."); !slices.Contains(media, root) {
					e.Problems = append(e.Problems, Problem{number, c.Line, name, "unexpected", "has no place in the record", true})
				}
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
