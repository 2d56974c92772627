package storagetest

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
)

// rows makes the entries of a file, on lines of their own behind a header.
func rows(list ...exchange.Entry) iter.Seq2[exchange.Entry, error] {
	return func(yield func(exchange.Entry, error) bool) {
		for i, e := range list {
			if e.Number, e.Line = i+1, i+2; !yield(e, nil) {
				return
			}
		}
	}
}

// tear gives the first n entries, and then fails.
func tear(entries iter.Seq2[exchange.Entry, error], n int) iter.Seq2[exchange.Entry, error] {
	return func(yield func(exchange.Entry, error) bool) {
		for e, err := range entries {
			if n--; n < 0 {
				yield(exchange.Entry{}, errInjected)
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// bring imports entries, which must work.
func (k *kit) bring(name string, o *exchange.Options, list ...exchange.Entry) exchange.Import {
	k.Helper()
	done, err := k.crm.Exchange.Import(k.ctx, name, rows(list...), o)
	k.ok(err, "importing "+name)
	return done
}

// problems reads what was wrong with the entries of an import.
func (k *kit) problems(name string) []exchange.Problem {
	k.Helper()
	var list []exchange.Problem
	for p, err := range k.crm.Exchange.Problems(k.ctx, name) {
		k.ok(err, "reading the problems of an import")
		list = append(list, p)
	}
	return list
}

// told leaves only number, path and code of problems.
func told(list []exchange.Problem) []string {
	var out []string
	for _, p := range list {
		s := fmt.Sprintf("%d %s %s", p.Number, p.Path, p.Code)
		if p.Partly {
			s += " partly"
		}
		out = append(out, s)
	}
	return out
}

// people makes an entry of a record.
func entryOf(c contact.Contact) exchange.Entry { return exchange.Entry{Contact: c} }

// buying is the n-th customer with an order of that number.
func buying(n, order int, at time.Time) exchange.Entry {
	a := activity.Activity{
		Kind: activity.Purchase, Ref: ref(order), At: at,
		Items: []activity.Item{{Name: "Chair", Category: "Furniture", Quantity: 1, Amount: euro(int64(1000 + order))}},
	}
	return exchange.Entry{Contact: person(n), Activities: []activity.Activity{a}}
}

// agreeing is the n-th customer who agreed to something.
func agreeing(n int, action consent.Action, at time.Time) exchange.Entry {
	return exchange.Entry{Contact: person(n), Consents: []exchange.Consent{{
		Purpose: consent.Marketing, Channel: contact.ChannelEmail, Action: action, At: at,
		Wording: "Yes, please write to me.", Source: "old-system",
	}}}
}

// counts are the numbers of an import.
func counts(i exchange.Import) []int {
	return []int{i.Entries, i.Created, i.Updated, i.Unchanged, i.Refused, i.Activities, i.Consents}
}

// said leaves of everything what hosts have said, so that what was imported can be
// compared with what it was made of: not when it was written, and how often, nor what
// is kept of imports.
func said(e everything) everything {
	e.Imports, e.Problems, e.Changes = nil, nil, nil
	e.Contacts, e.Activities, e.Events = slices.Clone(e.Contacts), slices.Clone(e.Activities), slices.Clone(e.Events)
	for i := range e.Contacts {
		c := &e.Contacts[i]
		c.CreatedAt, c.UpdatedAt, c.Version = time.Time{}, time.Time{}, 0
	}
	for i := range e.Activities {
		e.Activities[i].RecordedAt = time.Time{}
	}
	for i := range e.Events {
		e.Events[i].RecordedAt = time.Time{}
	}
	return e
}
