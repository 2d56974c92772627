package segment

import (
	"context"
	"errors"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
)

// Stores is what the service needs.
type Stores interface {
	FactStore
	Store
}

// Service keeps and evaluates segments. Hosts get it as CRM.Segments. It is
// safe for concurrent use.
type Service struct {
	store  Stores
	atomic core.Atomic[Stores]
	env    core.Env
	custom map[string]contact.Type
	// sealing knows which of them are sensitive.
	sealing *contact.Sealing
	asOf    time.Time // zero means now
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env, custom map[string]contact.Type, sealing *contact.Sealing) *Service {
	return &Service{store: store, atomic: atomic, env: env, custom: custom, sealing: sealing}
}

// Save stores the rule under the name, in place of the one that was there, and
// returns the segment. It returns errs.ErrInvalid with every mistake in name
// and rule, among them a segment that does not exist or leads back to this one,
// and a rank in the rule of a live segment.
func (s *Service) Save(ctx context.Context, name string, r Rule) (saved Segment, err error) {
	const op = "segment.Save"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return saved, err
	}
	var f errs.Fields
	check.Name(&f, "name", name)
	checkRule(&f, r, s.custom, s.sealing)
	if err := f.Err(op); err != nil {
		return Segment{}, err
	}
	now := s.env.Now()
	saved = Segment{ID: s.env.NewID(), Name: name, Rule: r, CreatedAt: now, UpdatedAt: now}
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		if err := checkCircle(ctx, store, name, r); err != nil {
			return err
		}
		if err := checkLive(ctx, store, saved); err != nil {
			return err
		}
		old, err := store.SegmentByName(ctx, name)
		if errors.Is(err, errs.ErrNotFound) {
			return store.InsertSegment(ctx, saved)
		}
		if err != nil {
			return err
		}
		saved.ID, saved.CreatedAt = old.ID, old.CreatedAt
		return store.UpdateSegment(ctx, saved)
	})
	if err != nil {
		return Segment{}, err
	}
	return saved, nil
}

// Get returns the segment with the id, or errs.ErrNotFound.
func (s *Service) Get(ctx context.Context, segment ID) (found Segment, err error) {
	defer errs.SetOp(&err, "segment.Get")
	if ctx, err = s.env.Ask(ctx, "segment.Get", "segment", segment.String()); err != nil {
		return found, err
	}
	return s.store.Segment(ctx, segment)
}

// Find returns the segment with the name, or errs.ErrNotFound.
func (s *Service) Find(ctx context.Context, name string) (found Segment, err error) {
	const op = "segment.Find"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return found, err
	}
	return s.find(ctx, op, name)
}

func (s *Service) find(ctx context.Context, op, name string) (Segment, error) {
	var f errs.Fields
	check.Name(&f, "name", name)
	if err := f.Err(op); err != nil {
		return Segment{}, err
	}
	return s.store.SegmentByName(ctx, name)
}

// List returns all segments, by name.
func (s *Service) List(ctx context.Context) (list []Segment, err error) {
	defer errs.SetOp(&err, "segment.List")
	if ctx, err = s.env.Ask(ctx, "segment.List", "segment", ""); err != nil {
		return list, err
	}
	return s.store.Segments(ctx)
}

// Check tells whether the rule makes sense, with the mistakes and their
// paths, as the function Check does.
func (s *Service) Check(r Rule) error { return CheckSealed(r, s.custom, s.sealing) }

// resolve binds and resolves a checked rule.
func (s *Service) resolve(ctx context.Context, r Rule, now time.Time) (Resolved, error) {
	_, bound, err := s.bind(ctx, s.store, r, now)
	return Resolve(bound, now, s.env.Zone), err
}

// Count counts the contacts that the rule selects now.
func (s *Service) Count(ctx context.Context, r Rule) (n int64, err error) {
	const op = "segment.Count"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return n, err
	}
	var f errs.Fields
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return 0, err
	}
	resolved, err := s.resolve(ctx, r, s.now())
	if err != nil {
		return 0, err
	}
	return EvaluatorOf(s.store).CountMembers(ctx, resolved)
}

// Page is one page of members.
type Page struct {
	Contacts []contact.ID
	// Next is the cursor of the next page, empty on the last one.
	Next string
}

// Members returns the contacts that the rule selects, in ascending order of
// id, limit at a time (1 to 1000). Pass the empty cursor first, then Page.Next.
// All pages are as of the instant of the first.
func (s *Service) Members(ctx context.Context, r Rule, cursorText string, limit int) (page Page, err error) {
	const op = "segment.Members"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return page, err
	}
	var f errs.Fields
	now, after := cursor.DecodeTimeID[contact.Contact](&f, "cursor", cursorText)
	cursor.CheckLimit(&f, limit)
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	if cursorText == "" {
		now = s.now()
	}
	resolved, err := s.resolve(ctx, r, now)
	if err != nil {
		return Page{}, err
	}
	ids, err := EvaluatorOf(s.store).Members(ctx, resolved, after, limit+1)
	if err != nil {
		return Page{}, err
	}
	page = Page{Contacts: ids}
	if len(ids) > limit {
		page.Contacts = ids[:limit]
		page.Next = cursor.EncodeTimeID(now, ids[limit-1])
	}
	return page, nil
}

// Among returns those of the contacts that the rule selects now, in ascending
// order of id. It is made for a handful of contacts, at most 1000.
func (s *Service) Among(ctx context.Context, r Rule, contacts []contact.ID) (members []contact.ID, err error) {
	const op = "segment.Among"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return members, err
	}
	var f errs.Fields
	if len(contacts) > cursor.MaxLimit {
		f.Add("contacts", "too_many", "must be at most 1000")
	}
	s.ready(&f, r)
	if err := f.Err(op); err != nil || len(contacts) == 0 {
		return nil, err
	}
	resolved, err := s.resolve(ctx, r, s.now())
	if err != nil {
		return nil, err
	}
	return EvaluatorOf(s.store).MembersAmong(ctx, resolved, contacts)
}

// Explain says why the contact is, or is not, selected by the rule now: per
// condition what was seen, and when time alone will change it. Of sensitive fields
// it tells no more than whether there is a value. It returns
// errs.ErrNotFound when there is no such contact.
func (s *Service) Explain(ctx context.Context, r Rule, of contact.ID) (why Explanation, err error) {
	const op = "segment.Explain"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return why, err
	}
	var f errs.Fields
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return Explanation{}, err
	}
	facts, err := FactsOf(ctx, s.store, []contact.ID{of})
	if err != nil {
		return Explanation{}, err
	}
	if len(facts) == 0 {
		return Explanation{}, errs.NotFound(op, "contact")
	}
	now := s.now()
	told, bound, err := s.bind(ctx, s.store, r, now)
	if err != nil {
		return Explanation{}, err
	}
	why = Explain(bound, &facts[0], now, s.env.Zone)
	return s.explained(why, Explain(told, &facts[0], now, s.env.Zone), told), nil
}
