package storagetest

import (
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
)

// consentApart merges two contacts, lets them declare, and takes the merge back: each must
// have what it declared itself, and both what was refused while they were one.
func consentApart(k *kit) {
	const email, letter = contact.ChannelEmail, contact.ChannelLetter
	people := k.customers(2, nil)
	winner, loser := people[0].ID, people[1].ID
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(winner, letter)), "granting")
	k.clock.add(time.Hour)
	lent := declaration(loser, email, letter)
	lent.ExpiresAt = k.clock.Now().Add(48 * time.Hour)
	k.ok(k.crm.Consents.Grant(k.ctx, lent), "granting for two days")
	k.ok(k.crm.Consents.Object(k.ctx, consent.Declaration{Contact: loser, Purpose: "survey", Source: "call"}), "objecting")
	k.clock.add(time.Hour)
	k.ok(last(k.crm.Merges.Merge(k.ctx, winner, loser, nil)), "merging")
	k.permits(winner, "survey", letter, consent.Objected, "after a merge with somebody who has objected")
	k.clock.add(time.Hour)
	no := declaration(winner, email)
	no.Source = "merge" // whatever the host calls it
	k.ok(k.crm.Consents.Withdraw(k.ctx, no), "withdrawing")
	k.clock.add(72 * time.Hour)
	k.noteExpired()
	k.ok(last(k.crm.Merges.Unmerge(k.ctx, loser)), "taking the merge back")
	k.permits(loser, consent.Marketing, email, consent.NoConsent, "of the loser, after a withdrawal of the time when they were one")
	k.permits(winner, consent.Marketing, letter, consent.Granted, "of the winner, whose own consent has no end")
	k.permits(loser, "survey", letter, consent.Objected, "of the loser, who has objected")
	k.permits(winner, "survey", letter, consent.NoConsent, "of the winner, who has not")
}

// consentUndone takes an import back that made somebody an existing customer.
func consentUndone(k *kit) {
	const email = contact.ChannelEmail
	of := k.customer(1).ID
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(of, email)), "granting")
	k.bring("customers", nil, exchange.Entry{Of: of, Consents: []exchange.Consent{{
		Purpose: consent.Marketing, Channel: email, Action: consent.Grant, At: noon, Wording: "You can object.", Source: "shop",
		Basis: consent.ExistingCustomer, Evidence: consent.Evidence{Sale: "1", Categories: []string{"Lamps"}},
	}}})
	k.clock.add(time.Hour)
	k.ok(last(k.crm.Exchange.Undo(k.ctx, "customers")), "taking the import back")
	k.permits(of, consent.Marketing, email, consent.Granted, "of who has agreed, beside what the import brought")
	states, err := k.crm.Consents.States(k.ctx, of)
	k.ok(err, "reading states")
	for _, s := range states {
		if s.Layer == consent.Customers && s.InForce(k.clock.Now()) {
			k.Error("what the import brought is still in force")
		}
	}
}
