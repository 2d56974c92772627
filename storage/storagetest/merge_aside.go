package storagetest

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/storage"
)

// amidst does something once in the midst of what others do with a store: before contacts
// are locked.
type amidst struct {
	storage.Store
	do func(ctx context.Context, tx storage.Store) error
}

func (s *amidst) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, &amidst{tx, s.do}) })
}

func (s *amidst) LockContacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	if err := s.do(ctx, s.Store); err != nil {
		return nil, err
	}
	return s.Store.LockContacts(ctx, ids)
}

// once makes something happen one time only.
func once(do func(ctx context.Context, tx storage.Store) error) func(ctx context.Context, tx storage.Store) error {
	done := false
	return func(ctx context.Context, tx storage.Store) error {
		if done {
			return nil
		}
		done = true
		return do(ctx, tx)
	}
}

// mergeBetween: a merge that comes between leads nobody astray.
func mergeBetween(k *kit) {
	a, b, c := k.customer(1), k.customer(2), k.customer(3)
	merging := once(func(ctx context.Context, tx storage.Store) error {
		return last(k.on(tx).Merges.Merge(ctx, a.ID, b.ID, nil))
	})
	up, created, err := k.on(&amidst{k.store, merging}).Contacts.Upsert(k.ctx, person(2))
	k.ok(err, "upserting a contact that is just being merged")
	k.equal(created, false, "whether it was made anew")
	found, err := k.crm.Contacts.Find(k.ctx, shop(2))
	k.ok(err, "finding a contact")
	k.equal(up.ID, found.ID, "who has the identity")
	if found.ID == b.ID { // the merge was undone with the first try
		k.merge(a.ID, b.ID)
	}
	k.merge(c.ID, a.ID)
	parting := once(func(ctx context.Context, tx storage.Store) error { return last(k.on(tx).Merges.Unmerge(ctx, a.ID)) })
	u, err := k.on(&amidst{k.store, parting}).Merges.Unmerge(k.ctx, b.ID)
	k.ok(err, "taking a merge back whose winner is just being taken back")
	k.equal([]contact.ID{u.Loser.ID, u.Winner.ID}, []contact.ID{b.ID, a.ID}, "who is who then")

	k.merge(a.ID, b.ID)
	named := person(2)
	named.ID = b.ID
	up, _, err = k.crm.Contacts.Upsert(k.ctx, named)
	k.ok(err, "upserting by an identity with the id of a merged contact")
	k.equal(up.ID, a.ID, "whom that belongs to")
}

// mergeWishes: on the way back each side keeps the wishes of the time when it was one with
// whoever said them, as far as they hold, and no others.
func mergeWishes(k *kit) {
	email := contact.ChannelEmail
	for n, order := range [][2]int{{0, 1}, {1, 0}} {
		a, b, c := k.customer(10*n+1), k.customer(10*n+2), k.customer(10*n+3)
		k.agree([]contact.Contact{b}, email)
		k.merge(a.ID, b.ID)
		k.clock.add(time.Hour)
		k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(c.ID, email)), "withdrawing")
		k.clock.add(time.Hour)
		k.merge(c.ID, a.ID)
		losers := []contact.ID{a.ID, b.ID}
		k.unmerge(losers[order[0]])
		k.unmerge(losers[order[1]])
		k.permits(b.ID, consent.Marketing, email, consent.Granted, "of one who was never one with who withdrew")
	}
	a, b := k.customer(31), k.customer(32)
	k.agree([]contact.Contact{a, b}, email)
	k.merge(a.ID, b.ID)
	k.clock.add(time.Minute)
	k.ok(k.crm.Consents.Suppress(k.ctx, declaration(a.ID, email)), "suppressing")
	k.clock.add(time.Minute)
	k.ok(k.crm.Consents.Release(k.ctx, declaration(a.ID, email)), "releasing")
	k.unmerge(b.ID)
	k.permits(b.ID, consent.Marketing, email, consent.Granted, "after what was suppressed was released")

	a, b = k.customer(41), k.customer(42)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(a.ID, email)), "withdrawing")
	k.clock.add(time.Hour)
	d := declaration(b.ID, email)
	d.At = k.clock.Now().Add(50 * time.Second)
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting by a clock that is ahead")
	_, err := k.crm.Merges.Merge(k.ctx, a.ID, b.ID, nil)
	k.ok(err, "merging")
	k.permits(a.ID, consent.Marketing, email, consent.NoConsent, "of one who withdrew, and one whose clock is ahead")
	k.bounces(email)
	k.ahead(email)
}

// ahead checks that a withdrawal by a clock that is ahead counts for both, and what another
// merge made of somebody else's only for the winner.
func (k *kit) ahead(email contact.Channel) {
	k.Helper()
	a, b, c := k.customer(61), k.customer(62), k.customer(63)
	k.agree([]contact.Contact{a, b}, email)
	k.merge(a.ID, b.ID)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(c.ID, email)), "withdrawing")
	k.clock.add(time.Hour)
	k.merge(a.ID, c.ID)
	k.clock.add(time.Hour)
	k.unmerge(b.ID)
	k.permits(b.ID, consent.Marketing, email, consent.Granted, "of one who was merged into somebody before one who withdrew")

	a, b = k.customer(64), k.customer(65)
	k.agree([]contact.Contact{a, b}, email)
	k.merge(a.ID, b.ID)
	k.clock.add(time.Hour)
	d := declaration(a.ID, email)
	d.At = k.clock.Now().Add(50 * time.Second)
	k.ok(k.crm.Consents.Withdraw(k.ctx, d), "withdrawing by a clock that is ahead")
	k.ok(last(k.crm.Merges.Unmerge(k.ctx, b.ID)), "taking a merge back at once")
	k.clock.add(time.Hour)
	for _, id := range []contact.ID{a.ID, b.ID} {
		k.permits(id, consent.Marketing, email, consent.NoConsent, "of one of two who withdrew as one, by a clock that is ahead")
	}
}

// bounces checks that an address that does not work is that of one side only.
func (k *kit) bounces(email contact.Channel) {
	k.Helper()
	c, of, _ := k.flight("bounce", 51)
	b := k.customer(59)
	k.agree([]contact.Contact{b}, email)
	k.merge(of[0].ID, b.ID)
	k.post.answer = func(context.Context, channel.Message) error { return channel.ErrBadAddress }
	k.clock.add(time.Minute)
	k.run(k.crm, c.ID)
	k.post.answer = nil
	k.unmerge(b.ID)
	k.permits(b.ID, consent.Marketing, email, consent.Granted, "of one whose own address did not bounce")
}

// mergeLists: in lists, too, edits since a merge stay when it is taken back.
func mergeLists(k *kit) {
	edit := func(n int, winner, loser []string, role contact.Role, change func([]contact.Email) []contact.Email) []contact.Email {
		k.Helper()
		p, q := person(n), person(n+1)
		p.Emails, q.Emails = nil, nil
		for _, e := range winner {
			p.Emails = append(p.Emails, contact.Email{Address: e})
		}
		for _, e := range loser {
			q.Emails = append(q.Emails, contact.Email{Address: e, Role: role})
		}
		a, b := k.create(p), k.create(q)
		now := k.merge(a.ID, b.ID)
		now.Emails = change(now.Emails)
		k.ok(last(k.crm.Contacts.Update(k.ctx, now)), "editing a winner")
		c := k.create(person(n + 2))
		k.merge(a.ID, c.ID)
		k.unmerge(b.ID)
		return k.unmerge(c.ID).Winner.Emails
	}
	addresses := func(list []contact.Email) (out []string) {
		for _, e := range list {
			out = append(out, e.Address+" "+string(e.Role))
		}
		return out
	}
	one, two := "one@example.com", "two@example.com"
	k.equal(addresses(edit(1, []string{one, two}, []string{one}, contact.Work, func(l []contact.Email) []contact.Email { return l[1:] })),
		[]string{two + " "}, "an address that was completed by the loser and taken away")
	k.equal(addresses(edit(11, []string{one, two}, []string{one}, contact.Work, func(l []contact.Email) []contact.Email { l[0].Role = contact.Home; return l })),
		[]string{one + " home", two + " "}, "an address that was completed by the loser and edited")
	k.equal(addresses(edit(21, []string{one, two}, []string{"three@example.com"}, "", func(l []contact.Email) []contact.Email { slices.Reverse(l); return l })),
		[]string{two + " ", one + " "}, "addresses in another order")
	k.equal(addresses(edit(31, []string{one}, []string{two}, "", func(l []contact.Email) []contact.Email {
		return append([]contact.Email{{Address: "first@example.com"}}, l...)
	})), []string{"first@example.com ", one + " "}, "an address that was put before the others")
}

// mergeImports: imports made while two are one, and the undoing of those before, do no
// harm.
func mergeImports(k *kit) {
	k.bring("first", nil, entryOf(person(1)))
	a, err := k.crm.Contacts.Find(k.ctx, shop(1))
	k.ok(err, "finding a contact")
	bare := person(1)
	bare.Identities = nil
	b := k.create(bare)
	k.merge(a.ID, b.ID)
	_, err = k.crm.Exchange.Undo(k.ctx, "first")
	k.ok(err, "taking back the import that made a winner")
	k.equal(k.get(b.ID).ID, a.ID, "whom the id of the loser leads to")
	k.equal(k.unmerge(b.ID).Loser.ID, b.ID, "who is there again")

	k.bring("second", nil, agreeing(3, consent.Grant, noon.Add(-2*time.Hour)))
	b, err = k.crm.Contacts.Find(k.ctx, shop(3))
	k.ok(err, "finding a contact")
	k.merge(a.ID, b.ID)
	k.bring("again", nil, agreeing(3, consent.Grant, noon.Add(-2*time.Hour)))
	letter := agreeing(3, consent.Grant, noon.Add(-time.Hour)).Consents
	letter[0].Channel = contact.ChannelLetter
	k.bring("letter", nil, exchange.Entry{Of: b.ID, Consents: letter})
	k.bring("call", nil, exchange.Entry{Of: b.ID, Activities: []activity.Activity{{Kind: activity.Call, At: noon, Ref: ref(3)}}})
	k.unmerge(b.ID)
	k.permits(a.ID, consent.Marketing, contact.ChannelEmail, consent.NoConsent, "of a winner who never agreed")
	k.permits(b.ID, consent.Marketing, contact.ChannelEmail, consent.Granted, "of a loser who did")
	k.permits(a.ID, consent.Marketing, contact.ChannelLetter, consent.NoConsent, "of a winner who never agreed to letters")
	k.permits(b.ID, consent.Marketing, contact.ChannelLetter, consent.Granted, "of a loser whose consent was imported while it was merged")
	k.equal(len(k.history(b.ID)), 1, "the activities that were imported under an old id")

	c := k.lookingUp()
	d := k.createOn(c, resident(61, "Anna", "Müller", contact.Date{Year: 1980, Month: 5, Day: 3}))
	e := k.createOn(c, resident(62, "Anna", "Müller", contact.Date{Year: 1980, Month: 5, Day: 3}))
	k.ok(last(c.Merges.Merge(k.ctx, d.ID, e.ID, nil)), "merging")
	k.equal(k.like(c, e), []contact.ID{}, "whom a merged contact may be, beside its winner")
}
