package sqlstore

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"
)

// byKeys reads columns of the rows that have one of the keys, and calls f after each
// one that it has read into dest.
func (s *Store) byKeys(ctx context.Context, table, columns, source string, keys []string, f func() error, dest ...any) error {
	from := s.d.byKeys(s.table(table), source, keys)
	return s.db.Each(ctx, f, dest, "SELECT "+columns+" FROM "+from.sql, from.args...)
}

// keysIn finds rows by a list of keys.
func keysIn(table, source string, keys []string) frag {
	return raw(table+" AS r WHERE r.tenant_id = ?tenant AND r.source = ? AND r.key IN (?)", source, bun.List(keys))
}

// keysEach finds rows by one key after the other. As long as PostgreSQL has no
// statistics, it takes the rows of a source for few, and would look for those of a
// list among all of them.
func keysEach(table, source string, keys []string) frag {
	return raw("unnest(?) AS k (wanted) CROSS JOIN LATERAL (SELECT * FROM "+table+` AS r
		WHERE r.tenant_id = ?tenant AND r.source = ? AND r.key = k.wanted OFFSET 0) AS r`, textArray(keys), source)
}

// textArray is an array of texts in PostgreSQL.
type textArray []string

var _ schema.QueryAppender = textArray{}

// AppendQuery writes the array as a literal.
func (a textArray) AppendQuery(_ schema.QueryGen, b []byte) ([]byte, error) {
	b = append(b, "'{"...)
	for i, text := range a {
		if strings.IndexByte(text, 0) >= 0 {
			return nil, errValue
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = appendElement(b, text)
	}
	return append(b, "}'::text[]"...), nil
}
