package privacy

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// masks makes what campaigns have for a contact anonymous. All its ids are drawn, and
// none tells when it was made, as those of the library else do: the instant of an
// erasure would lead back to its certificate.
type masks struct {
	random io.Reader
	nobody map[contact.ID]contact.ID // by the contact
	codes  map[string]string         // of vouchers
	bought map[campaign.ID]bought    // since the campaign started
}

// bought is what the report of a campaign counts of a contact.
type bought struct{ orders, revenue int64 }

func newMasks(random io.Reader) *masks {
	return &masks{
		random: random, nobody: map[contact.ID]contact.ID{}, codes: map[string]string{}, bought: map[campaign.ID]bought{},
	}
}

// draw returns a random id (UUIDv4, RFC 9562 section 5.4).
func (m *masks) draw() (id [16]byte, err error) {
	if _, err = io.ReadFull(m.random, id[:]); err != nil {
		return id, fmt.Errorf("privacy: reading random bytes: %w", err)
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id, nil
}

// word returns a text in the place of a key. No voucher and no order has one like it.
func (m *masks) word() (string, error) {
	id, err := m.draw()
	return "anonymous-" + hex.EncodeToString(id[:]), err
}

// count notes what the contact bought since the campaigns of its rows started.
func (m *masks) count(ctx context.Context, tx Stores, rows []campaign.Member, history []activity.Activity, now time.Time) error {
	for _, row := range rows {
		c, err := tx.Campaign(ctx, row.Campaign)
		if err != nil {
			return err
		}
		var sum bought
		for _, a := range history {
			if a.Kind != activity.Purchase || c.StartedAt.IsZero() || a.At.Before(c.StartedAt) || a.At.After(now) {
				continue
			}
			sum.orders++
			if a.Amount.Currency == c.Currency {
				sum.revenue += a.Amount.Amount
			}
		}
		m.bought[c.ID] = sum
	}
	return nil
}

// rows returns the rows as nobody's.
func (m *masks) rows(of CampaignRows) (out CampaignRows, err error) {
	for _, row := range of.Audience {
		sum := m.bought[row.Campaign]
		row.Orders, row.Revenue = sum.orders, sum.revenue
		row.Origin = contact.ID{}
		if row.Contact, err = m.nobodyFor(row.Contact); err != nil {
			return out, err
		}
		out.Audience = append(out.Audience, row)
	}
	for _, d := range of.Deliveries {
		if d, err = m.delivery(d); err != nil {
			return out, err
		}
		out.Deliveries = append(out.Deliveries, d)
	}
	for _, v := range of.Vouchers {
		v.Origin = contact.ID{}
		if v.Code, err = m.code(v.Code); err != nil {
			return out, err
		}
		if v.Contact, err = m.nobodyFor(v.Contact); err != nil {
			return out, err
		}
		out.Vouchers = append(out.Vouchers, v)
	}
	for _, r := range of.Redemptions {
		if r, err = m.redemption(r); err != nil {
			return out, err
		}
		out.Redemptions = append(out.Redemptions, r)
	}
	return out, nil
}

// delivery ends one that waits: nobody is left to get it, or to tell of it.
func (m *masks) delivery(d campaign.Delivery) (campaign.Delivery, error) {
	switch d.State {
	case campaign.Queued, campaign.Claimed:
		d.State, d.Reason = campaign.Stopped, campaign.ContactGone
	case campaign.InDoubt:
		d.State = campaign.Unresolved
	}
	d.Origin, d.ProviderID = contact.ID{}, ""
	var err error
	if d.ID, err = m.draw(); err != nil {
		return d, err
	}
	d.Contact, err = m.nobodyFor(d.Contact)
	return d, err
}

func (m *masks) redemption(r campaign.Redemption) (campaign.Redemption, error) {
	r.Origin = contact.ID{}
	var err error
	if r.Order.Key, err = m.word(); err != nil {
		return r, err
	}
	if r.Code, err = m.code(r.Code); err != nil {
		return r, err
	}
	r.Contact, err = m.nobodyFor(r.Contact)
	return r, err
}

// nobodyFor returns the same id for one contact always.
func (m *masks) nobodyFor(of contact.ID) (contact.ID, error) {
	if id, known := m.nobody[of]; known {
		return id, nil
	}
	id, err := m.draw()
	m.nobody[of] = id
	return id, err
}

func (m *masks) code(of string) (string, error) {
	if code, known := m.codes[of]; known {
		return code, nil
	}
	code, err := m.word()
	m.codes[of] = code
	return code, err
}
