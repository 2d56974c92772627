package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// voucherRow is a row of the table voucher.
type voucherRow struct {
	bun.BaseModel `bun:"alias:v"`

	TenantID    string
	Code        string
	CampaignID  dbID
	ContactID   dbID
	OriginID    dbID
	Channel     string
	BasisPoints int64
	ValidFrom   dbTime
	ValidUntil  dbTime
	Uses        int64
	MaxUses     int64
}

func (r *voucherRow) voucher() campaign.Voucher {
	return campaign.Voucher{
		Code: r.Code, Campaign: campaign.ID(r.CampaignID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID),
		Channel: contact.Channel(r.Channel), BasisPoints: r.BasisPoints,
		ValidFrom: r.ValidFrom.t, ValidUntil: r.ValidUntil.t, Uses: int(r.Uses), MaxUses: int(r.MaxUses),
	}
}

func (s *Store) voucherRow(v campaign.Voucher) voucherRow {
	return voucherRow{
		TenantID: s.tenant, Code: v.Code, CampaignID: dbID(v.Campaign), ContactID: dbID(v.Contact), OriginID: dbID(v.Origin),
		Channel: string(v.Channel), BasisPoints: v.BasisPoints,
		ValidFrom: dbTime{v.ValidFrom}, ValidUntil: dbTime{v.ValidUntil}, Uses: int64(v.Uses), MaxUses: int64(v.MaxUses),
	}
}

// InsertVouchers implements campaign.Store.
func (s *Store) InsertVouchers(ctx context.Context, vouchers []campaign.Voucher) error {
	const op = "storage.InsertVouchers"
	if len(vouchers) == 0 {
		return nil
	}
	rows := make([]voucherRow, len(vouchers))
	for i, v := range vouchers {
		rows[i] = s.voucherRow(v)
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "voucher", "code", rows)
	})
}

// Vouchers implements campaign.Store.
func (s *Store) Vouchers(ctx context.Context, of campaign.ID, contacts []contact.ID) ([]campaign.Voucher, error) {
	var list []campaign.Voucher
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []voucherRow
		err := s.selectVouchers(&rows).ModelTableExpr("?voucher AS v ?use_voucher_contact").
			Where("v.campaign_id = ? AND v.contact_id IN (?)", dbID(of), idList(chunk)).Scan(ctx)
		for i := range rows {
			list = append(list, rows[i].voucher())
		}
		return err
	})
	return list, s.wrap("storage.Vouchers", err)
}

// Voucher implements campaign.Store.
func (s *Store) Voucher(ctx context.Context, code string) (campaign.Voucher, error) {
	return s.voucher(ctx, "storage.Voucher", code, "")
}

// LockVoucher implements campaign.Store.
func (s *Store) LockVoucher(ctx context.Context, code string) (campaign.Voucher, error) {
	const op = "storage.LockVoucher"
	if err := s.lockToWrite(ctx); err != nil {
		return campaign.Voucher{}, s.wrap(op, err)
	}
	return s.voucher(ctx, op, code, s.d.forUpdate)
}

func (s *Store) voucher(ctx context.Context, op, code, lock string) (campaign.Voucher, error) {
	var row voucherRow
	q := s.selectVouchers(&row).Where("v.code = ?", code)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); err != nil {
		return campaign.Voucher{}, s.wrapAt(op, "code", err)
	}
	return row.voucher(), nil
}

func (s *Store) selectVouchers(model any) *bun.SelectQuery {
	return s.db.NewSelect().Model(model).ModelTableExpr("?voucher AS v").Where("v.tenant_id = ?tenant")
}

// redemptionRow is a row of the table redemption.
type redemptionRow struct {
	bun.BaseModel `bun:"alias:r"`

	TenantID         string
	OrderSource      string
	OrderKey         string
	Code             string
	CampaignID       dbID
	ContactID        dbID
	OriginID         dbID
	Channel          string
	Amount           int64
	Currency         string
	Discount         int64
	DiscountCurrency string
	At               int64
}

func (s *Store) redemptionRow(r campaign.Redemption) redemptionRow {
	return redemptionRow{
		TenantID: s.tenant, OrderSource: r.Order.Source, OrderKey: r.Order.Key, Code: r.Code,
		CampaignID: dbID(r.Campaign), ContactID: dbID(r.Contact), OriginID: dbID(r.Origin), Channel: string(r.Channel),
		Amount: r.Amount.Amount, Currency: r.Amount.Currency,
		Discount: r.Discount.Amount, DiscountCurrency: r.Discount.Currency, At: r.At.UnixMicro(),
	}
}

func (r *redemptionRow) redemption() campaign.Redemption {
	return campaign.Redemption{
		Order: activity.Ref{Source: r.OrderSource, Key: r.OrderKey}, Code: r.Code,
		Campaign: campaign.ID(r.CampaignID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID), Channel: contact.Channel(r.Channel),
		Amount: money.New(r.Amount, r.Currency), Discount: money.New(r.Discount, r.DiscountCurrency), At: instant(r.At),
	}
}

// InsertRedemption implements campaign.Store.
func (s *Store) InsertRedemption(ctx context.Context, r campaign.Redemption) (bool, error) {
	const op = "storage.InsertRedemption"
	inserted := false
	err := s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		n, err := insert(ctx, tx, "redemption", []redemptionRow{tx.redemptionRow(r)}, orNothing)
		inserted = n == 1
		if err != nil || !inserted {
			return err
		}
		n, err = tx.db.Exec(ctx, "UPDATE ?voucher SET uses = uses + 1 WHERE tenant_id = ?tenant AND code = ?", r.Code)
		if err == nil && n == 0 {
			err = errs.NotFound(op, "code")
		}
		return err
	})
	return inserted && err == nil, err
}

// Redemption implements campaign.Store.
func (s *Store) Redemption(ctx context.Context, order activity.Ref) (campaign.Redemption, error) {
	var row redemptionRow
	err := s.db.NewSelect().Model(&row).ModelTableExpr("?redemption AS r").
		Where("r.tenant_id = ?tenant AND r.order_source = ? AND r.order_key = ?", order.Source, order.Key).Scan(ctx)
	if err != nil {
		return campaign.Redemption{}, s.wrapAt("storage.Redemption", "order", err)
	}
	return row.redemption(), nil
}

// RedemptionCounts implements campaign.Store.
func (s *Store) RedemptionCounts(ctx context.Context, of campaign.ID, currency string) ([]campaign.RedemptionCount, error) {
	var list []campaign.RedemptionCount
	err := s.db.NewRaw(`SELECT channel, COUNT(*) AS count,
			CAST(SUM(CASE WHEN currency = ? THEN amount - discount ELSE 0 END) AS bigint) AS revenue
		FROM ?redemption ?use_redemption_campaign WHERE tenant_id = ?tenant AND campaign_id = ?
		GROUP BY channel ORDER BY channel`, currency, dbID(of)).Scan(ctx, &list)
	return list, s.wrap("storage.RedemptionCounts", err)
}
