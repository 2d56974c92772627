package exchange

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// work is one batch in its transaction. Entries are applied one after the other to
// what was read before, and all of it is written at the end.
type work struct {
	run *run
	tx  Stores
	now time.Time

	owners   map[contact.Identity]contact.ID
	subjects map[contact.ID]*subject
	order    []*subject // those that the batch speaks of
	refs     map[activity.Ref]activity.RefEntry
	there    map[key]activity.RefEntry // activities of known contacts, where entries name ids
	moved    map[contact.ID]contact.ID // from those that were merged to whom they belong
	barred   map[contact.Reach]bool    // addresses that no contact may have, without their paths
	same     recognition
	raced    bool
	blind    bool // nobody has looked yet who has the identities
	met      bool // somebody has some of them

	claims   []contact.Claim
	recorded []recording
	declared []declaration
	problems []Problem
	next     Import
}

// recognition puts stored sensitive values in the place of the same ones in clear.
type recognition func(stored, next contact.Contact) contact.Contact

// key is that of an activity.
type key struct {
	contact  contact.ID
	activity activity.ID
}

// subject is a contact that the batch speaks of.
type subject struct {
	before *contact.Contact // as stored, nil for a new one
	now    contact.Contact  // with its identities
	by     *ready           // the first entry that changed it, nil for none
	as     *ready           // the entry whose record it is as it stands there, nil for none
	ledger ledger
	// restricted is true when its data must not be used
	restricted bool
}

// recording and declaration are what entries add to the history and to the ledger.
type recording struct {
	by       *ready
	activity activity.Activity
	entry    activity.RefEntry
}

type declaration struct {
	by    *ready
	event consent.Event
}

// do applies a batch.
func (w *work) do(ctx context.Context, batch []ready) error {
	stored, err := w.run.lock(ctx, w.tx)
	if err != nil {
		return err
	}
	w.next = stored
	if err := w.load(ctx, batch); err != nil {
		return err
	}
	for i := range batch {
		w.entry(&batch[i])
	}
	if w.raced {
		return errRaced
	}
	last := batch[len(batch)-1]
	w.next.Position, w.next.Digest, w.next.UpdatedAt = last.Number, last.digest, w.now
	return w.write(ctx)
}

// load reads what the batch may touch, and locks the contacts.
func (w *work) load(ctx context.Context, batch []ready) error {
	var identities []contact.Identity
	var ids []contact.ID
	var refs []activity.Ref
	consents := false
	w.blind = w.run.blind
	for _, e := range batch {
		if refused(e.problems) {
			continue
		}
		w.blind = w.blind && len(e.Identities) == 0
		identities = append(append(identities, e.Contact.Identities...), e.Identities...)
		for _, id := range []contact.ID{e.Contact.ID, e.Of, e.Maybe} {
			if !id.IsZero() {
				ids = append(ids, id)
			}
		}
		for _, a := range e.Activities {
			if !a.Ref.IsZero() {
				refs = append(refs, a.Ref)
			}
		}
		consents = consents || len(e.Consents) > 0 || slices.ContainsFunc(w.run.s.with.Fields, contact.Field.IsSensitive)
	}
	if err := w.loadBarred(ctx, batch); err != nil {
		return err
	}
	w.owners = make(map[contact.Identity]contact.ID, len(identities))
	if !w.blind {
		if err := w.loadOwners(ctx, identities); err != nil {
			return err
		}
	}
	for _, owner := range w.owners {
		ids = append(ids, owner)
	}
	if err := w.loadSubjects(ctx, ids, consents); err != nil {
		return err
	}
	if err := w.loadHistory(ctx, batch); err != nil {
		return err
	}
	if err := w.loadSealed(ctx, batch); err != nil {
		return err
	}
	return w.loadRefs(ctx, refs)
}

// loadSealed gets ready what compares sensitive values with the stored ones, where
// entries have some.
func (w *work) loadSealed(ctx context.Context, batch []ready) (err error) {
	sealing := w.run.s.with.Contacts.Sealing()
	has := func(e ready) bool {
		for name := range e.Contact.Custom {
			if sealing.IsSensitive(name) {
				return true
			}
		}
		return false
	}
	var stored []contact.Contact
	if slices.ContainsFunc(batch, has) {
		for _, s := range w.subjects {
			stored = append(stored, s.now)
		}
	}
	w.same, err = w.run.s.with.Contacts.Sealing().Recognise(ctx, w.tx, stored)
	return err
}

func (w *work) loadOwners(ctx context.Context, identities []contact.Identity) error {
	owners, err := w.tx.FindIdentities(ctx, identities)
	if err != nil {
		return err
	}
	for i, owner := range owners {
		if !owner.IsZero() {
			w.owners[identities[i]], w.met = owner, true
		}
	}
	return nil
}

func (w *work) loadSubjects(ctx context.Context, ids []contact.ID, consents bool) error {
	slices.SortFunc(ids, contact.ID.Compare)
	ids = slices.Compact(ids)
	known, err := w.lockLiving(ctx, ids)
	if err != nil {
		return err
	}
	w.subjects = make(map[contact.ID]*subject, len(known))
	ids = ids[:0]
	for _, c := range known {
		w.subjects[c.ID] = &subject{before: &c, now: c}
		ids = append(ids, c.ID)
	}
	if err := w.loadMeasures(ctx, ids); err != nil || !consents || len(known) == 0 {
		return err
	}
	events, err := w.tx.ConsentEvents(ctx, ids)
	for _, e := range events {
		w.subjects[e.Contact].ledger.add(e)
	}
	return err
}

// loadMeasures finds out which of the contacts must not be used.
func (w *work) loadMeasures(ctx context.Context, known []contact.ID) error {
	if len(known) == 0 {
		return nil
	}
	restricted, err := w.tx.Restricted(ctx, known)
	for _, id := range restricted {
		w.subjects[id].restricted = true
	}
	return err
}

// lockLiving locks contacts, and for those that were merged the ones that they belong to
// now.
func (w *work) lockLiving(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	found, err := contact.LockLiving(ctx, w.tx, ids)
	if err != nil {
		return nil, err
	}
	w.moved = map[contact.ID]contact.ID{}
	known := make(map[contact.ID]contact.Contact, len(found))
	for named, c := range found {
		if known[c.ID] = c; c.ID != named {
			w.moved[named] = c.ID
		}
	}
	return slices.SortedFunc(maps.Values(known), func(a, b contact.Contact) int { return a.ID.Compare(b.ID) }), nil
}

// living gives the id of whoever has the contact now.
func (w *work) living(id contact.ID) contact.ID { return cmp.Or(w.moved[id], id) }

// loadHistory finds out which activities are there, where entries name their ids.
func (w *work) loadHistory(ctx context.Context, batch []ready) error {
	var ids []contact.ID
	for _, e := range batch {
		if slices.ContainsFunc(e.Activities, func(a activity.Activity) bool { return !a.ID.IsZero() }) {
			ids = append(ids, w.mayBe(e)...)
		}
	}
	slices.SortFunc(ids, contact.ID.Compare)
	list, err := w.tx.ActivitiesOf(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	w.there = make(map[key]activity.RefEntry, len(list))
	for _, a := range list {
		_, entry, err := w.run.s.with.Activities.Check(a)
		if err != nil { // was recorded under other rules: it is there, but like no other
			entry = activity.RefEntry{Ref: a.Ref, Contact: a.Contact, Activity: a.ID}
		}
		w.there[key{a.Contact, a.ID}] = entry
	}
	return nil
}

// mayBe lists the known contacts that an entry may speak of.
func (w *work) mayBe(e ready) []contact.ID {
	ids := []contact.ID{w.living(e.Contact.ID), w.living(e.Of), w.living(e.Maybe)}
	for _, identity := range slices.Concat(e.Contact.Identities, e.Identities) {
		ids = append(ids, w.owners[identity])
	}
	return slices.DeleteFunc(ids, func(id contact.ID) bool { return w.subjects[id] == nil })
}

func (w *work) loadRefs(ctx context.Context, refs []activity.Ref) error {
	bound, err := w.tx.FindRefs(ctx, refs)
	if err != nil {
		return err
	}
	w.refs = make(map[activity.Ref]activity.RefEntry, len(refs))
	for i, b := range bound {
		if !b.Activity.IsZero() {
			w.refs[refs[i]] = b
		}
	}
	return nil
}

// write stores what became of the entries. What others wrote meanwhile is errRaced.
func (w *work) write(ctx context.Context) error {
	if err := w.seal(ctx); err != nil {
		return err
	}
	if err := w.writeContacts(ctx); err != nil {
		return err
	}
	if err := w.writeActivities(ctx); err != nil {
		return err
	}
	if len(w.declared) > 0 {
		events := make([]consent.Event, len(w.declared))
		for i, d := range w.declared {
			events[i] = d.event
		}
		if err := w.tx.AppendConsent(ctx, events); err != nil {
			return err
		}
	}
	changes := w.changes()
	if err := w.tx.AppendImportChanges(ctx, w.next.ID, changes); err != nil {
		return err
	}
	if err := w.tx.AppendImportProblems(ctx, w.next.ID, w.next.Problems, w.problems); err != nil {
		return err
	}
	w.next.Problems += len(w.problems)
	w.next.Activities += len(w.recorded)
	w.next.Consents += len(w.declared)
	w.next.Changes += int64(len(changes))
	return w.tx.UpdateImport(ctx, w.next)
}

// seal seals the sensitive values of what is written.
func (w *work) seal(ctx context.Context) error {
	var list []*contact.Contact
	for _, s := range w.order {
		if w.run.s.with.Contacts.Sealing().HasClear(s.now) {
			s.as = nil // the record is not the entry's any more
			list = append(list, &s.now)
		}
	}
	return w.run.s.with.Contacts.Sealing().Seal(ctx, w.tx, list, w.now)
}

func (w *work) writeContacts(ctx context.Context) error {
	owners, err := w.tx.ClaimIdentities(ctx, w.claims)
	if err != nil {
		return err
	}
	for i, owner := range owners {
		if owner != w.claims[i].Contact {
			return errRaced
		}
	}
	inserts := make([]contact.Contact, 0, len(w.order))
	var updates []contact.Contact
	for _, s := range w.order {
		switch {
		case s.before == nil:
			s.now.CreatedAt, s.now.UpdatedAt, s.now.Version = w.now, w.now, 1
			inserts = append(inserts, s.now)
		case s.by != nil:
			s.now.CreatedAt, s.now.UpdatedAt, s.now.Version = s.before.CreatedAt, w.now, s.before.Version+1
			updates = append(updates, s.now)
		}
	}
	if err := w.tx.InsertContacts(ctx, inserts); err != nil {
		return raced(err)
	}
	return w.tx.UpdateContacts(ctx, updates)
}

func (w *work) writeActivities(ctx context.Context) error {
	var claims []activity.RefEntry
	list := make([]activity.Activity, len(w.recorded))
	for i, r := range w.recorded {
		list[i] = r.activity
		if !r.entry.Ref.IsZero() {
			claims = append(claims, r.entry)
		}
	}
	bound, err := w.tx.ClaimRefs(ctx, claims)
	if err != nil {
		return err
	}
	for i, b := range bound {
		if b.Activity != claims[i].Activity {
			return errRaced
		}
	}
	return raced(w.tx.InsertActivities(ctx, list))
}

// raced tells what somebody has inserted meanwhile.
func raced(err error) error {
	if errs.Has(err, "exists") {
		return errRaced
	}
	return err
}

// changes lists what the batch changed: of each contact first the record.
func (w *work) changes() []Change {
	list := make([]Change, 0, len(w.order)+len(w.recorded)+len(w.declared))
	add := func(by *ready, c Change) {
		c.Seq, c.Number, c.Line = w.next.Changes+int64(len(list))+1, by.Number, by.Line
		list = append(list, c)
	}
	for _, s := range w.order {
		switch {
		case s.before == nil:
			add(s.by, Change{Kind: ChangeCreated, Contact: s.now.ID, Digest: s.digest()})
		case s.by != nil:
			after := s.now
			add(s.by, Change{Kind: ChangeUpdated, Contact: s.now.ID, Before: s.before, After: &after})
		}
	}
	for _, r := range w.recorded {
		add(r.by, Change{Kind: ChangeRecorded, Contact: r.activity.Contact, Activity: r.activity.ID})
	}
	for _, d := range w.declared {
		add(d.by, Change{Kind: ChangeDeclared, Contact: d.event.Contact, Consent: d.event.ID})
	}
	return list
}

// digest gives digestOf the record.
func (s *subject) digest() [16]byte {
	if s.as != nil {
		return s.as.content
	}
	return digestOf(s.now)
}
