package storagetest

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
)

func importEntries(k *kit) {
	k.customer(0)
	k.customer(1)
	changed := person(1)
	changed.Occupation = "carpenter"
	broken := person(5)
	broken.Emails[0].Address = "nobody"
	broken.Born = contact.Date{Year: 2026, Month: 13, Day: 1}
	torn := person(6)
	torn.Identities = []contact.Identity{shop(0), shop(1)}
	unread := exchange.Entry{Problems: []exchange.Problem{{Number: 5, Line: 6, Path: "Name", Code: "invalid_utf8", Message: "is not valid UTF-8"}}}
	half := buying(7, 1, noon)
	half.Activities[0].Items[0].Quantity = 0
	done := k.bring("first", nil, entryOf(person(0)), entryOf(changed), entryOf(person(2)), entryOf(broken), unread, entryOf(torn), half)
	k.equal(counts(done), []int{7, 1, 1, 1, 4, 0, 0}, "the numbers of an import")
	k.equal([]any{done.State, done.Position, done.Name}, []any{exchange.Finished, 7, "first"}, "the state of an import")
	want := []string{
		"4 born not_a_date", "4 emails[0].address syntax", "5 Name invalid_utf8", "6 identities[1] taken",
		"7 activities[0].items[0].quantity out_of_range",
	}
	k.equal(told(k.problems("first")), want, "the problems of an import")
	for _, p := range k.problems("first") {
		k.equal(p.Line, p.Number+1, "the line of a problem")
	}
	for _, n := range []int{5, 6, 7} {
		_, err := k.crm.Contacts.Find(k.ctx, shop(n))
		k.fails(err, errs.ErrNotFound, "finding a contact of a refused entry")
	}
	c, err := k.crm.Contacts.Find(k.ctx, shop(1))
	k.ok(err, "finding a contact that was updated")
	k.equal([]any{c.Occupation, c.Version}, []any{"carpenter", 2}, "a contact that was updated")
	c, err = k.crm.Contacts.Find(k.ctx, shop(0))
	k.ok(err, "finding a contact that was not changed")
	k.equal(c.Version, 1, "the version of a contact of which the import said nothing new")

	again, err := k.reopened().Exchange.Status(k.ctx, "first")
	k.ok(err, "reading the state of an import")
	k.equal(again, done, "the state of an import, read back")
	k.equal(told(k.problems("first")), want, "the problems, read again")
}

func importKnown(k *kit) {
	old := person(0)
	old.Name.Title, old.Language = "Dr.", "de"
	old.Tags = []string{"old"}
	old.Custom = map[string]contact.Value{"nickname": contact.Text("Kimmy"), "points": contact.Int(5)}
	next := contact.Contact{
		Identities: []contact.Identity{shop(0), {Source: "till", Key: "77"}},
		Name:       contact.Name{Given: "Kim", Family: "Newname"},
		Emails:     []contact.Email{{Address: "new@example.com"}, {Address: "PERSON0@example.com", Role: contact.Work}},
		Occupation: "carpenter", Tags: []string{"new"},
		Custom: map[string]contact.Value{"points": contact.Int(9), "vip": contact.Bool(true)},
	}
	for _, c := range []struct {
		known            exchange.Known
		family, title    string
		emails           []string
		tags             []string
		nickname, points any
		phones           int
	}{
		{exchange.Keep, "Person 0000", "Dr.", []string{"person0@example.com"}, []string{"old"}, "Kimmy", int64(5), 1},
		{exchange.Update, "Newname", "Dr.", []string{"new@example.com", "PERSON0@example.com"}, []string{"new", "old"}, "Kimmy", int64(9), 1},
		{exchange.Fill, "Person 0000", "Dr.", []string{"person0@example.com", "new@example.com"}, []string{"new", "old"}, "Kimmy", int64(5), 1},
		{exchange.Replace, "Newname", "", []string{"new@example.com", "PERSON0@example.com"}, []string{"new"}, "", int64(9), 0},
	} {
		_, _, err := k.crm.Contacts.Upsert(k.ctx, old)
		k.ok(err, "storing a contact")
		k.bring(string(c.known), &exchange.Options{Known: c.known}, entryOf(next))
		got, err := k.crm.Contacts.Find(k.ctx, shop(0))
		k.ok(err, "finding a contact")
		var emails []string
		for _, e := range got.Emails {
			emails = append(emails, e.Address)
		}
		what := "a known contact after an import that says " + string(c.known)
		k.equal([]any{got.Name.Family, got.Name.Title, emails, got.Tags, len(got.Phones)}, []any{c.family, c.title, c.emails, c.tags, c.phones}, what)
		k.equal([]any{got.Custom["nickname"].Text, got.Custom["points"].Number / contact.NumberScale}, []any{c.nickname, c.points}, what)
		k.equal(len(got.Identities) == 1, c.known == exchange.Keep, "whether no identity was added to "+what)
	}
	same := k.bring("again", nil, entryOf(next), entryOf(next))
	k.equal(counts(same), []int{2, 0, 0, 2, 0, 0, 0}, "importing the same twice in a file")
}

// importRequired: what a known contact has need not stand in the file.
func importRequired(k *kit) {
	c := k.with(k.store, func(c *crm.Config) {
		c.Fields = append(slices.Clone(c.Fields), contact.Field{Name: "branch", Type: contact.TypeText, Required: true})
	})
	whole := person(0)
	whole.Custom = map[string]contact.Value{"branch": contact.Text("north")}
	torn := person(1)
	changed := person(0)
	changed.Occupation = "carpenter"
	for _, o := range []exchange.Options{{Batch: 1}, {}, {LeaveOut: true}} {
		name := fmt.Sprint("batch ", o.Batch, ", leave out ", o.LeaveOut)
		if o.LeaveOut {
			torn.Born = contact.Date{Month: 13}
		}
		done, err := c.Exchange.Import(k.ctx, name, rows(entryOf(whole), entryOf(changed), entryOf(torn)), &o)
		k.ok(err, "importing")
		k.equal([]int{done.Entries, done.Refused}, []int{3, 1}, "how many entries were refused that have no value for a required field, "+name)
		k.equal(slices.Contains(told(k.problems(name)), "3 custom[branch] required"), true, "whether it is told that the value is missing, "+name)
	}
	_, err := c.Exchange.Import(k.ctx, "replaced", rows(entryOf(changed)), &exchange.Options{Known: exchange.Replace})
	k.ok(err, "importing")
	k.equal(told(k.problems("replaced")), []string{"1 custom[branch] required"}, "the problems of a record that would lose a required value")
}

func importOrigin(k *kit) {
	k.customer(0)
	o := &exchange.Options{Origin: contact.Origin{Source: "fair", Notice: "privacy-3"}}
	changed := person(0)
	changed.Occupation = "carpenter"
	k.bring("fair", o, entryOf(changed), entryOf(person(1)))
	again := k.bring("fair again", o, entryOf(changed), entryOf(person(1)))
	k.equal(counts(again), []int{2, 0, 0, 2, 0, 0, 0}, "importing the same from the same source again")
	for n := range 2 {
		c, err := k.crm.Contacts.Find(k.ctx, shop(n))
		k.ok(err, "finding a contact")
		k.equal(c.Origins, []contact.Origin{{Source: "fair", At: noon, Notice: "privacy-3"}}, "where the data came from")
	}
}

// importDates: an origin keeps the instant at which its notice was shown.
func importDates(k *kit) {
	told := person(0)
	told.Origins = []contact.Origin{{Source: "stand", Notice: "privacy-3"}}
	k.bring("first", nil, entryOf(told))
	for _, known := range []exchange.Known{exchange.Update, exchange.Fill, exchange.Replace} {
		k.clock.add(time.Hour)
		k.equal(k.bring(string(known), &exchange.Options{Known: known}, entryOf(told)).Unchanged, 1, "how many contacts are as before, for "+string(known))
	}
	c, err := k.crm.Contacts.Find(k.ctx, shop(0))
	k.ok(err, "finding a contact")
	k.equal(c.Origins, []contact.Origin{{Source: "stand", At: noon, Notice: "privacy-3"}}, "when a notice was shown")
}

func importHistory(k *kit) {
	list := []exchange.Entry{buying(0, 1, noon), buying(0, 2, noon), buying(1, 3, noon), buying(0, 1, noon)}
	done := k.bring("orders", &exchange.Options{Batch: 2}, list...)
	k.equal(counts(done), []int{4, 2, 0, 2, 0, 3, 0}, "the numbers of an import of orders")
	other := buying(1, 2, noon) // an order of somebody else
	free := buying(2, 4, noon)
	free.Activities = append(free.Activities, free.Activities[0]) // twice the same
	clash := buying(3, 5, noon)
	clash.Activities = append(clash.Activities, clash.Activities[0])
	clash.Activities[1].Subject = "another"
	gone := exchange.Entry{Of: contact.ID(id.New()), Activities: free.Activities}
	c, err := k.crm.Contacts.Find(k.ctx, shop(1))
	k.ok(err, "finding a contact")
	of := exchange.Entry{Of: contact.ID(id.New()), Identities: []contact.Identity{{Source: "till", Key: "1"}, shop(1)}, Activities: buying(1, 6, noon).Activities}
	done = k.bring("more", nil, append(list, other, free, clash, gone, of)...)
	k.equal(counts(done), []int{9, 1, 0, 5, 3, 2, 0}, "the numbers of an import with known orders")
	k.equal(told(k.problems("more")), []string{"5 activities[0].ref reused", "7 activities[1].ref reused", "8 of not_found"}, "its problems")
	_, err = k.crm.Contacts.Find(k.ctx, shop(3))
	k.fails(err, errs.ErrNotFound, "finding the contact of a refused order")
	k.equal(len(k.history(c.ID)), 2, "the activities of a contact with two orders")
}

func importConsent(k *kit) {
	people := k.customers(3, nil)
	k.agree(people[:2], contact.ChannelEmail)
	k.clock.add(time.Hour)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(people[0].ID, contact.ChannelEmail)), "withdrawing")
	k.ok(k.crm.Consents.Suppress(k.ctx, declaration(people[1].ID, contact.ChannelEmail)), "suppressing")
	k.clock.add(time.Hour)
	later := noon.Add(90 * time.Minute)
	release := agreeing(1, consent.Release, later)
	release.Consents[0].Purpose = ""
	undated, unsaid := agreeing(4, consent.Grant, time.Time{}), agreeing(4, consent.Grant, later)
	unsaid.Consents[0].Action = "allow"
	done := k.bring("wishes", &exchange.Options{Known: exchange.Replace},
		agreeing(0, consent.Grant, later), agreeing(1, consent.Grant, later), release, agreeing(2, consent.Grant, later),
		agreeing(3, consent.Grant, later), agreeing(2, consent.Withdraw, later), undated, unsaid, agreeing(3, consent.Grant, later))
	k.equal(counts(done), []int{9, 1, 0, 6, 2, 0, 3}, "the numbers of an import of declarations")
	k.equal(told(k.problems("wishes")), []string{
		"1 consents[0] withdrawn partly", "2 consents[0] withdrawn partly", "3 consents[0] withdrawn partly",
		"7 consents[0].at required", "8 consents[0].action unknown_action",
	}, "its problems")
	four, err := k.crm.Contacts.Find(k.ctx, shop(3))
	k.ok(err, "finding a contact")
	for i, c := range append(people, four) {
		p, err := k.crm.Consents.Permit(k.ctx, c.ID, consent.Marketing, contact.ChannelEmail)
		k.ok(err, "asking what is permitted")
		k.equal(p, []consent.Permission{consent.NoConsent, consent.Suppressed, consent.NoConsent, consent.Granted}[i], fmt.Sprintf("what customer %d permits", i))
	}
}

func importLeaveOut(k *kit) {
	torn := person(0)
	torn.Emails = append(torn.Emails, contact.Email{Address: "nobody"}, contact.Email{Address: "second@example.com"})
	torn.Born = contact.Date{Year: 2026, Month: 13, Day: 1}
	torn.Addresses[0].PostalCode = "1"
	torn.Custom = map[string]contact.Value{"points": contact.Text("five"), "nickname": contact.Text("Kimmy")}
	lost := person(1)
	lost.Identities[0].Key = ""
	clash := person(2)
	clash.Born = torn.Born
	done := k.bring("file", &exchange.Options{LeaveOut: true}, entryOf(torn), entryOf(lost), exchange.Entry{Contact: clash, Activities: []activity.Activity{{Kind: "visit"}}})
	k.equal(counts(done), []int{3, 2, 0, 0, 1, 1, 0}, "the numbers of an import that leaves out what is broken")
	k.equal(told(k.problems("file")), []string{
		"1 born not_a_date partly", "1 emails[1].address syntax partly", "1 addresses[0].postal_code syntax partly", "1 custom[points] wrong_type partly",
		"2 identities[0].key required", "3 born not_a_date partly",
	}, "its problems")
	c, err := k.crm.Contacts.Find(k.ctx, shop(0))
	k.ok(err, "finding a contact")
	k.equal([]any{len(c.Emails), c.Emails[1].Address, len(c.Addresses), c.Born, len(c.Custom), c.Name.Family},
		[]any{2, "second@example.com", 0, contact.Date{}, 1, "Person 0000"}, "a contact of which something was left out")
}

// importSensitive: sensitive values come in with a consent to their purpose only.
func importSensitive(k *kit) {
	crm := k.with(k.store, func(c *crm.Config) {
		c.Fields = append(slices.Clone(c.Fields), contact.Field{Name: "allergy", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "diet"})
	})
	sick := func(n int, consents ...exchange.Consent) exchange.Entry {
		e := exchange.Entry{Contact: person(n), Consents: consents}
		e.Contact.Custom = map[string]contact.Value{"allergy": contact.Text("nuts")}
		return e
	}
	declared := func(purpose consent.Purpose, action consent.Action, at time.Time) exchange.Consent {
		return exchange.Consent{Purpose: purpose, Channel: "shop", Action: action, At: at, Wording: "Keep my allergies.", Source: "form"}
	}
	list := []exchange.Entry{
		sick(0), sick(1, declared("diet", consent.Grant, noon)), sick(2, declared(consent.Marketing, consent.Grant, noon)),
		sick(3, declared("diet", consent.Grant, noon.Add(-time.Hour)), declared("diet", consent.Withdraw, noon)), sick(1),
	}
	done, err := crm.Exchange.Import(k.ctx, "file", rows(list...), nil)
	k.ok(err, "importing sensitive values")
	k.equal(counts(done), []int{5, 1, 0, 1, 3, 0, 1}, "the numbers of an import of sensitive values")
	k.equal(told(k.problems("file")), []string{
		"1 custom[allergy] consent_required", "3 custom[allergy] consent_required", "4 custom[allergy] consent_required",
	}, "its problems")
	for sensitive, want := range map[bool]bool{false: false, true: true} {
		var file bytes.Buffer
		_, err = crm.Exchange.Export(k.ctx, &file, &exchange.ExportOptions{Sensitive: sensitive})
		k.ok(err, "exporting")
		k.equal(bytes.Contains(file.Bytes(), []byte("nuts")), want, fmt.Sprintf("whether an export has sensitive values that was asked for them: %v", sensitive))
	}
}

// importArchive: everything is exported and imported into another tenant.
func importArchive(k *kit) {
	people := k.customers(30, func(i int, c *contact.Contact) {
		c.Custom = map[string]contact.Value{"points": contact.Int(int64(i)), "nickname": contact.Text(fmt.Sprint("n", i))}
		c.Accounts = []contact.Account{{Provider: "acme", Token: fmt.Sprint("tok", i)}}
		c.Born = contact.Date{Month: 2, Day: 29}
	})
	k.link(people[0], contact.Link{Kind: contact.WorksFor, To: people[29].ID}) // who comes later
	k.agree(people[:20], contact.ChannelEmail, contact.ChannelLetter)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(people[3].ID, contact.ChannelEmail)), "withdrawing")
	for i := range 100 {
		k.record(order(people[i%7].ID, i, noon.Add(-time.Duration(i)*time.Hour)))
	}
	k.record(activity.Activity{
		Contact: people[0].ID, Kind: activity.Complaint, Channel: contact.ChannelPhone, Text: "creaks", At: noon,
		Data: map[string]contact.Value{"severity": contact.Int(3)},
	})
	var file bytes.Buffer
	out, err := k.crm.Exchange.Export(k.ctx, &file, nil)
	k.ok(err, "exporting everything")
	k.equal(out, exchange.Exported{Contacts: 30, Activities: 101, Consents: 41}, "what was exported")

	other := k.tenant("other")
	crm := k.on(other)
	done, err := crm.Exchange.Import(k.ctx, "archive", exchange.Lines(bytes.NewReader(file.Bytes())), &exchange.Options{Known: exchange.Replace})
	k.ok(err, "importing what was exported")
	k.equal(counts(done), []int{30, 30, 0, 0, 0, 101, 41}, "the numbers of an import of everything")
	k.equal(said(k.read(other)), said(k.read(k.store)), "what was exported from one tenant and imported into another")
	done, err = crm.Exchange.Import(k.ctx, "archive again", exchange.Lines(bytes.NewReader(file.Bytes())), &exchange.Options{Known: exchange.Replace})
	k.ok(err, "importing what was exported again")
	k.equal(counts(done), []int{30, 0, 0, 30, 0, 0, 0}, "the numbers of an import of what is there")
}
