package storagetest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// fold computes the states that events leave behind, by the definition.
func fold(events []consent.Event) []consent.State {
	type cell struct {
		contact contact.ID
		consent.Cell
	}
	states := map[cell]consent.State{}
	for _, e := range events {
		at := cell{e.Contact, e.Cell()}
		if present, known := states[at]; !known || consent.Supersedes(e, present) {
			states[at] = consent.StateOf(e)
		}
	}
	var list []consent.State
	for _, s := range states {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b consent.State) int {
		return slices.Compare([]string{a.Contact.String(), string(a.Purpose), string(a.Channel), string(a.Layer)},
			[]string{b.Contact.String(), string(b.Purpose), string(b.Channel), string(b.Layer)})
	})
	return list
}

// consentFold appends random events in random order, in batches of random
// size. Many share a cell and an instant, so that the ties decide.
func consentFold(k *kit) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	people := idsOf(k.customers(3, nil))
	for round := range 8 {
		events := randomEvents(r, people, round)
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		for rest := events; len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			k.ok(k.store.AppendConsent(k.ctx, rest[:n]), "appending to the ledger")
			rest = rest[n:]
		}
		e := k.read(k.store)
		k.equal(e.States, fold(e.Events), "in whatever order events arrive, the states must be their fold by consent.Supersedes")
		if k.Failed() {
			k.Fatalf("round %d of seed %d", round, seed)
		}
	}
	k.appendAgain()
	reverse := slices.Clone(people)
	slices.Reverse(reverse)
	states, err := k.store.ConsentStates(k.ctx, reverse)
	k.ok(err, "reading the states of several contacts")
	k.equal(states, fold(k.read(k.store).Events), "ConsentStates must be ordered by contact, purpose and channel, however the contacts are listed")
}

// appendAgain appends what the ledger holds already, and what belongs to nobody.
func (k *kit) appendAgain() {
	k.Helper()
	before := k.read(k.store)
	again := slices.Clone(before.Events[:5])
	again[0].Action = consent.Suppress
	k.ok(k.store.AppendConsent(k.ctx, again), "appending events that the ledger holds already")
	k.equal(k.read(k.store), before, "an event whose id the contact's ledger holds already must be left out")
	stray, fresh := again[0], again[1]
	stray.Contact, fresh.ID = contact.ID(id.New()), id.New()
	k.fails(k.store.AppendConsent(k.ctx, []consent.Event{fresh, stray}), errs.ErrNotFound, "appending an event of a contact that does not exist")
	k.equal(k.read(k.store), before, "a refused AppendConsent has left a part of itself")
}

// What random events do: words are about a consent, walls block or lift what does.
var (
	words = []consent.Action{consent.Grant, consent.Confirm, consent.Expire, consent.Withdraw, consent.Deny, consent.Request, consent.Use}
	walls = []consent.Action{consent.Suppress, consent.Listed, consent.Object, consent.Restrict, consent.Release, consent.Release}
)

// completed gives an event what its action may have.
func completed(r *rand.Rand, e *consent.Event) {
	switch e.Action {
	case consent.Grant, consent.Confirm:
		e.Basis = []consent.Basis{consent.Agreed, consent.Contract, consent.ExistingCustomer}[r.IntN(3)]
		if r.IntN(2) == 0 {
			e.ExpiresAt = noon.Add(time.Duration(1+r.IntN(3)) * time.Hour)
		}
		if r.IntN(2) == 0 {
			e.Evidence = consent.Evidence{Method: consent.ByForm, Actor: "u7", URL: "https://shop.example/", IP: "192.0.2.7", UserAgent: "Ä \"1\"",
				Sale: "shop/1", Categories: []string{"Möbel", "Garten"}}
			e.Notice = consent.NoticeRef{NoticeKey: consent.NoticeKey{Name: "news", Version: "1", Locale: "de"}, SHA256: "00ff"}
		}
	case consent.Expire:
		e.Basis = []consent.Basis{"", consent.ExistingCustomer}[r.IntN(2)]
	case consent.Release:
		e.Lifts = []consent.Action{"", consent.Listed, consent.Object, consent.Restrict}[r.IntN(4)]
	}
}

// randomEvents makes events for the cells of one round: its purpose is its own,
// so that rounds do not settle each other.
func randomEvents(r *rand.Rand, people []contact.ID, round int) []consent.Event {
	purpose := consent.Purpose("round." + strings.Repeat("i", round+1))
	events := make([]consent.Event, 40)
	for i := range events {
		e := consent.Event{
			Contact: people[r.IntN(len(people))], Purpose: purpose, Channel: channels[r.IntN(2)],
			Action: words[r.IntN(len(words))],
			At:     noon.Add(time.Duration(r.IntN(3)-1) * time.Microsecond), RecordedAt: noon,
			Source: "test", Wording: "Yes.",
		}
		if r.IntN(3) == 0 {
			e.Purpose, e.Channel = consent.AnyPurpose, contact.Channel(purpose)
			e.Action = walls[r.IntN(len(walls))]
		}
		completed(r, &e)
		for j := range e.ID {
			e.ID[j] = byte(r.Uint32())
		}
		events[i] = e
	}
	return events
}
