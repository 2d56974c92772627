package segment

import (
	"context"
	"errors"
	"iter"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// Export iterates over all contacts that the rule selects, with their records,
// in ascending order of id. All of it is as of the instant at which it begins.
// It reads in pages, so a large segment needs little memory; a contact that is
// written meanwhile may be shown as before or as after. Sensitive values are left
// out; contact.Service.GetMany gives those that may be read. An error ends it:
//
//	for c, err := range crm.Segments.Export(ctx, rule) {
//		if err != nil {
//			return err
//		}
//		...
//	}
func (s *Service) Export(ctx context.Context, r Rule) iter.Seq2[contact.Contact, error] {
	return func(yield func(contact.Contact, error) bool) {
		if err := s.export(ctx, r, yield); err != nil && !errors.Is(err, errStop) {
			yield(contact.Contact{}, err)
		}
	}
}

// errStop ends an export of which no more is wanted.
var errStop = errors.New("segment: no more is wanted")

func (s *Service) export(ctx context.Context, r Rule, yield func(contact.Contact, error) bool) (err error) {
	const op = "segment.Export"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return err
	}
	var f errs.Fields
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return err
	}
	resolved, err := s.resolve(ctx, r, s.now())
	if err != nil {
		return err
	}
	return walk(ctx, s.store, resolved, func(page []contact.ID) error {
		contacts, err := s.store.Contacts(ctx, page)
		if err == nil {
			err = core.ReadOf(ctx, s.env, page)
		}
		if err != nil {
			return err
		}
		for _, c := range contacts {
			if !yield(s.sealing.Withhold(c), nil) {
				return errStop
			}
		}
		return nil
	})
}

// walkPage is how many members are read at a time.
const walkPage = 1000

// walk calls f with all members, page by page, in ascending order of id.
func walk(ctx context.Context, store FactStore, r Resolved, f func([]contact.ID) error) error {
	var after contact.ID
	for {
		page, err := EvaluatorOf(store).Members(ctx, r, after, walkPage)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := f(page); err != nil || len(page) < walkPage {
			return err
		}
		after = page[len(page)-1]
	}
}
