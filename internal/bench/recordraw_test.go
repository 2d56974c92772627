package bench

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

const (
	tenant = "default"

	activityColumns = "tenant_id, contact_id, id, kind, at, recorded_at, direction, channel, subject, body," +
		" amount, currency, ref_source, ref_key, payment, campaign_id, data"
	itemColumns   = "tenant_id, contact_id, activity_id, pos, kind, at, sku, name, category, quantity, amount, currency"
	refColumns    = "tenant_id, source, key, contact_id, activity_id, digest"
	rollupColumns = "tenant_id, contact_id, kind, category, activities, amounts, currency, total, first_at, last_at"
)

// recorder gives a function that turns a batch into rows, and gives back one
// that writes them.
func (db *database) recorder(tb testing.TB) func([]activity.Activity) func() {
	tb.Helper()
	s := db.session(tb)
	tb.Cleanup(s.close)
	inserts := []func(...any){
		s.insert("crm_activity_ref", refColumns, ""),
		s.insert("crm_activity", activityColumns, ""),
		s.insert("crm_activity_item", itemColumns, ""),
		s.insert("crm_rollup AS r", rollupColumns, db.addUp()),
	}
	return func(list []activity.Activity) func() {
		tables := db.rows(list)
		return func() {
			s.atomic(func() {
				for i, insert := range inserts {
					for _, row := range tables[i] {
						insert(row...)
					}
				}
			})
		}
	}
}

// addUp is the end of an INSERT that adds to rows of the rollup.
func (db *database) addUp() string {
	least, greatest := "min", "max"
	if db.postgres {
		least, greatest = "least", "greatest"
	}
	return "ON CONFLICT (tenant_id, contact_id, kind, category) DO UPDATE SET" +
		" activities = r.activities + excluded.activities, amounts = r.amounts + excluded.amounts, total = r.total + excluded.total," +
		" first_at = " + least + "(r.first_at, excluded.first_at), last_at = " + greatest + "(r.last_at, excluded.last_at)"
}

// rows makes the rows of a batch: references, activities, items and rollups.
func (db *database) rows(list []activity.Activity) (tables [4][][]any) {
	list = slices.SortedStableFunc(slices.Values(list), func(a, b activity.Activity) int { return a.Contact.Compare(b.Contact) })
	for _, a := range list {
		own, of, at := db.id(id.New()), db.id(a.Contact), a.At.UnixMicro()
		tables[0] = append(tables[0], []any{tenant, a.Ref.Source, a.Ref.Key, of, own, db.id(id.New())})
		tables[1] = append(tables[1], []any{
			tenant, of, own, string(a.Kind), at, now.UnixMicro(), string(a.Direction), string(a.Channel), "", "",
			a.Amount.Amount, a.Amount.Currency, a.Ref.Source, a.Ref.Key, "", db.id(activity.CampaignID{}), "",
		})
		for pos, it := range a.Items {
			tables[2] = append(tables[2], []any{
				tenant, of, own, pos, string(a.Kind), at, it.SKU, it.Name, it.Category, it.Quantity, it.Amount.Amount, it.Amount.Currency,
			})
		}
	}
	tables[3] = db.rollups(list)
	return tables
}

// group is the key of a row of the rollup.
type group struct {
	contact  contact.ID
	category string
}

// sum is what stands in a row of the rollup.
type sum struct{ activities, amounts, total, first, last int64 }

// rollups makes the rows of the rollup for activities in the order of their
// contacts; all are of one kind and one currency.
func (db *database) rollups(list []activity.Activity) (rows [][]any) {
	sums := map[group]*sum{}
	for i := range list {
		addSums(sums, &list[i])
	}
	keys := make([]group, 0, len(sums))
	for g := range sums {
		keys = append(keys, g)
	}
	slices.SortFunc(keys, func(a, b group) int {
		return cmp.Or(a.contact.Compare(b.contact), cmp.Compare(a.category, b.category))
	})
	for _, g := range keys {
		v := sums[g]
		rows = append(rows, []any{
			tenant, db.id(g.contact), string(activity.Purchase), g.category, v.activities, v.amounts, "EUR", v.total, v.first, v.last,
		})
	}
	return rows
}

// addSums adds one activity as a whole, and its items by category.
func addSums(sums map[group]*sum, a *activity.Activity) {
	at := a.At.UnixMicro()
	add := func(category string, activities, amounts, total int64) {
		g := group{a.Contact, category}
		v := sums[g]
		if v == nil {
			v = &sum{first: at, last: at}
			sums[g] = v
		}
		v.activities, v.amounts, v.total = v.activities+activities, v.amounts+amounts, v.total+total
		v.first, v.last = min(v.first, at), max(v.last, at)
	}
	add("", 1, 1, a.Amount.Amount)
	for i, it := range a.Items {
		again := slices.ContainsFunc(a.Items[:i], func(o activity.Item) bool { return o.Category == it.Category })
		if again {
			add(it.Category, 0, 1, it.Amount.Amount)
		} else {
			add(it.Category, 1, 1, it.Amount.Amount)
		}
	}
}
