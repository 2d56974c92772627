package storagetest_test

import (
	"context"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/storage"
)

type forgiving struct{ storage.Store }

func (forgiving) FindSuppressions(context.Context, []addresskey.Digest) ([]contact.Suppression, error) {
	return nil, nil
}

type resentful struct{ storage.Store }

func (resentful) DeleteSuppressions(context.Context, []addresskey.Digest) error { return nil }

type repeating struct{ storage.Store }

func (s repeating) ListSuppressions(ctx context.Context, _ addresskey.Digest, limit int) ([]contact.Suppression, error) {
	return s.Store.ListSuppressions(ctx, addresskey.Digest{}, limit)
}

type milder struct{ storage.Store }

func (s milder) PutSuppressions(ctx context.Context, list []contact.Suppression) error {
	for _, one := range list {
		if err := s.DeleteSuppressions(ctx, []addresskey.Digest{one.Digest}); err != nil {
			return err
		}
	}
	return s.Store.PutSuppressions(ctx, list)
}

type alone struct{ storage.Store }

func (alone) Tenant() string { return "default" }

type uncounted struct{ storage.Store }

func (uncounted) CountOptIns(context.Context, consent.OptInQuery) (int, error) { return 0, nil }

type sluggish struct{ storage.Store }

func (s sluggish) QueuedOptIns(ctx context.Context, now time.Time, limit int) ([]consent.OptInID, error) {
	return s.Store.QueuedOptIns(ctx, now.Add(-time.Hour), limit)
}

type unasked struct{ storage.Store }

func (unasked) QueuedOptIns(context.Context, time.Time, int) ([]consent.OptInID, error) {
	return nil, nil
}

// unsure forgets that a request was confirmed.
type unsure struct{ storage.Store }

func (s unsure) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, unsure{tx}) })
}

func (s unsure) PutOptIn(ctx context.Context, r consent.OptInRow) error {
	if r.State == consent.OptInConfirmed {
		r.State = consent.OptInSent
	}
	return s.Store.PutOptIn(ctx, r)
}

type hoarding struct{ storage.Store }

func (s hoarding) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, hoarding{tx}) })
}

func (hoarding) DeleteOptIns(context.Context, []consent.OptInID) error { return nil }

type dropping struct{ storage.Store }

func (s dropping) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, dropping{tx}) })
}

func (s dropping) OldOptIns(ctx context.Context, before time.Time, limit int) ([]consent.OptInRow, error) {
	return s.Store.OldOptIns(ctx, before.AddDate(0, 0, 20), limit)
}
