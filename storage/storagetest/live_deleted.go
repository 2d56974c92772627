package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// liveDeleted removes activities and contacts under live segments of several
// kinds, some of which select whoever has done nothing.
func liveDeleted(k *kit) {
	people := k.customers(4, nil)
	k.agree(people, contact.ChannelEmail)
	buyer, idle, lost := people[0].ID, people[1].ID, people[2].ID
	bought := k.record(order(buyer, 1, noon))
	k.follow("all", segment.Everyone())
	k.follow("idle", segment.Purchases().None())
	k.follow("recent", segment.Purchases().InLast(3, segment.Hours).AtLeast(1))
	k.follow("named", segment.Field("name.family").StartsWith("Person"))
	k.follow("reachable", segment.Consented("marketing", contact.ChannelEmail))
	k.refresh()
	skip := map[contact.ID]int{}
	for _, p := range people {
		skip[p.ID] = len(k.turned(p.ID, 0))
	}
	k.clock.add(time.Hour)
	at := k.clock.Now()
	k.ok(k.store.DeleteActivities(k.ctx, []activity.Activity{{Contact: buyer, ID: bought.Activity}}, at), "deleting an activity")
	gone, err := k.store.DeleteContacts(k.ctx, []contact.ID{idle, lost}, at)
	k.ok(err, "deleting contacts")
	k.equal(len(gone), 2, "how many contacts were deleted")
	k.clock.add(5 * time.Hour)
	k.refresh()
	turns := func(of contact.ID, want ...string) {
		k.Helper()
		got := k.turned(of, skip[of])
		slices.Sort(got)
		slices.Sort(want)
		k.equal(got, want, "the changes after something was removed")
	}
	turns(buyer, turn("idle", true, at, segment.CauseData), turn("recent", false, at, segment.CauseData))
	for _, of := range []contact.ID{idle, lost} {
		turns(of, turn("all", false, at, segment.CauseData), turn("idle", false, at, segment.CauseData),
			turn("named", false, at, segment.CauseData), turn("reachable", false, at, segment.CauseData))
	}
	live := []string{"all", "idle", "recent", "named", "reachable"}
	for _, name := range live {
		k.verified(name)
	}
	k.comesBack(people[1], live)
	k.newcomer(live)
	k.goneUnseen(people[3], live)
}

// goneUnseen deletes a contact while nothing is live, and brings it back.
func (k *kit) goneUnseen(c contact.Contact, live []string) {
	k.Helper()
	for _, name := range live {
		k.ok(k.crm.Segments.Unfollow(k.ctx, name), "ending a live segment")
	}
	k.ok(last(k.store.DeleteContacts(k.ctx, []contact.ID{c.ID}, k.clock.Now())), "deleting a contact")
	k.refresh()
	for _, name := range live {
		k.ok(k.crm.Segments.Follow(k.ctx, name), "making a segment live again")
	}
	k.refresh()
	k.clock.add(time.Hour)
	c.CreatedAt, c.UpdatedAt, c.Version = k.clock.Now(), k.clock.Now(), 1
	k.ok(k.store.InsertContacts(k.ctx, []contact.Contact{c}), "inserting a contact that was deleted while nothing was live")
	k.refresh()
	for _, name := range live {
		d, err := k.crm.Segments.VerifyLive(k.ctx, name)
		k.ok(err, "verifying a live segment")
		k.equal(d.IsEmpty(), true, "whether a live segment is right after a contact came back")
	}
}

// comesBack inserts a contact that was deleted, once before it is looked at and
// once after.
func (k *kit) comesBack(c contact.Contact, live []string) {
	k.Helper()
	for _, looked := range []bool{true, false} {
		c.CreatedAt, c.UpdatedAt, c.Version = k.clock.Now(), k.clock.Now(), 1
		k.ok(k.store.InsertContacts(k.ctx, []contact.Contact{c}), "inserting a contact that was deleted")
		k.refresh()
		k.equal(slices.Contains(k.live(k.crm, "all"), c.ID), true, "whether a contact that came back is a member")
		k.equal(slices.Contains(k.live(k.crm, "reachable"), c.ID), false, "whether a contact that came back without its ledger is reachable")
		k.clock.add(time.Hour)
		k.ok(last(k.store.DeleteContacts(k.ctx, []contact.ID{c.ID}, k.clock.Now())), "deleting a contact")
		if looked {
			k.refresh()
			k.equal(slices.Contains(k.live(k.crm, "all"), c.ID), false, "whether a contact that is gone is a member")
		}
		k.clock.add(time.Hour)
	}
	c.CreatedAt, c.UpdatedAt = k.clock.Now(), k.clock.Now()
	k.ok(k.store.InsertContacts(k.ctx, []contact.Contact{c}), "inserting a contact that was deleted, before anybody looked")
	for _, name := range live {
		k.verified(name)
	}
}

// newcomer creates and deletes a contact that nobody looks at in between.
func (k *kit) newcomer(live []string) {
	k.Helper()
	c := k.customer(77)
	k.ok(last(k.store.DeleteContacts(k.ctx, []contact.ID{c.ID}, k.clock.Now())), "deleting a contact")
	k.refresh()
	k.equal(k.turned(c.ID, 0), []string{}, "the changes of a contact that was gone before anybody looked")
	for _, name := range live {
		k.verified(name)
	}
}
