package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// lapsed is a rule as a shop has it: bought furniture within a year, but not
// within a quarter.
func lapsed() segment.Rule {
	furniture := segment.Purchases().In("Furniture")
	return segment.All(
		furniture.InLast(12, segment.Months).AtLeast(1),
		furniture.InLast(3, segment.Months).None(),
		segment.Purchases().AtMost(3),
		segment.Not(segment.Any(segment.Field("address.city").OneOf("Bonn", "Köln"), segment.Field("custom.vip").Equals(true))),
	)
}

func segmentSave(k *kit) {
	first, err := k.crm.Segments.Save(k.ctx, "lapsed", lapsed())
	k.ok(err, "saving a segment")
	want := segment.Segment{ID: first.ID, Name: "lapsed", Rule: lapsed(), CreatedAt: noon, UpdatedAt: noon}
	k.equal(first, want, "what Save returns")
	got, err := k.crm.Segments.Get(k.ctx, first.ID)
	k.ok(err, "reading a segment")
	k.equal(got, want, "a segment did not come back as it was saved")

	k.clock.add(time.Hour)
	second, err := k.crm.Segments.Save(k.ctx, "lapsed", segment.Everyone())
	k.ok(err, "saving a segment again")
	want.Rule, want.UpdatedAt = segment.Everyone(), k.clock.Now()
	k.equal(second, want, "Save under a known name must replace the rule and keep id and creation")
	got, err = k.crm.Segments.Find(k.ctx, "lapsed")
	k.ok(err, "finding a segment")
	k.equal(got, want, "a replaced segment did not come back as it was saved")

	for _, name := range []string{"zz", "a-b", "a.b", "a_b", "ab", "a1"} {
		_, err := k.crm.Segments.Save(k.ctx, name, segment.Any())
		k.ok(err, "saving a segment")
	}
	list, err := k.crm.Segments.List(k.ctx)
	k.ok(err, "listing segments")
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	k.equal(names, []string{"a-b", "a.b", "a1", "a_b", "ab", "lapsed", "zz"}, "segments must be listed by name, byte by byte")
	_, err = k.crm.Segments.Find(k.ctx, "unheard-of")
	k.fails(err, errs.ErrNotFound, "finding a segment that does not exist")
	_, err = k.crm.Segments.Get(k.ctx, segment.ID(id.New()))
	k.fails(err, errs.ErrNotFound, "reading a segment that does not exist")
}

func segmentContract(k *kit) {
	a := segment.Segment{ID: id.New(), Name: "a", Rule: lapsed(), CreatedAt: noon, UpdatedAt: noon}
	b := segment.Segment{ID: id.New(), Name: "b", Rule: segment.Any(), CreatedAt: noon, UpdatedAt: noon}
	k.ok(k.store.InsertSegment(k.ctx, a), "inserting a segment")
	k.ok(k.store.InsertSegment(k.ctx, b), "inserting a segment")
	before := k.read(k.store)
	sameName, sameID, missing := a, a, a
	sameName.ID, sameID.Name, missing.ID, missing.Name = id.New(), "c", id.New(), "d"
	k.fails(k.store.InsertSegment(k.ctx, sameName), errs.ErrConflict, "inserting a segment whose name exists")
	k.fails(k.store.InsertSegment(k.ctx, sameID), errs.ErrConflict, "inserting a segment whose id exists")
	k.fails(k.store.UpdateSegment(k.ctx, missing), errs.ErrNotFound, "updating a segment that does not exist")
	stolen := b
	stolen.Name = "a"
	k.fails(k.store.UpdateSegment(k.ctx, stolen), errs.ErrConflict, "giving a segment the name of another")
	k.equal(k.read(k.store), before, "a refused write of a segment has left something")
	b.Name, b.Rule, b.UpdatedAt = "bb", lapsed(), noon.Add(time.Second)
	renamed := b
	renamed.CreatedAt = noon.Add(time.Hour)
	k.ok(k.store.UpdateSegment(k.ctx, renamed), "renaming a segment")
	got, err := k.store.SegmentByName(k.ctx, "bb")
	k.ok(err, "finding a segment by its new name")
	k.equal(got, b, "a renamed segment: name, rule and UpdatedAt are replaced, nothing else")
	_, err = k.store.SegmentByName(k.ctx, "b")
	k.fails(err, errs.ErrNotFound, "finding a segment by its old name")
}

func segmentConcurrentSave(k *kit) {
	second := k.reopened()
	for _, err := range k.together(8, func(i int) error {
		c := k.crm
		if i%2 == 1 {
			c = second
		}
		_, err := c.Segments.Save(k.ctx, "one", segment.Field("name.family").Equals(strings.Repeat("x", i+1)))
		return err
	}) {
		if err != nil && !errors.Is(err, errs.ErrConflict) {
			k.Errorf("saving one name from several goroutines: the error may only be %q, but it is %v", errs.ErrConflict, err)
		}
	}
	list, err := k.crm.Segments.List(k.ctx)
	k.ok(err, "listing segments")
	k.equal(len(list), 1, "how many segments concurrent saves of one name made")
}

func segmentReopen(k *kit) {
	people := k.customers(4, nil)
	k.record(order(people[1].ID, 1, noon.AddDate(0, -5, 0)))
	k.record(order(people[2].ID, 2, noon.AddDate(0, -1, 0)))
	saved, err := k.crm.Segments.Save(k.ctx, "lapsed", lapsed())
	k.ok(err, "saving a segment")
	second := k.reopened()
	found, err := second.Segments.Find(k.ctx, "lapsed")
	k.ok(err, "finding a segment on a second handle")
	k.equal(found, saved, "a saved rule must be the same on another handle of the same data")
	page, err := second.Segments.Members(k.ctx, found.Rule, "", 10)
	k.ok(err, "evaluating a saved rule")
	k.equal(page.Contacts, []contact.ID{people[1].ID}, "whom the saved rule selects on another handle")
}

// segmentPaging moves the clock and inserts contacts between the pages: all
// pages are as of the instant of the first one.
func segmentPaging(k *kit) {
	people := k.customers(30, nil)
	for i, c := range people {
		k.record(order(c.ID, i, noon.Add(-time.Hour)))
	}
	rule := segment.Purchases().InLast(2, segment.Hours).AtLeast(1)
	want := idsOf(people)
	slices.SortFunc(want, contact.ID.Compare)
	var got []contact.ID
	for cursor, n := "", 0; ; n++ {
		page, err := k.crm.Segments.Members(k.ctx, rule, cursor, 4)
		k.ok(err, "listing members")
		got = append(got, page.Contacts...)
		if cursor = page.Next; cursor == "" || n > 100 {
			break
		}
		k.clock.add(time.Hour) // now nobody has bought within two hours
		k.customer(1000 + n)
	}
	k.equal(got, want, "all pages of members must be as of the instant of the first page")
	count, err := k.crm.Segments.Count(k.ctx, rule)
	k.ok(err, "counting members")
	k.equal(count, 0, "how many bought in the last two hours, some hours later")
	k.sparse()
}

// sparse lists members page by page of whom there are few, wherever they stand among the
// contacts: a store may look at one part of the contacts after the other.
func (k *kit) sparse() {
	k.Helper()
	batch := make([]contact.Contact, 300)
	for i := range batch {
		batch[i] = person(5000 + i)
		batch[i].ID, batch[i].Tags = spread(uint32(i+1)<<16), []string{fmt.Sprintf("at-%d", i), fmt.Sprintf("tens-%d", i%97)}
	}
	_, err := k.crm.Contacts.UpsertMany(k.ctx, batch)
	k.ok(err, "creating contacts")
	rule := func(tag string) segment.Rule {
		return segment.Has(segment.Tags).Where(segment.Field("name").Equals(tag)).AtLeast(1)
	}
	list := func(r segment.Rule, limit int) (all []contact.ID) {
		for cursor := ""; ; {
			page, err := k.crm.Segments.Members(k.ctx, r, cursor, limit)
			k.ok(err, "listing members")
			all = append(all, page.Contacts...)
			if cursor = page.Next; cursor == "" || len(all) > len(batch) {
				return all
			}
		}
	}
	for i := range batch {
		k.equal(list(rule(fmt.Sprintf("at-%d", i)), 1), []contact.ID{batch[i].ID}, "the only member")
	}
	for i := range 97 {
		var want []contact.ID
		for j := i; j < len(batch); j += 97 {
			want = append(want, batch[j].ID)
		}
		k.equal(list(rule(fmt.Sprintf("tens-%d", i)), 2), want, "the few members")
	}
}

func segmentExplain(k *kit) {
	people := k.customers(2, nil)
	at := noon.AddDate(0, -5, 0)
	k.record(order(people[0].ID, 1, at))
	for i, c := range people {
		e, err := k.crm.Segments.Explain(k.ctx, lapsed(), c.ID)
		k.ok(err, "explaining a rule")
		among, err := k.crm.Segments.Among(k.ctx, lapsed(), []contact.ID{c.ID})
		k.ok(err, "evaluating a rule for one contact")
		if e.Matched != (i == 0) || (len(among) == 1) != (i == 0) {
			k.Errorf("customer %d: the explanation says %t and the store %t, must be %t", i, e.Matched, len(among) == 1, i == 0)
		}
		if i == 0 && !e.NextChange.Equal(at.AddDate(1, 0, 0)) {
			k.Errorf("a purchase on %v leaves a window of 12 months a year later, not on %v", at, e.NextChange)
		}
	}
	_, err := k.crm.Segments.Explain(k.ctx, lapsed(), contact.ID(id.New()))
	k.fails(err, errs.ErrNotFound, "explaining a rule for a contact that does not exist")
}
