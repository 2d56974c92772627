package storagetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// shoppers are n customers of whom every second one has bought, an hour ago.
func (k *kit) shoppers(n int) []contact.Contact {
	k.Helper()
	people := k.customers(n, nil)
	for i := 0; i < n; i += 2 {
		k.record(order(people[i].ID, i, noon.Add(-time.Hour)))
	}
	slices.SortFunc(people, func(a, b contact.Contact) int { return a.ID.Compare(b.ID) })
	return people
}

// hasBought selects those who have bought.
func hasBought() segment.Rule { return segment.Purchases().AtLeast(1) }

func segmentAsOf(k *kit) {
	people := k.customers(3, nil)
	k.record(order(people[0].ID, 1, noon.AddDate(0, -2, 0)))
	k.record(order(people[1].ID, 2, noon.AddDate(0, 0, -1)))
	granted := segment.Consented("marketing", contact.ChannelEmail)
	k.agree(people[:1], contact.ChannelEmail)
	k.clock.add(24 * time.Hour)
	k.agree(people[1:2], contact.ChannelEmail)
	recent := segment.Purchases().InLast(1, segment.Months).AtLeast(1)
	for _, c := range []struct {
		name string
		rule segment.Rule
		asOf time.Time
		want []contact.ID
	}{
		{"a window now", recent, time.Time{}, idsOf(people[1:2])},
		{"a window a month ago", recent, noon.AddDate(0, -1, -20), idsOf(people[:1])},
		{"a window before everything", recent, noon.AddDate(-1, 0, 0), nil},
		{"consent now", granted, time.Time{}, idsOf(people[:2])},
		{"consent yesterday", granted, noon, idsOf(people[:1])},
		{"consent before everything", granted, noon.Add(-time.Microsecond), nil},
		{"fields, which have no history", segment.Field("name.given").Equals("Kim"), noon.AddDate(-1, 0, 0), idsOf(people)},
	} {
		view := k.crm.Segments.AsOf(c.asOf)
		page, err := view.Members(k.ctx, c.rule, "", 10)
		k.ok(err, c.name)
		slices.SortFunc(c.want, contact.ID.Compare)
		k.equal(page.Contacts, c.want, "who is selected: "+c.name)
		n, err := view.Count(k.ctx, c.rule)
		k.ok(err, c.name)
		k.equal(n, len(c.want), "how many are selected: "+c.name)
		for _, p := range people {
			why, err := view.Explain(k.ctx, c.rule, p.ID)
			k.ok(err, c.name)
			k.equal(why.Matched, slices.Contains(c.want, p.ID), "whether an explanation says the same: "+c.name)
		}
	}
	_, err := k.crm.Segments.AsOf(noon.AddDate(1000, 0, 0)).Count(k.ctx, recent)
	k.fails(err, errs.ErrInvalid, "evaluating as of a year that is out of range")
}

// segmentPreview takes samples of a population whose older half differs from
// its younger one.
func segmentPreview(k *kit) {
	people := k.shoppers(200)
	half := map[contact.ID]int{}
	for i, c := range people {
		half[c.ID] = i / 100
	}
	p, err := k.crm.Segments.Preview(k.ctx, hasBought(), 20)
	k.ok(err, "previewing")
	k.equal(p.Count, 100, "how many a preview counts")
	k.equal(len(p.Sample), 20, "how many a preview shows")
	var halves [2]int
	for i, c := range p.Sample {
		halves[half[c.ID]]++
		k.equal(c, k.get(c.ID), "a contact in a preview")
		if i > 0 && p.Sample[i-1].ID.Compare(c.ID) >= 0 {
			k.Error("a sample must be in ascending order of id")
		}
	}
	if halves[0] < 2 || halves[1] < 2 {
		k.Errorf("a sample of 20 holds %v of the older and the younger half; it must be spread", halves)
	}
	again, err := k.crm.Segments.Preview(k.ctx, segment.All(hasBought()), 20)
	k.ok(err, "previewing again")
	k.equal(again, p, "a preview of the same members must show the same ones")
	all, err := k.crm.Segments.Preview(k.ctx, hasBought(), 100)
	k.ok(err, "previewing all")
	k.equal(len(all.Sample), 100, "how many a preview shows of a hundred")
	none, err := k.crm.Segments.Preview(k.ctx, segment.Any(), 5)
	k.ok(err, "previewing nobody")
	k.equal(none, segment.Preview{}, "a preview of nobody")
	_, err = k.crm.Segments.Preview(k.ctx, hasBought(), 101)
	k.fails(err, errs.ErrInvalid, "previewing too many")
}

// segmentExport reads more than one page, while the clock moves on.
func segmentExport(k *kit) {
	people := k.customers(1001, nil)
	slices.SortFunc(people, func(a, b contact.Contact) int { return a.ID.Compare(b.ID) })
	fresh := segment.Field("created_at").InLast(1, segment.Hours)
	var got []contact.ID
	for c, err := range k.crm.Segments.Export(k.ctx, fresh) {
		k.ok(err, "exporting")
		if len(got) == 0 {
			k.equal(c, people[0], "the first contact of an export")
			k.clock.add(2 * time.Hour)
		}
		got = append(got, c.ID)
	}
	k.equal(got, idsOf(people), "whom an export gives")
	for _, err := range k.crm.Segments.Export(k.ctx, fresh) {
		k.Errorf("an export of nobody gives something, with the error %v", err)
	}
	for range k.crm.Segments.Export(k.ctx, segment.Everyone()) {
		break
	}
	for _, err := range k.crm.Segments.Export(k.ctx, segment.Rule{}) {
		k.fails(err, errs.ErrInvalid, "exporting a rule that makes no sense")
	}
}

func segmentOverlap(k *kit) {
	k.shoppers(20)
	family := func(n int) segment.Rule {
		return segment.Field("name.family").Less(fmt.Sprintf("Person %04d", n))
	}
	o, err := k.crm.Segments.Overlap(k.ctx, hasBought(), family(10), segment.Not(family(3)))
	k.ok(err, "comparing three rules")
	want := segment.Overlap{Pairs: [][]int64{{10, 5, 8}, {5, 10, 7}, {8, 7, 17}}, All: 3}
	k.equal(o, want, "what three rules have in common")
	o, err = k.crm.Segments.Overlap(k.ctx, hasBought(), family(10))
	k.ok(err, "comparing two rules")
	k.equal(o, segment.Overlap{Pairs: [][]int64{{10, 5}, {5, 10}}, All: 5}, "what two rules have in common")
	_, err = k.crm.Segments.Overlap(k.ctx, hasBought())
	k.fails(err, errs.ErrInvalid, "comparing one rule")
	_, err = k.crm.Segments.Overlap(k.ctx, hasBought(), segment.Rule{})
	k.fails(err, errs.ErrInvalid, "comparing with a rule that makes no sense")
}
