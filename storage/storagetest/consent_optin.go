package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

// optIn is double opt-in with English and German mails.
func optIn() *consent.OptIn {
	return &consent.OptIn{
		Secrets: [][]byte{bytes.Repeat([]byte{7}, 32)}, Link: "https://shop.example/confirm?t={token}",
		Mails: map[string]consent.OptInMail{
			"":   {Subject: "Please confirm", Text: "Did you ask for letters? {link}"},
			"de": {Subject: "Bitte bestätigen", Text: "Wollen Sie Post? {link}"},
		},
	}
}

// asking is a CRM with double opt-in and suppressions.
func (k *kit) asking(store storage.Store) *crm.CRM {
	k.Helper()
	return k.with(store, func(c *crm.Config) {
		c.OptIn = optIn()
		c.Suppression = &crm.Suppression{Secrets: [][]byte{bytes.Repeat([]byte{9}, 32)}}
	})
}

func wish(email string) consent.OptInRequest {
	return consent.OptInRequest{Email: email, Wording: "Yes, send me letters.", Source: "footer", Language: "de", IP: "192.0.2.1"}
}

// mailed sends what is queued, and returns the mails since the last time.
func (k *kit) mailed(c *crm.CRM) []channel.Message {
	k.Helper()
	before := len(k.post.messages())
	_, err := c.Consents.SendOptIns(k.ctx)
	k.ok(err, "sending the mails of double opt-in")
	return k.post.messages()[before:]
}

// tokenIn takes the token out of a mail.
func (k *kit) tokenIn(m channel.Message) string {
	k.Helper()
	_, link, found := strings.Cut(m.Text, "https://")
	if !found {
		k.Fatalf("the mail has no link: %q", m.Text)
	}
	u, err := url.Parse("https://" + strings.TrimSpace(link))
	k.ok(err, "reading the link")
	return u.Query().Get("t")
}

// consentOptIn asks, gets a mail and confirms, and tries everything that must not
// confirm.
func consentOptIn(k *kit) {
	c := k.asking(k.store)
	k.ok(c.Consents.RequestOptIn(k.ctx, wish("Mara@Example.org")), "asking")
	mails := k.mailed(c)
	if len(mails) != 1 {
		k.Fatalf("%d mails went out, want 1", len(mails))
	}
	m := mails[0]
	k.equal(m.Subject, "Bitte bestätigen", "the subject of the mail")
	k.equal(m.HTML, "", "the markup of the mail")
	k.equal(strings.Count(m.Text, "://"), 1, "how many links the mail has")
	k.equal(len(k.mailed(c)), 0, "how many mails went out the second time")

	of, err := c.Contacts.Find(k.ctx, contact.Identity{Source: "email", Key: strings.ToLower("mara@example.org")})
	k.ok(err, "finding who asked")
	k.permits(of.ID, consent.Marketing, contact.ChannelEmail, consent.NoConsent, "before it was confirmed")
	text := k.tokenIn(m)
	k.equal(strings.Contains(m.Text, of.ID.String()), false, "whether the mail tells the contact's id")
	k.unconfirmed(c, text)

	k.clock.add(time.Hour)
	done, err := c.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{URL: "https://shop.example/confirm", IP: "192.0.2.9"})
	k.ok(err, "confirming")
	k.equal(done.Contact, of.ID, "who has confirmed")
	k.permits(of.ID, consent.Marketing, contact.ChannelEmail, consent.Granted, "after it was confirmed")
	_, err = c.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})
	k.fails(err, errs.ErrConflict, "confirming twice")
	k.clock.add(time.Second)
	k.ok(c.Consents.Withdraw(k.ctx, declaration(of.ID, contact.ChannelEmail)), "withdrawing")
	_, err = c.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})
	k.fails(err, errs.ErrConflict, "confirming again after a withdrawal")
	k.permits(of.ID, consent.Marketing, contact.ChannelEmail, consent.NoConsent, "after the old link was used again")

	ledger, err := c.Consents.Ledger(k.ctx, of.ID)
	k.ok(err, "reading the ledger")
	var actions []consent.Action
	for _, e := range ledger {
		actions = append(actions, e.Action)
	}
	k.equal(actions, []consent.Action{consent.Request, consent.Confirm, consent.Withdraw}, "what the ledger tells")
	k.equal(ledger[1].IP, "192.0.2.9", "from where it was confirmed")
	k.equal(ledger[1].Wording, "Yes, send me letters.", "what was confirmed")
	k.equal(ledger[0].IP, "", "what is kept of where the request came from")
}

// unconfirmed tries tokens that must confirm nothing.
func (k *kit) unconfirmed(c *crm.CRM, text string) {
	k.Helper()
	before := k.read(k.store)
	other := k.asking(k.tenant("other"))
	late := k.with(k.store, func(c *crm.Config) {
		c.OptIn = optIn()
		c.Now = func() time.Time { return k.clock.Now().Add(8 * 24 * time.Hour) }
	})
	rekeyed := k.with(k.store, func(c *crm.Config) {
		c.OptIn = optIn()
		c.OptIn.Secrets = [][]byte{bytes.Repeat([]byte{8}, 32)}
	})
	for what, do := range map[string]func() error{
		"in another tenant":       func() error { return last(other.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})) },
		"when the link has ended": func() error { return last(late.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})) },
		"with another secret":     func() error { return last(rekeyed.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})) },
		"with a cut token":        func() error { return last(c.Consents.ConfirmOptIn(k.ctx, text[:len(text)-1], consent.Evidence{})) },
		"with no token":           func() error { return last(c.Consents.ConfirmOptIn(k.ctx, "", consent.Evidence{})) },
	} {
		k.fails(do(), errs.ErrInvalid, "confirming "+what)
	}
	k.equal(k.read(k.store), before, "what was refused has changed something")
}

// consentOptInSilent asks in ways that must look alike, and too often.
func consentOptInSilent(k *kit) {
	c := k.asking(k.store)
	known := k.customer(1)
	k.ok(c.Consents.Grant(k.ctx, declaration(known.ID, contact.ChannelEmail)), "granting")
	k.ok(c.Consents.SuppressAddresses(k.ctx, consent.AddressSuppression{Addresses: consent.Addresses{Emails: []string{"never@example.org"}}, Source: "complaint"}), "suppressing")
	for _, email := range []string{"never@example.org", "new@example.org", "NEW@example.org", known.Email()} {
		r := wish(email)
		if email == known.Email() {
			r.Contact = known.ID
		}
		k.ok(c.Consents.RequestOptIn(k.ctx, r), "asking")
	}
	var to []string
	for _, m := range k.mailed(c) {
		to = append(to, m.To.Email)
	}
	k.equal(len(to), 2, fmt.Sprintf("how many mails went out, to %v", to))
	k.permits(known.ID, consent.Marketing, contact.ChannelEmail, consent.Granted, "of who had agreed before")
	k.clock.add(25 * time.Hour)
	k.ok(c.Consents.RequestOptIn(k.ctx, wish("new@example.org")), "asking a day later")
	k.equal(len(k.mailed(c)), 1, "how many mails went out a day later")

	k.askAtOnce(c)
	for i := range 9 {
		k.ok(c.Consents.RequestOptIn(k.ctx, wish(fmt.Sprintf("n%d@example.org", i))), "asking from one place")
	}
	k.fails(c.Consents.RequestOptIn(k.ctx, wish("n9@example.org")), errs.ErrConflict, "asking from one place for the eleventh time within an hour")
	elsewhere := wish("n9@example.org")
	elsewhere.IP = "192.0.2.2"
	k.ok(c.Consents.RequestOptIn(k.ctx, elsewhere), "asking from another place")
	phone := wish("p@example.org")
	phone.Channels = []contact.Channel{contact.ChannelPhone}
	k.fails(c.Consents.RequestOptIn(k.ctx, phone), errs.ErrInvalid, "asking for calls")
	k.fails(k.crm.Consents.RequestOptIn(k.ctx, wish("x@example.org")), errs.ErrConflict, "asking where it was not set up")
}

// askAtOnce asks several times at once from an address that nobody knows.
func (k *kit) askAtOnce(c *crm.CRM) {
	k.Helper()
	twice := wish("twice@example.org")
	twice.IP = "192.0.2.77"
	all := make(chan error)
	for range 4 {
		go func() { all <- c.Consents.RequestOptIn(k.ctx, twice) }()
	}
	for range 4 {
		k.ok(<-all, "asking at once")
	}
	k.equal(len(k.mailed(c)), 1, "how many mails go out to who asked several times at once")
}

// consentOptInMail lets mails fail, and drops what was never confirmed.
func consentOptInMail(k *kit) {
	c := k.asking(k.store)
	answers := []error{channel.ErrNotSent, nil, errors.New("line cut"), channel.ErrRejected}
	var attempts []string
	k.post.answer = func(_ context.Context, m channel.Message) error {
		attempts = append(attempts, m.To.Email)
		err := answers[0]
		answers = answers[1:]
		return err
	}
	for _, email := range []string{"a@example.org", "b@example.org", "c@example.org"} {
		k.ok(c.Consents.RequestOptIn(k.ctx, wish(email)), "asking")
		_, _ = c.Consents.SendOptIns(k.ctx) // what becomes of it is looked at below
		k.clock.add(10 * time.Minute)
	}
	_, _ = c.Consents.SendOptIns(k.ctx)
	k.equal(len(answers), 0, "how many mails are left to be tried")
	k.equal(len(attempts), 4, fmt.Sprintf("how often a mail was tried, to %v: a mail that was not sent again, one of which nobody knows never", attempts))
	before := k.read(k.store)
	k.equal(len(before.Contacts), 3, "how many contacts the requests have made")
	k.clock.add(29 * 24 * time.Hour)
	k.equal(k.dropped(c), 0, "how many requests are dropped before their time")
	k.record(order(before.Contacts[0].ID, 1, noon))
	k.clock.add(25 * time.Hour)
	k.equal(k.dropped(c), 3, "how many requests are dropped in their time")
	after := k.read(k.store)
	k.equal(len(after.Contacts), 1, "how many contacts are left: who has bought since stays")
	k.equal(len(after.OptIns), 0, "how many requests are left")
}

func (k *kit) dropped(c *crm.CRM) int {
	k.Helper()
	n, err := c.Consents.DropUnconfirmed(k.ctx)
	k.ok(err, "dropping what was never confirmed")
	return n
}

// consentOptInVoid asks, and then something comes in between.
func consentOptInVoid(k *kit) {
	c := k.asking(k.store)
	link := func(email string) (contact.Contact, string) {
		k.Helper()
		k.ok(c.Consents.RequestOptIn(k.ctx, wish(email)), "asking")
		mails := k.mailed(c)
		if len(mails) != 1 {
			k.Fatalf("%d mails went out, want 1", len(mails))
		}
		of, err := c.Contacts.Find(k.ctx, contact.Identity{Source: "email", Key: email})
		k.ok(err, "finding who asked")
		return of, k.tokenIn(mails[0])
	}
	refused := func(text, when string) {
		k.Helper()
		k.fails(last(c.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})), errs.ErrConflict, "confirming "+when)
	}
	of, text := link("held@example.org")
	k.ok(c.Privacy.Restrict(k.ctx, of.ID, "dispute"), "restricting")
	refused(text, "while the contact is restricted")
	of, text = link("moves@example.org")
	of.Emails[0].Address = "moved@example.org"
	k.ok(last(c.Contacts.Update(k.ctx, of)), "changing the address")
	refused(text, "for an address that is not that of the contact any more")
	of, text = link("no@example.org")
	k.clock.add(time.Second)
	k.ok(c.Consents.Object(k.ctx, consent.Declaration{Contact: of.ID, Source: "call"}), "objecting")
	refused(text, "after an objection")

	_, _ = link("twice@example.org")
	k.clock.add(29 * 24 * time.Hour)
	_, text = link("twice@example.org")
	k.clock.add(2 * 24 * time.Hour)
	k.dropped(c)
	k.ok(last(c.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})), "confirming what was asked again, after the first request was dropped")

	k.ok(c.Consents.RequestOptIn(k.ctx, wish("late@example.org")), "asking")
	k.clock.add(8 * 24 * time.Hour)
	k.equal(len(k.mailed(c)), 0, "how many mails go out whose link has ended")
}

// consentOptInMerged merges who asked before it is confirmed.
func consentOptInMerged(k *kit) {
	c := k.asking(k.store)
	k.ok(c.Consents.RequestOptIn(k.ctx, wish("mara@example.org")), "asking")
	mails := k.mailed(c)
	if len(mails) != 1 {
		k.Fatalf("%d mails went out, want 1", len(mails))
	}
	text := k.tokenIn(mails[0])
	asked, err := c.Contacts.Find(k.ctx, contact.Identity{Source: "email", Key: "mara@example.org"})
	k.ok(err, "finding who asked")
	winner := k.customers(2, func(_ int, c *contact.Contact) { c.Emails = nil })[1]
	k.clock.add(time.Minute)
	k.ok(last(c.Merges.Merge(k.ctx, winner.ID, asked.ID, nil)), "merging")
	k.clock.add(time.Minute)
	done, err := c.Consents.ConfirmOptIn(k.ctx, text, consent.Evidence{})
	k.ok(err, "confirming after a merge")
	k.equal(done.Contact, winner.ID, "who has confirmed")
	k.permits(winner.ID, consent.Marketing, contact.ChannelEmail, consent.Granted, "of the winner")
}
