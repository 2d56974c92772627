package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/storage"
)

var _ storage.ReadOnly = (*Store)(nil)

// ReadOnly implements storage.ReadOnly. It keeps nobody from writing.
func (s *Store) ReadOnly(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	if s.tx != nil {
		return fn(ctx, s)
	}
	st, err := s.read(ctx, "memory.ReadOnly")
	if err != nil {
		return err
	}
	frozen := &tenant{name: s.tenant.name, writer: make(chan struct{}, 1)}
	frozen.committed.Store(st)
	return fn(ctx, &Store{memory: s.memory, tenant: frozen})
}

// LockAlone implements privacy.Store. In a transaction everything is locked anyway.
func (s *Store) LockAlone(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	return s.Contacts(ctx, ids)
}

// PersonalRows implements privacy.Store.
func (s *Store) PersonalRows(ctx context.Context, ids []contact.ID) (privacy.Rows, error) {
	st, err := s.read(ctx, "memory.PersonalRows")
	if err != nil {
		return privacy.Rows{}, err
	}
	var r privacy.Rows
	r.CampaignRows = st.campaignRows(ids)
	for _, of := range distinct(ids) {
		for snapshot := range st.snapshots.from([16]byte{}) {
			if st.frozen.has(frozenKey{snapshot, of}) {
				r.Snapshots = append(r.Snapshots, privacy.SnapshotRow{Contact: of, Snapshot: snapshot})
			}
		}
	}
	for _, k := range st.importChangesOf(ids) {
		c, _ := st.importChanges.get(k)
		r.Imports = append(r.Imports, privacy.ImportRow{Import: k.of, Change: *cloneChange(*c)})
	}
	slices.SortFunc(r.Imports, func(a, b privacy.ImportRow) int {
		return cmp.Or(a.Import.Compare(b.Import), a.Change.Contact.Compare(b.Change.Contact), cmp.Compare(a.Change.Seq, b.Change.Seq))
	})
	r.Pairs = st.pairsOf(ids)
	return r, nil
}

// campaignRows reads what campaigns have for contacts.
func (st *state) campaignRows(ids []contact.ID) (r privacy.CampaignRows) {
	plans, held := st.plansAndVouchers()
	for _, of := range distinct(ids) {
		for _, c := range plans {
			if m, there := st.audience.get(memberKey{c, of}); there {
				r.Audience = append(r.Audience, m)
			}
		}
		for _, k := range keysOf(st.deliverySlot, slotKey{contact: of}, func(k slotKey) bool { return k.contact == of }) {
			id, _ := st.deliverySlot.get(k)
			d, _ := st.deliveries.get(id)
			r.Deliveries = append(r.Deliveries, d.Delivery)
		}
		for _, c := range held {
			for _, k := range keysOf(st.vouchersOf, voucherKey{campaign: c, contact: of}, func(k voucherKey) bool { return k.campaign == c && k.contact == of }) {
				v, _ := st.vouchers.get(k.code)
				r.Vouchers = append(r.Vouchers, *v)
			}
		}
		for _, k := range keysOf(st.redeemedBy, identityKey{contact: of}, func(k identityKey) bool { return k.contact == of }) {
			used, _ := st.redemptions.get(k.identity)
			r.Redemptions = append(r.Redemptions, *used)
		}
	}
	slices.SortFunc(r.Deliveries, func(a, b campaign.Delivery) int {
		return cmp.Or(a.Contact.Compare(b.Contact), a.ID.Compare(b.ID))
	})
	slices.SortFunc(r.Vouchers, func(a, b campaign.Voucher) int { return strings.Compare(a.Code, b.Code) })
	slices.SortFunc(r.Redemptions, func(a, b campaign.Redemption) int { return external(a.Order).Compare(external(b.Order)) })
	return r
}

// importChangesOf lists the keys of what imports have changed of contacts.
func (st *state) importChangesOf(ids []contact.ID) (keys []importChangeKey) {
	var imports []exchange.ID
	for _, i := range st.imports.from(importKey{exchange.ID(slices.Repeat([]byte{0xff}, 16))}) {
		imports = append(imports, i.ID)
	}
	for _, of := range imports {
		for _, who := range distinct(ids) {
			belongs := func(k importChangeKey) bool { return k.of == of && k.contact == who }
			keys = append(keys, keysOf(st.importChanges, importChangeKey{of: of, contact: who}, belongs)...)
		}
	}
	return keys
}

// pairsOf lists the pairs that name one of the contacts.
func (st *state) pairsOf(ids []contact.ID) (list []duplicates.Found) {
	for _, f := range st.foundPairs.from(pairKey{}) {
		if slices.Contains(ids, f.A) || slices.Contains(ids, f.B) {
			list = append(list, f)
		}
	}
	return list
}

// ReplaceCampaignRows implements privacy.Store.
func (s *Store) ReplaceCampaignRows(ctx context.Context, of []contact.ID, in campaign.ID, with privacy.CampaignRows) error {
	const op = "memory.ReplaceCampaignRows"
	return s.write(ctx, op, func(st *state) error {
		old := st.campaignRows(of)
		for _, d := range old.Deliveries {
			if (in.IsZero() || d.Campaign == in) && d.State == campaign.Sending {
				return errs.Conflict(op, "delivery", "state", "is being sent")
			}
		}
		st.removeCampaignRows(old, in)
		for _, m := range with.Audience {
			st.audience.put(st.edit, memberKey{m.Campaign, m.Contact}, m)
		}
		for _, d := range with.Deliveries {
			st.deliverySlot.put(st.edit, slotKey{d.Contact, d.Campaign, d.Step, d.Channel}, d.ID)
			st.deliveriesOf.put(st.edit, deliveryKey{d.Campaign, d.ID}, struct{}{})
			st.putDelivery(delivery{Delivery: d})
		}
		for _, v := range with.Vouchers {
			st.vouchers.put(st.edit, text(v.Code), &v)
			st.vouchersOf.put(st.edit, voucherKey{v.Campaign, v.Contact, text(v.Code)}, struct{}{})
		}
		for _, r := range with.Redemptions {
			order := external(r.Order)
			st.redemptions.put(st.edit, order, &r)
			st.redemptionsOf.put(st.edit, redemptionKey{r.Campaign, order}, struct{}{})
			st.redeemedBy.put(st.edit, identityKey{r.Contact, order}, struct{}{})
		}
		return nil
	})
}

// removeCampaignRows removes rows, those of one campaign where one is given.
func (st *state) removeCampaignRows(old privacy.CampaignRows, in campaign.ID) {
	other := func(of campaign.ID) bool { return !in.IsZero() && of != in }
	for _, m := range old.Audience {
		if !other(m.Campaign) {
			st.audience.remove(st.edit, memberKey{m.Campaign, m.Contact})
		}
	}
	for _, d := range old.Deliveries {
		if !other(d.Campaign) {
			row, _ := st.deliveries.get(d.ID)
			st.queue.remove(st.edit, row.queueKey())
			st.claims.remove(st.edit, row.claimKey())
			st.deliverySlot.remove(st.edit, slotKey{d.Contact, d.Campaign, d.Step, d.Channel})
			st.deliveriesOf.remove(st.edit, deliveryKey{d.Campaign, d.ID})
			st.deliveries.remove(st.edit, d.ID)
		}
	}
	for _, v := range old.Vouchers {
		if !other(v.Campaign) {
			st.vouchersOf.remove(st.edit, voucherKey{v.Campaign, v.Contact, text(v.Code)})
			st.vouchers.remove(st.edit, text(v.Code))
		}
	}
	for _, r := range old.Redemptions {
		if !other(r.Campaign) {
			order := external(r.Order)
			st.redeemedBy.remove(st.edit, identityKey{r.Contact, order})
			st.redemptionsOf.remove(st.edit, redemptionKey{r.Campaign, order})
			st.redemptions.remove(st.edit, order)
		}
	}
}

// IdleContacts implements privacy.Store.
func (s *Store) IdleContacts(ctx context.Context, before time.Time, after contact.ID, limit int) ([]contact.ID, error) {
	return s.pick(ctx, "memory.IdleContacts", after, limit, func(st *state, c *contact.Contact) bool {
		if !c.UpdatedAt.Before(before) {
			return false
		}
		for a := range st.historyOf(newest(c.ID)) {
			if !a.At.Before(before) {
				return false
			}
			break
		}
		for k, e := range st.events.from(eventKey{contact: c.ID}) {
			if k.contact != c.ID {
				break
			}
			if !e.At.Before(before) {
				return false
			}
		}
		return true
	})
}

// ContactsWithHistory implements privacy.Store.
func (s *Store) ContactsWithHistory(ctx context.Context, before time.Time, after contact.ID, limit int) ([]contact.ID, error) {
	return s.pick(ctx, "memory.ContactsWithHistory", after, limit, func(st *state, c *contact.Contact) bool {
		for range st.historyOf(historyKey{contact: c.ID, at: before.UnixMicro() - 1, id: lastActivity}) {
			return true
		}
		return false
	})
}

// lastActivity is the id that a history lists first among those of one instant.
var lastActivity = [16]byte(slices.Repeat([]byte{0xff}, 16))

// pick lists contacts after one that satisfy a condition.
func (s *Store) pick(ctx context.Context, op string, after contact.ID, limit int, wanted func(*state, *contact.Contact) bool) ([]contact.ID, error) {
	st, err := s.read(ctx, op)
	if err != nil {
		return nil, err
	}
	var list []contact.ID
	for id, c := range st.contacts.from(after) {
		if len(list) >= limit {
			break
		}
		if id != after && wanted(st, c) {
			list = append(list, id)
		}
	}
	return list, nil
}
