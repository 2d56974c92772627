package activity

import (
	"context"
	"errors"
	"fmt"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
)

// MaxBatch is how many activities one call of a batch method may take.
const MaxBatch = 10_000

// Service keeps the histories. Hosts get it as CRM.Activities. It is safe for
// concurrent use.
type Service struct {
	store  Stores
	atomic core.Atomic[Stores]
	env    core.Env
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env) *Service {
	return &Service{store, atomic, env}
}

// Result is what became of one activity.
type Result struct {
	// Activity as stored: the first one where the reference was known.
	Activity ID
	Contact  contact.ID
	// Created is false when the reference had been recorded before.
	Created bool
}

// Record appends one activity to its contact's history; if that contact was merged
// into another, to that one's. With a reference it is
// idempotent: recording the same again gives the first activity's id and
// Created false. It returns errs.ErrInvalid with all broken fields,
// errs.ErrNotFound when there is no such contact, and errs.ErrConflict when
// the reference was used for something else.
func (s *Service) Record(ctx context.Context, a Activity) (Result, error) {
	const op = "activity.Record"
	ctx, err := s.env.Ask(ctx, op, "contact", a.Contact.String())
	if err != nil {
		return Result{}, err
	}
	results, err := s.record(ctx, op, []Activity{a}, "")
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// RecordMany is Record for up to MaxBatch activities in one transaction: all
// or none. A reference that stands twice in the batch counts once, unless its
// uses differ.
func (s *Service) RecordMany(ctx context.Context, activities []Activity) ([]Result, error) {
	const op = "activity.RecordMany"
	ctx, err := s.env.Ask(ctx, op, "contact", "")
	if err != nil {
		return nil, err
	}
	return s.record(ctx, op, activities, "activities")
}

func (s *Service) record(ctx context.Context, op string, activities []Activity, path string) (results []Result, err error) {
	defer errs.SetOp(&err, op)
	batch, entries, err := s.prepare(op, activities, path)
	if err != nil || len(batch) == 0 {
		return nil, err
	}
	rows := make([]contact.Written, len(batch))
	for i := range batch {
		rows[i] = contact.Written{Contact: &batch[i].Contact, Origin: &batch[i].Origin}
	}
	err = contact.WriteLiving(ctx, s.store, rows, func() error {
		for i := range entries {
			entries[i].Contact = batch[i].Contact
		}
		return s.atomic(ctx, func(ctx context.Context, store Stores) error {
			if err := contact.HoldLiving(ctx, store, op, rows); err != nil {
				return err
			}
			if err := unrestricted(ctx, store, op, path, batch); err != nil {
				return err
			}
			var err error
			results, err = Append(ctx, store, op, path, batch, entries)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// prepare normalizes and validates a batch and makes the reference entries.
func (s *Service) prepare(op string, activities []Activity, path string) ([]Activity, []RefEntry, error) {
	var f errs.Fields
	if len(activities) > MaxBatch {
		f.Add(path, "too_many", fmt.Sprintf("must be at most %d activities", MaxBatch))
		return nil, nil, f.Err(op)
	}
	now := s.env.Now()
	batch := make([]Activity, len(activities))
	entries := make([]RefEntry, len(activities))
	for i, a := range activities {
		timeGiven := !a.At.IsZero()
		batch[i] = normalize(a, now)
		validate(f.At(element(path, i)), &batch[i], now)
		if batch[i].ID.IsZero() {
			batch[i].ID = s.env.NewID()
		}
		if f.Len() == 0 {
			entries[i] = RefEntry{batch[i].Ref, batch[i].Contact, batch[i].ID, digest(batch[i], timeGiven)}
		}
	}
	return batch, entries, f.Err(op)
}

// Check tells whether Record would take an activity, without storing it. It returns
// the activity in the form in which it would be stored, and the entry of its
// reference. Whether the contact exists, and the reference is free, is not looked at.
// It returns errs.ErrInvalid with all broken fields.
func (s *Service) Check(a Activity) (Activity, RefEntry, error) {
	batch, entries, err := s.prepare("activity.Check", []Activity{a}, "")
	if err != nil {
		return Activity{}, RefEntry{}, err
	}
	return batch[0], entries[0], nil
}

func element(path string, i int) string {
	if path == "" {
		return ""
	}
	return fmt.Sprintf("%s[%d]", path, i)
}

// Append claims the references of checked activities and inserts those that
// are new. Packages of the library that record as part of their own
// transaction call it; hosts call Service.Record.
func Append(ctx context.Context, store Stores, op, path string, batch []Activity, entries []RefEntry) ([]Result, error) {
	var claims []RefEntry
	for _, e := range entries {
		if !e.Ref.IsZero() {
			claims = append(claims, e)
		}
	}
	var bound []RefEntry
	if len(claims) > 0 {
		var err error
		if bound, err = store.ClaimRefs(ctx, claims); err != nil {
			return nil, err
		}
	}
	results := make([]Result, len(batch))
	inserts := make([]Activity, 0, len(batch))
	for i, a := range batch {
		results[i] = Result{a.ID, a.Contact, true}
		if !a.Ref.IsZero() {
			b := bound[0]
			bound = bound[1:]
			same, err := b.repeats(ctx, store, entries[i])
			if err != nil {
				return nil, err
			}
			if !same {
				return nil, errs.Conflict(op, field(path, i, "ref"), "reused", "was recorded before with other content")
			}
			results[i] = Result{b.Activity, b.Contact, b.Activity == a.ID}
		}
		if results[i].Created {
			inserts = append(inserts, a)
		}
	}
	err := store.InsertActivities(ctx, inserts)
	if errors.Is(err, errs.ErrNotFound) {
		err = findMissing(ctx, store, op, path, batch, err)
	}
	return results, err
}

// repeats reports whether what is recorded under a reference is what an entry says. The
// contact may have been merged since.
func (e RefEntry) repeats(ctx context.Context, store Stores, next RefEntry) (bool, error) {
	if e.Digest != next.Digest || e.Contact == next.Contact {
		return e.Digest == next.Digest, nil
	}
	id, err := contact.Living(ctx, store, next.Contact)
	return id == e.Contact, err
}

// findMissing says which activity of the batch belongs to no known contact,
// with the same path on every store.
func findMissing(ctx context.Context, store Stores, op, path string, batch []Activity, cause error) error {
	ids := make([]contact.ID, 0, len(batch))
	known := make(map[contact.ID]bool, len(batch))
	for _, a := range batch {
		if !known[a.Contact] {
			known[a.Contact] = true
			ids = append(ids, a.Contact)
		}
	}
	list, err := store.Contacts(ctx, ids)
	if err != nil {
		return err
	}
	clear(known)
	for _, c := range list {
		known[c.ID] = true
	}
	for i, a := range batch {
		if !known[a.Contact] {
			return errs.NotFound(op, field(path, i, "contact"))
		}
	}
	return cause
}

func field(path string, i int, name string) string {
	if path == "" {
		return name
	}
	return element(path, i) + "." + name
}

// ByRef returns the activity that the host recorded under the reference, or
// errs.ErrNotFound.
func (s *Service) ByRef(ctx context.Context, ref Ref) (a Activity, err error) {
	const op = "activity.ByRef"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "activity", ""); err != nil {
		return a, err
	}
	var f errs.Fields
	ValidateRef(f.At("ref"), ref)
	if err := f.Err(op); err != nil {
		return Activity{}, err
	}
	found, err := s.store.FindRefs(ctx, []Ref{ref})
	if err != nil {
		return Activity{}, err
	}
	if found[0].Activity.IsZero() {
		return Activity{}, errs.NotFound(op, "ref")
	}
	return s.store.Activity(ctx, found[0].Contact, found[0].Activity)
}

// HistoryOptions narrows a history.
type HistoryOptions struct {
	// Kinds to give; empty means all.
	Kinds []Kind
	// Cursor of the page, from Page.Next; empty for the newest page.
	Cursor string
	// Limit of the page, 1 to 1000. Defaults to 50.
	Limit int
}

// Page is one page of a history.
type Page struct {
	Activities []Activity
	// Next is the cursor of the next, older page; empty on the last one.
	Next string
}

// History returns what happened with one contact, newest first. Activities
// recorded meanwhile never make a page repeat or skip one that was there. A nil
// options gives the newest 50. An unknown contact has an empty history;
// the id of one that was merged leads to that of the other one.
func (s *Service) History(ctx context.Context, of contact.ID, options *HistoryOptions) (page Page, err error) {
	const op = "activity.History"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return page, err
	}
	var o HistoryOptions
	if options != nil {
		o = *options
	}
	if o.Limit == 0 {
		o.Limit = 50
	}
	var f errs.Fields
	cursor.CheckLimit(&f, o.Limit)
	for i, k := range o.Kinds {
		check.Name(&f, fmt.Sprintf("kinds[%d]", i), string(k))
	}
	at, before := cursor.DecodeTimeID[Activity](&f, "cursor", o.Cursor)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	q := HistoryQuery{of, o.Kinds, at, before, o.Limit + 1}
	list, err := s.store.History(ctx, q)
	if err == nil && len(list) == 0 {
		if q.Contact, err = contact.Living(ctx, s.store, of); err == nil && q.Contact != of {
			list, err = s.store.History(ctx, q)
		}
	}
	if err != nil {
		return Page{}, err
	}
	page = Page{Activities: list}
	if len(list) > o.Limit {
		page.Activities = list[:o.Limit]
		last := list[o.Limit-1]
		page.Next = cursor.EncodeTimeID(last.At, last.ID)
	}
	return page, nil
}
