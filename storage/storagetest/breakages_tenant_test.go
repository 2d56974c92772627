package storagetest_test

import (
	"context"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// tenantBreakages are stores whose handle for another tenant reaches over the fence.
var tenantBreakages = []breakage{
	{name: "shows_snapshots_to_other_tenants", fails: storagetest.TenantEveryMethod, config: overTheFence(func(theirs, mine storage.Store) storage.Store {
		return peeping{theirs, mine}
	})},
	{name: "finds_imports_of_other_tenants", fails: storagetest.TenantEveryMethod, config: overTheFence(func(theirs, mine storage.Store) storage.Store {
		return meddling{theirs, mine}
	})},
	{name: "shows_activities_to_other_tenants", fails: storagetest.TenantEveryMethod, config: overTheFence(func(theirs, mine storage.Store) storage.Store {
		return nosy{theirs, mine}
	})},
}

func overTheFence(wrap func(theirs, mine storage.Store) storage.Store) func(*storagetest.Config) {
	return func(c *storagetest.Config) {
		tenant := c.Tenant
		c.Tenant = func(t *testing.T, s storage.Store, name string) storage.Store { return wrap(tenant(t, s, name), s) }
	}
}

type peeping struct {
	storage.Store
	mine storage.Store
}

func (s peeping) Snapshot(ctx context.Context, id segment.SnapshotID) (segment.Snapshot, error) {
	return s.mine.Snapshot(ctx, id)
}

type meddling struct {
	storage.Store
	mine storage.Store
}

func (s meddling) ImportByName(ctx context.Context, name string) (exchange.Import, error) {
	return s.mine.ImportByName(ctx, name)
}

type nosy struct {
	storage.Store
	mine storage.Store
}

func (s nosy) History(ctx context.Context, q activity.HistoryQuery) ([]activity.Activity, error) {
	return s.mine.History(ctx, q)
}
