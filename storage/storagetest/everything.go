package storagetest

import (
	"context"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// everything is all that a tenant of a store shows, to be compared as a whole.
type everything struct {
	Contacts     []contact.Contact
	Activities   []activity.Activity
	Events       []consent.Event
	States       []consent.State
	Notices      []consent.Notice
	OptIns       []consent.OptInRow
	Suppressions []contact.Suppression
	Segments     []segment.Segment
	Snapshots    []segment.Snapshot
	Frozen       []contact.ID // members of the snapshots
	Campaigns    []campaign.Campaign
	Audience     []campaign.Member
	Deliveries   []campaign.Delivery
	Vouchers     []campaign.Voucher
	Redeemed     []campaign.RedemptionCount
	Imports      []exchange.Import
	Problems     []exchange.Problem // of the imports
	Changes      []exchange.Change  // of the imports
	Merges       []merge.Merge      // into those that are there
	Scans        []duplicates.Scan
	Found        []duplicates.Found // by the scans
	Dismissals   []duplicates.Dismissal
	Log          []audit.Entry
	LogEnd       audit.Head

	Restrictions []privacy.Restriction
	Holds        []privacy.Hold
	Held         []privacy.Held
	Certificates []privacy.Certificate // that are pending
	Secrets      []contact.Secret
}

// read returns everything that the store handle shows.
func (k *kit) read(store storage.Store) everything {
	k.Helper()
	e, err := readAll(k.ctx, store)
	k.ok(err, "reading everything back")
	return e
}

func readAll(ctx context.Context, store storage.Store) (everything, error) {
	var e everything
	ids, err := e.readPeople(ctx, store)
	if err != nil {
		return e, err
	}
	if e.Notices, err = store.ListNotices(ctx); err != nil {
		return e, err
	}
	if e.OptIns, err = store.OldOptIns(ctx, noon.AddDate(100, 0, 0), 100_000); err != nil {
		return e, err
	}
	if e.Suppressions, err = store.ListSuppressions(ctx, addresskey.Digest{}, 100_000); err != nil {
		return e, err
	}
	if e.Segments, err = store.Segments(ctx); err != nil {
		return e, err
	}
	if err = e.readSnapshots(ctx, store); err != nil {
		return e, err
	}
	if e.Campaigns, err = store.Campaigns(ctx); err != nil {
		return e, err
	}
	for _, c := range e.Campaigns {
		if err := e.readCampaign(ctx, store, c.ID, ids); err != nil {
			return e, err
		}
	}
	if err := e.readScans(ctx, store); err != nil {
		return e, err
	}
	if e.Secrets, err = store.ListSecrets(ctx, contact.Secret{}, 100_000); err != nil {
		return e, err
	}
	if e.Log, err = store.AuditEntries(ctx, audit.EntryQuery{Limit: 100_000}); err != nil {
		return e, err
	}
	if e.LogEnd, err = store.AuditHead(ctx); err != nil {
		return e, err
	}
	if err := e.readMeasures(ctx, store, ids); err != nil {
		return e, err
	}
	return e, e.readImports(ctx, store)
}

func (e *everything) readImports(ctx context.Context, store storage.Store) (err error) {
	const most = 100_000
	if e.Imports, err = store.Imports(ctx, exchange.ID{}, most); err != nil {
		return err
	}
	for _, i := range e.Imports {
		problems, err := store.ImportProblems(ctx, i.ID, 0, most)
		if err != nil {
			return err
		}
		changes, err := store.ImportChanges(ctx, i.ID, contact.ID{}, most)
		if err != nil {
			return err
		}
		e.Problems, e.Changes = append(e.Problems, problems...), append(e.Changes, changes...)
	}
	return nil
}

func (e *everything) readScans(ctx context.Context, store storage.Store) (err error) {
	const most = 100_000
	if e.Scans, err = store.DuplicateScans(ctx); err != nil {
		return err
	}
	for _, scan := range e.Scans {
		found, err := store.DuplicatePairs(ctx, duplicates.PairQuery{Scan: scan.Number, Least: -1_000_000, Limit: most})
		if err != nil {
			return err
		}
		e.Found = append(e.Found, found...)
	}
	e.Dismissals, err = store.Dismissals(ctx, duplicates.Dismissal{}, most)
	return err
}

func (e *everything) readMeasures(ctx context.Context, store storage.Store, ids []contact.ID) (err error) {
	const most = 100_000
	if e.Restrictions, err = store.Restrictions(ctx, ids); err != nil {
		return err
	}
	if e.Holds, err = store.Holds(ctx, ids); err != nil {
		return err
	}
	held, err := store.HeldContacts(ctx, contact.ID{}, most)
	if err != nil {
		return err
	}
	for _, id := range held {
		rows, err := store.HeldOf(ctx, id)
		if err != nil {
			return err
		}
		e.Held = append(e.Held, rows...)
	}
	e.Certificates, err = store.PendingCertificates(ctx, contact.ID{}, most)
	return err
}

func (e *everything) readPeople(ctx context.Context, store storage.Store) ([]contact.ID, error) {
	const page = 500
	var ids []contact.ID
	var after contact.ID
	for {
		list, err := store.ListContacts(ctx, after, page)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		e.Contacts = append(e.Contacts, list...)
		if len(list) < page {
			break
		}
		after = list[len(list)-1].ID
	}
	var err error
	if e.Activities, err = store.ActivitiesOf(ctx, ids); err != nil {
		return nil, err
	}
	for _, of := range ids {
		events, err := store.ConsentEvents(ctx, []contact.ID{of})
		if err != nil {
			return nil, err
		}
		e.Events = append(e.Events, events...)
	}
	if e.States, err = store.ConsentStates(ctx, ids); err != nil {
		return nil, err
	}
	e.Merges, err = store.MergesInto(ctx, ids)
	return ids, err
}

func (e *everything) readSnapshots(ctx context.Context, store storage.Store) (err error) {
	const most = 100_000
	if e.Snapshots, err = store.Snapshots(ctx); err != nil {
		return err
	}
	for _, s := range e.Snapshots {
		members, err := store.SnapshotMembers(ctx, segment.SnapshotQuery{In: s.ID, Limit: most})
		if err != nil {
			return err
		}
		e.Frozen = append(e.Frozen, members...)
	}
	return nil
}

func (e *everything) readCampaign(ctx context.Context, store storage.Store, of campaign.ID, people []contact.ID) error {
	const most = 100_000
	members, err := store.Audience(ctx, campaign.AudienceQuery{Campaign: of, Limit: most})
	if err != nil {
		return err
	}
	deliveries, err := store.Deliveries(ctx, campaign.DeliveryQuery{Campaign: of, Limit: most})
	if err != nil {
		return err
	}
	vouchers, err := store.Vouchers(ctx, of, people)
	if err != nil {
		return err
	}
	redeemed, err := store.RedemptionCounts(ctx, of, "EUR")
	if err != nil {
		return err
	}
	e.Audience = append(e.Audience, members...)
	e.Deliveries = append(e.Deliveries, deliveries...)
	e.Vouchers = append(e.Vouchers, sortedBy(vouchers, func(v campaign.Voucher) string { return v.Code })...)
	e.Redeemed = append(e.Redeemed, sortedBy(redeemed, func(r campaign.RedemptionCount) string { return string(r.Channel) })...)
	return nil
}
