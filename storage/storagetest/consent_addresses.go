package storagetest

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/segment"
)

// barring are all addresses of a person, which no contact may have.
func barring(p contact.Contact) consent.AddressSuppression {
	a := consent.AddressSuppression{Bars: true, Source: "erasure"}
	a.Emails, a.Phones, a.Name, a.Postal = []string{p.Email()}, []string{p.Phone()}, p.Name, p.Addresses
	return a
}

// consentAddresses suppresses addresses that no contact has, and lets them come by every
// door.
func consentAddresses(k *kit) {
	c := k.asking(k.store)
	gone := person(1)
	k.ok(c.Consents.SuppressAddresses(k.ctx, barring(gone)), "suppressing addresses")
	before := k.read(k.store)
	k.equal(len(before.Suppressions), 3, "how many addresses are suppressed")
	k.equal(len(before.Contacts), 0, "how many contacts a suppression makes")

	only := func(change func(p *contact.Contact)) contact.Contact {
		p := person(2)
		p.Emails, p.Phones, p.Addresses = nil, nil, nil
		change(&p)
		return p
	}
	for what, p := range map[string]contact.Contact{
		"all addresses":       gone,
		"the e-mail address":  only(func(p *contact.Contact) { p.Emails = gone.Emails }),
		"the number":          only(func(p *contact.Contact) { p.Phones = gone.Phones }),
		"the postal address":  only(func(p *contact.Contact) { p.Name, p.Addresses = gone.Name, gone.Addresses }),
		"the address shouted": only(func(p *contact.Contact) { p.Emails = []contact.Email{{Address: upper(gone.Email())}} }),
	} {
		k.fails(last(c.Contacts.Create(k.ctx, p)), errs.ErrConflict, "creating a contact with "+what)
		_, _, err := c.Contacts.Upsert(k.ctx, p)
		k.fails(err, errs.ErrConflict, "upserting a contact with "+what)
		k.fails(last(c.Contacts.UpsertMany(k.ctx, []contact.Contact{person(3), p})), errs.ErrConflict, "upserting contacts with "+what)
		done, err := c.Exchange.Import(k.ctx, "back "+p.Email()+p.Phone(), rows(entryOf(p)), nil)
		k.ok(err, "importing a contact with "+what)
		k.equal(done.Refused, 1, "how many entries were refused with "+what)
		k.equal(done.Created, 0, "how many contacts were created with "+what)
	}
	k.equal(k.read(k.store).Contacts, before.Contacts, "the contacts after all was refused")
	other := only(func(p *contact.Contact) { p.Emails = []contact.Email{{Address: "other@example.org"}} })
	stored, err := c.Contacts.Create(k.ctx, other)
	k.ok(err, "creating a contact with another address")
	stored.Emails = append(stored.Emails, gone.Emails...)
	k.fails(last(c.Contacts.Update(k.ctx, stored)), errs.ErrConflict, "giving a contact a suppressed address")
	_, err = k.asking(k.tenant("other")).Contacts.Create(k.ctx, gone)
	k.ok(err, "creating the contact in another tenant")
	k.rekeyed(gone)

	a := barring(gone)
	found, err := c.Consents.SuppressedAddresses(k.ctx, a.Addresses)
	k.ok(err, "looking addresses up")
	k.equal(len(found), 3, "how many of them are suppressed")
	k.ok(c.Consents.ReleaseAddresses(k.ctx, a.Addresses), "releasing addresses")
	k.ok(last(c.Contacts.Create(k.ctx, gone)), "creating the contact after the release")
	k.fails(k.crm.Consents.SuppressAddresses(k.ctx, a), errs.ErrConflict, "suppressing where there are no secrets")
	a.Emails = []string{"no address"}
	k.fails(c.Consents.SuppressAddresses(k.ctx, a), errs.ErrInvalid, "suppressing what is no address")
	k.fails(c.Consents.SuppressAddresses(k.ctx, consent.AddressSuppression{Source: "x"}), errs.ErrInvalid, "suppressing nothing")
}

// rekeyed looks suppressions up with a new secret beside the old one, and without it.
func (k *kit) rekeyed(gone contact.Contact) {
	k.Helper()
	with := func(secrets ...byte) *crm.CRM {
		return k.with(k.store, func(c *crm.Config) {
			c.Suppression = &crm.Suppression{}
			for _, b := range secrets {
				c.Suppression.Secrets = append(c.Suppression.Secrets, bytes.Repeat([]byte{b}, 32))
			}
		})
	}
	k.fails(last(with(1, 9).Contacts.Create(k.ctx, gone)), errs.ErrConflict, "creating a suppressed contact after a change of the secret")
	lost, err := with(1).Consents.SuppressedAddresses(k.ctx, barring(gone).Addresses)
	k.ok(err, "looking addresses up with another secret")
	k.equal(len(lost), 0, "what is found with another secret alone")
}

func upper(s string) string { return string(bytes.ToUpper([]byte(s))) }

// consentAddressesSent suppresses addresses for sending alone, before a campaign is planned
// and behind.
func consentAddressesSent(k *kit) {
	c := k.asking(k.store)
	plan, people := k.audience(4, func(d *campaign.Definition) { d.Channels = d.Channels[:1]; onlyOf(d) })
	for _, p := range people[:2] {
		k.ok(last(c.Contacts.Get(k.ctx, p.ID)), "reading a contact")
	}
	suppress := func(p contact.Contact) {
		k.ok(c.Consents.SuppressAddresses(k.ctx, consent.AddressSuppression{Addresses: consent.Addresses{Emails: []string{p.Email()}}, Source: "complaint"}), "suppressing")
	}
	suppress(people[0])
	k.ok(c.Campaigns.Plan(k.ctx, plan.ID), "planning")
	suppress(people[1])
	k.run(c, plan.ID)
	all := k.deliveries(plan.ID)
	_, planned := all[people[0].ID]
	k.equal(planned, false, "whether who was suppressed before has a delivery")
	k.state(all, people[1], campaign.Skipped, campaign.IsSuppressed, "an address that was suppressed behind the plan")
	k.state(all, people[2], campaign.Sent, "", "an address that is not suppressed")
	k.equal(len(k.post.messages()), 2, "how many messages went out")
	again := people[0]
	again.Tags = []string{"vip"}
	k.ok(last(c.Contacts.Update(k.ctx, again)), "updating a contact whose address is suppressed for sending")
}

// onlyOf leaves a definition the templates of its channels.
func onlyOf(d *campaign.Definition) {
	for ch := range d.Templates {
		if !slices.Contains(d.Channels, ch) {
			delete(d.Templates, ch)
		}
	}
}

// robinson is an external list.
type robinson struct {
	named map[string]bool
	asked int
	err   error
}

func (*robinson) Name() string { return "robinson" }

func (r *robinson) Listed(_ context.Context, _ contact.AddressKind, normal []string) ([]bool, error) {
	r.asked += len(normal)
	answers := make([]bool, len(normal))
	for i, a := range normal {
		answers[i] = r.named[a]
	}
	return answers, r.err
}

// consentLists asks an external list when contacts are imported and when a campaign is
// planned.
func consentLists(k *kit) {
	list := &robinson{named: map[string]bool{}}
	c := k.with(k.store, func(c *crm.Config) {
		c.Suppression = &crm.Suppression{Secrets: [][]byte{bytes.Repeat([]byte{9}, 32)}, Lists: []consent.List{list}}
	})
	plan, people := k.audience(3, func(d *campaign.Definition) { d.Channels = d.Channels[:1]; onlyOf(d) })
	list.named[people[0].Emails[0].Normal] = true
	k.ok(c.Campaigns.Plan(k.ctx, plan.ID), "planning")
	k.permits(people[0].ID, consent.Marketing, contact.ChannelEmail, consent.Suppressed, "of who is listed")
	k.permits(people[0].ID, consent.Marketing, contact.ChannelLetter, consent.Granted, "of who is listed with another address")
	k.permits(people[1].ID, consent.Marketing, contact.ChannelEmail, consent.Granted, "of who is not listed")
	members, err := k.store.Audience(k.ctx, campaign.AudienceQuery{Campaign: plan.ID, Limit: 10})
	k.ok(err, "reading the plan")
	reasons := map[contact.ID]campaign.Reason{}
	for _, m := range members {
		reasons[m.Contact] = m.Reason
	}
	k.equal(reasons[people[0].ID], campaign.IsSuppressed, "why who is listed was excluded")
	states, err := k.crm.Consents.Ledger(k.ctx, people[0].ID)
	k.ok(err, "reading a ledger")
	k.equal(states[len(states)-1].Proof, "robinson", "which list is noted")
	k.equal(states[len(states)-1].At, k.clock.Now(), "when it was asked")

	k.clock.add(time.Hour)
	delete(list.named, people[0].Emails[0].Normal)
	k.ok(c.Consents.CheckLists(k.ctx, idsOf(people)), "asking again")
	k.permits(people[0].ID, consent.Marketing, contact.ChannelEmail, consent.Granted, "of who is listed no more")

	p := person(77)
	list.named[p.Email()] = true
	done, err := c.Exchange.Import(k.ctx, "bought", rows(entryOf(p)), &exchange.Options{})
	k.ok(err, "importing who is listed")
	k.equal(done.Created, 1, "how many were created")
	of, err := c.Contacts.Find(k.ctx, shop(77))
	k.ok(err, "finding who was imported")
	k.permits(of.ID, consent.Marketing, contact.ChannelEmail, consent.Suppressed, "of who was listed when imported")

	list.err = errInjected
	before := k.read(k.store)
	fresh := k.campaign("autumn", segment.Everyone(), nil)
	k.fails(c.Campaigns.Plan(k.ctx, fresh.ID), errInjected, "planning when the list does not answer")
	k.equal(k.read(k.store).Events, before.Events, "the ledgers when the list does not answer")
}

// consentSuppressionStore holds the store to its contract.
func consentSuppressionStore(k *kit) {
	strong := contact.Suppression{Digest: [32]byte{1}, Kind: contact.EmailAddress, Bars: true, Source: "erasure", At: noon}
	mild := strong
	mild.Bars, mild.Source = false, "complaint"
	next := contact.Suppression{Digest: [32]byte{0, 0xff}, Kind: contact.PhoneNumber, Source: "é", At: noon.Add(time.Microsecond)}
	k.ok(k.store.PutSuppressions(k.ctx, []contact.Suppression{mild, next}), "storing suppressions")
	k.ok(k.store.PutSuppressions(k.ctx, []contact.Suppression{strong}), "storing a stricter one")
	k.ok(k.store.PutSuppressions(k.ctx, []contact.Suppression{mild}), "storing a milder one")
	all, err := k.store.ListSuppressions(k.ctx, [32]byte{}, 10)
	k.ok(err, "listing suppressions")
	k.equal(all, []contact.Suppression{next, strong}, "the suppressions, the stricter of two, ascending")
	page, err := k.store.ListSuppressions(k.ctx, next.Digest, 1)
	k.ok(err, "listing behind the first")
	k.equal(page, []contact.Suppression{strong}, "the second page")
	found, err := k.store.FindSuppressions(k.ctx, digestsOf(strong, next, strong))
	k.ok(err, "finding suppressions")
	k.equal(found, []contact.Suppression{next, strong}, "what was found, each once")
	k.ok(k.store.DeleteSuppressions(k.ctx, digestsOf(strong)), "removing one")
	found, err = k.store.FindSuppressions(k.ctx, digestsOf(strong, next))
	k.ok(err, "finding suppressions")
	k.equal(found, []contact.Suppression{next}, "what is left")
	k.equal(k.tenant("other").Tenant() != k.store.Tenant(), true, "whether another tenant has another name")
	k.equal(k.reopen().Tenant(), k.store.Tenant(), "the name of the tenant through another handle")
}

func digestsOf(list ...contact.Suppression) []addresskey.Digest {
	var digests []addresskey.Digest
	for _, s := range list {
		digests = append(digests, s.Digest)
	}
	return digests
}
