package storagetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// sortedBy returns the list in the order of a key.
func sortedBy[E any, K cmp.Ordered](list []E, key func(E) K) []E {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b E) int { return cmp.Compare(key(a), key(b)) })
	return out
}

// shop is the identity of the n-th customer of a made-up shop.
func shop(n int) contact.Identity {
	return contact.Identity{Source: "shop", Key: fmt.Sprintf("customer-%04d", n)}
}

// person is the n-th customer, with all ways to reach one.
func person(n int) contact.Contact {
	return contact.Contact{
		Kind:       contact.Person,
		Name:       contact.Name{Given: "Kim", Family: fmt.Sprintf("Person %04d", n)},
		Emails:     []contact.Email{{Address: fmt.Sprintf("person%d@example.com", n)}},
		Phones:     []contact.Phone{{Number: fmt.Sprintf("+49 30 %06d", n)}},
		Addresses:  []contact.Address{{Street: fmt.Sprintf("Lange Straße %d", n), PostalCode: "10115", City: "Berlin", Country: "DE"}},
		Identities: []contact.Identity{shop(n)},
	}
}

// customer creates the n-th customer.
func (k *kit) customer(n int) contact.Contact {
	k.Helper()
	c, err := k.crm.Contacts.Create(k.ctx, person(n))
	k.ok(err, "creating a contact")
	return c
}

// customers creates n customers and returns them in the order of their
// numbers. Each is changed before, where change is not nil.
func (k *kit) customers(n int, change func(i int, c *contact.Contact)) []contact.Contact {
	k.Helper()
	batch := make([]contact.Contact, n)
	for i := range batch {
		batch[i] = person(i)
		if change != nil {
			change(i, &batch[i])
		}
	}
	results, err := k.crm.Contacts.UpsertMany(k.ctx, batch)
	k.ok(err, "creating contacts in a batch")
	for i, r := range results {
		batch[i] = r.Contact
	}
	return batch
}

func idsOf(people []contact.Contact) []contact.ID {
	ids := make([]contact.ID, len(people))
	for i, c := range people {
		ids[i] = c.ID
	}
	return ids
}

// agree grants marketing on the channels for all of the people.
func (k *kit) agree(people []contact.Contact, channels ...contact.Channel) {
	k.Helper()
	list := make([]consent.Declaration, len(people))
	for i, c := range people {
		list[i] = declaration(c.ID, channels...)
	}
	k.ok(k.crm.Consents.GrantMany(k.ctx, list), "granting consent in a batch")
}

// declaration is a complete declaration as of now.
func declaration(of contact.ID, channels ...contact.Channel) consent.Declaration {
	return consent.Declaration{
		Contact: of, Channels: channels, Wording: "Yes, please write to me.", Source: "checkout", Proof: "form 7",
	}
}

// order is the n-th purchase: one line of furniture.
func order(of contact.ID, n int, at time.Time) activity.Activity {
	return activity.Activity{
		Contact: of, Kind: activity.Purchase, Ref: ref(n), At: at,
		Items: []activity.Item{{SKU: "chair-1", Name: "Chair", Category: "Furniture", Quantity: 2, Amount: euro(19_998)}},
	}
}

// ref is the reference of the n-th order.
func ref(n int) activity.Ref { return activity.Ref{Source: "shop", Key: fmt.Sprintf("order-%05d", n)} }

// euro is an amount of cents.
func euro(cents int64) money.Money { return money.New(cents, "EUR") }

// record records an activity.
func (k *kit) record(a activity.Activity) activity.Result {
	k.Helper()
	r, err := k.crm.Activities.Record(k.ctx, a)
	k.ok(err, "recording an activity")
	return r
}

// history returns the whole history of a contact.
func (k *kit) history(of contact.ID) []activity.Activity {
	k.Helper()
	page, err := k.crm.Activities.History(k.ctx, of, &activity.HistoryOptions{Limit: 1000})
	k.ok(err, "reading a history")
	return page.Activities
}

// get reads a contact.
func (k *kit) get(id contact.ID) contact.Contact {
	k.Helper()
	c, err := k.crm.Contacts.Get(k.ctx, id)
	k.ok(err, "reading a contact")
	return c
}

// list returns all contacts, page by page.
func (k *kit) list(limit int) []contact.Contact {
	k.Helper()
	var all []contact.Contact
	cursor := ""
	for {
		page, err := k.crm.Contacts.List(k.ctx, cursor, limit)
		k.ok(err, "listing contacts")
		all = append(all, page.Contacts...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

// names joins ids for a message.
func names[ID fmt.Stringer](ids []ID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return "[" + strings.Join(list, " ") + "]"
}
