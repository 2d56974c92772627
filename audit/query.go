package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
)

// Query selects entries. What is zero selects all.
type Query struct {
	// Contact selects the entries about it. Those about several contacts are found by
	// reading all of that sort within From and To, so bound these where there is much.
	Contact contact.ID
	// Actor and Action are compared as a whole. They narrow down what is given, and not
	// what is read, which is all within From and To.
	Actor, Action string
	// From and To bound the time: from From on, and before To.
	From, To time.Time
	// After is the cursor of the page, empty for the first.
	After string
	// Limit is 1 to 1000, and defaults to 100.
	Limit int
}

// Page is one page of entries.
type Page struct {
	Entries []Entry
	// Next is the cursor of the next page, empty on the last one.
	Next string
}

// Entries returns what the query selects, oldest first. An entry of a transaction that
// commits late can appear behind a cursor that has passed its time already. It returns
// errs.ErrInvalid for a cursor or a limit that cannot be.
func (s *Service) Entries(ctx context.Context, q Query) (p Page, err error) {
	const op = "audit.Entries"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, "contact", orEmpty(q.Contact)); err != nil {
		return Page{}, err
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	var f errs.Fields
	at, after := cursor.DecodeTimeID[Entry](&f, "after", q.After)
	cursor.CheckLimit(&f, q.Limit)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	own := q.own(q.Limit + 1)
	own.AfterAt, own.After = at, after
	err = s.each(ctx, own, func(e Entry) bool {
		p.Entries = append(p.Entries, e)
		return len(p.Entries) <= q.Limit
	})
	if err != nil {
		return Page{}, err
	}
	if len(p.Entries) > q.Limit {
		p.Entries = p.Entries[:q.Limit]
		last := p.Entries[q.Limit-1]
		p.Next = cursor.EncodeTimeID(last.At, last.ID)
	}
	return p, nil
}

func orEmpty(c contact.ID) string {
	if c.IsZero() {
		return ""
	}
	return c.String()
}

// own is what the store is asked for.
func (q Query) own(limit int) EntryQuery {
	own := EntryQuery{Contact: q.Contact, Actor: q.Actor, Action: q.Action, Limit: limit}
	if !q.From.IsZero() {
		own.From = core.Instant(q.From)
	}
	if !q.To.IsZero() {
		own.To = core.Instant(q.To)
	}
	return own
}

// each calls f with the entries that the query selects, in order, until it returns
// false. Of those about several contacts it leaves out those without the one asked
// for.
func (s *Service) each(ctx context.Context, q EntryQuery, f func(Entry) bool) error {
	for {
		list, err := s.store.AuditEntries(ctx, q)
		if err != nil {
			return err
		}
		for _, e := range list {
			wanted := q.Contact.IsZero() || slices.Contains(e.Contacts(), q.Contact)
			if wanted && !f(e) {
				return nil
			}
		}
		if len(list) < q.Limit {
			return nil
		}
		q.AfterAt, q.After = list[len(list)-1].At, list[len(list)-1].ID
	}
}

// maxAffected bounds the contacts of one answer.
const maxAffected = 1_000_000

// WhoWasAffected returns all contacts that the entries of the query are about: whose
// data were written, or read in a way that is logged, by an actor, an action, or in a
// period; in ascending order of id, each once. It is what must be known when data were
// exposed (Art. 33 and 34 GDPR). Query.After and Query.Limit must be empty. Entries
// whose payload was erased still name their contact. It returns errs.ErrConflict
// (too_many) for more than a million.
func (s *Service) WhoWasAffected(ctx context.Context, q Query) (list []contact.ID, err error) {
	const op = "audit.WhoWasAffected"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, "contact", orEmpty(q.Contact)); err != nil {
		return nil, err
	}
	var f errs.Fields
	if q.After != "" {
		f.Add("after", "unexpected", "must be empty: the answer has no pages")
	}
	if q.Limit != 0 {
		f.Add("limit", "unexpected", "must be empty: the answer has no pages")
	}
	if err := f.Err(op); err != nil {
		return nil, err
	}
	who := map[contact.ID]bool{}
	err = s.each(ctx, q.own(batch), func(e Entry) bool {
		for _, c := range e.Contacts() {
			who[c] = true
		}
		return len(who) <= maxAffected
	})
	switch {
	case err != nil:
		return nil, err
	case len(who) > maxAffected:
		return nil, errs.Conflict(op, "", "too_many", fmt.Sprintf("are more than %d: ask for shorter periods", maxAffected))
	}
	return slices.SortedFunc(maps.Keys(who), contact.ID.Compare), nil
}
