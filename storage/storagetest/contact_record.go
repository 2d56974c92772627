package storagetest

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

func contactCreate(k *kit) {
	a, b := k.customer(1), k.customer(2)
	k.equal(k.get(a.ID), a, "a contact read back differs from what Create returned")
	found, err := k.crm.Contacts.Find(k.ctx, shop(2))
	k.ok(err, "finding a contact by its identity")
	k.equal(found, b, "the contact found by identity is not the one that was created with it")

	unknown := contact.ID(id.New())
	many, err := k.crm.Contacts.GetMany(k.ctx, []contact.ID{b.ID, unknown, a.ID})
	k.ok(err, "reading several contacts")
	k.equal(many, []contact.Contact{b, a}, "GetMany must give the known contacts in the order of the ids")
	_, err = k.crm.Contacts.Get(k.ctx, unknown)
	k.fails(err, errs.ErrNotFound, "reading a contact that does not exist")
	_, err = k.crm.Contacts.Find(k.ctx, shop(3))
	k.fails(err, errs.ErrNotFound, "finding an identity that nobody has")
}

func contactConflict(k *kit) {
	first := k.customer(1)
	before := k.read(k.store)

	taken := person(2)
	taken.Identities = append(taken.Identities, shop(1))
	_, err := k.crm.Contacts.Create(k.ctx, taken)
	k.fails(err, errs.ErrConflict, "creating a contact with an identity that another one has")

	again := person(3)
	again.ID = first.ID
	_, err = k.crm.Contacts.Create(k.ctx, again)
	k.fails(err, errs.ErrConflict, "creating a contact with an id that exists")

	k.equal(k.read(k.store), before, "a refused Create has written something")
	for _, n := range []int{2, 3} {
		_, err = k.crm.Contacts.Find(k.ctx, shop(n))
		k.fails(err, errs.ErrNotFound, "finding an identity whose contact was refused")
		k.customer(n) // the identity is free
	}
}

func contactRoundTrip(k *kit) {
	for _, c := range richContacts() {
		created, err := k.crm.Contacts.Create(k.ctx, c)
		k.ok(err, "creating a contact")
		want := c
		want.ID, want.CreatedAt, want.UpdatedAt, want.Version = created.ID, noon, noon, 1
		k.equal(k.get(created.ID), want, "a field of a contact did not come back as it was given")
	}
}

// richContacts are two contacts that use every field, and one that uses none.
func richContacts() []contact.Contact {
	full := contact.Contact{
		Kind: contact.Person, Language: "de-AT", TimeZone: "Pacific/Chatham", PreferredChannel: "carrier.pigeon",
		Name: contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Zoë", Family: "O'Neill-Ångström", Company: "Holz & Söhne"},
		Emails: []contact.Email{
			{Address: "b@example.com", Role: contact.Work, Normal: "b@example.com"}, {Address: "a@example.com", Normal: "a@example.com"},
			{Address: "b@Example.com", Normal: "b@example.com"},
		},
		Phones: []contact.Phone{{Number: "+49 30 1234567"}, {Number: "030/7654321"}},
		Addresses: []contact.Address{
			{Street: "Lange Straße 1", Extra: "c/o Meier", PostalCode: "01067", City: "Dresden", Region: "Sachsen", Country: "DE"},
			{Street: "Ring 1", PostalCode: "1010", City: "Wien", Country: "AT", Role: contact.Billing, From: contact.Date{Year: 2020, Month: 2, Day: 29}},
		},
		Occupation: "Schreinerin", Education: "Meisterin", MaritalStatus: "verwitwet", VATNumber: "AT U1358 5627", VATNormal: "ATU13585627",
		Hobbies: []string{"Chor", "Schach"}, Memberships: []string{"ADFC"},
		Accounts: []contact.Account{
			{Provider: "till", Token: "tok_1"}, {Mandate: "M-1", IBAN: "DE89**************3000", BIC: "COBADEFFXXX", Sealed: []byte{0, 1, 255}},
		},
		Origins:    []contact.Origin{{Source: "trade-fair", At: noon.Add(-time.Hour), Notice: "privacy-7"}, {Source: "shop", At: noon}},
		Identities: []contact.Identity{{Source: "erp", Key: "k-1"}, {Source: "shop", Key: "0001"}, {Source: "shop", Key: "1"}},
		Custom: map[string]contact.Value{
			"nickname": contact.Text("Z"), "points": contact.Int(-12), "member_since": contact.Time(noon), "vip": contact.Bool(false),
			"interests": contact.Many("Straße", "VIP"),
		},
	}
	company := contact.Contact{
		Kind: contact.Company, Name: contact.Name{Company: "Möbel GmbH"},
		Custom: map[string]contact.Value{"vip": contact.Bool(true), "points": contact.Float(0.000001)},
	}
	return []contact.Contact{full, company, {Kind: contact.Person}}
}

func contactUpdate(k *kit) {
	read := k.customer(1)
	k.clock.add(1000)
	changed := contact.Contact{ID: read.ID, Version: read.Version, Name: contact.Name{Family: "Neu"}}
	updated, err := k.crm.Contacts.Update(k.ctx, changed)
	k.ok(err, "updating a contact")
	want := contact.Contact{
		ID: read.ID, Kind: contact.Person, Name: contact.Name{Family: "Neu"}, Identities: read.Identities,
		CreatedAt: read.CreatedAt, UpdatedAt: k.clock.Now().Truncate(1000), Version: 2,
	}
	k.equal(updated, want, "Update must replace the record, keep identities and creation, and count the version")
	k.equal(k.get(read.ID), want, "the updated contact is not stored as Update returned it")

	_, err = k.crm.Contacts.Update(k.ctx, read)
	k.fails(err, errs.ErrConflict, "updating with a version that is not the stored one")
	k.equal(k.get(read.ID), want, "a refused Update has written something")
	for _, c := range richContacts() { // all fields are set, and missing again
		c.ID, c.Version = read.ID, want.Version
		updated, err = k.crm.Contacts.Update(k.ctx, c)
		k.ok(err, "updating every field of a contact")
		want, c.Identities = updated, read.Identities
		c.CreatedAt, c.UpdatedAt, c.Version = read.CreatedAt, updated.UpdatedAt, updated.Version
		k.equal(k.get(read.ID), c, "a field of a contact was not updated")
	}
	_, err = k.crm.Contacts.Update(k.ctx, contact.Contact{ID: id.New(), Version: 1})
	k.fails(err, errs.ErrNotFound, "updating a contact that does not exist")
}
