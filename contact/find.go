package contact

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// Bounds of one look-up: how many contacts with a key are looked at, how many are compared
// at most, how many of those who share one combination only, and how many are returned. A
// key that more contacts share tells nothing of them, unless it is that of an e-mail
// address or a phone.
const (
	perKey      = 50
	maxCompared = 25
	fewCompared = 5
	maxFound    = 20
)

// likely is the probability from which two may be one.
const likely = 0.5

// Duplicate is a contact that may be the one that was asked about.
type Duplicate struct {
	Contact Contact
	// P is the probability that both are one, from .5 to 1.
	P float64
	// Contradiction tells that given names, dates of birth or companies speak against it.
	Contradiction bool
	// Reasons say, in words, what speaks for it and what against it: field by field, the
	// strongest first.
	Reasons []duplicate.Reason
}

// FindDuplicates looks for contacts that may be the candidate, which need not be stored,
// nor be valid, and of which any part may be missing. It returns up to 20 that are more
// likely the same than not, the most likely first. One with the id of the candidate is
// not among them; whoever asks about a contact that is stored leaves out, too, what
// CRM.Duplicates.Dismissed says was looked at before.
//
// It is made to be asked before a contact is created. It compares the contacts with whom
// the candidate shares most of some dozen combinations of fields, such as the sound of the
// name with the date of birth, and looks at 50 of each, so it takes a few milliseconds
// however many contacts there are, and a value that thousands share slows nothing down.
// Relatives in one household are no duplicates, see package duplicate.
//
// It returns errs.ErrConflict (off) without crm.Config.Duplicates.
func (s *Service) FindDuplicates(ctx context.Context, candidate Contact) (found []Duplicate, err error) {
	const op = "contact.FindDuplicates"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return found, err
	}
	if found, err = s.lookup(ctx, s.store, op, normalize(candidate)); err != nil {
		return nil, err
	}
	return found, s.noteFound(ctx, found)
}

func (s *Service) lookup(ctx context.Context, store Stores, op string, candidate Contact) ([]Duplicate, error) {
	if s.model == nil {
		return nil, errs.Conflict(op, "", "off", "needs crm.Config.Duplicates")
	}
	p := duplicate.Prepare(candidate.DuplicateRecord())
	ids, err := candidates(ctx, store, duplicate.Keys(nil, &p, *s.secret))
	if err != nil {
		return nil, err
	}
	self := candidate.ID
	if !self.IsZero() {
		if self, err = Living(ctx, store, self); err != nil {
			return nil, err
		}
	}
	ids = slices.DeleteFunc(ids, func(id ID) bool { return id == self })
	return s.likeliest(ctx, store, &p, ids)
}

// likeliest compares a record with those of contacts, and gives the contacts that it is
// more likely than not, the most likely first.
func (s *Service) likeliest(ctx context.Context, store Stores, p *duplicate.Prepared, ids []ID) ([]Duplicate, error) {
	records, err := store.DuplicateRecords(ctx, ids)
	if err != nil {
		return nil, err
	}
	scores := map[ID]duplicate.Score{}
	for i, r := range records {
		other := duplicate.Prepare(r)
		if score := s.model.Compare(p, &other); score.P >= likely {
			scores[ids[i]] = score
		}
	}
	if len(scores) == 0 {
		return nil, nil
	}
	known, err := store.Contacts(ctx, slices.Collect(maps.Keys(scores)))
	if err == nil {
		known, err = s.reveal(ctx, store, known)
	}
	if err != nil {
		return nil, err
	}
	found := make([]Duplicate, len(known))
	for i, c := range known {
		score := scores[c.ID]
		found[i] = Duplicate{c, score.P, score.Contradiction, score.Reasons()}
	}
	slices.SortFunc(found, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(b.P, a.P), a.Contact.ID.Compare(b.Contact.ID))
	})
	return found[:min(len(found), maxFound)], nil
}

// candidates lists the contacts with whom a record shares keys, those with whom it
// shares most of them if they are too many.
func candidates(ctx context.Context, store Store, keys []duplicate.Key) ([]ID, error) {
	shared := map[ID]int{}
	hits, err := store.FindKeys(ctx, keys, perKey+1)
	if err != nil {
		return nil, err
	}
	for from := 0; from < len(hits); {
		to := from
		for to < len(hits) && hits[to].Key == hits[from].Key {
			to++
		}
		if to-from <= perKey || hits[from].Key.Strong() {
			for _, h := range hits[from:to] {
				if shared[h.Contact]++; hits[from].Key.Strong() {
					shared[h.Contact]++
				}
			}
		}
		from = to
	}
	ids := make([]ID, 0, len(shared))
	for id := range shared {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b ID) int { return cmp.Or(cmp.Compare(shared[b], shared[a]), a.Compare(b)) })
	n := min(len(ids), maxCompared)
	for n > fewCompared && shared[ids[n-1]] == 1 {
		n-- // strangers have a combination in common, too, but seldom two
	}
	return ids[:n], nil
}

// OnDuplicate says what Add does about a contact that seems to be there already.
type OnDuplicate string

// What Add does.
const (
	// Accept does not look.
	Accept OnDuplicate = ""
	// Warn creates the contact, and returns whom it may be.
	Warn OnDuplicate = "warn"
	// Refuse creates no contact that is there already, with the certainty that was asked
	// for.
	Refuse OnDuplicate = "refuse"
)

// AddOptions of Add.
type AddOptions struct {
	Duplicates OnDuplicate
	// Certainty is the probability from which Refuse refuses, from .5 to 1. Defaults to
	// .9.
	Certainty float64
}

// Added is what Add made, and found.
type Added struct {
	// Contact as stored; empty when it was refused.
	Contact Contact
	// Duplicates are whom it may be, as FindDuplicates gives them.
	Duplicates []Duplicate
}

// defaultCertainty is that of AddOptions.
const defaultCertainty = 0.9

// Add is Create, but looks before whether the contact is there already, in the same
// transaction. One that is refused is errs.ErrConflict (duplicate), beside which Added
// tells whom it is like. Two that are added at the very same moment may not see each
// other. Nil options accept every contact.
func (s *Service) Add(ctx context.Context, c Contact, o *AddOptions) (added Added, err error) {
	const op = "contact.Add"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return added, err
	}
	var own AddOptions
	if o != nil {
		own = *o
	}
	if own.Certainty == 0 {
		own.Certainty = defaultCertainty
	}
	var f errs.Fields
	if own.Duplicates != Accept && own.Duplicates != Warn && own.Duplicates != Refuse {
		f.Add("duplicates", "unknown_policy", "must be warn or refuse, or empty to accept")
	}
	if !(own.Certainty >= likely && own.Certainty <= 1) {
		f.Add("certainty", "out_of_range", "must lie between .5 and 1")
	}
	if err := f.Err(op); err != nil {
		return Added{}, err
	}
	fresh := c.ID.IsZero()
	added.Contact, err = s.create(ctx, op, c, func(ctx context.Context, store Stores, c Contact) (err error) {
		if own.Duplicates == Accept {
			return nil
		}
		if fresh { // nobody stored has its id
			c.ID = ID{}
		}
		if added.Duplicates, err = s.lookup(ctx, store, op, c); err != nil {
			return err
		}
		if own.Duplicates == Refuse && len(added.Duplicates) > 0 && added.Duplicates[0].P >= own.Certainty {
			return errs.Conflict(op, "", "duplicate", "is there already, in all likelihood")
		}
		return nil
	})
	if err != nil {
		return added, err
	}
	return added, s.noteFound(ctx, added.Duplicates)
}

// noteFound notes in the log of what was done whose sensitive values are given out.
func (s *Service) noteFound(ctx context.Context, found []Duplicate) error {
	var read []ID
	for _, d := range found {
		if s.sealing.holds(d.Contact) {
			read = append(read, d.Contact.ID)
		}
	}
	return core.ReadOf(ctx, s.env, read)
}

// indexPage is how many contacts IndexDuplicates takes at a time.
const indexPage = 500

// IndexDuplicates makes anew what FindDuplicates looks contacts up by. It is needed once
// when crm.Config.Duplicates is set for contacts that are there already, and when its
// secret was changed or the library says so (duplicate.NormVersion); afterwards all that
// writes keeps it up. It works page by page, and can be called again when it was cut off.
// While it works, FindDuplicates finds only some. Progress may be nil; it is called with
// the number of contacts that were done.
//
// It returns errs.ErrConflict (off) without crm.Config.Duplicates.
func (s *Service) IndexDuplicates(ctx context.Context, progress func(done int)) (err error) {
	const op = "contact.IndexDuplicates"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return err
	}
	if s.secret == nil {
		return errs.Conflict(op, "", "off", "needs crm.Config.Duplicates")
	}
	for n := int64(1); n > 0; {
		if n, err = s.store.ClearKeys(ctx, 10*indexPage); err != nil {
			return err
		}
	}
	done := 0
	for after := (ID{}); ; {
		ids, err := s.indexPage(ctx, after)
		if err != nil || len(ids) == 0 {
			return err
		}
		after, done = ids[len(ids)-1], done+len(ids)
		if progress != nil {
			progress(done)
		}
	}
}

// indexPage puts the keys of the next contacts.
func (s *Service) indexPage(ctx context.Context, after ID) (ids []ID, err error) {
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		list, err := store.ListContacts(ctx, after, indexPage)
		if err != nil {
			return err
		}
		ids = make([]ID, len(list))
		for i, c := range list {
			ids[i] = c.ID
		}
		if list, err = store.LockContacts(ctx, ids); err != nil { // nobody changes them between
			return err
		}
		return store.PutKeys(ctx, keyed{secret: *s.secret}.keys(list))
	})
	return ids, err
}
