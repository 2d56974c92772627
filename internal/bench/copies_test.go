package bench

import (
	"slices"
	"strings"
	"testing"
)

// enlarge gives the shop each of its customers several times, in all tables: the
// i-th one is again the i+n-th, the i+2n-th and so on, with everything known of
// them. A shop of ten million lines takes hours to fill through the library.
func (s *shop) enlarge(tb testing.TB, times int) {
	tb.Helper()
	if s.db == nil || times < 2 {
		return
	}
	blob := "BLOB"
	if s.db.postgres {
		blob = "UUID"
	}
	s.db.run(tb, "CREATE TABLE twin (original "+blob+" NOT NULL, copy "+blob+" NOT NULL, number BIGINT NOT NULL)")
	s.nameTwins(tb, times)
	s.db.run(tb, "CREATE INDEX twin_copy ON twin (copy, original)", "ANALYZE")
	for _, of := range []struct{ table, contact, key string }{
		{"contact", "id", ""}, {"contact_identity", "contact_id", "key"}, {"contact_element", "contact_id", ""},
		{"activity", "contact_id", ""}, {"activity_item", "contact_id", ""}, {"activity_ref", "contact_id", "key"},
		{"rollup", "contact_id", ""}, {"consent_event", "contact_id", ""}, {"consent_state", "contact_id", ""},
	} {
		s.db.run(tb, s.db.twins(tb, "crm_"+of.table, of.contact, of.key))
	}
	s.db.run(tb, "DROP TABLE twin")
	reindex := "REINDEX" // so that ours are as dense as the indexes for the queries by hand
	if s.db.postgres {
		reindex = "REINDEX SCHEMA public"
	}
	s.db.run(tb, reindex)
	s.contacts, s.purchases, s.next = s.contacts*times, s.purchases*times, s.next*times
}

// nameTwins lists all copies that are to be.
func (s *shop) nameTwins(tb testing.TB, times int) {
	tb.Helper()
	session := s.db.session(tb)
	defer session.close()
	insert := session.insert("twin", "original, copy, number", "")
	session.atomic(func() {
		for i := s.contacts; i < s.contacts*times; i++ {
			insert(s.db.id(contactID(i%s.contacts)), s.db.id(contactID(i)), i/s.contacts)
		}
	})
}

// twins makes the statement that copies the rows of a table; a key that must be
// unique gets the number of the copy.
func (db *database) twins(tb testing.TB, table, contact, key string) string {
	tb.Helper()
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0")
	must(tb, err)
	names, err := rows.Columns()
	must(tb, err)
	must(tb, rows.Close())
	values := slices.Clone(names)
	for i, name := range names {
		switch name {
		case contact:
			values[i] = "w.copy"
		case key:
			values[i] = "t." + name + " || '-' || w.number"
		default:
			values[i] = "t." + name
		}
	}
	return "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") +
		" FROM twin AS w JOIN " + table + " AS t ON t.tenant_id = 'default' AND t." + contact + " = w.original ORDER BY w.copy"
}
