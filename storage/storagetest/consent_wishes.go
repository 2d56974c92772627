package storagetest

import (
	"bytes"
	"strings"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// consentObjection objects, and lets every kind of grant come after it.
func consentObjection(k *kit) {
	const email, letter = contact.ChannelEmail, contact.ChannelLetter
	of, other := k.customer(1).ID, k.customer(2).ID
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(of, email, letter)), "granting")
	k.ok(k.crm.Consents.Object(k.ctx, consent.Declaration{Contact: of, Source: "call"}), "objecting to all channels")
	for _, ch := range channels {
		k.permits(of, consent.Marketing, ch, consent.Objected, "after an objection")
	}
	k.clock.add(time.Hour)
	for _, m := range []consent.Method{consent.ByImport, consent.ByForm, ""} {
		d := declaration(of, email)
		d.Evidence.Method, d.Proof = m, string(m)
		k.ok(k.crm.Consents.Grant(k.ctx, d), "granting after an objection")
		k.permits(of, consent.Marketing, email, consent.Objected, "after a grant that came after the objection")
	}
	k.permits(of, "service", email, consent.NoConsent, "after an objection to another purpose")
	k.permits(other, consent.Marketing, email, consent.NoConsent, "after somebody else's objection")

	k.clock.add(time.Hour)
	k.ok(k.crm.Consents.LiftObjection(k.ctx, consent.Declaration{Contact: of, Channels: []contact.Channel{email}, Source: "call"}), "taking the objection back for one channel")
	k.permits(of, consent.Marketing, email, consent.Granted, "after the objection was taken back")
	k.permits(of, consent.Marketing, letter, consent.Objected, "after the objection was taken back for another channel")
	late := declaration(of, contact.ChannelPhone)
	late.At = noon.Add(-time.Hour)
	k.ok(k.crm.Consents.Grant(k.ctx, late), "noting late what was granted before the objection")
	k.permits(of, consent.Marketing, contact.ChannelPhone, consent.Objected, "after a late grant on a channel that was not named")
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(other, letter)), "withdrawing letters")
	k.clock.add(time.Second)
	ours := declaration(other, letter)
	ours.Basis = consent.LegitimateInterest
	k.fails(k.crm.Consents.Grant(k.ctx, ours), errs.ErrConflict, "noting an interest of the shop after a withdrawal")

	k.ok(k.crm.Consents.Object(k.ctx, declaration(other, letter)), "objecting to one channel")
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(other, email, letter)), "granting")
	k.permits(other, consent.Marketing, letter, consent.Objected, "on the channel that was objected to")
	k.permits(other, consent.Marketing, email, consent.Granted, "on another channel than the one that was objected to")
}

// consentRestriction restricts a contact and ends it.
func consentRestriction(k *kit) {
	of := k.customer(1).ID
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(of, contact.ChannelEmail)), "granting")
	k.ok(k.crm.Consents.Object(k.ctx, declaration(of, contact.ChannelEmail)), "objecting")
	k.ok(k.crm.Consents.Restrict(k.ctx, consent.Declaration{Contact: of, Source: "letter"}), "restricting")
	k.permits(of, consent.Marketing, contact.ChannelEmail, consent.Restricted, "after a restriction, which goes before an objection")
	k.permits(of, "service", contact.ChannelPhone, consent.Restricted, "after a restriction, for every purpose")
	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Unrestrict(k.ctx, consent.Declaration{Contact: of, Source: "letter"}), "ending the restriction")
	k.permits(of, consent.Marketing, contact.ChannelEmail, consent.Objected, "after the end of the restriction")
	k.ok(k.crm.Consents.LiftObjection(k.ctx, declaration(of, contact.ChannelEmail)), "taking the objection back")
	k.permits(of, consent.Marketing, contact.ChannelEmail, consent.Granted, "after the objection was taken back")
	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Deny(k.ctx, declaration(of, contact.ChannelEmail)), "saying no")
	k.permits(of, consent.Marketing, contact.ChannelEmail, consent.NoConsent, "after a no")

	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Grant(k.ctx, otherPurpose(of)), "granting for another purpose")
	k.ok(k.crm.Consents.Restrict(k.ctx, consent.Declaration{Contact: of, Source: "letter"}), "restricting again")
	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Unrestrict(k.ctx, declaration(of, contact.ChannelEmail)), "ending the restriction of one channel")
	k.permits(of, "survey", contact.ChannelPhone, consent.Restricted, "on another channel than the one that is free again")
	k.permits(of, "survey", contact.ChannelEmail, consent.Granted, "on the channel that is free again")
}

func otherPurpose(of contact.ID) consent.Declaration {
	d := declaration(of, contact.ChannelEmail, contact.ChannelPhone)
	d.Purpose = "survey"
	return d
}

// consentExpiry lets grants end.
func consentExpiry(k *kit) {
	const email = contact.ChannelEmail
	of := k.customer(1).ID
	d := declaration(of, email)
	d.ExpiresAt = noon.Add(time.Hour)
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting for an hour")
	forever := declaration(of, contact.ChannelLetter)
	k.ok(k.crm.Consents.Grant(k.ctx, forever), "granting")
	k.clock.set(d.ExpiresAt.Add(-time.Microsecond))
	k.permits(of, consent.Marketing, email, consent.Granted, "just before the grant ends")
	k.equal(k.noteExpired(), 0, "how many grants had ended before they did")
	k.clock.set(d.ExpiresAt)
	k.permits(of, consent.Marketing, email, consent.NoConsent, "when the grant ends")
	k.equal(k.noteExpired(), 1, "how many grants had ended")
	k.equal(k.noteExpired(), 0, "how many had ended that were not noted before")
	k.permits(of, consent.Marketing, email, consent.NoConsent, "after the end was noted")
	k.permits(of, consent.Marketing, contact.ChannelLetter, consent.Granted, "without an end")
	ledger, err := k.crm.Consents.Ledger(k.ctx, of)
	k.ok(err, "reading the ledger")
	end := ledger[len(ledger)-1]
	k.equal(end.Action, consent.Expire, "the last event")
	k.equal(end.At, d.ExpiresAt, "when it happened")
	k.clock.add(time.Second)
	d.At, d.ExpiresAt = k.clock.Now(), k.clock.Now().Add(time.Hour)
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting again")
	k.permits(of, consent.Marketing, email, consent.Granted, "after it was granted again")
}

func (k *kit) noteExpired() int {
	k.Helper()
	n, err := k.crm.Consents.NoteExpired(k.ctx)
	k.ok(err, "noting what has ended")
	return n
}

// consentNotices keeps the texts that customers saw.
func consentNotices(k *kit) {
	of := k.customer(1).ID
	key := consent.NoticeKey{Name: "newsletter", Version: "2", Locale: "de"}
	notice := consent.Notice{NoticeKey: key, Text: "Ja, ich möchte\nPost <b>bekommen</b>."}
	stored, err := k.crm.Consents.PutNotice(k.ctx, notice)
	k.ok(err, "storing a notice")
	k.clock.add(time.Hour)
	again, err := k.crm.Consents.PutNotice(k.ctx, notice)
	k.ok(err, "storing a notice again")
	k.equal(again, stored, "a notice that is stored again")
	k.equal(again.CreatedAt, noon, "when a notice was stored")
	changed := notice
	changed.Text = "Another text."
	k.fails(last(k.crm.Consents.PutNotice(k.ctx, changed)), errs.ErrConflict, "changing a notice")
	english := notice
	english.Locale, english.Text = "en", "Yes, I want letters."
	k.ok(last(k.crm.Consents.PutNotice(k.ctx, english)), "storing a notice in another language")

	d := declaration(of, contact.ChannelEmail)
	d.Wording, d.Notice = "", key
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting with a notice")
	d.Notice.Version = "3"
	k.fails(k.crm.Consents.Grant(k.ctx, d), errs.ErrInvalid, "granting with a notice that does not exist")
	list, err := k.crm.Consents.ListNotices(k.ctx)
	k.ok(err, "listing notices")
	k.equal(len(list), 2, "how many notices there are")
	record, err := k.crm.Consents.Record(k.ctx, of)
	k.ok(err, "reading the record of what was declared")
	k.equal(len(record.Entries), 1, "how many entries the record has")
	k.equal(record.Entries[0].Text, notice.Text, "the text that was seen")
	k.equal(record.Entries[0].Genuine, true, "whether it is the one that was seen")
	k.equal(record.Entries[0].Notice, stored.Ref(), "what the event keeps of the notice")
	var text, page bytes.Buffer
	k.ok(record.WriteText(&text), "printing the record as text")
	k.ok(record.WriteHTML(&page), "printing the record as a page")
	for _, want := range []string{"möchte", "2026-05-20", "marketing", "email", stored.Ref().SHA256} {
		k.equal(strings.Contains(text.String(), want), true, "whether the text holds "+want)
		k.equal(strings.Contains(page.String(), want), true, "whether the page holds "+want)
	}
	k.equal(strings.Contains(page.String(), "<b>"), false, "whether what somebody wrote is markup in the page")
}

// customerGrant is the declaration of an existing customer that meets the conditions of
// section 7 (3) UWG.
func customerGrant(of contact.ID, chs ...contact.Channel) consent.Declaration {
	d := declaration(of, chs...)
	d.Basis = consent.ExistingCustomer
	d.Evidence = consent.Evidence{Sale: "shop/1", Categories: []string{"Furniture", "Lamps"}}
	return d
}

// consentCustomers lets a campaign reach existing customers, and takes each condition
// away.
func consentCustomers(k *kit) {
	const email = contact.ChannelEmail
	people := k.customers(6, nil)
	everyone := func(change func(d *campaign.Definition)) map[contact.ID]campaign.Reason {
		k.Helper()
		c := k.campaign("summer", segment.Everyone(), func(d *campaign.Definition) {
			d.Channels, d.Templates = []contact.Channel{email}, map[contact.Channel]campaign.Template{email: {Subject: "New", Text: "Look.", HTML: "<body>Look.</body>"}}
			d.Customers = &campaign.Customers{Categories: []string{"Lamps", "Garden"}, Objection: "You can object <at any time>."}
			change(d)
		})
		k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
		k.run(k.crm, c.ID)
		plan, err := k.store.Audience(k.ctx, campaign.AudienceQuery{Campaign: c.ID, Limit: 100})
		k.ok(err, "reading the plan")
		reasons := map[contact.ID]campaign.Reason{}
		for _, m := range plan {
			reasons[m.Contact] = m.Reason
		}
		return reasons
	}
	for i, d := range []consent.Declaration{
		customerGrant(people[0].ID, email), customerGrant(people[1].ID, email), customerGrant(people[2].ID, email),
		declaration(people[3].ID, email), customerGrant(people[4].ID, email),
	} {
		if i == 4 {
			d.Evidence.Categories = []string{"Books"}
		}
		k.ok(k.crm.Consents.Grant(k.ctx, d), "granting")
	}
	k.permits(people[0].ID, consent.Marketing, email, consent.ToCustomers, "of an existing customer")
	k.ok(k.crm.Consents.Withdraw(k.ctx, consent.Declaration{Contact: people[1].ID, Channels: []contact.Channel{email}, At: noon.Add(-time.Hour), Source: "call"}), "refusing before the purchase")
	k.permits(people[1].ID, consent.Marketing, email, consent.NoConsent, "of an existing customer who has refused")
	k.ok(k.crm.Consents.Object(k.ctx, consent.Declaration{Contact: people[2].ID, Source: "call"}), "objecting")

	got := everyone(func(*campaign.Definition) {})
	want := map[contact.ID]campaign.Reason{people[0].ID: "", people[1].ID: campaign.NoConsent, people[2].ID: campaign.Objected,
		people[3].ID: "", people[4].ID: campaign.NoConsent, people[5].ID: campaign.NoConsent}
	k.equal(reasonsOf(got), reasonsOf(want), "who is reached as an existing customer")
	k.equal(len(k.post.messages()), 2, "how many messages went out")
	for _, m := range k.post.messages() {
		k.equal(strings.HasSuffix(m.Text, "You can object <at any time>.\n"), true, "whether each message ends with the right to object")
		k.equal(strings.Contains(m.HTML, "<p>You can object &lt;at any time&gt;.</p></body>"), true, "whether its page does")
	}
	got = everyone(func(d *campaign.Definition) { d.Name, d.Customers = "spring", nil })
	k.equal(got[people[0].ID], campaign.NoConsent, "an existing customer in a campaign that is for those who consented")
	k.equal(got[people[3].ID], campaign.Reason(""), "who consented")
	k.notCustomers(people[5].ID)
}

// notCustomers lacks one condition after the other.
func (k *kit) notCustomers(of contact.ID) {
	k.Helper()
	for what, change := range map[string]func(d *consent.Declaration){
		"without a sale":                     func(d *consent.Declaration) { d.Evidence.Sale = "" },
		"without knowing what was bought":    func(d *consent.Declaration) { d.Evidence.Categories = nil },
		"without a notice":                   func(d *consent.Declaration) { d.Wording = "" },
		"by telephone":                       func(d *consent.Declaration) { d.Channels = []contact.Channel{contact.ChannelPhone} },
		"on another basis, that is no basis": func(d *consent.Declaration) { d.Basis = consent.LegitimateInterest },
		"because of a contract":              func(d *consent.Declaration) { d.Basis = consent.Contract },
	} {
		d := customerGrant(of, contact.ChannelEmail)
		change(&d)
		k.fails(k.crm.Consents.Grant(k.ctx, d), errs.ErrInvalid, "granting "+what)
	}
	states, err := k.crm.Consents.States(k.ctx, of)
	k.ok(err, "reading states")
	k.equal(len(states), 0, "how many states refused grants have left")
}

func reasonsOf(m map[contact.ID]campaign.Reason) map[string]string {
	out := map[string]string{}
	for id, reason := range m {
		out[id.String()] = string(reason)
	}
	return out
}

// consentPhone calls those who agreed to be called, and notes it.
func consentPhone(k *kit) {
	const phone = contact.ChannelPhone
	people := k.customers(2, nil)
	d := declaration(people[0].ID, phone, contact.ChannelEmail)
	d.Evidence.Method = consent.ByOptIn
	k.fails(k.crm.Consents.Grant(k.ctx, d), errs.ErrInvalid, "granting calls by a confirmed e-mail address")
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(people[0].ID, phone)), "granting calls")
	k.ok(k.crm.Consents.Grant(k.ctx, declaration(people[1].ID, contact.ChannelEmail)), "granting e-mails")
	c := k.campaign("summer", segment.Everyone(), func(d *campaign.Definition) {
		d.Channels, d.Templates = []contact.Channel{phone}, map[contact.Channel]campaign.Template{phone: {Subject: "Call", Text: "Ask."}}
	})
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.clock.add(time.Minute)
	k.run(k.crm, c.ID)
	used := map[contact.ID]int{}
	for _, p := range people {
		ledger, err := k.crm.Consents.Ledger(k.ctx, p.ID)
		k.ok(err, "reading a ledger")
		for _, e := range ledger {
			if e.Action == consent.Use {
				used[p.ID]++
				k.equal(e.At, k.clock.Now(), "when the consent was used")
				k.equal(e.Proof, k.deliveries(c.ID)[p.ID].ID.String(), "by which delivery it was used")
			}
		}
	}
	k.equal(used[people[0].ID], 1, "how often the use of the consent to calls was noted")
	k.equal(used[people[1].ID], 0, "how often that of who did not consent was")
	k.permits(people[0].ID, consent.Marketing, phone, consent.Granted, "after its use")
}
