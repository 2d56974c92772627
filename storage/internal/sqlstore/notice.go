package sqlstore

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/errs"
)

// noticeRow is a row of the table notice.
type noticeRow struct {
	bun.BaseModel `bun:"alias:n"`

	TenantID  string
	Name      string
	Version   string
	Locale    string
	Body      string
	CreatedAt int64
}

func (r *noticeRow) notice() consent.Notice {
	return consent.Notice{
		NoticeKey: consent.NoticeKey{Name: r.Name, Version: r.Version, Locale: r.Locale},
		Text:      r.Body, CreatedAt: instant(r.CreatedAt),
	}
}

// InsertNotice implements consent.Store.
func (s *Store) InsertNotice(ctx context.Context, n consent.Notice) (consent.Notice, error) {
	const op = "storage.InsertNotice"
	row := noticeRow{TenantID: s.tenant, Name: n.Name, Version: n.Version, Locale: n.Locale, Body: n.Text, CreatedAt: n.CreatedAt.UnixMicro()}
	if _, err := insert(ctx, s, "notice", []noticeRow{row}, orNothing); err != nil {
		return consent.Notice{}, s.wrap(op, err)
	}
	list, err := s.Notices(ctx, []consent.NoticeKey{n.NoticeKey})
	if err != nil {
		return consent.Notice{}, err
	}
	if len(list) == 0 {
		return consent.Notice{}, errs.NotFound(op, "notice")
	}
	return list[0], nil
}

// Notices implements consent.Store.
func (s *Store) Notices(ctx context.Context, keys []consent.NoticeKey) ([]consent.Notice, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	wanted := make(map[consent.NoticeKey]bool, len(keys))
	names := make([]string, 0, len(keys))
	for _, k := range keys {
		wanted[k] = true
		names = append(names, k.Name)
	}
	list, err := s.notices(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("n.name IN (?)", bun.List(names)) })
	list = slices.DeleteFunc(list, func(n consent.Notice) bool { return !wanted[n.NoticeKey] })
	return list, s.wrap("storage.Notices", err)
}

// ListNotices implements consent.Store.
func (s *Store) ListNotices(ctx context.Context) ([]consent.Notice, error) {
	list, err := s.notices(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
	return list, s.wrap("storage.ListNotices", err)
}

func (s *Store) notices(ctx context.Context, which func(*bun.SelectQuery) *bun.SelectQuery) ([]consent.Notice, error) {
	var rows []noticeRow
	q := s.db.NewSelect().Model(&rows).ModelTableExpr("?notice AS n").Where("n.tenant_id = ?tenant")
	err := which(q).Order("n.name", "n.version", "n.locale").Scan(ctx)
	list := make([]consent.Notice, len(rows))
	for i := range rows {
		list[i] = rows[i].notice()
	}
	return list, err
}
