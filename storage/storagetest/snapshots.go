package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// frozen returns all members of a snapshot.
func (k *kit) frozen(of segment.SnapshotID) []contact.ID {
	k.Helper()
	var list []contact.ID
	for cursor := ""; ; {
		page, err := k.crm.Segments.SnapshotMembers(k.ctx, of, cursor, 3)
		k.ok(err, "listing the members of a snapshot")
		list = append(list, page.Contacts...)
		if cursor = page.Next; cursor == "" {
			return list
		}
	}
}

// freeze makes a snapshot.
func (k *kit) freeze(name string, r segment.Rule) segment.Snapshot {
	k.Helper()
	s, err := k.crm.Segments.Freeze(k.ctx, name, r)
	k.ok(err, "making a snapshot")
	return s
}

func snapshotFreeze(k *kit) {
	people := k.shoppers(8)
	_, err := k.crm.Segments.Save(k.ctx, "buyers", hasBought())
	k.ok(err, "saving a segment")
	snap := k.freeze("march", segment.All(segment.InSegment("buyers"), segment.Everyone()))
	want := segment.Snapshot{ID: snap.ID, Name: "march", Rule: segment.All(hasBought(), segment.Everyone()), AsOf: noon, CreatedAt: noon}
	k.equal(snap, want, "what Freeze returns")
	members := k.frozen(snap.ID)
	page, err := k.crm.Segments.Members(k.ctx, hasBought(), "", 10)
	k.ok(err, "listing members")
	k.equal(members, page.Contacts, "the members of a snapshot are those of the rule")

	k.clock.add(time.Hour)
	for i, c := range people {
		k.record(order(c.ID, 100+i, noon))
	}
	_, err = k.crm.Segments.Save(k.ctx, "buyers", segment.Any())
	k.ok(err, "changing a segment")
	got, err := k.reopened().Segments.Snapshot(k.ctx, snap.ID)
	k.ok(err, "reading a snapshot")
	k.equal(got, want, "a snapshot did not come back as it was made")
	k.equal(k.frozen(snap.ID), members, "the members of a snapshot must not change")

	past, err := k.crm.Segments.AsOf(noon.Add(-time.Minute)).Freeze(k.ctx, "before", hasBought())
	k.ok(err, "making a snapshot of the past")
	k.equal([]time.Time{past.AsOf, past.CreatedAt}, []time.Time{noon.Add(-time.Minute), noon.Add(time.Hour)}, "the instants of a snapshot of the past")
	k.equal(k.frozen(past.ID), members, "the members of a snapshot of the past")

	before := k.read(k.store)
	_, err = k.crm.Segments.Freeze(k.ctx, "march", hasBought())
	k.fails(err, errs.ErrConflict, "making a snapshot under a name that is taken")
	_, err = k.crm.Segments.Freeze(k.ctx, "april", segment.InSegment("nothing"))
	k.fails(err, errs.ErrInvalid, "making a snapshot of a segment that does not exist")
	k.equal(k.read(k.store), before, "a refused snapshot has left something")
}

func snapshotCompare(k *kit) {
	people := k.shoppers(8)
	early := k.freeze("early", hasBought())
	for i, c := range people {
		k.record(order(c.ID, 100+i, noon.Add(time.Duration(i)*time.Minute)))
	}
	k.clock.add(3 * time.Minute)
	late := k.freeze("late", segment.Purchases().InLast(1, segment.Hours).AtLeast(1)) // those of an hour ago do not count
	first, second := k.frozen(early.ID), k.frozen(late.ID)
	keep := func(list, other []contact.ID, in bool) []contact.ID {
		return slices.DeleteFunc(slices.Clone(list), func(c contact.ID) bool { return slices.Contains(other, c) != in })
	}
	for who, want := range map[segment.Movement][]contact.ID{
		segment.Entered: keep(second, first, false), segment.Left: keep(first, second, false), segment.Stayed: keep(first, second, true),
	} {
		var got []contact.ID
		for cursor, n := "", 0; n == 0 || cursor != ""; n++ {
			page, err := k.crm.Segments.CompareSnapshots(k.ctx, early.ID, late.ID, who, cursor, 1)
			k.ok(err, "comparing snapshots")
			got, cursor = append(got, page.Contacts...), page.Next
		}
		if len(want) == 0 {
			k.Errorf("nobody has %s; the case is broken", who)
		}
		k.equal(got, want, "who has "+string(who))
	}
	nothing := segment.SnapshotID(id.New())
	_, err := k.crm.Segments.CompareSnapshots(k.ctx, early.ID, nothing, segment.Left, "", 9)
	k.fails(err, errs.ErrNotFound, "comparing with a snapshot that does not exist")
	_, err = k.crm.Segments.CompareSnapshots(k.ctx, early.ID, late.ID, "vanished", "", 9)
	k.fails(err, errs.ErrInvalid, "asking for an unknown movement")
	_, err = k.crm.Segments.SnapshotMembers(k.ctx, nothing, "", 9)
	k.fails(err, errs.ErrNotFound, "listing the members of a snapshot that does not exist")
}

func snapshotContract(k *kit) {
	a := segment.Snapshot{ID: id.New(), Name: "a", Rule: lapsed(), AsOf: noon.Add(-time.Hour), CreatedAt: noon}
	b := segment.Snapshot{ID: id.New(), Name: "b", Rule: segment.Any(), AsOf: noon, CreatedAt: noon}
	people := []contact.ID{spread(1), spread(2), spread(3), spread(4)}
	slices.SortFunc(people, contact.ID.Compare)
	for _, s := range []segment.Snapshot{b, a} {
		k.ok(k.store.InsertSnapshot(k.ctx, s), "inserting a snapshot")
	}
	k.ok(k.store.InsertSnapshotMembers(k.ctx, a.ID, people[:3]), "inserting members")
	k.ok(k.store.InsertSnapshotMembers(k.ctx, b.ID, people[1:]), "inserting members that another snapshot has too")
	k.ok(k.store.InsertSnapshotMembers(k.ctx, b.ID, nil), "inserting no members")

	before := k.read(k.store)
	k.equal(before.Snapshots, []segment.Snapshot{a, b}, "snapshots must be listed by name")
	sameName, sameID := a, a
	sameName.ID, sameID.Name = id.New(), "c"
	k.fails(k.store.InsertSnapshot(k.ctx, sameName), errs.ErrConflict, "inserting a snapshot whose name exists")
	k.fails(k.store.InsertSnapshot(k.ctx, sameID), errs.ErrConflict, "inserting a snapshot whose id exists")
	k.fails(k.store.InsertSnapshotMembers(k.ctx, a.ID, []contact.ID{people[3], people[0]}), errs.ErrConflict, "inserting a member twice")
	k.equal(k.read(k.store), before, "a refused write of a snapshot has left something")

	for _, c := range []struct {
		q    segment.SnapshotQuery
		want []contact.ID
	}{
		{segment.SnapshotQuery{In: a.ID, Limit: 9}, people[:3]},
		{segment.SnapshotQuery{In: a.ID, Limit: 2}, people[:2]},
		{segment.SnapshotQuery{In: a.ID, After: people[0], Limit: 1}, people[1:2]},
		{segment.SnapshotQuery{In: a.ID, And: b.ID, Limit: 9}, people[1:3]},
		{segment.SnapshotQuery{In: a.ID, AndNot: b.ID, Limit: 9}, people[:1]},
		{segment.SnapshotQuery{In: b.ID, AndNot: a.ID, After: people[2], Limit: 9}, people[3:]},
		{segment.SnapshotQuery{In: a.ID, Limit: 0}, nil},
		{segment.SnapshotQuery{In: segment.SnapshotID(id.New()), Limit: 9}, nil},
	} {
		got, err := k.store.SnapshotMembers(k.ctx, c.q)
		k.ok(err, "listing the members of a snapshot")
		k.equal(got, c.want, "the members of a snapshot")
	}
}
