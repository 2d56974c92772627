package privacy

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
)

// finish removes what live segments still have of an erased contact, unless they wait
// for a look at it or for the host to take the change.
func (w *sweep) finish(ctx context.Context, tx Stores, of contact.ID) ([]Swept, error) {
	c, err := tx.CertificateOf(ctx, of)
	if err != nil {
		return nil, err
	}
	ids := c.ids()
	watches, err := tx.Watches(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := 0
	for _, known := range watches {
		member := slices.ContainsFunc(known.Memberships, func(m segment.Membership) bool { return m.Member })
		waiting, err := tx.Changes(ctx, segment.ChangeQuery{Contact: known.Contact, Undelivered: true, Limit: 1})
		if err != nil || member || len(waiting) > 0 {
			return nil, err
		}
		told, err := tx.Changes(ctx, segment.ChangeQuery{Contact: known.Contact, Limit: changesPage})
		if err != nil {
			return nil, err
		}
		rows += len(told)
	}
	if err := tx.DeleteWatches(ctx, ids); err != nil {
		return nil, err
	}
	c.Pending = false
	return []Swept{{Segments, Delete, int64(rows)}}, tx.PutCertificate(ctx, ids, c)
}

// held returns those of the contacts of whom a hold keeps the class, be it under this id
// or under another one of the same person.
func (w *sweep) held(ctx context.Context, tx Stores, ids []contact.ID, class Class) (map[contact.ID]bool, error) {
	to, err := contact.LivingOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	all := slices.Collect(maps.Values(to))
	for next := all; len(next) > 0; {
		if next, err = tx.MergedFrom(ctx, next); err != nil {
			return nil, err
		}
		all = append(all, next...)
	}
	holds, err := tx.Holds(ctx, all)
	if err != nil {
		return nil, err
	}
	var of []contact.ID
	for _, h := range holds {
		if h.covers(class, w.now) {
			of = append(of, h.Contact)
		}
	}
	holders, err := contact.LivingOf(ctx, tx, of)
	keeps := map[contact.ID]bool{}
	for _, id := range holders {
		keeps[id] = true
	}
	kept := map[contact.ID]bool{}
	for id, holder := range to {
		if keeps[holder] {
			kept[id] = true
		}
	}
	return kept, err
}

// idle erases contacts of whom nothing was heard since, as Erase does it: what is held
// is put aside.
func (w *sweep) idle(ctx context.Context, before time.Time) error {
	list := func(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error) {
		return w.store.IdleContacts(ctx, before, after, limit)
	}
	return w.pages(ctx, list, func(ctx context.Context, of contact.ID) (bool, error) {
		return w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) {
			e := &erasure{s: w.s, op: w.op, tx: tx, now: w.now, idle: true}
			if busy, err := w.busy(ctx, tx, of, before); err != nil || busy {
				return nil, err
			}
			_, err := e.run(ctx, of, ErasureOptions{Reason: "retention"})
			return []Swept{{Record, Erase, 1}}, err
		})
	})
}

// busy reports whether a contact is not to be erased now: a message is being sent, it
// was heard of meanwhile, or it is restricted, since somebody may need what is kept
// (Article 18 (1) GDPR).
func (w *sweep) busy(ctx context.Context, tx Stores, of contact.ID, before time.Time) (bool, error) {
	if _, err := tx.LockAlone(ctx, []contact.ID{of}); err != nil {
		return false, err
	}
	ids, err := merged(ctx, tx, of)
	if err != nil {
		return false, err
	}
	still, err := tx.IdleContacts(ctx, before, previous(of), 1)
	if err != nil {
		return false, err
	}
	restricted, err := tx.Restricted(ctx, ids)
	if err != nil || len(restricted) > 0 {
		return true, err
	}
	rows, err := tx.PersonalRows(ctx, ids)
	sending := slices.ContainsFunc(rows.Deliveries, func(d campaign.Delivery) bool { return d.State == campaign.Sending })
	return sending || len(still) == 0 || still[0] != of, err
}

// previous returns the id right before another one.
func previous(id contact.ID) contact.ID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]--; id[i] != 0xff {
			break
		}
	}
	return id
}

func (w *sweep) purchases(ctx context.Context, before time.Time) error {
	return w.history(ctx, Purchases, before)
}

func (w *sweep) activities(ctx context.Context, before time.Time) error {
	return w.history(ctx, Activities, before)
}

// history deletes what happened before an instant.
func (w *sweep) history(ctx context.Context, class Class, before time.Time) error {
	list := func(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error) {
		return w.store.ContactsWithHistory(ctx, before, after, limit)
	}
	return w.pages(ctx, list, func(ctx context.Context, of contact.ID) (bool, error) {
		return w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) {
			if _, err := tx.LockContacts(ctx, []contact.ID{of}); err != nil {
				return nil, err
			}
			kept, err := w.held(ctx, tx, []contact.ID{of}, class)
			if err != nil || kept[of] {
				return nil, err
			}
			restricted, err := tx.Restricted(ctx, []contact.ID{of})
			if err != nil || len(restricted) > 0 {
				return nil, err
			}
			all, err := tx.ActivitiesOf(ctx, []contact.ID{of})
			if err != nil {
				return nil, err
			}
			old := slices.DeleteFunc(all, func(a activity.Activity) bool { return !a.At.Before(before) || isPurchase(a) != (class == Purchases) })
			return []Swept{{class, Delete, int64(len(old))}}, tx.DeleteActivities(ctx, old, w.now)
		})
	})
}

// campaigns makes nobody's what campaigns have that ended before an instant.
func (w *sweep) campaigns(ctx context.Context, before time.Time) error {
	ended, err := w.store.Campaigns(ctx, campaign.Finished, campaign.Cancelled)
	if err != nil {
		return err
	}
	for _, c := range ended {
		if c.FinishedAt.IsZero() || !c.FinishedAt.Before(before) {
			continue
		}
		if err := w.campaign(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// campaign makes nobody's what one campaign has. Of most of an old one that was done
// before, so it looks first, page by page, who is still somebody.
func (w *sweep) campaign(ctx context.Context, of campaign.ID) error {
	var somebody map[contact.ID]contact.ID
	list := func(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error) {
		members, err := w.store.Audience(ctx, campaign.AudienceQuery{Campaign: of, After: after, Limit: limit})
		if err != nil {
			return nil, err
		}
		ids := make([]contact.ID, len(members))
		for i, m := range members {
			ids[i] = m.Contact
		}
		somebody, err = livingOf(ctx, w.store, ids)
		return ids, err
	}
	return w.pages(ctx, list, func(ctx context.Context, id contact.ID) (bool, error) {
		if _, there := somebody[id]; !there {
			return false, nil
		}
		return w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) { return w.anonymise(ctx, tx, of, id) })
	})
}

// livingOf tells which contact the ids lead to, of those that lead to one.
func livingOf(ctx context.Context, store Stores, ids []contact.ID) (map[contact.ID]contact.ID, error) {
	to, err := contact.LivingOf(ctx, store, ids)
	if err != nil {
		return nil, err
	}
	found, err := store.Contacts(ctx, slices.Collect(maps.Values(to)))
	there := map[contact.ID]bool{}
	for _, c := range found {
		there[c.ID] = true
	}
	maps.DeleteFunc(to, func(_, id contact.ID) bool { return !there[id] })
	return to, err
}

// anonymise makes nobody's what a campaign has for one contact. Who is no contact, and
// was never merged into one, is nobody already.
func (w *sweep) anonymise(ctx context.Context, tx Stores, in campaign.ID, of contact.ID) ([]Swept, error) {
	holder, err := contact.Living(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	locked, err := tx.LockAlone(ctx, []contact.ID{holder})
	if err != nil || len(locked) == 0 {
		return nil, err
	}
	kept, err := w.held(ctx, tx, []contact.ID{of}, Campaigns)
	if err != nil || len(kept) > 0 {
		return nil, err
	}
	all, err := tx.PersonalRows(ctx, []contact.ID{of})
	if err != nil {
		return nil, err
	}
	rows := all.CampaignRows.in(in)
	if slices.ContainsFunc(rows.Deliveries, func(d campaign.Delivery) bool { return d.State == campaign.Sending }) {
		return nil, nil
	}
	history, err := tx.ActivitiesOf(ctx, []contact.ID{of})
	if err != nil {
		return nil, err
	}
	m := newMasks(w.s.env.Random)
	if err := m.count(ctx, tx, rows.Audience, history, w.now); err != nil {
		return nil, err
	}
	with, err := m.rows(rows)
	if err != nil {
		return nil, err
	}
	return []Swept{{Campaigns, Anonymise, int64(rows.count())}}, tx.ReplaceCampaignRows(ctx, []contact.ID{of}, in, with)
}

// in returns the rows of one campaign.
func (r CampaignRows) in(of campaign.ID) CampaignRows {
	return CampaignRows{
		slices.DeleteFunc(slices.Clone(r.Audience), func(m campaign.Member) bool { return m.Campaign != of }),
		slices.DeleteFunc(slices.Clone(r.Deliveries), func(d campaign.Delivery) bool { return d.Campaign != of }),
		slices.DeleteFunc(slices.Clone(r.Vouchers), func(v campaign.Voucher) bool { return v.Campaign != of }),
		slices.DeleteFunc(slices.Clone(r.Redemptions), func(x campaign.Redemption) bool { return x.Campaign != of }),
	}
}

// changes deletes changes of live segments that were delivered.
func (w *sweep) changes(ctx context.Context, before time.Time) error {
	_, err := w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) {
		n, err := tx.PurgeChanges(ctx, before, w.limit)
		w.more = w.more || n == int64(w.limit)
		return []Swept{{Segments, Delete, n}}, err
	})
	return err
}

// imports forgets what imports would need to be taken back. Rows of a contact of whom
// they are held stay; the import cannot be taken back all the same.
func (w *sweep) imports(ctx context.Context, before time.Time) error {
	var last exchange.ID
	left := w.limit
	for {
		list, err := w.store.Imports(ctx, last, sweepChunk)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, i := range list {
			if i.State != exchange.Finished && i.State != exchange.Undone || !i.UpdatedAt.Before(before) {
				continue
			}
			if left == 0 {
				w.more = true
				return nil
			}
			did, err := w.forget(ctx, i)
			if err != nil {
				return err
			}
			if did {
				left--
			}
		}
		last = list[len(list)-1].ID
	}
}

// forget deletes the rows of an import, some contacts at a time. It tells whether there
// was anything to do.
func (w *sweep) forget(ctx context.Context, i exchange.Import) (did bool, err error) {
	var after, next contact.ID
	for more := true; more; after = next {
		done, err := w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) {
			now, err := tx.LockImport(ctx, i.Name)
			if err != nil {
				return nil, err
			}
			rows, err := tx.ImportChanges(ctx, i.ID, after, sweepChunk)
			if more = len(rows) > 0; err != nil || !more {
				return nil, err
			}
			next, now.Forgotten = rows[len(rows)-1].Contact, true
			if err := tx.UpdateImport(ctx, now); err != nil {
				return nil, err
			}
			return w.forgetRows(ctx, tx, i.ID, rows)
		})
		if err != nil {
			return did, err
		}
		did = did || done
	}
	return did, nil
}

func (w *sweep) forgetRows(ctx context.Context, tx Stores, of exchange.ID, rows []exchange.Change) ([]Swept, error) {
	var ids []contact.ID
	for _, c := range rows {
		ids = append(ids, c.Contact)
	}
	kept, err := w.held(ctx, tx, slices.Compact(ids), Imports)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, c := range rows {
		if !kept[c.Contact] {
			n++
		}
	}
	ids = slices.DeleteFunc(slices.Compact(ids), func(id contact.ID) bool { return kept[id] })
	return []Swept{{Imports, Delete, int64(n)}}, tx.DeleteImportChanges(ctx, of, ids)
}

// scans deletes old scans for duplicates with what they found.
func (w *sweep) scans(ctx context.Context, before time.Time) error {
	list, err := w.store.DuplicateScans(ctx)
	if err != nil {
		return err
	}
	last := 0
	for _, scan := range list {
		if scan.State == duplicates.Finished {
			last = scan.Number
		}
	}
	for _, scan := range list {
		if scan.Number >= last || !scan.UpdatedAt.Before(before) {
			continue
		}
		for gone := false; !gone; {
			_, err := w.counted(ctx, func(ctx context.Context, tx Stores) (_ []Swept, err error) {
				gone, err = tx.DeleteDuplicateScan(ctx, scan.Number, maxLimit)
				return []Swept{{Duplicates, Delete, 1}}, err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
