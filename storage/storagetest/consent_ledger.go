package storagetest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// permits checks what the answer for a purpose and channel is now.
func (k *kit) permits(of contact.ID, p consent.Purpose, ch contact.Channel, want consent.Permission, when string) {
	k.Helper()
	got, err := k.crm.Consents.Permit(k.ctx, of, p, ch)
	k.ok(err, "asking for permission")
	if got != want {
		k.Errorf("%s: permission for %s by %s is %q, must be %q", when, p, ch, got, want)
	}
}

func consentPermission(k *kit) {
	const email, letter, news = contact.ChannelEmail, contact.ChannelLetter, consent.Purpose("newsletter")
	of, other := k.customer(1).ID, k.customer(2).ID
	k.permits(of, consent.Marketing, email, consent.NoConsent, "before anything was declared")
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(of, email, letter)), "granting")
	k.permits(of, consent.Marketing, email, consent.Granted, "after a grant")
	k.permits(of, consent.Marketing, letter, consent.Granted, "after a grant of two channels")
	k.permits(of, news, email, consent.NoConsent, "after a grant for another purpose")
	k.permits(of, consent.Marketing, contact.ChannelSMS, consent.NoConsent, "after a grant for other channels")
	k.permits(other, consent.Marketing, email, consent.NoConsent, "after a grant by somebody else")

	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(of, email)), "withdrawing")
	k.permits(of, consent.Marketing, email, consent.NoConsent, "after a withdrawal")
	k.permits(of, consent.Marketing, letter, consent.Granted, "after a withdrawal on another channel")
	old := declaration(of, email)
	old.At = noon
	k.ok(k.crm.Consents.Grant(k.ctx, old), "granting as of before the withdrawal")
	k.permits(of, consent.Marketing, email, consent.NoConsent, "after a late import of an earlier grant")

	k.clock.add(time.Second)
	d := declaration(of, letter)
	d.Purpose = news
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting for another purpose")
	k.ok(k.crm.Consents.Suppress(k.ctx, declaration(of, letter)), "suppressing")
	k.permits(of, consent.Marketing, letter, consent.Suppressed, "after a suppression")
	k.permits(of, news, letter, consent.Suppressed, "after a suppression, for every purpose")
	k.permits(of, consent.Marketing, email, consent.NoConsent, "after a suppression of another channel")
	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Release(k.ctx, declaration(of, letter)), "releasing")
	k.permits(of, consent.Marketing, letter, consent.Granted, "after the release of a suppression")
}

func consentLedger(k *kit) {
	of := k.customer(1).ID
	d := declaration(of, contact.ChannelLetter, contact.ChannelEmail)
	d.At, d.Wording, d.Source, d.Proof = noon.Add(-time.Hour), "Ja,\n\tbitte „Post“!", "Laden 3", "Beleg №7"
	k.ok(k.crm.Consents.Withdraw(k.ctx, consent.Declaration{Contact: of, Channels: []contact.Channel{contact.ChannelSMS}, Source: "call"}), "withdrawing what was never granted")
	for range 2 { // an import may run twice
		k.ok(k.crm.Consents.Grant(k.ctx, d), "granting as of an hour ago")
	}
	ledger, err := k.crm.Consents.Ledger(k.ctx, of)
	k.ok(err, "reading the ledger")
	if len(ledger) != 3 {
		k.Fatalf("the ledger has %d events, want 3: one for each channel, and nothing for a repetition", len(ledger))
	}
	if !slices.IsSortedFunc(ledger, func(a, b consent.Event) int { return strictly(cmp.Or(a.At.Compare(b.At), a.ID.Compare(b.ID))) }) {
		k.Error("the ledger must ascend by instant and id")
	}
	k.equal(ledger[2].Action, consent.Withdraw, "the last event of the ledger")
	for i, ch := range []contact.Channel{ledger[0].Channel, ledger[1].Channel} {
		want := consent.Event{ID: ledger[i].ID, Contact: of, Purpose: consent.Marketing, Channel: ch, Action: consent.Grant,
			Basis: consent.Agreed, At: d.At, RecordedAt: noon, Wording: d.Wording, Source: d.Source, Proof: d.Proof}
		k.equal(ledger[i], want, "an event of the ledger did not come back as it was declared")
	}
	states, err := k.crm.Consents.States(k.ctx, of)
	k.ok(err, "reading the states")
	var cells []contact.Channel
	for _, s := range states {
		cells = append(cells, s.Channel)
	}
	k.equal(cells, []contact.Channel{contact.ChannelEmail, contact.ChannelLetter, contact.ChannelSMS}, "the states must be ordered by purpose and channel")
}

func consentUnknownContact(k *kit) {
	of, unknown := k.customer(1).ID, contact.ID(id.New())
	before := k.read(k.store)
	err := k.crm.Consents.Grant(k.ctx, declaration(unknown, contact.ChannelEmail))
	k.fails(err, errs.ErrNotFound, "granting for a contact that does not exist")
	err = k.crm.Consents.GrantMany(k.ctx, []consent.Declaration{declaration(of, contact.ChannelEmail), declaration(unknown, contact.ChannelEmail)})
	k.fails(err, errs.ErrNotFound, "granting a batch with a contact that does not exist")
	k.equal(k.read(k.store), before, "a refused batch of consents has written a part of itself")
	for _, id := range []contact.ID{of, unknown} {
		ledger, err := k.crm.Consents.Ledger(k.ctx, id)
		k.ok(err, "reading a ledger")
		k.equal(len(ledger), 0, "how many events stand in the ledger after refused grants")
	}
}

// consentConcurrent declares for the same contacts from several goroutines, in
// opposite orders.
func consentConcurrent(k *kit) {
	const writers, each = 8, 6
	people := idsOf(k.customers(6, nil))
	handles := []*crm.CRM{k.crm, k.reopened()}
	k.allOK(k.together(writers, func(i int) error {
		for n := range each {
			list := declarations(people, i, n)
			if err := handles[i%2].Consents.GrantMany(k.ctx, list); err != nil {
				return err
			}
			d := list[n]
			d.At = d.At.Add(time.Duration(n) * time.Second)
			if err := handles[i%2].Consents.Withdraw(k.ctx, d); err != nil {
				return err
			}
		}
		return nil
	}), "declaring for the same contacts from several goroutines")
	e := k.read(k.store)
	k.equal(len(e.Events), writers*each*(len(people)+1), "how many events the ledgers hold after concurrent declarations")
	k.equal(e.States, fold(e.Events), "after concurrent declarations the states must be the fold of the ledgers")
}

// declarations are those of one writer's n-th round, every other writer's in the
// opposite order. Their instants meet, their proofs do not.
func declarations(people []contact.ID, writer, n int) []consent.Declaration {
	list := make([]consent.Declaration, len(people))
	for i, of := range people {
		list[i] = declaration(of, contact.ChannelEmail)
		list[i].At = noon.Add(-time.Duration(writer*3%5) * time.Minute)
		list[i].Proof = fmt.Sprintf("form %d/%d", writer, n)
	}
	if writer%2 == 1 {
		slices.Reverse(list)
	}
	return list
}
