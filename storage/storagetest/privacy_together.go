package storagetest

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
)

// guarded is a CRM in which everything is switched on that guards data.
func (k *kit) guarded() *crm.CRM {
	k.Helper()
	keys, err := vault.NewLocal(map[string][]byte{"first": bytes.Repeat([]byte{5}, vault.KeySize)}, "first")
	k.ok(err, "making a key service")
	return k.with(k.store, func(c *crm.Config) {
		c.Audit = &crm.Audit{Key: keySecret}
		c.Authorizer = access.Policy{Roles: access.Ready()}
		c.Keys = keys
		c.Suppression = &crm.Suppression{Secrets: [][]byte{keySecret}}
		c.OptIn = optIn()
		c.Duplicates = &crm.Duplicates{Secret: keySecret}
	})
}

// as is a context on behalf of somebody with a role.
func (k *kit) as(role string) context.Context {
	return access.With(k.ctx, access.Actor{ID: "user-of-" + role, Roles: []string{role}})
}

// privacyTogether takes one person through everything that guards data, all switched on.
func privacyTogether(k *kit) {
	c := k.guarded()
	officer, sales, marketing := k.as(access.PrivacyOfficer), k.as(access.Sales), k.as(access.Marketing)
	p, err := c.Contacts.Create(sales, person(1))
	k.ok(err, "creating as sales")
	k.fails(last(c.Contacts.Create(marketing, person(2))), errs.ErrDenied, "creating as marketing")
	k.fails(last(c.Contacts.Get(k.ctx, p.ID)), errs.ErrDenied, "reading as nobody")

	notice := consent.Notice{NoticeKey: consent.NoticeKey{Name: "diet", Version: "1"}, Text: "Keep what I must not eat."}
	k.ok(last(c.Consents.PutNotice(k.as(access.Administrator), notice)), "storing a notice as the administrator")
	diet := declaration(p.ID, contact.ChannelLetter)
	diet.Purpose, diet.Wording, diet.Notice = "diet", "", notice.NoticeKey
	k.ok(c.Consents.Grant(sales, diet), "granting as sales")
	states, err := c.Consents.States(sales, p.ID)
	k.ok(err, "reading states")
	proof := contact.Proof(states[0].Event.String())
	_, err = c.Contacts.SetSensitive(sales, p.ID, p.Version, map[string]contact.Value{"diet": contact.Many("nuts")}, proof)
	k.ok(err, "setting a sensitive value")
	shown := func(ctx context.Context) bool {
		k.Helper()
		got, err := c.Contacts.Get(ctx, p.ID)
		k.ok(err, "reading the contact")
		_, there := got.Custom["diet"]
		return there
	}
	doc, err := c.Privacy.Export(officer, p.ID)
	k.ok(err, "exporting as the privacy officer")
	k.equal(doc.Record.Custom["diet"], contact.Many("nuts"), "the sensitive value in what is handed to the person")
	k.equal(len(doc.Notices) == 1 && doc.Notices[0].Text == notice.Text, true, "whether the export has the text that the person saw")
	k.equal(shown(marketing), false, "whether marketing sees a sensitive value")
	k.equal(shown(officer), true, "whether the privacy officer does")
	k.clock.add(time.Minute)
	read, err := c.Audit.Entries(officer, audit.Query{Contact: p.ID, Action: "contact.Get", Limit: 100})
	k.ok(err, "reading the log")
	k.equal(slices.ContainsFunc(read.Entries, func(e audit.Entry) bool { return e.Actor == "user-of-"+access.PrivacyOfficer }), true, "whether the log tells who has read it")
	k.equal(slices.ContainsFunc(read.Entries, func(e audit.Entry) bool { return e.Actor == "user-of-"+access.Marketing }), false, "whether it tells of who has not")

	diet.At = time.Time{}
	k.ok(c.Consents.Withdraw(sales, diet), "withdrawing as sales")
	k.equal(shown(officer), false, "whether the value is read after the withdrawal")
	k.ok(last(c.Contacts.DestroyWithdrawn(k.as(access.Worker))), "destroying what was withdrawn")
	k.erasedTogether(c, p)
}

// erasedTogether erases the person, and lets it come back.
func (k *kit) erasedTogether(c *crm.CRM, p contact.Contact) {
	k.Helper()
	officer, sales := k.as(access.PrivacyOfficer), k.as(access.Sales)
	k.fails(last(c.Privacy.Erase(sales, p.ID, nil)), errs.ErrDenied, "erasing as sales")
	k.ok(last(c.Privacy.Erase(officer, p.ID, nil)), "erasing as the privacy officer")
	k.fails(last(c.Contacts.Get(officer, p.ID)), errs.ErrNotFound, "reading who was erased")
	k.fails(last(c.Contacts.Create(sales, person(1))), errs.ErrConflict, "creating who was erased")
	k.ok(last(c.Audit.Seal(k.as(access.Worker))), "sealing the log")
	report, err := c.Audit.Verify(officer)
	k.ok(err, "verifying the log")
	k.equal(report.Broken == nil, true, "whether the chain holds")
	left := k.read(k.store)
	k.equal(len(left.Contacts)+len(left.Events)+len(left.States)+len(left.Secrets), 0, "what is left of who was erased")
	k.equal(len(left.Suppressions), 3, "how many addresses are suppressed")
	for _, e := range k.entries(k.store) {
		if e.Contact == p.ID && len(e.Payload) > 0 && e.Action != "privacy.Erase" {
			k.Errorf("the entry of %s still has its payload", e.Action)
		}
	}
}
