package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// InsertVouchers implements campaign.VoucherStore.
func (s *Store) InsertVouchers(ctx context.Context, vouchers []campaign.Voucher) error {
	const op = "memory.InsertVouchers"
	return s.write(ctx, op, func(st *state) error {
		for _, v := range vouchers {
			code := text(v.Code)
			if st.vouchers.has(code) {
				return errs.Conflict(op, "code", "exists", "exists already")
			}
			st.vouchers.put(st.edit, code, &v)
			st.vouchersOf.put(st.edit, voucherKey{v.Campaign, v.Contact, code}, struct{}{})
		}
		return nil
	})
}

// Vouchers implements campaign.VoucherStore.
func (s *Store) Vouchers(ctx context.Context, of campaign.ID, contacts []contact.ID) ([]campaign.Voucher, error) {
	st, err := s.read(ctx, "memory.Vouchers")
	if err != nil {
		return nil, err
	}
	var list []campaign.Voucher
	for _, holder := range distinct(contacts) {
		for k := range st.vouchersOf.from(voucherKey{campaign: of, contact: holder}) {
			if k.campaign != of || k.contact != holder {
				break
			}
			v, _ := st.vouchers.get(k.code)
			list = append(list, *v)
		}
	}
	return list, nil
}

// Voucher implements campaign.VoucherStore.
func (s *Store) Voucher(ctx context.Context, code string) (campaign.Voucher, error) {
	const op = "memory.Voucher"
	st, err := s.read(ctx, op)
	if err != nil {
		return campaign.Voucher{}, err
	}
	v, found := st.vouchers.get(text(code))
	if !found {
		return campaign.Voucher{}, errs.NotFound(op, "code")
	}
	return *v, nil
}

// LockVoucher implements campaign.VoucherStore. In a transaction everything is
// locked anyway.
func (s *Store) LockVoucher(ctx context.Context, code string) (campaign.Voucher, error) {
	return s.Voucher(ctx, code)
}

// InsertRedemption implements campaign.VoucherStore. It returns
// errs.ErrNotFound when there is no voucher with the code.
func (s *Store) InsertRedemption(ctx context.Context, r campaign.Redemption) (bool, error) {
	const op = "memory.InsertRedemption"
	inserted := false
	err := s.write(ctx, op, func(st *state) error {
		order, code := external(r.Order), text(r.Code)
		if st.redemptions.has(order) {
			return nil
		}
		voucher, found := st.vouchers.get(code)
		if !found {
			return errs.NotFound(op, "code")
		}
		used := *voucher
		used.Uses++
		st.vouchers.put(st.edit, code, &used)
		st.redemptions.put(st.edit, order, &r)
		st.redemptionsOf.put(st.edit, redemptionKey{r.Campaign, order}, struct{}{})
		st.redeemedBy.put(st.edit, identityKey{r.Contact, order}, struct{}{})
		inserted = true
		return nil
	})
	return inserted && err == nil, err
}

// Redemption implements campaign.VoucherStore.
func (s *Store) Redemption(ctx context.Context, order activity.Ref) (campaign.Redemption, error) {
	const op = "memory.Redemption"
	st, err := s.read(ctx, op)
	if err != nil {
		return campaign.Redemption{}, err
	}
	r, found := st.redemptions.get(external(order))
	if !found {
		return campaign.Redemption{}, errs.NotFound(op, "order")
	}
	return *r, nil
}

// RedemptionCounts implements campaign.VoucherStore. The counts come in the
// order of the channel.
func (s *Store) RedemptionCounts(ctx context.Context, of campaign.ID, currency string) ([]campaign.RedemptionCount, error) {
	st, err := s.read(ctx, "memory.RedemptionCounts")
	if err != nil {
		return nil, err
	}
	counts := make(map[contact.Channel]campaign.RedemptionCount)
	for k := range st.redemptionsOf.from(redemptionKey{campaign: of}) {
		if k.campaign != of {
			break
		}
		r, _ := st.redemptions.get(k.order)
		c := counts[r.Channel]
		c.Channel, c.Count = r.Channel, c.Count+1
		if r.Amount.Currency == currency {
			c.Revenue += r.Amount.Amount - r.Discount.Amount
		}
		counts[r.Channel] = c
	}
	var list []campaign.RedemptionCount
	for _, ch := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, counts[ch])
	}
	return list, nil
}
