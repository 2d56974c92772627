package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
)

// rollupKey is the key of the table rollup within a tenant.
type rollupKey struct {
	contact                  dbID
	kind, category, currency string
}

func compareRollupKeys(a, b rollupKey) int {
	return cmp.Or(
		compareIDs(a.contact, b.contact), cmp.Compare(a.kind, b.kind),
		cmp.Compare(a.category, b.category), cmp.Compare(a.currency, b.currency),
	)
}

// rollupRow is a row of the table rollup.
type rollupRow struct {
	bun.BaseModel `bun:"alias:r"`

	TenantID   string
	ContactID  dbID
	Kind       string
	Category   string
	Currency   string
	Activities int64
	Items      int64
	Total      int64
	FirstAt    int64
	LastAt     int64
}

// rollups is what a batch of activities adds to the rollup.
type rollups map[rollupKey]*rollupSum

type rollupSum struct {
	rollupRow
	latest *activity.Activity // the one that was counted last
}

// add counts one activity: in the row of its kind with the empty category, and
// in one row for each category among its lines.
func (m rollups) add(a *activity.Activity) {
	key := rollupKey{dbID(a.Contact), string(a.Kind), "", a.Amount.Currency}
	m.count(key, a, int64(len(a.Items)), a.Amount.Amount)
	for _, it := range a.Items {
		if it.Category != "" {
			key.category, key.currency = it.Category, it.Amount.Currency
			m.count(key, a, 1, it.Amount.Amount)
		}
	}
}

func (m rollups) count(key rollupKey, a *activity.Activity, items, total int64) {
	at := a.At.UnixMicro()
	r, ok := m[key]
	if !ok {
		r = &rollupSum{rollupRow: rollupRow{
			ContactID: key.contact, Kind: key.kind, Category: key.category, Currency: key.currency,
			FirstAt: at, LastAt: at,
		}}
		m[key] = r
	}
	if r.latest != a {
		r.latest = a
		r.Activities++
	}
	r.Items += items
	r.Total += total
	r.FirstAt, r.LastAt = min(r.FirstAt, at), max(r.LastAt, at)
}

// rows returns the rows in the order of their keys, in which everybody locks
// them.
func (m rollups) rows(tenant string) []rollupRow {
	keys := make([]rollupKey, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareRollupKeys)
	rows := make([]rollupRow, len(keys))
	for i, k := range keys {
		rows[i] = m[k].rollupRow
		rows[i].TenantID = tenant
	}
	return rows
}

// addRollups adds the sums to the table.
func (s *Store) addRollups(ctx context.Context, sums rollups) error {
	_, err := insert(ctx, s, "rollup", sums.rows(s.tenant), func(q *bun.InsertQuery) *bun.InsertQuery {
		return q.ModelTableExpr("?rollup AS r").
			On("CONFLICT (tenant_id, contact_id, kind, category, currency) DO UPDATE").
			Set("activities = r.activities + excluded.activities").
			Set("items = r.items + excluded.items").
			Set("total = r.total + excluded.total").
			Set("first_at = ?least(r.first_at, excluded.first_at)").
			Set("last_at = ?greatest(r.last_at, excluded.last_at)")
	})
	return err
}
