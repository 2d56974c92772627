package sqlstore

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// optInRow is a row of the table opt_in.
type optInRow struct {
	bun.BaseModel `bun:"alias:r"`

	TenantID    string
	ID          dbID
	ContactID   dbID
	OriginID    dbID
	Email       string
	Purpose     string
	Channels    string
	Notice      string
	Wording     string
	Source      string
	Language    string
	State       string
	Created     bool
	Sender      packed `bun:",nullzero"`
	RequestedAt int64
	NotBefore   int64
	ExpiresAt   int64
	ConfirmedAt dbTime
}

func (s *Store) optInRow(r consent.OptInRow) (optInRow, error) {
	channels, err := encode(r.Channels)
	if err != nil {
		return optInRow{}, err
	}
	notice, err := encode(r.Notice)
	return optInRow{
		TenantID: s.tenant, ID: dbID(r.ID), ContactID: dbID(r.Contact), OriginID: dbID(r.Origin), Email: r.Email, Purpose: string(r.Purpose),
		Channels: channels, Notice: notice, Wording: r.Wording, Source: r.Source, Language: r.Language, State: string(r.State),
		Created: r.Created, Sender: r.From, RequestedAt: r.RequestedAt.UnixMicro(), NotBefore: r.NotBefore.UnixMicro(),
		ExpiresAt: r.ExpiresAt.UnixMicro(), ConfirmedAt: dbTime{r.ConfirmedAt},
	}, err
}

func (r *optInRow) request() (consent.OptInRow, error) {
	row := consent.OptInRow{
		ID: consent.OptInID(r.ID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID), Email: r.Email,
		Purpose: consent.Purpose(r.Purpose), Wording: r.Wording, Source: r.Source, Language: r.Language,
		State: consent.OptInState(r.State), Created: r.Created, From: r.Sender,
		RequestedAt: instant(r.RequestedAt), NotBefore: instant(r.NotBefore), ExpiresAt: instant(r.ExpiresAt), ConfirmedAt: r.ConfirmedAt.t,
	}
	if err := decode(r.Channels, &row.Channels); err != nil {
		return row, err
	}
	return row, decode(r.Notice, &row.Notice)
}

// PutOptIn implements consent.OptInStore.
func (s *Store) PutOptIn(ctx context.Context, r consent.OptInRow) error {
	const op = "storage.PutOptIn"
	row, err := s.optInRow(r)
	if err != nil {
		return s.wrap(op, err)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "opt_in", []optInRow{row}, `ON CONFLICT (tenant_id, id) DO UPDATE SET contact_id = excluded.contact_id,
			origin_id = excluded.origin_id, email = excluded.email, purpose = excluded.purpose, channels = excluded.channels,
			notice = excluded.notice, wording = excluded.wording, source = excluded.source, language = excluded.language,
			state = excluded.state, created = excluded.created, sender = excluded.sender, requested_at = excluded.requested_at,
			not_before = excluded.not_before, expires_at = excluded.expires_at, confirmed_at = excluded.confirmed_at`)
		return err
	})
}

// LockOptIn implements consent.OptInStore.
func (s *Store) LockOptIn(ctx context.Context, id consent.OptInID) (consent.OptInRow, error) {
	const op = "storage.LockOptIn"
	if err := s.lockToWrite(ctx); err != nil {
		return consent.OptInRow{}, s.wrap(op, err)
	}
	var row optInRow
	q := s.db.NewSelect().Model(&row).ModelTableExpr("?opt_in AS r").Where("r.tenant_id = ?tenant AND r.id = ?", dbID(id))
	if s.d.forUpdate != "" {
		q = q.For(s.d.forUpdate)
	}
	if err := q.Scan(ctx); err != nil {
		return consent.OptInRow{}, s.wrapAt(op, "id", err)
	}
	r, err := row.request()
	return r, s.wrap(op, err)
}

// CountOptIns implements consent.OptInStore.
func (s *Store) CountOptIns(ctx context.Context, q consent.OptInQuery) (int, error) {
	sel := s.db.NewSelect().ColumnExpr("COUNT(*)").TableExpr("?opt_in AS r").Where("r.tenant_id = ?tenant AND r.requested_at >= ?", q.Since.UnixMicro())
	if q.Email != "" {
		sel = sel.Where("r.email = ?", q.Email)
	}
	if q.From != nil {
		sel = sel.Where("r.sender = ?", q.From)
	}
	var n int
	err := sel.Scan(ctx, &n)
	return n, s.wrap("storage.CountOptIns", err)
}

// QueuedOptIns implements consent.OptInStore.
func (s *Store) QueuedOptIns(ctx context.Context, now time.Time, limit int) ([]consent.OptInID, error) {
	if limit <= 0 {
		return nil, nil
	}
	var ids []dbID
	err := s.db.NewSelect().ColumnExpr("r.id").TableExpr("?opt_in AS r").
		Where("r.tenant_id = ?tenant AND r.state = 'queued' AND r.not_before <= ?", now.UnixMicro()).
		Order("r.not_before", "r.id").Limit(int64(limit)).Scan(ctx, &ids)
	list := make([]consent.OptInID, len(ids))
	for i, id := range ids {
		list[i] = consent.OptInID(id)
	}
	return list, s.wrap("storage.QueuedOptIns", err)
}

// OldOptIns implements consent.OptInStore.
func (s *Store) OldOptIns(ctx context.Context, before time.Time, limit int) ([]consent.OptInRow, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []optInRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?opt_in AS r").
		Where("r.tenant_id = ?tenant AND r.requested_at < ?", before.UnixMicro()).
		Order("r.requested_at", "r.id").Limit(int64(limit)).Scan(ctx)
	list := make([]consent.OptInRow, len(rows))
	for i := 0; err == nil && i < len(rows); i++ {
		list[i], err = rows[i].request()
	}
	return list, s.wrap("storage.OldOptIns", err)
}

// DeleteOptIns implements consent.OptInStore.
func (s *Store) DeleteOptIns(ctx context.Context, ids []consent.OptInID) error {
	return s.undoable(ctx, "storage.DeleteOptIns", len(ids) > maxIDs, func(ctx context.Context, tx *Store) error {
		return inChunks(distinct(ids), func(chunk []dbID) error {
			_, err := tx.db.Exec(ctx, "DELETE FROM ?opt_in WHERE tenant_id = ?tenant AND id IN (?)", idList(chunk))
			return err
		})
	})
}
