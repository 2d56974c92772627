package sqlstore

import (
	"bytes"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/addresskey"
)

// suppressionRow is a row of the table suppression.
type suppressionRow struct {
	bun.BaseModel `bun:"alias:s"`

	TenantID string
	Digest   packed
	Kind     string
	Bars     bool
	Source   string
	At       int64
}

func (r *suppressionRow) suppression() contact.Suppression {
	return contact.Suppression{
		Digest: addresskey.Digest(r.Digest), Kind: contact.AddressKind(r.Kind), Bars: r.Bars, Source: r.Source, At: instant(r.At),
	}
}

// PutSuppressions implements contact.SuppressionStore.
func (s *Store) PutSuppressions(ctx context.Context, list []contact.Suppression) error {
	const op = "storage.PutSuppressions"
	last := map[addresskey.Digest]int{}
	var rows []suppressionRow
	for _, one := range list {
		row := suppressionRow{
			TenantID: s.tenant, Digest: one.Digest[:], Kind: string(one.Kind), Bars: one.Bars, Source: one.Source, At: one.At.UnixMicro(),
		}
		if i, twice := last[one.Digest]; twice {
			if one.Bars || !rows[i].Bars {
				rows[i] = row
			}
			continue
		}
		last[one.Digest] = len(rows)
		rows = append(rows, row)
	}
	return s.undoable(ctx, op, len(rows) > maxRows, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "suppression", rows, `ON CONFLICT (tenant_id, digest) DO UPDATE
			SET kind = excluded.kind, bars = excluded.bars, source = excluded.source, at = excluded.at
			WHERE excluded.bars OR NOT o.bars`)
		return err
	})
}

// DeleteSuppressions implements contact.SuppressionStore.
func (s *Store) DeleteSuppressions(ctx context.Context, digests []addresskey.Digest) error {
	const op = "storage.DeleteSuppressions"
	return s.undoable(ctx, op, len(digests) > maxIDs, func(ctx context.Context, tx *Store) error {
		return inChunks(bytesOf(digests), func(chunk [][]byte) error {
			_, err := tx.db.Exec(ctx, "DELETE FROM ?suppression WHERE tenant_id = ?tenant AND digest IN (?)", bun.List(chunk))
			return err
		})
	})
}

// FindSuppressions implements contact.SuppressionStore.
func (s *Store) FindSuppressions(ctx context.Context, digests []addresskey.Digest) ([]contact.Suppression, error) {
	var list []contact.Suppression
	err := inChunks(bytesOf(sortedDigests(digests)), func(chunk [][]byte) error {
		part, err := s.suppressions(ctx, s.db.NewSelect().Where("s.digest IN (?)", bun.List(chunk)))
		list = append(list, part...)
		return err
	})
	return list, s.wrap("storage.FindSuppressions", err)
}

// ListSuppressions implements contact.SuppressionStore.
func (s *Store) ListSuppressions(ctx context.Context, after addresskey.Digest, limit int) ([]contact.Suppression, error) {
	if limit <= 0 {
		return nil, nil
	}
	list, err := s.suppressions(ctx, s.db.NewSelect().Where("s.digest > ?", after[:]).Limit(int64(limit)))
	return list, s.wrap("storage.ListSuppressions", err)
}

func (s *Store) suppressions(ctx context.Context, q *bun.SelectQuery) ([]contact.Suppression, error) {
	var rows []suppressionRow
	err := q.Model(&rows).ModelTableExpr("?suppression AS s").Where("s.tenant_id = ?tenant").Order("s.digest").Scan(ctx)
	list := make([]contact.Suppression, len(rows))
	for i := range rows {
		list[i] = rows[i].suppression()
	}
	return list, err
}

// sortedDigests gives digests in ascending order, each once.
func sortedDigests(list []addresskey.Digest) []addresskey.Digest {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b addresskey.Digest) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(list)
}

func bytesOf(list []addresskey.Digest) [][]byte {
	out := make([][]byte, len(list))
	for i := range list {
		out[i] = list[i][:]
	}
	return out
}
