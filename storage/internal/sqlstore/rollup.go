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
	contact        dbID
	kind, category string
}

func compareRollupKeys(a, b rollupKey) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.category, b.category), compareIDs(a.contact, b.contact))
}

// mixed stands in the place of the currency where there are several. Then the
// total means nothing.
const mixed = "*"

// rollupRow is a row of the table rollup: what the activities of a contact add
// up to, of one kind, over whole activities where the category is empty, else
// over the items of the category.
type rollupRow struct {
	bun.BaseModel `bun:"alias:r"`

	TenantID   string
	ContactID  dbID
	Kind       string
	Category   string
	Activities int64
	Amounts    int64 // how many activities, or items, have an amount
	Currency   string
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
	key := rollupKey{dbID(a.Contact), string(a.Kind), ""}
	m.row(key, a).amount(a.Amount.Currency, a.Amount.Amount)
	for _, it := range a.Items {
		if key.category = it.Category; key.category != "" {
			m.row(key, a).amount(it.Amount.Currency, it.Amount.Amount)
		}
	}
}

// row counts the activity in a row, once.
func (m rollups) row(key rollupKey, a *activity.Activity) *rollupSum {
	at := a.At.UnixMicro()
	r, ok := m[key]
	if !ok {
		r = &rollupSum{rollupRow: rollupRow{ContactID: key.contact, Kind: key.kind, Category: key.category, FirstAt: at, LastAt: at}}
		m[key] = r
	}
	if r.latest != a {
		r.latest = a
		r.Activities++
	}
	r.FirstAt, r.LastAt = min(r.FirstAt, at), max(r.LastAt, at)
	return r
}

// amount adds an amount, if it is one.
func (r *rollupSum) amount(currency string, amount int64) {
	switch {
	case currency == "":
		return
	case r.Currency == "":
		r.Currency = currency
	case r.Currency != currency:
		r.Currency = mixed
	}
	r.Amounts++
	r.Total += amount
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
	_, err := insert(ctx, s, "rollup", sums.rows(s.tenant), `ON CONFLICT (tenant_id, contact_id, kind, category) DO UPDATE SET
		activities = o.activities + excluded.activities,
		amounts = o.amounts + excluded.amounts,
		currency = CASE WHEN excluded.currency IN ('', o.currency) THEN o.currency
			WHEN o.currency = '' THEN excluded.currency ELSE ? END,
		total = o.total + excluded.total,
		first_at = ?least(o.first_at, excluded.first_at),
		last_at = ?greatest(o.last_at, excluded.last_at)`, mixed)
	return err
}
