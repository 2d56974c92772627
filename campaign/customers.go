package campaign

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/internal/check"
)

// Customers lets a campaign reach existing customers who gave no consent, by electronic
// mail about goods similar to those that they bought: section 7 (3) of the German act
// against unfair competition (UWG), Article 13 (2) of directive 2002/58/EC. All of its
// conditions are checked when the campaign is planned and again before each message: the
// ledger holds a grant on the basis consent.ExistingCustomer, which needs a sale and the
// notice of the right to object; the goods are similar; and there is no objection.
type Customers struct {
	// Categories are those of the advertised goods. They are similar to what somebody
	// bought when one of them is among the categories of the grant.
	Categories []string `json:"categories"`
	// Objection tells that the use of the address can be objected to at any time, at no
	// other cost than that of sending the objection. It ends every message of the
	// campaign.
	Objection string `json:"objection"`
}

const (
	maxCategories = 50
	maxObjection  = 2_000
)

func validateCustomers(f *errs.Fields, d Definition) {
	if d.Customers == nil {
		return
	}
	at := f.At("customers")
	if len(d.Customers.Categories) == 0 {
		at.Add("categories", "required", "must name what is advertised")
	}
	if len(d.Customers.Categories) > maxCategories {
		at.Add("categories", "too_many", fmt.Sprintf("must be at most %d", maxCategories))
	}
	if d.Customers.Objection == "" {
		at.Add("objection", "required", "must tell of the right to object")
	}
	check.Prose(at, "objection", d.Customers.Objection, maxObjection)
}

// isSimilar reports whether a campaign's goods are similar to what was bought.
func (c *Customers) isSimilar(bought []string) bool {
	return slices.ContainsFunc(c.Categories, func(name string) bool { return slices.Contains(bought, name) })
}

// close ends a message with the notice of the right to object.
func (c *Customers) close(m channel.Message) channel.Message {
	if c == nil {
		return m
	}
	m.Text = strings.TrimRight(m.Text, "\n") + "\n\n" + c.Objection + "\n"
	if m.HTML == "" {
		return m
	}
	notice := "<p>" + strings.ReplaceAll(html.EscapeString(c.Objection), "\n", "<br>") + "</p>"
	if i := strings.LastIndex(strings.ToLower(m.HTML), "</body"); i >= 0 && len(strings.ToLower(m.HTML)) == len(m.HTML) {
		m.HTML = m.HTML[:i] + notice + m.HTML[i:]
	} else {
		m.HTML += notice
	}
	return m
}

// wishes are the states of consent of contacts, and which grants to existing customers
// are about goods similar to those of a campaign.
type wishes struct {
	states  map[contact.ID][]consent.State
	similar map[consent.ID]bool
}

// readWishes reads the states, and of existing customers what they bought.
func readWishes(ctx context.Context, store consent.Store, d Definition, ids []contact.ID) (wishes, error) {
	w := wishes{map[contact.ID][]consent.State{}, map[consent.ID]bool{}}
	list, err := store.ConsentStates(ctx, ids)
	if err != nil {
		return w, err
	}
	var customers []contact.ID
	for _, s := range list {
		w.states[s.Contact] = append(w.states[s.Contact], s)
		if d.Customers != nil && s.Layer == consent.Customers && s.Action.Grants() {
			customers = append(customers, s.Contact)
		}
	}
	if len(customers) == 0 {
		return w, nil
	}
	events, err := store.ConsentEvents(ctx, customers)
	for _, e := range events {
		if e.Basis == consent.ExistingCustomer && d.Customers.isSimilar(e.Evidence.Categories) {
			w.similar[e.ID] = true
		}
	}
	return w, err
}

// suppress adds the suppressions of the addresses that messages would go to.
func (w wishes) suppress(ctx context.Context, store contact.Tenanted, keys addresskey.Keys, d Definition, list []contact.Contact) error {
	if len(keys) == 0 {
		return nil
	}
	used := make([]contact.Contact, len(list))
	for i, p := range list {
		used[i] = contact.Contact{Name: p.Name, Emails: p.Emails[:min(len(p.Emails), 1)], Phones: p.Phones[:min(len(p.Phones), 1)],
			Addresses: p.Addresses[:min(len(p.Addresses), 1)]}
	}
	found, err := contact.Suppressed(ctx, store, keys, used)
	for i, of := range found {
		for r, s := range of {
			for _, ch := range d.Channels {
				if kind, known := contact.KindOf(ch); known && kind == r.Kind {
					w.states[list[i].ID] = append(w.states[list[i].ID], consent.State{
						Contact: list[i].ID, Channel: ch, Layer: consent.Suppressions, Action: consent.Suppress, At: s.At,
					})
				}
			}
		}
	}
	return err
}

// permit answers whether a campaign may use a channel now.
func (w wishes) permit(d Definition, of contact.ID, ch contact.Channel, now time.Time) consent.Permission {
	states := w.states[of]
	answer := consent.Permit(states, d.Purpose, ch, now)
	if answer != consent.ToCustomers {
		return answer
	}
	cell := consent.Cell{Purpose: d.Purpose, Channel: ch, Layer: consent.Customers}
	for _, s := range states {
		if s.Cell() == cell && w.similar[s.Event] {
			return consent.Granted
		}
	}
	return consent.NoConsent
}

// reasonFor is the reason that goes with a refusal.
func reasonFor(p consent.Permission) Reason {
	switch p {
	case consent.Suppressed:
		return IsSuppressed
	case consent.Objected:
		return Objected
	case consent.Restricted:
		return IsRestricted
	}
	return NoConsent
}

// calls makes the events that note the use of consents to be called: section 7a UWG
// wants each use documented.
func (r *run) calls(passed []outgoing, now time.Time) []consent.Event {
	var events []consent.Event
	for _, o := range passed {
		if o.delivery.Channel != contact.ChannelPhone {
			continue
		}
		events = append(events, consent.Event{
			ID: r.s.env.NewID(), Contact: o.delivery.Contact, Purpose: r.campaign.Purpose, Channel: o.delivery.Channel,
			Action: consent.Use, At: now, RecordedAt: now, Source: "crm.delivery", Proof: o.delivery.ID.String(),
		})
	}
	return events
}
