package storagetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/storage"
)

var keySecret = []byte("storagetest secret")

// lookingUp is a CRM that keeps what contacts are looked up by.
func (k *kit) lookingUp() *crm.CRM {
	k.Helper()
	return k.with(k.store, func(c *crm.Config) { c.Duplicates = &crm.Duplicates{Secret: keySecret} })
}

// resident is a customer of a made-up town, who shares house and e-mail address with
// those of the same family name.
func resident(n int, given, family string, born contact.Date) contact.Contact {
	return contact.Contact{
		Name: contact.Name{Given: given, Family: family}, Born: born,
		Emails:     []contact.Email{{Address: "home-" + fmt.Sprint(len(family)) + "@example.com"}},
		Addresses:  []contact.Address{{Street: "Lindenstraße " + fmt.Sprint(len(family)), PostalCode: "20095", City: "Hamburg", Country: "DE"}},
		Identities: []contact.Identity{shop(n)},
	}
}

// like looks a candidate up and returns the ids of whom it may be.
func (k *kit) like(c *crm.CRM, candidate contact.Contact) []contact.ID {
	k.Helper()
	found, err := c.Contacts.FindDuplicates(k.ctx, candidate)
	k.ok(err, "looking for duplicates")
	ids := []contact.ID{}
	for _, d := range found {
		ids = append(ids, d.Contact.ID)
		if d.P < 0.5 || len(d.Reasons) == 0 || d.Reasons[0].English == "" || d.Reasons[0].German == "" {
			k.Errorf("a duplicate must come with a probability of at least .5 and with reasons in words: %v", d.Reasons)
		}
	}
	return ids
}

func contactDuplicates(k *kit) {
	c := k.lookingUp()
	may := contact.Date{Year: 1980, Month: 5, Day: 3}
	anna := k.createOn(c, resident(1, "Anna", "Müller", may))
	k.createOn(c, resident(2, "Otto", "Müller", contact.Date{Year: 1978, Month: 1, Day: 9}))
	k.createOn(c, resident(3, "Anton", "Müller", may)) // twins of Anna
	typo := resident(4, "Ana", "Mueller", may)
	typo.Emails, typo.Addresses = nil, nil
	k.equal(k.like(c, typo), []contact.ID{anna.ID}, "whom a name with a typing error and a birthday may be")
	swapped := resident(4, "Müller", "Anna", may)
	k.equal(k.like(c, swapped), []contact.ID{anna.ID}, "whom swapped names may be")
	moved := resident(4, "Anna", "Müller", may)
	moved.Emails, moved.Addresses = nil, []contact.Address{{Street: "Am Markt 1", PostalCode: "80331", City: "München", Country: "DE"}}
	k.equal(k.like(c, moved), []contact.ID{anna.ID}, "whom somebody may be who has moved")
	k.equal(k.like(c, resident(4, "Clara", "Müller", contact.Date{Year: 2010, Month: 7, Day: 1})), []contact.ID{}, "whom a daughter may be")
	k.equal(k.like(c, anna), []contact.ID{}, "whom a contact may be beside itself")
	k.equal(k.like(c, contact.Contact{}), []contact.ID{}, "whom an empty record may be")
	_, err := k.crm.Contacts.FindDuplicates(k.ctx, anna)
	k.fails(err, errs.ErrConflict, "looking for duplicates without keeping keys")

	k.adds(c, typo, anna)
	k.keysFollow(c, anna)
	k.keysAreThoseOfContacts()
}

func (k *kit) createOn(c *crm.CRM, p contact.Contact) contact.Contact {
	k.Helper()
	p, err := c.Contacts.Create(k.ctx, p)
	k.ok(err, "creating a contact")
	return p
}

// adds checks what Add does about a duplicate.
func (k *kit) adds(c *crm.CRM, double, of contact.Contact) {
	k.Helper()
	before := k.read(k.store)
	added, err := c.Contacts.Add(k.ctx, double, &contact.AddOptions{Duplicates: contact.Refuse})
	k.failsAt(err, errs.ErrConflict, what("", "duplicate"))
	k.equal(added.Contact, contact.Contact{}, "a contact that was refused")
	k.equal(len(added.Duplicates) == 1 && added.Duplicates[0].Contact.ID == of.ID, true, "whether it is told whom a refused contact is like")
	k.equal(k.read(k.store), before, "everything after a contact was refused")
	for _, o := range []contact.AddOptions{{Duplicates: "maybe"}, {Certainty: 0.4}, {Certainty: 1.1}} {
		_, err := c.Contacts.Add(k.ctx, double, &o)
		k.fails(err, errs.ErrInvalid, "adding with options that make no sense")
	}
	_, err = k.crm.Contacts.Add(k.ctx, double, &contact.AddOptions{Duplicates: contact.Warn})
	k.fails(err, errs.ErrConflict, "warning of duplicates without keeping keys")
	added, err = c.Contacts.Add(k.ctx, double, &contact.AddOptions{Duplicates: contact.Warn})
	k.ok(err, "adding with a warning")
	k.equal(k.get(added.Contact.ID), added.Contact, "a contact that was added with a warning")
	k.equal(len(added.Duplicates), 1, "how many it is like")
	double.Identities = nil
	added, err = c.Contacts.Add(k.ctx, double, nil)
	k.ok(err, "adding without a look")
	k.equal(len(added.Duplicates), 0, "what is told of a contact that nobody looked for")
	k.equal(len(k.like(c, double)), 3, "whom the next one is like")
}

// keysFollow checks that keys follow every way to write a contact.
func (k *kit) keysFollow(c *crm.CRM, anna contact.Contact) {
	k.Helper()
	june := contact.Date{Year: 1990, Month: 6, Day: 7}
	berta := resident(50, "Berta", "Schwarz", june)
	k.equal(k.like(c, berta), []contact.ID{}, "whom a stranger may be")
	anna.Name, anna.Born, anna.Emails, anna.Addresses = berta.Name, june, berta.Emails, berta.Addresses
	k.ok(last(c.Contacts.Update(k.ctx, anna)), "updating a contact")
	k.equal(k.like(c, berta), []contact.ID{anna.ID}, "whom somebody may be after an update")
	up, _, err := c.Contacts.Upsert(k.ctx, resident(51, "Emil", "Weißenfels", june))
	k.ok(err, "upserting a contact")
	k.equal(k.like(c, resident(52, "Emil", "Weissenfels", june)), []contact.ID{up.ID}, "whom somebody may be after an upsert")
	_, err = c.Exchange.Import(k.ctx, "people", rows(entryOf(resident(53, "Gustav", "Grünewald", june))), nil)
	k.ok(err, "importing")
	gustav, err := c.Contacts.Find(k.ctx, shop(53))
	k.ok(err, "finding a contact")
	k.equal(k.like(c, resident(54, "Gustav", "Gruenewald", june)), []contact.ID{gustav.ID}, "whom somebody may be after an import")
	k.ok(last(c.Merges.Merge(k.ctx, up.ID, gustav.ID, nil)), "merging")
	k.equal(slices.Contains(k.like(c, resident(54, "Gustav", "Grünewald", june)), gustav.ID), false, "whether a merged contact is found")
	k.ok(last(c.Merges.Unmerge(k.ctx, gustav.ID)), "taking a merge back")
	k.equal(k.like(c, resident(54, "Gustav", "Grünewald", june)), []contact.ID{gustav.ID}, "whom somebody may be after a merge was taken back")
	_, err = c.Exchange.Undo(k.ctx, "people")
	k.ok(err, "taking an import back")
	k.equal(k.like(c, resident(54, "Gustav", "Grünewald", june)), []contact.ID{}, "whom somebody may be after an import was taken back")

	k.keysAreThoseOfContacts()
	unseen := k.create(resident(60, "Wilhelmine", "Unger", june)) // by a CRM that keeps no keys
	k.equal(k.like(c, resident(61, "Wilhelmine", "Unger", june)), []contact.ID{}, "whom somebody may be before keys are made")
	pages := 0
	k.ok(c.Contacts.IndexDuplicates(k.ctx, func(int) { pages++ }), "making keys")
	k.equal(pages > 0, true, "whether progress is told")
	k.equal(k.like(c, resident(61, "Wilhelmine", "Unger", june)), []contact.ID{unseen.ID}, "whom somebody may be when keys are made")
	k.fails(k.crm.Contacts.IndexDuplicates(k.ctx, nil), errs.ErrConflict, "making keys without keeping them")
}

// keysAreThoseOfContacts checks that the store has the keys of all contacts and no
// others, and removes them; and that it gives the contacts' records for comparing.
func (k *kit) keysAreThoseOfContacts() {
	k.Helper()
	var want []contact.ContactKey
	ids, compared := []contact.ID{contact.ID(id.New())}, []duplicate.Record{{}}
	for _, c := range k.read(k.store).Contacts {
		ids, compared = append(ids, c.ID), append(compared, c.DuplicateRecord())
		p := duplicate.Prepare(c.DuplicateRecord())
		for _, key := range duplicate.Keys(nil, &p, duplicate.NewSecret(keySecret)) {
			want = append(want, contact.ContactKey{Key: key, Contact: c.ID})
		}
	}
	var keys []duplicate.Key
	for _, w := range want {
		keys = append(keys, w.Key)
	}
	records, err := k.store.DuplicateRecords(k.ctx, ids)
	k.ok(err, "reading what is compared")
	k.equal(records, compared, "what is compared of contacts")
	got, err := k.store.FindKeys(k.ctx, keys, 1000)
	k.ok(err, "finding keys")
	k.equal(len(got), len(want), "how many keys of contacts there are")
	n, err := k.store.ClearKeys(k.ctx, 1_000_000)
	k.ok(err, "removing all keys")
	k.equal(n, len(want), "how many keys there were")
}

// contactCrowd: a value that very many share neither hides a duplicate nor is looked
// through.
func contactCrowd(k *kit) {
	c := k.lookingUp()
	batch := make([]contact.Contact, 400)
	for i := range batch {
		batch[i] = person(i)
		batch[i].Name = contact.Name{Given: "Kim", Family: "Nobody"}
		batch[i].Emails = []contact.Email{{Address: "info@example.com"}}
		batch[i].Addresses = []contact.Address{{Street: "Postfach 1", PostalCode: "10115", City: "Berlin", Country: "DE"}}
	}
	batch[0].Name = contact.Name{Given: "Zacharias", Family: "Quitzow"}
	batch[200].Born, batch[200].Name.Given = contact.Date{Year: 1971, Month: 2, Day: 28}, "Wendelin"
	k.ok(last(c.Contacts.UpsertMany(k.ctx, batch)), "creating contacts")
	one := batch[200]
	one.Phones, one.Identities = nil, nil
	stored, err := c.Contacts.Find(k.ctx, shop(200))
	k.ok(err, "finding a contact")
	found := k.like(c, one)
	k.equal(len(found) > 0 && found[0] == stored.ID, true, "whether somebody is found in a crowd")
	found = k.like(c, contact.Contact{Kind: contact.Person, Name: contact.Name{Family: "Quitzow"}, Emails: batch[0].Emails})
	k.equal(len(found), 1, "how many are found by a name beside an address that very many have")
	again := one
	again.ID = stored.ID
	_, err = c.Contacts.Add(k.ctx, again, &contact.AddOptions{Duplicates: contact.Refuse})
	k.equal(errs.Has(err, "exists"), true, "whether an id that is taken is told from a duplicate")
	_, err = c.Exchange.Import(k.ctx, "crowd", rows(entryOf(one)), &exchange.Options{DryRun: true})
	k.ok(err, "trying an import")
}

// contactKeys: keys keep to the words of contact.KeyStore.
func contactKeys(k *kit) {
	key := func(key duplicate.Key, n byte) contact.ContactKey {
		return contact.ContactKey{Key: key, Contact: contact.ID{n}}
	}
	all := []contact.ContactKey{key(5, 2), key(-7, 9), key(5, 1), key(5, 3), key(1<<62, 1)}
	k.ok(k.store.PutKeys(k.ctx, all), "adding keys")
	k.ok(k.store.PutKeys(k.ctx, all[1:]), "adding keys again")
	find := func(limit int, keys ...duplicate.Key) []contact.ContactKey {
		k.Helper()
		got, err := k.store.FindKeys(k.ctx, keys, limit)
		k.ok(err, "finding keys")
		return got
	}
	k.equal(find(9, 1<<62, 5, -7, 6, 5), []contact.ContactKey{key(-7, 9), key(5, 1), key(5, 2), key(5, 3), key(1<<62, 1)}, "who has which key")
	k.equal(find(2, 5, -7), []contact.ContactKey{key(-7, 9), key(5, 1), key(5, 2)}, "two of each")
	k.equal(len(find(0, 5)), 0, "how many none are")
	other := k.tenant("other")
	k.ok(other.DeleteKeys(k.ctx, all), "another tenant removes keys")
	theirs, err := other.FindKeys(k.ctx, []duplicate.Key{5}, 9)
	k.ok(err, "another tenant finds keys")
	k.equal(len(theirs), 0, "how many keys another tenant finds")
	n, err := other.ClearKeys(k.ctx, 9)
	k.ok(err, "another tenant removes all keys")
	k.equal(n, 0, "how many keys another tenant removes")
	err = k.store.Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
		k.ok(tx.PutKeys(ctx, []contact.ContactKey{key(5, 4)}), "adding a key")
		k.ok(tx.DeleteKeys(ctx, all), "removing keys")
		return errInjected
	})
	k.fails(err, errInjected, "a transaction that fails")
	k.ok(k.store.DeleteKeys(k.ctx, []contact.ContactKey{key(5, 1), key(-7, 1), key(8, 1)}), "removing keys")
	k.equal(find(9, 5, -7), []contact.ContactKey{key(-7, 9), key(5, 2), key(5, 3)}, "who has which key, after some were removed")
	for _, want := range []int64{3, 1, 0} {
		n, err := k.store.ClearKeys(k.ctx, 3)
		k.ok(err, "removing keys")
		k.equal(n, want, "how many keys were removed")
	}
}
