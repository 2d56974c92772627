package campaign

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// Voucher is one recipient's code.
type Voucher struct {
	// Code in canonical form: eleven symbols, the last one a check.
	Code     string     `json:"code"`
	Campaign ID         `json:"campaign"`
	Contact  contact.ID `json:"contact"`
	// Origin is as that of Member.
	Origin  contact.ID      `json:"origin,omitzero"`
	Channel contact.Channel `json:"channel"`
	// BasisPoints off: hundredths of a percent.
	BasisPoints int64     `json:"basis_points"`
	ValidFrom   time.Time `json:"valid_from,omitzero"`
	ValidUntil  time.Time `json:"valid_until,omitzero"`
	Uses        int       `json:"uses"`
	MaxUses     int       `json:"max_uses"`
}

// String hides the code, so that no log takes it along by accident.
func (v Voucher) String() string { return "voucher of " + v.Contact.String() }

// GoString hides the code from %#v.
func (v Voucher) GoString() string { return v.String() }

// Redemption is one use of a voucher for one order.
type Redemption struct {
	// Order is the shop's reference of the order; a voucher is redeemed once
	// per order, however often it is tried.
	Order    activity.Ref `json:"order"`
	Code     string       `json:"code"`
	Campaign ID           `json:"campaign"`
	Contact  contact.ID   `json:"contact"`
	// Origin is as that of Member.
	Origin  contact.ID      `json:"origin,omitzero"`
	Channel contact.Channel `json:"channel"`
	// Amount is the order's price before the discount, Discount what the
	// voucher takes off, rounded half away from zero to the minor unit.
	Amount   money.Money `json:"amount"`
	Discount money.Money `json:"discount"`
	At       time.Time   `json:"at"`
}
