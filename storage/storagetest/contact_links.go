package storagetest

import (
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

func contactLinks(k *kit) {
	people := k.customers(6, nil)
	firm, other := people[0], people[1]
	works := func(to contact.ID) contact.Link { return contact.Link{Kind: contact.WorksFor, To: to} }
	lives := func(to contact.ID) contact.Link { return contact.Link{Kind: contact.SameHousehold, To: to} }
	for i, links := range [][]contact.Link{
		{works(firm.ID), works(firm.ID)}, {works(firm.ID), lives(people[2].ID)}, {lives(firm.ID), works(firm.ID), {}}, {works(other.ID)},
	} {
		people[i+2] = k.link(people[i+2], links...)
	}
	k.equal(people[2].Links, []contact.Link{works(firm.ID)}, "a link that is given twice must stand there once")
	k.equal(people[4].Links, []contact.Link{lives(firm.ID), works(firm.ID)}, "links must be sorted by kind, and empty ones left out")
	for _, c := range people {
		k.equal(k.get(c.ID), c, "a contact with links read back differs from what Update returned")
	}
	k.linked(firm.ID, "", people[2], people[3], people[4])
	k.linked(firm.ID, contact.WorksFor, people[2], people[3], people[4])
	k.linked(firm.ID, contact.SameHousehold, people[4])
	k.linked(people[2].ID, "", people[3])
	k.linked(people[2].ID, contact.WorksFor)
	k.linked(people[3].ID, "")
	k.linked(spread(77), "")
	k.badLinks(people)
	k.manyLinks(people)

	people[3] = k.link(people[3])
	people[4] = k.link(people[4], lives(firm.ID), works(other.ID))
	k.linked(firm.ID, contact.WorksFor, people[2])
	k.linked(firm.ID, "", people[2], people[4])
	k.linked(people[2].ID, "")
	k.linked(other.ID, "", people[4], people[5])
	k.equal(len(k.ids(k.on(k.tenant("other")).Contacts.Linked(k.ctx, firm.ID, nil))), 0, "how many links another tenant sees")
}

// link replaces the links of a contact.
func (k *kit) link(c contact.Contact, links ...contact.Link) contact.Contact {
	k.Helper()
	c.Links = links
	stored, err := k.crm.Contacts.Update(k.ctx, c)
	k.ok(err, "updating the links of a contact")
	return stored
}

// ids gives those of a page.
func (k *kit) ids(page contact.Page, err error) []contact.ID {
	k.Helper()
	k.ok(err, "asking who links to a contact")
	if len(page.Contacts) == 0 {
		return nil
	}
	return idsOf(page.Contacts)
}

// linked checks who links to a contact, in one page and in pages of one, by the
// service and by the store.
func (k *kit) linked(to contact.ID, kind contact.LinkKind, want ...contact.Contact) {
	k.Helper()
	var ids []contact.ID
	if len(want) > 0 {
		ids = idsOf(want)
		slices.SortFunc(ids, contact.ID.Compare)
	}
	k.equal(k.ids(k.crm.Contacts.Linked(k.ctx, to, &contact.LinkedOptions{Kind: kind})), ids, "who links to a contact, each once and in ascending order")
	var paged []contact.ID
	o := contact.LinkedOptions{Kind: kind, Limit: 1}
	for range len(want) + 1 {
		page, err := k.crm.Contacts.Linked(k.ctx, to, &o)
		paged = append(paged, k.ids(page, err)...)
		if o.Cursor = page.Next; o.Cursor == "" {
			break
		}
	}
	k.equal(paged, ids, "who links to a contact, in pages of one")
	none, err := k.store.LinkedTo(k.ctx, to, kind, contact.ID{}, 0)
	k.ok(err, "LinkedTo with a limit of zero")
	k.equal(len(none), 0, "how many LinkedTo gives with a limit of zero")
}

// badLinks makes every mistake with links.
func (k *kit) badLinks(people []contact.Contact) {
	k.Helper()
	before := k.read(k.store)
	with := func(n int, links ...contact.Link) contact.Contact {
		c := person(n)
		c.Links = links
		return c
	}
	good, stray := contact.Link{Kind: "friend", To: people[0].ID}, contact.Link{Kind: "neighbour", To: spread(900)}
	self := people[5]
	self.Links = []contact.Link{{Kind: "friend", To: self.ID}}
	_, err := k.crm.Contacts.Create(k.ctx, with(800, good, stray))
	k.failsAt(err, errs.ErrNotFound, what("links[1].to", "not_found"))
	k.calledIs(err, "contact.Create")
	_, err = k.crm.Contacts.Update(k.ctx, self)
	k.failsAt(err, errs.ErrInvalid, what("links[0].to", "cycle"))
	_, err = k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{with(800), with(5, self.Links...)})
	k.failsAt(err, errs.ErrInvalid, what("contacts[1].links[0].to", "cycle"))
	_, _, err = k.crm.Contacts.Upsert(k.ctx, with(5, stray))
	k.failsAt(err, errs.ErrNotFound, what("links[0].to", "not_found"))
	_, err = k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{with(800, good), with(801, stray)})
	k.failsAt(err, errs.ErrNotFound, what("contacts[1].links[0].to", "not_found"))
	_, err = k.crm.Contacts.Create(k.ctx, with(800, contact.Link{Kind: planted, To: people[0].ID}, contact.Link{Kind: "friend"}))
	k.refused(err, what("links[0].kind", "syntax"), what("links[1].to", "required"))
	_, err = k.crm.Contacts.Create(k.ctx, with(800, tooManyLinks()...))
	k.refused(err, what("links", "too_many"))
	_, err = k.crm.Contacts.Linked(k.ctx, people[0].ID, &contact.LinkedOptions{Kind: planted, Cursor: planted, Limit: 1001})
	k.refused(err, what("kind", "syntax"), what("cursor", "syntax"), what("limit", "out_of_range"))
	k.equal(k.read(k.store), before, "refused links have left something in the store")
}

func tooManyLinks() []contact.Link {
	list := make([]contact.Link, 51)
	for i := range list {
		list[i] = contact.Link{Kind: "friend", To: spread(uint32(i + 1))}
	}
	return list
}

// manyLinks lets the records of a batch link each other.
func (k *kit) manyLinks(people []contact.Contact) {
	k.Helper()
	a, b := person(700), person(701)
	a.ID, b.ID = spread(700), spread(701)
	a.Links = []contact.Link{{Kind: contact.SameHousehold, To: b.ID}}
	b.Links = []contact.Link{{Kind: contact.WorksFor, To: people[5].ID}}
	_, err := k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{a, b})
	k.ok(err, "a batch of which one record links to the next one")
	k.linked(b.ID, "", a)
	k.linked(people[5].ID, "", b)
}
