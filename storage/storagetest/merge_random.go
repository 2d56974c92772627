package storagetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// family is a plain model of merges: who belongs to whom, and who did what.
type family struct {
	*kit
	r      *rand.Rand
	ids    []contact.ID
	parent map[contact.ID]contact.ID
	since  map[contact.ID]time.Time     // when they came to the parent
	acts   map[contact.ID][]activity.ID // by the id for which they were recorded
	events map[contact.ID]int
	tags   map[contact.ID][]string // by whom they were given to
	said   map[contact.ID][]string // the proofs of what they declared
	step   int
}

func (f *family) root(of contact.ID) contact.ID {
	for !f.parent[of].IsZero() {
		of = f.parent[of]
	}
	return of
}

// below reports whether a contact is another one or was merged into it.
func (f *family) below(of, above contact.ID) bool {
	for ; !of.IsZero(); of = f.parent[of] {
		if of == above {
			return true
		}
	}
	return false
}

// mergeRandom merges, takes back, records, declares and edits at random, compares with
// the model after each step, and in the end takes all merges back.
func mergeRandom(k *kit) {
	k.within(long)
	n, seed := ruleCases(k)
	w := newWorld(k.T, seed)
	k.clock.set(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	people := w.liven(k)[:12]
	for step := range 30 {
		w.happen(k, people, step)
	}
	f := &family{kit: k, r: w.r, parent: map[contact.ID]contact.ID{}, since: map[contact.ID]time.Time{}, acts: map[contact.ID][]activity.ID{}, events: map[contact.ID]int{}, said: map[contact.ID][]string{}, tags: map[contact.ID][]string{}}
	for i, p := range people {
		people[i] = k.get(p.ID)
		f.ids = append(f.ids, p.ID)
		for _, a := range k.history(p.ID) {
			f.acts[p.ID] = append(f.acts[p.ID], a.ID)
		}
		ledger, err := k.crm.Consents.Ledger(k.ctx, p.ID)
		k.ok(err, "reading a ledger")
		f.events[p.ID] = len(ledger)
	}
	follow := w.followed(k)
	f.merges(max(20, min(n/10, 200)), false)
	f.apart(people)
	f.merges(max(20, min(n/10, 200)), true)
	w.compareLive(k, follow)
	if k.Failed() {
		k.Fatalf("CRM_RULE_SEED=%d", seed)
	}
}

// followed makes some random rules live.
func (w *world) followed(k *kit) []string {
	k.Helper()
	var live []string
	for i := range 6 {
		if rule := w.rule(3); !hasRank(rule) {
			name := fmt.Sprintf("rule-%d", i)
			k.follow(name, rule)
			live = append(live, name)
		}
	}
	k.refresh()
	return live
}

// merges does so many steps. Writing, too, changes more than who belongs to whom.
func (f *family) merges(steps int, writing bool) {
	f.Helper()
	for range steps {
		f.step++
		f.clock.add(time.Hour)
		a, b := pick(f.r, f.ids), pick(f.r, f.ids)
		switch what := f.r.IntN(10); {
		case what < 3 && writing:
			f.write(a)
		case what < 7:
			f.join(a, b)
		default:
			f.part(a)
		}
		if f.r.IntN(5) == 0 {
			f.refresh()
		}
		if f.compare(); f.Failed() {
			f.Fatalf("step %d", f.step)
		}
	}
}

func (f *family) join(winner, loser contact.ID) {
	f.Helper()
	err := last(f.crm.Merges.Merge(f.ctx, winner, loser, nil))
	switch {
	case winner == loser:
		f.fails(err, errs.ErrInvalid, "merging a contact with itself")
	case !f.parent[winner].IsZero() || !f.parent[loser].IsZero():
		f.fails(err, errs.ErrConflict, "merging a contact that was merged")
	default:
		f.ok(err, "merging")
		f.parent[loser], f.since[loser] = winner, f.clock.Now()
	}
}

func (f *family) part(loser contact.ID) {
	f.Helper()
	err := last(f.crm.Merges.Unmerge(f.ctx, loser))
	if f.parent[loser].IsZero() {
		f.fails(err, errs.ErrNotFound, "taking back what was not merged")
		return
	}
	f.ok(err, "taking a merge back")
	delete(f.parent, loser)
}

// write records, declares and edits something.
func (f *family) write(of contact.ID) {
	f.Helper()
	r := f.record(order(of, 5000+f.step, f.clock.Now().Add(-time.Hour)))
	f.acts[of] = append(f.acts[of], r.Activity)
	d, do := declaration(of, contact.ChannelEmail), f.crm.Consents.Grant
	d.Proof = fmt.Sprint("step ", f.step)
	switch f.r.IntN(4) {
	case 0:
		do = f.crm.Consents.Withdraw
	case 1:
		do = f.crm.Consents.Object
	case 2:
		d.ExpiresAt = f.clock.Now().Add(time.Duration(1+f.r.IntN(300)) * time.Second)
	}
	f.ok(do(f.ctx, d), "declaring")
	f.said[of] = append(f.said[of], d.Proof)
	c := f.get(of)
	tag := fmt.Sprintf("step-%03d", f.step)
	c.Tags = append(c.Tags, tag)
	f.ok(last(f.lenient().Contacts.Update(f.ctx, c)), "editing")
	f.tags[c.ID] = append(f.tags[c.ID], tag)
}

// compare compares all contacts with the model.
func (f *family) compare() {
	f.Helper()
	for _, id := range f.ids {
		root := f.root(id)
		c := f.get(id)
		f.equal(c.ID, root, "whom an id leads to")
		if root != id {
			continue
		}
		want := map[activity.ID]contact.ID{}
		events, tags, said := 0, []string(nil), []string(nil)
		for _, of := range f.ids {
			if f.below(of, id) {
				for _, a := range f.acts[of] {
					if want[a] = of; of == id {
						want[a] = contact.ID{}
					}
				}
				events += f.events[of]
				tags, said = append(tags, f.tags[of]...), append(said, f.said[of]...)
			}
		}
		got := map[activity.ID]contact.ID{}
		for _, a := range f.history(id) {
			got[a.ID] = a.Origin
		}
		f.equal(got, want, "the history, with for whom it was recorded")
		for _, t := range tags {
			f.equal(slices.Contains(c.Tags, t), true, "whether what was edited stays")
		}
		ledger, err := f.crm.Consents.Ledger(f.ctx, id)
		f.ok(err, "reading a ledger")
		for _, proof := range said {
			f.equal(slices.ContainsFunc(ledger, func(e consent.Event) bool { return e.Proof == proof }), true, "whether what was declared is in the ledger")
		}
		before := slices.DeleteFunc(ledger, func(e consent.Event) bool { return e.Source == "merge" || strings.HasPrefix(e.Proof, "step ") })
		f.equal(len(before), events, "how many declarations there are from before")
		f.strict(id)
	}
}

// strict checks that the states are the fold of the ledger, and what the declarations and
// merges lead to, one after the other.
func (f *family) strict(root contact.ID) {
	f.Helper()
	ledger, err := f.crm.Consents.Ledger(f.ctx, root)
	f.ok(err, "reading a ledger")
	states, err := f.crm.Consents.States(f.ctx, root)
	f.ok(err, "reading states")
	fold, got := map[consent.State]bool{}, map[string]consent.Action{}
	now := f.clock.Now()
	for _, s := range states {
		fold[s] = true
		got[cellName(s.Cell())] = lasting(s, now)
	}
	want := map[string]consent.Action{}
	for _, e := range f.declared(root, ledger) {
		want[cellName(e.Cell())] = lasting(consent.StateOf(e), now)
	}
	f.equal(foldOf(ledger), fold, "the states are the fold of the ledger")
	f.equal(got, want, "what holds of all that was declared")
}

func cellName(c consent.Cell) string {
	return string(c.Purpose) + " " + string(c.Channel) + " " + string(c.Layer)
}

// lasting is the action that counts at an instant: what has ended is expired.
func lasting(s consent.State, now time.Time) consent.Action {
	if s.Action.Grants() && !s.InForce(now) {
		return consent.Expire
	}
	return s.Action
}

// standing is the event that counts in each cell.
type standing map[consent.Cell]consent.Event

// declared plays the declarations and the merges of a family in the order of their
// instants: of one group the last declaration counts, of two that come together the
// stricter one.
func (f *family) declared(root contact.ID, ledger []consent.Event) standing {
	now := map[contact.ID]standing{}
	group := map[contact.ID]contact.ID{}
	of := func(id contact.ID) contact.ID {
		for !group[id].IsZero() {
			id = group[id]
		}
		return id
	}
	var losers []contact.ID
	for _, id := range f.ids {
		now[id] = standing{}
		if id != root && f.below(id, root) {
			losers = append(losers, id)
		}
	}
	slices.SortFunc(losers, func(a, b contact.ID) int { return f.since[a].Compare(f.since[b]) })
	for _, e := range ledger {
		for len(losers) > 0 && e.At.After(f.since[losers[0]]) {
			f.unite(now, group, of, losers[0])
			losers = losers[1:]
		}
		by := now[of(cmp.Or(e.Origin, root))]
		if old, there := by[e.Cell()]; e.Source != "merge" && (!there || consent.Supersedes(e, consent.StateOf(old))) {
			by[e.Cell()] = e
		}
	}
	for _, l := range losers {
		f.unite(now, group, of, l)
	}
	return now[root]
}

func (f *family) unite(now map[contact.ID]standing, group map[contact.ID]contact.ID, of func(contact.ID) contact.ID, loser contact.ID) {
	winner := of(f.parent[loser])
	for cell, e := range now[loser] {
		old, there := now[winner][cell]
		a, b := lasting(consent.StateOf(e), f.since[loser]), lasting(consent.StateOf(old), f.since[loser])
		if !there || a.StricterThan(b) || !b.StricterThan(a) && consent.Supersedes(e, consent.StateOf(old)) {
			now[winner][cell] = e
		}
	}
	group[loser] = winner
}

// foldOf gives the states that a ledger of one contact leads to.
func foldOf(ledger []consent.Event) map[consent.State]bool {
	cells := map[consent.Cell]consent.State{}
	for _, e := range ledger {
		key := e.Cell()
		if old, known := cells[key]; !known || consent.Supersedes(e, old) {
			cells[key] = consent.StateOf(e)
		}
	}
	fold := map[consent.State]bool{}
	for _, s := range cells {
		fold[s] = true
	}
	return fold
}

// apart takes all merges back, in any order, and compares everything with what it was.
func (f *family) apart(people []contact.Contact) {
	f.Helper()
	f.r.Shuffle(len(f.ids), func(i, j int) { f.ids[i], f.ids[j] = f.ids[j], f.ids[i] })
	for _, id := range f.ids {
		if !f.parent[id].IsZero() {
			f.part(id)
		}
	}
	f.compare()
	for _, p := range people {
		f.equal(alone(f.get(p.ID)), alone(p), "the record of a contact whose merges were all taken back")
	}
	resolved := segment.Resolve(segment.Purchases().AtLeast(1), f.clock.Now(), f.zone)
	facts, err := segment.FactsOf(f.ctx, f.store, idsOf(people))
	f.ok(err, "reading facts")
	for i := range facts {
		among, err := segment.EvaluatorOf(f.store).MembersAmong(f.ctx, resolved, []contact.ID{facts[i].Contact.ID})
		f.ok(err, "evaluating a rule")
		f.equal(len(among) == 1, segment.Match(resolved, &facts[i]), "whether somebody bought, after merges were taken back")
	}
}
