package memory

import (
	"context"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// ReleaseIdentities implements contact.Store.
func (s *Store) ReleaseIdentities(ctx context.Context, claims []contact.Claim) error {
	return s.write(ctx, "memory.ReleaseIdentities", func(st *state) error {
		for _, c := range claims {
			key := external(c.Identity)
			if owner, bound := st.identities.get(key); bound && owner == c.Contact {
				st.identities.remove(st.edit, key)
				st.identitiesOf.remove(st.edit, identityKey{owner, key})
			}
		}
		return nil
	})
}

// DeleteActivities implements activity.Store.
func (s *Store) DeleteActivities(ctx context.Context, activities []activity.Activity, at time.Time) error {
	return s.write(ctx, "memory.DeleteActivities", func(st *state) error {
		for _, a := range activities {
			row, found := st.activities.get(a.ID)
			if !found || row.Contact != a.Contact {
				continue
			}
			st.activities.remove(st.edit, a.ID)
			st.history.remove(st.edit, historyKey{row.Contact, row.At.UnixMicro(), row.ID})
			ref := external(row.Ref)
			if bound, _ := st.refs.get(ref); bound.Contact == row.Contact && bound.Activity == row.ID {
				st.refs.remove(st.edit, ref)
			}
			st.markRemoved(row.Contact, at)
		}
		return nil
	})
}

// DeleteContacts implements contact.Store.
func (s *Store) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) (gone []contact.ID, err error) {
	err = s.write(ctx, "memory.DeleteContacts", func(st *state) error {
		plans, held := st.plansAndVouchers()
		for _, of := range distinct(ids) {
			if st.contacts.has(of) && (st.merges.has(of) && !st.hasHistory(of) || !st.named(of, plans, held)) {
				st.deleteContact(of)
				st.markRemoved(of, at)
				gone = append(gone, of)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return gone, nil
}

// plansAndVouchers lists the campaigns with plans, and those with vouchers.
func (st *state) plansAndVouchers() (plans, held []campaign.ID) {
	plans = groups(st.audience, func(c campaign.ID) memberKey { return memberKey{campaign: c} }, func(k memberKey) campaign.ID { return k.campaign })
	held = groups(st.vouchersOf, func(c campaign.ID) voucherKey { return voucherKey{campaign: c} }, func(k voucherKey) campaign.ID { return k.campaign })
	return plans, held
}

// groups lists the campaigns with which the keys of a table begin, and jumps
// from one to the next.
func groups[K ordered[K], V any](t tree[K, V], first func(campaign.ID) K, of func(K) campaign.ID) []campaign.ID {
	var list []campaign.ID
	var next campaign.ID
	for begins(t, first(next), func(k K) bool { next = of(k); return true }) {
		list = append(list, next)
		if next = after(next); next.IsZero() {
			break
		}
	}
	return list
}

// after gives the id behind one, the zero one behind the last.
func after(id campaign.ID) campaign.ID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			break
		}
	}
	return id
}

// named reports whether a row that stays names the contact.
func (st *state) named(of contact.ID, plans, held []campaign.ID) bool {
	for _, c := range plans {
		if st.audience.has(memberKey{c, of}) {
			return true
		}
	}
	for _, c := range held {
		if begins(st.vouchersOf, voucherKey{campaign: c, contact: of}, func(k voucherKey) bool { return k.campaign == c && k.contact == of }) {
			return true
		}
	}
	return st.restrictions.has(of) || begins(st.holds, holdKey{contact: of}, func(k holdKey) bool { return k.contact == of }) || st.hasHistory(of) || begins(st.mergesInto, mergeKey{winner: of}, func(k mergeKey) bool { return k.winner == of }) ||
		begins(st.deliverySlot, slotKey{contact: of}, func(k slotKey) bool { return k.contact == of }) ||
		begins(st.redeemedBy, identityKey{contact: of}, func(k identityKey) bool { return k.contact == of })
}

func (st *state) hasHistory(of contact.ID) bool {
	return begins(st.history, newest(of), func(k historyKey) bool { return k.contact == of })
}

// deleteContact removes a record with its identities and its ledger.
func (st *state) deleteContact(of contact.ID) {
	if old, found := st.contacts.get(of); found {
		for _, l := range old.Links {
			st.links.remove(st.edit, linkKey{l.To, of, l.Kind})
		}
	}
	st.contacts.remove(st.edit, of)
	for _, k := range keysOf(st.identitiesOf, identityKey{contact: of}, func(k identityKey) bool { return k.contact == of }) {
		st.identitiesOf.remove(st.edit, k)
		st.identities.remove(st.edit, k.identity)
	}
	for _, k := range keysOf(st.events, eventKey{contact: of}, func(k eventKey) bool { return k.contact == of }) {
		st.events.remove(st.edit, k)
	}
	for _, k := range keysOf(st.cells, cellKey{contact: of}, func(k cellKey) bool { return k.contact == of }) {
		st.forgetCell(k)
	}
	for _, r := range st.optInsBy(of) {
		st.forgetOptIn(r.ID)
	}
	if !st.merges.has(of) {
		st.removeSecrets(of, nil)
	}
}

// keysOf lists the keys from one on as long as they belong to it.
func keysOf[K ordered[K], V any](t tree[K, V], from K, belongs func(K) bool) []K {
	var list []K
	for k := range t.from(from) {
		if !belongs(k) {
			break
		}
		list = append(list, k)
	}
	return list
}

// begins reports whether the first key from one on belongs to it.
func begins[K ordered[K], V any](t tree[K, V], from K, belongs func(K) bool) bool {
	for k := range t.from(from) {
		return belongs(k)
	}
	return false
}
