package storagetest

import (
	"slices"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// hardTexts are texts that stores have been seen to change, to confuse with
// each other, or to read as something else than text.
var hardTexts = []string{
	"Straße", "Strasse", "STRAẞE", "strasse", "İstanbul", "istanbul", "ıstanbul", "Ǆ ǆ", "\ufb01", "fi", "\u212a", "K",
	"Zo\u00eb", "Zoe\u0308", "\u00c5", "\u212b", "\u00f1", "n\u0303", // the same to the eye, two by two
	"🪑", "👩🏽\u200d💻", "🇩🇪", "\uffff", "\U0010ffff", "\U00010000", "\ufeffbom", "a\u200bb", "a\u00a0b", "a\u00adb", "a\u2028b",
	"שלום עולם", "مرحبا", "\u202eabc\u202c", "日本語", "ไทย", "हिन्दी",
	`'";--`, `'; DROP TABLE contacts; --`, `\`, `\\`, `\'`, `\n`, `\x00`, `\u0000`, `""`, `''`, "``", "a'b", `a"b`,
	"%", "_", "100%", "a_b", "a%b", "?", "??", "???", `\?`, ":name", "::text", "@p1", "$1", "$$", "{0}", "%s", "%!d(MISSING)",
	"NULL", "null", "true", "0", "00", "-0", "1e3", "0x10", "NaN", "infinity", "2026-01-01", "[]", "{}", "{{.Contact}}", "<b>&amp;</b>",
	"a", "A", "aa", "z", "Z", "ä", "~", "!", "+", "a b", "a  b", "x'00'", `E'\x41'`, "/* */", "--", "#",
}

// textRoundTrip puts each of the texts into every place that takes one.
func textRoundTrip(k *kit) {
	batch := make([]contact.Contact, len(hardTexts))
	for i, s := range hardTexts {
		batch[i] = contact.Contact{
			Kind: contact.Person, Name: contact.Name{Title: s, Given: s, Family: s, Company: s},
			Addresses:  []contact.Address{{Street: s, Extra: s, PostalCode: clipRunes(s, 20), City: s, Region: s}},
			Identities: []contact.Identity{{Source: "shop", Key: s}}, Custom: map[string]contact.Value{"nickname": contact.Text(s)},
		}
	}
	results, err := k.lenient().Contacts.UpsertMany(k.ctx, batch)
	k.ok(err, "storing contacts with unusual texts")
	for i, s := range hardTexts {
		of := results[i].Contact.ID
		want := batch[i]
		want.ID, want.CreatedAt, want.UpdatedAt, want.Version = of, noon, noon, 1
		k.equal(k.get(of), want, "a text of a contact did not come back byte for byte")
		found, err := k.crm.Contacts.Find(k.ctx, contact.Identity{Source: "shop", Key: s})
		k.ok(err, "finding a contact by an unusual key")
		k.equal(found.ID, of, "a key found somebody else's contact: keys are compared byte by byte")
		k.textInActivity(of, s)
		k.textInConsent(of, s)
	}
}

// clipRunes shortens a text to n characters.
func clipRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

func (k *kit) textInActivity(of contact.ID, s string) {
	k.Helper()
	a := activity.Activity{
		Contact: of, Kind: activity.Purchase, Direction: activity.Inbound, Ref: activity.Ref{Source: "shop", Key: s}, At: noon, Subject: s, Text: s + "\r\n\t" + s,
		Amount: euro(1), Items: []activity.Item{{SKU: s, Name: s, Category: s, Quantity: 1, Amount: euro(1)}},
	}
	r := k.record(a)
	a.ID, a.RecordedAt = r.Activity, noon
	got, err := k.crm.Activities.ByRef(k.ctx, a.Ref)
	k.ok(err, "finding an activity by an unusual key")
	k.equal(got, a, "a text of an activity did not come back byte for byte")
}

func (k *kit) textInConsent(of contact.ID, s string) {
	k.Helper()
	d := consent.Declaration{Contact: of, Channels: channels[:1], Wording: s, Source: s, Proof: s}
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting with unusual texts")
	ledger, err := k.crm.Consents.Ledger(k.ctx, of)
	k.ok(err, "reading a ledger with unusual texts")
	for _, e := range ledger {
		k.equal([]string{e.Wording, e.Source, e.Proof}, []string{s, s, s}, "a text of the ledger did not come back byte for byte")
	}
}

// textInRules looks for each of the texts with rules: exactly one contact has
// it, and the order of texts is that of their bytes.
func textInRules(k *kit) {
	people := k.customers(len(hardTexts), func(i int, c *contact.Contact) {
		c.Name.Given = hardTexts[i]
		c.Custom = map[string]contact.Value{"nickname": contact.Text(hardTexts[i])}
	})
	for i, s := range hardTexts {
		seg, err := k.crm.Segments.Save(k.ctx, "texts", segment.All(
			segment.Field("name.given").Equals(s), segment.Field("custom.nickname").OneOf(s, "nobody has this")))
		k.ok(err, "saving a rule with an unusual text")
		saved, err := k.crm.Segments.Get(k.ctx, seg.ID)
		k.ok(err, "reading a rule with an unusual text")
		k.equal(saved, seg, "a text of a rule did not come back byte for byte")
		k.members(saved.Rule, []contact.ID{people[i].ID}, "texts are equal when their bytes are, and only then")

		for _, r := range []struct {
			rule segment.Rule
			test func(string) bool
		}{
			{segment.Field("custom.nickname").Less(s), func(o string) bool { return o < s }},
			{segment.Field("name.given").AtLeast(s), func(o string) bool { return o >= s }},
			{segment.Field("custom.nickname").StartsWith(s), func(o string) bool { return strings.HasPrefix(o, s) }},
			{segment.Field("name.given").Contains(s), func(o string) bool { return strings.Contains(o, s) }},
		} {
			var want []contact.ID
			for j, o := range hardTexts {
				if r.test(o) {
					want = append(want, people[j].ID)
				}
			}
			k.members(r.rule, want, "texts are compared byte by byte: "+r.rule.String())
		}
	}
}

// members checks whom a rule selects.
func (k *kit) members(r segment.Rule, want []contact.ID, what string) {
	k.Helper()
	page, err := k.crm.Segments.Members(k.ctx, r, "", 1000)
	k.ok(err, "evaluating a rule")
	want = slices.Clone(want)
	slices.SortFunc(want, contact.ID.Compare)
	if !slices.Equal(page.Contacts, want) {
		k.Errorf("%s: %d contacts are selected, must be %d", what, len(page.Contacts), len(want))
	}
}

// textLimits stores the longest texts that the services let pass, each
// character of them four bytes long.
func textLimits(k *kit) {
	line, prose := strings.Repeat("𝕏", 200), strings.Repeat("𝕐", 100_000)
	c := contact.Contact{
		Name:       contact.Name{Title: line, Given: line, Family: line, Company: line},
		Identities: []contact.Identity{{Source: strings.Repeat("s", 64), Key: line}},
		Custom:     map[string]contact.Value{"nickname": contact.Text(prose[:4*4000])},
	}
	created, err := k.lenient().Contacts.Create(k.ctx, c)
	k.ok(err, "creating a contact with the longest texts")
	k.equal(k.get(created.ID), created, "the longest texts of a contact did not come back")
	found, err := k.crm.Contacts.Find(k.ctx, created.Identities[0])
	k.ok(err, "finding a contact by the longest key")
	k.equal(found.ID, created.ID, "who has the longest key")

	a := activity.Activity{
		Contact: created.ID, Kind: activity.Kind(strings.Repeat("k", 64)), Ref: activity.Ref{Source: "shop", Key: line}, At: noon, Subject: line, Text: prose,
		Items: []activity.Item{{SKU: line, Name: line, Category: line, Quantity: 1, Amount: euro(1)}}, Amount: euro(1),
	}
	r := k.record(a)
	a.ID, a.RecordedAt = r.Activity, noon
	k.equal(k.history(created.ID), []activity.Activity{a}, "the longest texts of an activity did not come back")
	seg, err := k.crm.Segments.Save(k.ctx, strings.Repeat("n", 64), segment.Purchases().In(line, prose[:4*4000]).AtLeast(1))
	k.ok(err, "saving a rule with the longest texts")
	d := k.definition("long", seg.ID)
	d.Templates[contact.ChannelEmail] = campaign.Template{Subject: "s", Text: prose}
	launched, err := k.crm.Campaigns.Create(k.ctx, d)
	k.ok(err, "creating a campaign with a long template")
	got, err := k.crm.Campaigns.Get(k.ctx, launched.ID)
	k.ok(err, "reading a campaign with a long template")
	k.equal(got, launched, "a long template did not come back")
}

// textRefused checks that what no store could keep is refused before.
func textRefused(k *kit) {
	before := k.read(k.store)
	for code, s := range map[string]string{"control_character": "a\x00b", "invalid_utf8": "a\xffb"} {
		_, err := k.crm.Contacts.Create(k.ctx, contact.Contact{Name: contact.Name{Family: s}, Identities: []contact.Identity{{Source: "shop", Key: s}}})
		k.refused(err, what("name.family", code), what("identities[0].key", code))
		_, err = k.crm.Contacts.Find(k.ctx, contact.Identity{Source: "shop", Key: s})
		k.refused(err, what("identity.key", code))
		_, err = k.crm.Activities.ByRef(k.ctx, activity.Ref{Source: "shop", Key: s})
		k.refused(err, what("ref.key", code))
		_, err = k.crm.Segments.Count(k.ctx, segment.Field("name.family").Equals(s))
		k.refused(err, what("rule.field.values[0]", code))
		_, err = k.crm.Segments.Find(k.ctx, s)
		k.refused(err, what("name", "syntax"))
		_, err = k.crm.Campaigns.Find(k.ctx, s)
		k.refused(err, what("name", "syntax"))
		_, err = k.crm.Campaigns.List(k.ctx, campaign.Draft, campaign.State(s))
		k.refused(err, what("states[1]", "unknown_state"))
		_, err = k.crm.Campaigns.Audience(k.ctx, campaign.ID(spread(1)), campaign.Outcome(s), "", 1)
		k.refused(err, what("outcome", "unknown_outcome"))
		_, err = k.crm.Campaigns.Deliveries(k.ctx, campaign.ID(spread(1)), "", 1, campaign.DeliveryState(s))
		k.refused(err, what("states[0]", "unknown_state"))
	}
	k.equal(k.read(k.store), before, "a refused text has left something")
}
