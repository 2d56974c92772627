package storagetest

import (
	"errors"
	"sync/atomic"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
)

// duplicatesDismiss: "not a duplicate" is remembered, whatever is merged.
func duplicatesDismiss(k *kit) {
	p := k.plant(k.store)
	k.scan(k.crm, nil)
	dismiss := func(a, b contact.Contact) {
		k.Helper()
		k.ok(k.crm.Duplicates.Dismiss(k.ctx, a.ID, b.ID), "dismissing a pair")
		k.ok(k.crm.Duplicates.Dismiss(k.ctx, b.ID, a.ID), "dismissing a pair twice")
	}
	dismiss(p.first[0], p.again[0])
	dismiss(p.first[1], p.family[0]) // not in the list
	k.dismissed(p.first[0], p.again[0].ID)
	k.dismissed(p.again[0], p.first[0].ID)
	k.without(p, "after one was dismissed", 0)
	k.scan(k.crm, nil)
	k.without(p, "of a scan after one was dismissed", 0)
	k.ok(k.crm.Duplicates.Undismiss(k.ctx, p.again[0].ID, p.first[0].ID), "taking a dismissal back")
	k.ok(k.crm.Duplicates.Undismiss(k.ctx, p.again[0].ID, p.first[0].ID), "taking a dismissal back twice")
	k.equal(idsOfPairs(k.foundPairs(k.crm, 3)), p.want(), "the pairs after a dismissal was taken back")
	k.scan(k.crm, nil)
	k.without(p, "of a scan after a dismissal was taken back")
	k.dismissedMerged(p)
	k.dismissErrors(p)
}

// dismissed checks who was dismissed against a contact.
func (k *kit) dismissed(of contact.Contact, want ...contact.ID) {
	k.Helper()
	got, err := k.reopened().Duplicates.Dismissed(k.ctx, of.ID)
	k.ok(err, "asking who was dismissed")
	k.equal(got, want, "who was dismissed")
}

// dismissedMerged: a dismissal counts for the winner, and for the two after the way back.
func (k *kit) dismissedMerged(p doubled) {
	k.Helper()
	a, b, c, d := p.first[2], p.again[2], k.customer(801), k.customer(802)
	k.ok(k.crm.Duplicates.Dismiss(k.ctx, b.ID, c.ID), "dismissing a pair")
	k.merge(a.ID, c.ID)
	k.merge(d.ID, b.ID)
	k.dismissed(a, d.ID)
	k.dismissed(c, d.ID)
	k.unmerge(b.ID)
	k.dismissed(d)
	k.dismissed(b, a.ID)
	k.without(p, "after who was dismissed was merged", 2)
	k.scan(k.crm, nil)
	k.without(p, "of a scan after who was dismissed was merged", 2)
	k.ok(k.crm.Duplicates.Undismiss(k.ctx, a.ID, b.ID), "taking back what was dismissed before a merge")
	k.dismissed(c)
	k.scan(k.crm, nil)
	k.without(p, "of a scan after that was taken back")
}

func (k *kit) dismissErrors(p doubled) {
	k.Helper()
	a, b, c := p.family[0].ID, p.family[1].ID, p.family[2].ID
	k.merge(a, b)
	for _, do := range []func(a, b contact.ID) error{
		func(a, b contact.ID) error { return k.crm.Duplicates.Dismiss(k.ctx, a, b) },
		func(a, b contact.ID) error { return k.crm.Duplicates.Undismiss(k.ctx, a, b) },
	} {
		k.refused(do(a, a), what("b", "same"))
		k.refused(do(a, b), what("b", "same"))
		k.failsAt(do(contact.ID{7}, c), errs.ErrNotFound, what("a", "not_found"))
		k.failsAt(do(c, contact.ID{7}), errs.ErrNotFound, what("b", "not_found"))
	}
	for _, t := range []float64{-1, .01, 1} {
		_, err := k.crm.Duplicates.Scan(k.ctx, &duplicates.ScanOptions{Threshold: t})
		k.refused(err, what("options.threshold", "out_of_range"))
	}
	_, err := k.crm.Duplicates.Pairs(k.ctx, &duplicates.PairsOptions{Cursor: "x", Limit: 2000, MinP: 1})
	k.refused(err, what("options.limit", "out_of_range"), what("options.min_p", "out_of_range"), what("options.cursor", "syntax"))
	_, err = k.crm.Duplicates.Groups(k.ctx, "x", 0)
	k.refused(err, what("limit", "out_of_range"), what("cursor", "syntax"))
}

// duplicatesChain: who was dismissed holds apart all that is joined with them.
func duplicatesChain(k *kit) {
	k.plant(k.store)
	var twins []contact.Contact
	for n := range 3 {
		c := neighbour(400)
		c.Identities = []contact.Identity{shop(900 + n)}
		twins = append(twins, k.create(c))
	}
	k.scan(k.crm, nil)
	k.equal(k.groupOf(twins[0]), idsOf(twins), "a group of three")
	k.ok(k.crm.Duplicates.Dismiss(k.ctx, twins[0].ID, twins[2].ID), "dismissing a pair")
	k.equal(len(k.groupOf(twins[0])), 0, "how many are listed of a group in which two were dismissed since")
	k.scan(k.crm, nil)
	g := k.groupOf(twins[1])
	k.equal(len(g) == 2 && pairOf(g[0], g[1]) != pairOf(twins[0].ID, twins[2].ID), true, "whether the third one is in a group with one of them")
}

func (k *kit) groupOf(c contact.Contact) []contact.ID {
	k.Helper()
	for _, g := range k.foundGroups(k.crm, 100) {
		for _, id := range g {
			if id == c.ID {
				return g
			}
		}
	}
	return nil
}

// duplicatesConcurrent: of several who scan at once one goes on.
func duplicatesConcurrent(k *kit) {
	p := k.plant(k.store)
	k.cutOff(k.crm, 3, duplicates.ScanOptions{})
	var finished atomic.Int64
	failures := k.together(3, func(int) error {
		_, err := k.on(k.store).Duplicates.Scan(k.ctx, nil)
		if err == nil {
			finished.Add(1)
		}
		return err
	})
	for _, err := range failures {
		if err != nil && !errs.Has(err, "changed") {
			k.ok(err, "scanning by several at once")
		}
	}
	if finished.Load() == 0 {
		k.Error("several who scan at once must not keep each other from it")
	}
	k.without(p, "of a scan by several at once")

	// Somebody begins anew while a scan is under way.
	began := false
	_, err := k.crm.Duplicates.Scan(k.ctx, &duplicates.ScanOptions{Progress: func(s duplicates.Scan) {
		if !began && s.Position == 5 {
			began = true
			k.scan(k.reopened(), &duplicates.ScanOptions{Restart: true})
		}
	}})
	if !errors.Is(err, errs.ErrConflict) {
		k.Errorf("a scan in whose place another one came: %v", err)
	}
	k.without(p, "of a scan that was begun anew")
	scans, err := k.store.DuplicateScans(k.ctx)
	k.ok(err, "listing scans")
	k.equal(len(scans), 1, "how many scans are kept")
}
