package storagetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/storage"
)

// importOdd: entries that no file should have are refused with all reasons, and cost
// nobody else.
func importOdd(k *kit) {
	known := k.customer(0)
	self := person(0)
	self.Links = []contact.Link{{Kind: contact.SameHousehold, To: known.ID}}
	many := buying(2, 1, noon)
	many.Contact.Emails[0].Address = "nobody"
	many.Activities[0].Items[0].Quantity = 0
	many.Consents = []exchange.Consent{{Channel: contact.ChannelEmail, Action: "allow"}}
	undated := buying(3, 2, time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC))
	twice := entryOf(person(4))
	visit := activity.Activity{ID: activity.ID(spread(1)), Kind: "visit", At: noon}
	twice.Activities = []activity.Activity{visit, visit}
	again := twice
	again.Activities = []activity.Activity{visit}
	other := again
	other.Activities = []activity.Activity{{ID: visit.ID, Kind: "visit", At: noon, Subject: "another"}}
	of := exchange.Entry{Of: known.ID, Contact: contact.Contact{Name: contact.Name{Given: "Kim"}}}
	list := []exchange.Entry{entryOf(self), many, undated, twice, again, other, of, entryOf(person(5))}
	for _, batch := range []int{1, 100} {
		k.bring(string(rune('a'+batch%26)), &exchange.Options{Batch: batch}, list...)
		k.equal(told(k.problems(string(rune('a'+batch%26)))), []string{
			"1 links[0].to cycle",
			"2 activities[0].items[0].quantity out_of_range", "2 consents[0].action unknown_action", "2 consents[0].at required", "2 emails[0].address syntax",
			"3  out_of_range", "6 activities[0].id exists", "7 of unexpected",
		}, "the problems of an import of odd entries")
	}
	c, err := k.crm.Contacts.Find(k.ctx, shop(4))
	k.ok(err, "finding a contact")
	k.equal(len(k.history(c.ID)), 1, "how often an activity was imported that stands there three times")
}

// importRoles: the same address with two roles is two, and what an entry does not say
// of an account stays.
func importRoles(k *kit) {
	sealer, err := contact.NewSealer(make([]byte, 32))
	k.ok(err, "making a sealer")
	c := k.with(k.store, func(c *crm.Config) { c.Validation.Sealer = sealer })
	address := person(0).Addresses[0]
	as := func(r contact.Role) contact.Address { a := address; a.Role = r; return a }
	old := person(0)
	old.Addresses = []contact.Address{as(contact.Billing), as(contact.Delivery)}
	old.Accounts = []contact.Account{{Mandate: "M-1", IBAN: "DE89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX"}}
	old.Born = contact.Date{Year: 1990, Month: 2, Day: 3}
	stored, err := c.Contacts.Create(k.ctx, old)
	k.ok(err, "creating a contact")
	for i, roles := range [][]contact.Role{{""}, {contact.Delivery}, {"", contact.Home}} {
		next := person(0)
		next.Born = contact.Date{Month: 2, Day: 3}
		next.Occupation = fmt.Sprint("job ", i)
		next.Accounts = []contact.Account{{Mandate: "M-1", IBAN: stored.Accounts[0].IBAN}}
		next.Addresses = nil
		for _, r := range roles {
			next.Addresses = append(next.Addresses, as(r))
		}
		_, err := c.Exchange.Import(k.ctx, "roles "+next.Occupation, rows(entryOf(next)), nil)
		k.ok(err, "importing")
	}
	got, err := c.Contacts.Find(k.ctx, shop(0))
	k.ok(err, "finding a contact")
	var roles []string
	for _, a := range got.Addresses {
		roles = append(roles, string(a.Role))
	}
	slices.Sort(roles)
	k.equal(roles, []string{"billing", "delivery", "home"}, "the roles of an address after imports that name some of them")
	k.equal(got.Born, old.Born, "a date of birth after an import that knows less of it")
	iban, err := c.Contacts.IBAN(k.ctx, got.ID, 0)
	k.ok(err, "reading an IBAN after an import that has it masked")
	k.equal([]string{string(iban), got.Accounts[0].BIC}, []string{"DE89370400440532013000", "COBADEFFXXX"}, "an account after an import that has its IBAN masked")
}

// importStood: what was stored under other rules is no reason to refuse an entry.
func importStood(k *kit) {
	old := person(0)
	old.Emails[0].Address, old.Addresses[0].PostalCode, old.Addresses[0].Street = "nobody", "1", ""
	old.Name.Given, old.Name.Family, old.VATNumber = "Test", "Test", "DE1"
	old.Born = contact.Date{Year: 1900, Month: 1, Day: 1}
	_, err := k.lenient().Contacts.Create(k.ctx, old)
	k.ok(err, "creating a contact without checks")
	next := person(0)
	next.Name = contact.Name{}
	next.Emails[0].Address, next.Occupation = "new@example.com", "carpenter"
	worse := person(0)
	worse.Emails[0].Address = "somebody"
	done := k.bring("file", nil, entryOf(next), entryOf(worse))
	k.equal(told(k.problems("file")), []string{"2 emails[0].address syntax"}, "the problems of an import about a contact that was stored without checks")
	k.equal(done.Updated, 1, "how many contacts were updated")
	c, err := k.crm.Contacts.Find(k.ctx, shop(0))
	k.ok(err, "finding a contact")
	k.equal([]any{c.Emails[0].Normal, c.Emails[1].Address, c.Occupation}, []any{"new@example.com", "nobody", "carpenter"}, "a contact that was stored without checks, updated")
}

// importUndoOthers: what somebody else has changed between batches, has linked to or
// has withdrawn is not undone.
func importUndoOthers(k *kit) {
	edit := func(n int, f func(*contact.Contact)) {
		c, err := k.crm.Contacts.Find(k.ctx, shop(n))
		k.ok(err, "finding a contact")
		f(&c)
		_, err = k.crm.Contacts.Update(k.ctx, c)
		k.ok(err, "updating a contact")
	}
	later := person(0)
	later.Occupation = "pilot"
	between := func(i exchange.Import) {
		if i.Entries == 1 {
			edit(0, func(c *contact.Contact) { c.Education = "typed in by the host" })
		}
	}
	k.bring("file", &exchange.Options{Batch: 1, Progress: between}, entryOf(person(0)), entryOf(person(1)), entryOf(person(2)),
		agreeing(3, consent.Grant, noon.Add(30*time.Second)), agreeing(4, consent.Withdraw, noon), entryOf(later), entryOf(person(5)))
	more := person(1)
	more.Identities = append(more.Identities, contact.Identity{Source: "till", Key: "77"})
	_, _, err := k.crm.Contacts.Upsert(k.ctx, more)
	k.ok(err, "adding an identity")
	two, err := k.crm.Contacts.Find(k.ctx, shop(2))
	k.ok(err, "finding a contact")
	k.link(k.customer(9), contact.Link{Kind: contact.WorksFor, To: two.ID})
	three, err := k.crm.Contacts.Find(k.ctx, shop(3))
	k.ok(err, "finding a contact")
	k.record(order(three.ID, 1, noon))

	done := k.undo("file")
	k.equal(done.Kept, 5, "how much was kept")
	var kept []int
	for _, p := range k.problems("file") {
		kept = append(kept, p.Number)
	}
	slices.Sort(kept)
	k.equal(kept, []int{1, 2, 3, 4, 5}, "the entries whose contacts stay")
	p, err := k.crm.Consents.Permit(k.ctx, three.ID, consent.Marketing, contact.ChannelEmail)
	k.ok(err, "asking what is permitted")
	k.equal(p, consent.NoConsent, "what a contact permits whose imported consent lies ahead of the clock")
	_, err = k.crm.Contacts.Find(k.ctx, shop(5))
	k.fails(err, errs.ErrNotFound, "finding a contact that nobody knows")
}

// importUndoSensitive: no sensitive value comes back without a consent.
func importUndoSensitive(k *kit) {
	c := k.with(k.store, func(c *crm.Config) {
		c.Fields = append(slices.Clone(c.Fields), contact.Field{Name: "allergy", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "diet"})
	})
	sick := person(0)
	sick.Custom = map[string]contact.Value{"allergy": contact.Text("nuts")}
	allowed := exchange.Consent{Purpose: "diet", Channel: "shop", Action: consent.Grant, At: noon, Wording: "Keep it.", Source: "form"}
	worse := person(0)
	worse.Custom = map[string]contact.Value{"allergy": contact.Text("milk")}
	for _, e := range []exchange.Entry{{Contact: sick, Consents: []exchange.Consent{allowed}}, entryOf(worse)} {
		_, err := c.Exchange.Import(k.ctx, string(rune('a'+len(e.Consents))), rows(e), &exchange.Options{Known: exchange.Replace})
		k.ok(err, "importing")
	}
	k.clock.add(time.Hour)
	stored, err := c.Contacts.Find(k.ctx, shop(0))
	k.ok(err, "finding a contact")
	k.ok(c.Consents.Withdraw(k.ctx, consent.Declaration{Contact: stored.ID, Purpose: "diet", Channels: []contact.Channel{"shop"}, Source: "form"}), "withdrawing")
	_, err = c.Exchange.Undo(k.ctx, "a")
	k.ok(err, "taking back the import that changed the value")
	k.equal(told(k.problems("a")), []string{"1 custom[allergy] consent_required partly"}, "what did not come back")
	list, err := k.store.Contacts(k.ctx, []contact.ID{stored.ID})
	k.ok(err, "reading a record from the store")
	k.equal(len(list[0].Custom), 0, "how many values came back without a consent")
}

// importEnds: an import tells of readers that end in odd ways, and tries again where a
// contact is gone.
func importEnds(k *kit) {
	ends := func(yield func(exchange.Entry, error) bool) {
		yield(exchange.Entry{Number: 1, Contact: person(1)}, nil)
		runtime.Goexit()
	}
	done, err := k.crm.Exchange.Import(k.ctx, "ends", ends, nil)
	if err == nil || done.State == exchange.Finished {
		k.Errorf("an import whose entries end their goroutine: %s, %v", done.State, err)
	}
	panics := func(func(exchange.Entry, error) bool) { panic("in the host's reader") }
	func() {
		defer func() { k.equal(recover(), "in the host's reader", "what comes through of a panic") }()
		_, _ = k.crm.Exchange.Import(k.ctx, "panics", panics, nil)
	}()

	gone := k.customer(7)
	vanish := &vanishing{Store: k.store, of: gone.ID, once: new(bool)}
	done, err = k.on(vanish).Exchange.Import(k.ctx, "vanishing", rows(entryOf(person(7))), nil)
	k.ok(err, "importing while the contact is removed")
	k.equal(done.Unchanged, 1, "how many contacts were found when the batch was tried again")
}

// vanishing is a store in which a contact is removed as soon as its identity was read,
// in the same transaction.
type vanishing struct {
	storage.Store
	of   contact.ID
	once *bool
}

// Atomic implements storage.Store.
func (v *vanishing) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return v.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, &vanishing{tx, v.of, v.once}) })
}

// FindIdentities implements contact.Store. The first answer is out of date at once.
func (v *vanishing) FindIdentities(ctx context.Context, identities []contact.Identity) ([]contact.ID, error) {
	found, err := v.Store.FindIdentities(ctx, identities)
	if err == nil && !*v.once {
		*v.once = true
		for i := range found {
			found[i] = contact.ID(spread(99)) // somebody who is not there any more
		}
	}
	return found, err
}
