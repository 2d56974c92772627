package memory

import (
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// campaigns moves what campaigns have for a contact, but for those that have something
// for the other one, too, or have yet to plan it.
func (v *move) campaigns() {
	plans, held := v.plansAndVouchers()
	slots := keysOf(v.deliverySlot, slotKey{contact: v.From}, func(k slotKey) bool { return k.contact == v.From })
	free := map[campaign.ID]bool{}
	for _, c := range plans {
		free[c] = v.free(c)
	}
	for _, k := range slots {
		free[k.campaign] = v.free(k.campaign)
	}
	for _, k := range slots {
		id, _ := v.deliverySlot.get(k)
		if d, _ := v.deliveries.get(id); d.State == campaign.Sending {
			free[k.campaign] = false // all that the campaign has waits for it
		}
	}
	for _, c := range plans {
		v.member(c, free[c])
	}
	for _, k := range slots {
		v.delivery(k, free[k.campaign])
	}
	for _, c := range held {
		v.vouchers(c)
	}
}

// free reports whether a campaign has nothing for the contact to which rows move that is in
// the way, and is not about to.
func (v *move) free(of campaign.ID) bool {
	c, found := v.state.campaigns.get(of)
	if found && c.State == campaign.Planning && c.PlannedTo.Compare(v.To) < 0 {
		return false
	}
	return !v.audience.has(memberKey{of, v.To}) || v.swaps(of)
}

// swaps reports whether both are in a plan, and change places: who was left out of it is not
// in the way of who was not.
func (v *move) swaps(of campaign.ID) bool {
	from, there := v.audience.get(memberKey{of, v.From})
	to, known := v.audience.get(memberKey{of, v.To})
	if _, ok := v.takes(from.Origin); !there || !known || !ok {
		return false
	}
	return to.Origin == v.From || to.Outcome == campaign.Excluded && from.Outcome != campaign.Excluded
}

func (v *move) member(of campaign.ID, free bool) {
	m, there := v.audience.get(memberKey{of, v.From})
	if !there || !free {
		return
	}
	origin, ok := v.takes(m.Origin)
	if !ok {
		return
	}
	other, swapped := v.audience.get(memberKey{of, v.To})
	v.audience.remove(v.edit, memberKey{of, v.From})
	m.Contact, m.Origin = v.To, origin
	v.audience.put(v.edit, memberKey{of, v.To}, m)
	if swapped {
		if other.Origin.IsZero() {
			other.Origin = v.To
		} else if other.Origin == v.From {
			other.Origin = contact.ID{}
		}
		other.Contact = v.From
		v.audience.put(v.edit, memberKey{of, v.From}, other)
	}
}

func (v *move) delivery(slot slotKey, free bool) {
	id, _ := v.deliverySlot.get(slot)
	old, _ := v.deliveries.get(id)
	origin, ok := v.takes(old.Origin)
	next := slot
	next.contact = v.To
	if !ok || !free || v.deliverySlot.has(next) {
		return
	}
	d := *old
	d.Contact, d.Origin = v.To, origin
	v.deliverySlot.remove(v.edit, slot)
	v.deliverySlot.put(v.edit, next, id)
	v.putDelivery(d)
}

func (v *move) vouchers(of campaign.ID) {
	from := voucherKey{campaign: of, contact: v.From}
	for _, k := range keysOf(v.vouchersOf, from, func(k voucherKey) bool { return k.campaign == of && k.contact == v.From }) {
		old, _ := v.state.vouchers.get(k.code)
		if origin, ok := v.takes(old.Origin); ok {
			row := *old
			row.Contact, row.Origin = v.To, origin
			v.state.vouchers.put(v.edit, k.code, &row)
			v.vouchersOf.remove(v.edit, k)
			v.vouchersOf.put(v.edit, voucherKey{of, v.To, k.code}, struct{}{})
		}
	}
}

func (v *move) redemptions() {
	for _, k := range keysOf(v.redeemedBy, identityKey{contact: v.From}, func(k identityKey) bool { return k.contact == v.From }) {
		old, _ := v.state.redemptions.get(k.identity)
		if origin, ok := v.takes(old.Origin); ok {
			row := *old
			row.Contact, row.Origin = v.To, origin
			v.state.redemptions.put(v.edit, k.identity, &row)
			v.redeemedBy.remove(v.edit, k)
			v.redeemedBy.put(v.edit, identityKey{v.To, k.identity}, struct{}{})
		}
	}
}
