package bench

import (
	"fmt"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// lookupContests read what a shop shows on a page: one contact by the shop's own key,
// and the newest of its history.
func lookupContests() []contest {
	return []contest{{name: "Find", run: runFind}, {name: "History", run: runHistory}}
}

const lookups = 200 // in one benchmark, all over the shop

// somebody is the i-th customer that is looked up, none of the copies.
func (s *shop) somebody(i int) int { return int(int64(i) * 7919 % int64(s.first)) }

func runFind(tb testing.TB, s *shop, d *duel) int {
	raw := s.rawRow(tb, "SELECT c.details FROM crm_contact_identity i JOIN crm_contact c ON c.tenant_id = i.tenant_id AND c.id = i.contact_id"+
		" WHERE i.tenant_id = ? AND i.source = ? AND i.key = ?", func(i int) []any {
		return []any{tenant, "shop", fmt.Sprintf("C-%d", i)}
	})
	for i := range lookups {
		n := s.somebody(i)
		d.turn(i, func() {
			c, err := s.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: fmt.Sprintf("C-%d", n)})
			must(tb, err)
			if c.ID != contactID(n) {
				tb.Fatal("found somebody else")
			}
		}, raw(n))
	}
	return 1
}

func runHistory(tb testing.TB, s *shop, d *duel) int {
	raw := s.rawRow(tb, "SELECT count(*) FROM (SELECT id, kind, at, amount FROM crm_activity WHERE tenant_id = ? AND contact_id = ?"+
		" ORDER BY at DESC, id DESC LIMIT 50) AS page", func(i int) []any { return []any{tenant, s.db.id(contactID(i))} })
	for i := range lookups {
		n := s.somebody(i)
		d.turn(i, func() {
			_, err := s.Activities.History(ctx, contactID(n), &activity.HistoryOptions{Limit: 50})
			must(tb, err)
		}, raw(n))
	}
	return 1
}

// rawRow prepares a query of one row, and gives what asks it for the i-th customer; nil
// in memory, where there is nothing to compare with.
func (s *shop) rawRow(tb testing.TB, query string, args func(i int) []any) func(i int) func() {
	tb.Helper()
	if s.db == nil {
		return func(int) func() { return nil }
	}
	stmt, err := s.db.PrepareContext(ctx, s.db.rebind(query))
	must(tb, err)
	tb.Cleanup(func() { must(tb, stmt.Close()) })
	return func(i int) func() {
		return func() {
			var text string
			must(tb, stmt.QueryRowContext(ctx, args(i)...).Scan(&text))
		}
	}
}
