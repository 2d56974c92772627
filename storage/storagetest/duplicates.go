package storagetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

var (
	scanGiven = []string{"Peter", "Sabine", "Jürgen", "Helga", "Oliver", "Mia", "Torsten", "Olivia", "Frank", "Anja", "Liam", "Claudia", "Noah"}
	scanFront = []string{"Acker", "Birken", "Dorn", "Eich", "Fels", "Hasel", "Kirch", "Linden", "Mühl", "Rosen", "Stein"}
	scanBack  = []string{"bach", "berg", "brand", "feld", "haus", "hof", "mann"}
	scanTowns = []string{"Berlin", "Hamburg", "Leipzig", "Bremen", "Erfurt"}
)

// neighbour is the n-th of many people who have little in common.
func neighbour(n int) contact.Contact {
	family := scanFront[n%len(scanFront)] + scanBack[n/3%len(scanBack)]
	return contact.Contact{
		Kind: contact.Person, Name: contact.Name{Given: scanGiven[n*5%len(scanGiven)], Family: family},
		Born:       contact.Date{Year: 1940 + n*7%60, Month: time.Month(1 + n*5%12), Day: 1 + n*11%28},
		Emails:     []contact.Email{{Address: fmt.Sprintf("%s%d@example.com", []string{"mail", "post", "info"}[n%3], 1000+n*37)}},
		Phones:     []contact.Phone{{Number: fmt.Sprintf("+49 30 %07d", 2_000_000+n*7919)}},
		Addresses:  []contact.Address{{Street: fmt.Sprintf("%sstraße %d", scanFront[n/5%len(scanFront)], 1+n%90), PostalCode: fmt.Sprint(10115 + n*13%80_000), City: scanTowns[n%len(scanTowns)], Country: "DE"}},
		Identities: []contact.Identity{shop(n)},
	}
}

// doubled is a population in which some stand twice.
type doubled struct {
	first, again []contact.Contact // the same people, one by one
	family       []contact.Contact // four people of one household
}

// plant creates it on a store.
func (k *kit) plant(store storage.Store) doubled {
	k.Helper()
	const strangers, twice = 120, 8
	var list []contact.Contact
	for n := range strangers + twice {
		list = append(list, neighbour(n))
	}
	for n := range twice {
		c := neighbour(strangers + n)
		c.Identities = []contact.Identity{shop(500 + n)}
		switch n % 4 {
		case 0:
			c.Name.Family = c.Name.Family[:len(c.Name.Family)-1] + "k"
		case 1:
			c.Emails = []contact.Email{{Address: fmt.Sprintf("other%d@example.com", n)}}
		case 2:
			c.Born, c.Phones = contact.Date{}, nil
		}
		list = append(list, c)
	}
	for n, given := range []string{"Karl", "Ingeborg", "Moritz", "Friederike"} {
		c := neighbour(300)
		c.Name.Given, c.Born, c.Identities = given, contact.Date{Year: 1960 + n*9, Month: time.Month(n + 2), Day: 3 + n}, []contact.Identity{shop(600 + n)}
		list = append(list, c)
	}
	results, err := k.on(store).Contacts.UpsertMany(k.ctx, list)
	k.ok(err, "creating contacts")
	for i, r := range results {
		list[i] = r.Contact
	}
	k.clock.add(time.Second)
	return doubled{list[strangers:][:twice], list[strangers+twice:][:twice], list[len(list)-4:]}
}

// pairOf gives two ids, the lower first.
func pairOf(a, b contact.ID) [2]contact.ID {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return [2]contact.ID{a, b}
}

// want is what a scan finds of the population, in the order of the ids.
func (p doubled) want() (list [][2]contact.ID) {
	for i, c := range p.first {
		list = append(list, pairOf(c.ID, p.again[i].ID))
	}
	return sortPairs(list)
}

func sortPairs(list [][2]contact.ID) [][2]contact.ID {
	slices.SortFunc(list, func(x, y [2]contact.ID) int { return cmp.Or(x[0].Compare(y[0]), x[1].Compare(y[1])) })
	return list
}

// scan scans, which must work.
func (k *kit) scan(c *crm.CRM, o *duplicates.ScanOptions) duplicates.Scan {
	k.Helper()
	scan, err := c.Duplicates.Scan(k.ctx, o)
	k.ok(err, "looking for duplicates")
	k.equal([]any{scan.State, scan.Position}, []any{duplicates.Finished, duplicates.Parts}, "how far a scan came")
	return scan
}

// pairs lists all pairs, page by page, and checks their order.
func (k *kit) foundPairs(c *crm.CRM, limit int) (list []duplicates.Pair) {
	k.Helper()
	for next := ""; ; {
		page, err := c.Duplicates.Pairs(k.ctx, &duplicates.PairsOptions{Cursor: next, Limit: limit})
		k.ok(err, "listing pairs")
		list = append(list, page.Pairs...)
		if next = page.Next; next == "" {
			break
		}
		k.equal(len(page.Pairs), limit, "how many pairs a page has that is not the last one")
		if len(list) > 10_000 {
			k.Fatal("the pages of pairs do not end")
		}
	}
	sorted := slices.IsSortedFunc(list, func(x, y duplicates.Pair) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), x.A.Compare(y.A), x.B.Compare(y.B))
	})
	k.equal(sorted, true, "whether pairs are listed in order")
	return list
}

func idsOfPairs(list []duplicates.Pair) [][2]contact.ID {
	var ids [][2]contact.ID
	for _, p := range list {
		ids = append(ids, [2]contact.ID{p.A, p.B})
	}
	return sortPairs(ids)
}

// foundGroups lists all groups.
func (k *kit) foundGroups(c *crm.CRM, limit int) (list [][]contact.ID) {
	k.Helper()
	for next := ""; ; {
		page, err := c.Duplicates.Groups(k.ctx, next, limit)
		k.ok(err, "listing groups")
		for _, g := range page.Groups {
			list = append(list, g.Contacts)
		}
		if next = page.Next; next == "" {
			return list
		}
	}
}

func duplicatesScan(k *kit) {
	p := k.plant(k.store)
	_, err := k.crm.Duplicates.Status(k.ctx)
	k.fails(err, errs.ErrNotFound, "asking for a scan before the first one")
	k.equal(len(k.foundPairs(k.crm, 10))+len(k.foundGroups(k.crm, 10)), 0, "what is found before the first scan")
	var told []int
	scan := k.scan(k.crm, &duplicates.ScanOptions{Progress: func(s duplicates.Scan) { told = append(told, s.Position) }})
	k.equal(len(told) == duplicates.Parts+2 && slices.IsSorted(told), true, "whether the host is told of each part")
	status, err := k.reopened().Duplicates.Status(k.ctx)
	k.ok(err, "asking for the last scan")
	k.equal(status, scan, "the last scan")
	list := k.foundPairs(k.crm, 3)
	k.equal(idsOfPairs(list), p.want(), "the pairs that a scan finds")
	k.equal([]int{scan.Number, scan.Contacts, scan.Pairs, scan.Groups}, []int{1, 140, len(list), len(p.first)}, "the numbers of a scan")
	for _, pair := range list {
		k.equal(pair.P > .5 && pair.Bits > 0 && len(pair.Reasons) > 0 && pair.Group > 0, true, "whether a pair says how likely it is, why, and with whom")
	}
	var groups [][2]contact.ID
	for _, g := range k.foundGroups(k.crm, 3) {
		k.equal(len(g), 2, "how many are in a group")
		groups = append(groups, [2]contact.ID{g[0], g[1]})
	}
	k.equal(groups, p.want(), "the groups that a scan finds, by their lowest ids")
	sure, err := k.crm.Duplicates.Pairs(k.ctx, &duplicates.PairsOptions{MinP: .999})
	k.ok(err, "listing the most certain pairs")
	for _, pair := range sure.Pairs {
		k.equal(pair.P >= .998, true, "whether a pair is as certain as was asked for")
	}
	again := k.scan(k.crm, nil)
	k.equal(again.Number, 2, "the number of another scan")
	k.equal(k.foundPairs(k.crm, 1), list, "the list of another scan")
	scans, err := k.store.DuplicateScans(k.ctx)
	k.ok(err, "listing scans")
	k.equal(scans, []duplicates.Scan{again}, "the scans that are kept")
	old, err := k.store.DuplicatePairs(k.ctx, duplicates.PairQuery{Scan: 1, Limit: 10})
	k.ok(err, "listing pairs")
	k.equal(len(old), 0, "what is kept of the scan before")
}

// duplicatesModel: a scan whose model cannot be read begins anew, and a list shows
// without reasons.
func duplicatesModel(k *kit) {
	p := k.plant(k.store)
	old := duplicates.Scan{Number: 7, State: duplicates.Running, Position: 60, StartedAt: noon, UpdatedAt: noon}
	k.ok(k.store.InsertDuplicateScan(k.ctx, old, []byte("{}")), "storing a scan")
	k.equal(k.scan(k.crm, nil).Number, 8, "the number of a scan in the place of one that cannot go on")
	k.without(p, "of a scan in the place of one that cannot go on")
	old.Number, old.State, old.Groups = 9, duplicates.Finished, 1
	k.ok(k.store.InsertDuplicateScan(k.ctx, old, []byte("{}")), "storing a scan")
	ids := pairOf(p.family[0].ID, p.family[1].ID)
	k.ok(k.store.PutDuplicatePairs(k.ctx, []duplicates.Found{{Scan: 9, A: ids[0], B: ids[1], MilliBits: 1000, Group: 1}}), "storing a pair")
	page, err := k.crm.Duplicates.Pairs(k.ctx, nil)
	k.ok(err, "listing pairs")
	k.equal(page.Pairs, []duplicates.Pair{{A: ids[0], B: ids[1], Bits: 1, P: 2. / 3, Group: 1}}, "a list whose model cannot be read")
	k.equal(k.foundGroups(k.crm, 1), [][]contact.ID{ids[:]}, "its groups")
}

// duplicatesResume: a scan is cut off again and again, before and behind commits.
func duplicatesResume(k *kit) {
	p := k.plant(k.store)
	k.ok(k.crm.Duplicates.Dismiss(k.ctx, p.first[0].ID, p.again[0].ID), "dismissing a pair")
	scan := k.scan(k.crm, nil)
	pairs, groups := k.foundPairs(k.crm, 100), k.foundGroups(k.crm, 100)
	var done duplicates.Scan
	for point := 1; ; point++ {
		if point > 100*duplicates.Parts {
			k.Fatal("the scan never ends")
		}
		ctx, cancel := context.WithCancel(k.ctx)
		o := &duplicates.ScanOptions{Progress: func(s duplicates.Scan) {
			if point%4 == 0 && s.Position%5 == 0 {
				cancel()
			}
		}}
		var err error
		done, err = k.on(newFaulty(k.store, int64(1+point*7%90))).Duplicates.Scan(ctx, o)
		cancel()
		if err == nil && done.State == duplicates.Finished {
			break
		}
		if !errors.Is(err, errInjected) && !errors.Is(err, context.Canceled) {
			k.ok(err, "scanning with a store that fails")
		}
		now := k.foundPairs(k.crm, 100)
		k.equal(now, pairs, "the list while a scan is cut off")
	}
	want := scan
	want.Number, want.StartedAt, want.UpdatedAt, want.Version = done.Number, done.StartedAt, done.UpdatedAt, done.Version
	k.equal(done, want, "a scan that was cut off")
	k.equal(k.foundPairs(k.crm, 100), pairs, "the pairs of a scan that was cut off")
	k.equal(k.foundGroups(k.crm, 100), groups, "the groups of a scan that was cut off")
}

// cutOff begins a scan and ends it behind some parts.
func (k *kit) cutOff(c *crm.CRM, parts int, o duplicates.ScanOptions) duplicates.Scan {
	k.Helper()
	ctx, cancel := context.WithCancel(k.ctx)
	defer cancel()
	o.Progress = func(s duplicates.Scan) {
		if s.Position == parts {
			cancel()
		}
	}
	scan, err := c.Duplicates.Scan(ctx, &o)
	k.fails(err, context.Canceled, "a scan whose context ends")
	k.equal([]any{scan.State, scan.Position}, []any{duplicates.Running, parts}, "how far a scan came whose context ended")
	return scan
}

// duplicatesChanges: contacts come, go and are merged while a scan is cut off.
func duplicatesChanges(k *kit) {
	p := k.plant(k.store)
	k.cutOff(k.crm, duplicates.Parts, duplicates.ScanOptions{Threshold: .6})
	k.clock.add(time.Minute)
	k.merge(p.first[0].ID, p.again[0].ID)
	gone, err := k.store.DeleteContacts(k.ctx, []contact.ID{p.again[1].ID}, k.clock.Now())
	k.ok(err, "deleting a contact")
	k.equal(len(gone), 1, "how many contacts are deleted")
	late := neighbour(3)
	late.Identities = []contact.Identity{shop(700)}
	late = k.create(late)
	scan := k.scan(k.crm, nil)
	k.equal([]any{scan.Number, scan.MilliBits}, []any{1, int64(585)}, "a scan that goes on")
	k.without(p, "after a scan that went on", 0, 1)

	next := k.scan(k.crm, nil)
	k.equal(next.Contacts, 139, "how many contacts the next scan looks at")
	twin, err := k.crm.Contacts.Find(k.ctx, shop(3))
	k.ok(err, "finding a contact")
	k.equal(slices.Contains(idsOfPairs(k.foundPairs(k.crm, 100)), pairOf(twin.ID, late.ID)), true, "whether the next scan finds who came meanwhile")
	k.merge(twin.ID, late.ID)
	k.merge(p.again[2].ID, p.first[2].ID)
	k.without(p, "after merges", 0, 1, 2)
	k.unmerge(p.first[2].ID)
	k.without(p, "after a merge was taken back", 0, 1)
}

// without checks that pairs and groups are those that were doubled but for some.
func (k *kit) without(p doubled, when string, but ...int) {
	k.Helper()
	var want [][2]contact.ID
	for i, c := range p.first {
		if !slices.Contains(but, i) {
			want = append(want, pairOf(c.ID, p.again[i].ID))
		}
	}
	sortPairs(want)
	k.equal(idsOfPairs(k.foundPairs(k.crm, 3)), want, "the pairs "+when)
	var groups [][2]contact.ID
	for _, g := range k.foundGroups(k.crm, 3) {
		groups = append(groups, [2]contact.ID{g[0], g[1]})
	}
	k.equal(groups, want, "the groups "+when)
}
