package storagetest

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// errInjected is what a faulty store fails with.
var errInjected = errors.New("storagetest: failure made on purpose")

// faulty is a store that fails at one point: before one of its writes, or
// behind it, when the caller cannot know that it was done.
type faulty struct {
	storage.Store
	left *atomic.Int64 // points until the failure
}

func newFaulty(store storage.Store, point int64) *faulty {
	f := &faulty{store, new(atomic.Int64)}
	f.left.Store(point)
	return f
}

// fired tells whether the point was reached.
func (f *faulty) fired() bool { return f.left.Load() <= 0 }

func (f *faulty) point() error {
	if f.left.Add(-1) == 0 {
		return errInjected
	}
	return nil
}

// around puts a point before and behind a call.
func (f *faulty) around(call func() error) error {
	if err := f.point(); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	return f.point()
}

// Atomic implements storage.Store; what runs in it is faulty too.
func (f *faulty) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return f.around(func() error {
		return f.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, &faulty{tx, f.left}) })
	})
}

// UpdateCampaign implements campaign.Store.
func (f *faulty) UpdateCampaign(ctx context.Context, c campaign.Campaign) error {
	return f.around(func() error { return f.Store.UpdateCampaign(ctx, c) })
}

// InsertAudience implements campaign.Store.
func (f *faulty) InsertAudience(ctx context.Context, members []campaign.Member) error {
	return f.around(func() error { return f.Store.InsertAudience(ctx, members) })
}

// InsertDeliveries implements campaign.Store.
func (f *faulty) InsertDeliveries(ctx context.Context, deliveries []campaign.Delivery) error {
	return f.around(func() error { return f.Store.InsertDeliveries(ctx, deliveries) })
}

// InsertVouchers implements campaign.Store.
func (f *faulty) InsertVouchers(ctx context.Context, vouchers []campaign.Voucher) error {
	return f.around(func() error { return f.Store.InsertVouchers(ctx, vouchers) })
}

// ClaimDeliveries implements campaign.Store.
func (f *faulty) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) (list []campaign.Delivery, err error) {
	err = f.around(func() error {
		list, err = f.Store.ClaimDeliveries(ctx, q)
		return err
	})
	return list, err
}

// MoveDeliveries implements campaign.Store.
func (f *faulty) MoveDeliveries(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) (ids []campaign.DeliveryID, err error) {
	err = f.around(func() error {
		ids, err = f.Store.MoveDeliveries(ctx, token, now, moves)
		return err
	})
	return ids, err
}

// ReapDeliveries implements campaign.Store.
func (f *faulty) ReapDeliveries(ctx context.Context, q campaign.ReapQuery) (n campaign.Reaped, err error) {
	err = f.around(func() error {
		n, err = f.Store.ReapDeliveries(ctx, q)
		return err
	})
	return n, err
}

// CountMembers implements segment.Evaluator.
func (f *faulty) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	return segment.EvaluatorOf(f.Store).CountMembers(ctx, r)
}

// Members implements segment.Evaluator.
func (f *faulty) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	return segment.EvaluatorOf(f.Store).Members(ctx, r, after, limit)
}

// MembersAmong implements segment.Evaluator.
func (f *faulty) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	return segment.EvaluatorOf(f.Store).MembersAmong(ctx, r, ids)
}

// InsertActivities implements activity.Store.
func (f *faulty) InsertActivities(ctx context.Context, list []activity.Activity) error {
	return f.around(func() error { return f.Store.InsertActivities(ctx, list) })
}

// DeleteActivities implements activity.Store.
func (f *faulty) DeleteActivities(ctx context.Context, list []activity.Activity, at time.Time) error {
	return f.around(func() error { return f.Store.DeleteActivities(ctx, list, at) })
}

// DeleteContacts implements contact.Store.
func (f *faulty) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) (gone []contact.ID, err error) {
	err = f.around(func() error {
		gone, err = f.Store.DeleteContacts(ctx, ids, at)
		return err
	})
	return gone, err
}

// UpdateImport implements exchange.Store.
func (f *faulty) UpdateImport(ctx context.Context, i exchange.Import) error {
	return f.around(func() error { return f.Store.UpdateImport(ctx, i) })
}

// AppendImportChanges implements exchange.Store.
func (f *faulty) AppendImportChanges(ctx context.Context, of exchange.ID, changes []exchange.Change) error {
	return f.around(func() error { return f.Store.AppendImportChanges(ctx, of, changes) })
}

// DeleteImportChanges implements exchange.Store.
func (f *faulty) DeleteImportChanges(ctx context.Context, of exchange.ID, contacts []contact.ID) error {
	return f.around(func() error { return f.Store.DeleteImportChanges(ctx, of, contacts) })
}

// InsertDuplicateScan implements duplicates.Store.
func (f *faulty) InsertDuplicateScan(ctx context.Context, scan duplicates.Scan, model []byte) error {
	return f.around(func() error { return f.Store.InsertDuplicateScan(ctx, scan, model) })
}

// PutDuplicatePairs implements duplicates.Store.
func (f *faulty) PutDuplicatePairs(ctx context.Context, pairs []duplicates.Found) error {
	return f.around(func() error { return f.Store.PutDuplicatePairs(ctx, pairs) })
}

// UpdateDuplicateScan implements duplicates.Store.
func (f *faulty) UpdateDuplicateScan(ctx context.Context, scan duplicates.Scan) error {
	return f.around(func() error { return f.Store.UpdateDuplicateScan(ctx, scan) })
}

// DeleteDuplicateScan implements duplicates.Store.
func (f *faulty) DeleteDuplicateScan(ctx context.Context, number, limit int) (gone bool, err error) {
	err = f.around(func() error {
		gone, err = f.Store.DeleteDuplicateScan(ctx, number, limit)
		return err
	})
	return gone, err
}

// RankBound implements segment.Evaluator.
func (f *faulty) RankBound(ctx context.Context, t segment.RankTest) (int64, bool, error) {
	return segment.EvaluatorOf(f.Store).RankBound(ctx, t)
}

var _ segment.Evaluator = (*faulty)(nil)
