package exchange

import (
	"context"
	"encoding/json"
	"io"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

const (
	exportChunk = 200     // contacts that are read at a time
	lineSize    = 1 << 20 // bytes of activities behind which a line ends
)

// Exported counts what was written.
type Exported struct {
	Contacts, Activities, Consents int
}

// ExportOptions says what to export. A nil ExportOptions and the zero one mean all
// defaults.
type ExportOptions struct {
	// Sensitive writes the values of sensitive fields, too, as far as consents to
	// their purposes are in force.
	Sensitive bool
}

// Export writes everything about all contacts as JSON Lines: the records, with their
// ids, identities and ways to pay, the histories and the ledgers of consent. Lines
// reads it back, so that an import of it into an empty CRM makes the same contacts.
// Keep the file as safe as the database, and one with sensitive values safer: there they
// are in clear.
//
// A history of more than a MiB is written on several lines, of which all but the first
// name the contact by its id and its identities.
//
// Contacts come in the order of their ids, and each as it is when it is reached.
// What is written meanwhile may be in it or not; for a picture of one moment, call it
// through CRM.In with a transaction that sees one. An error of w is returned as it
// is.
func (s *Service) Export(ctx context.Context, w io.Writer, o *ExportOptions) (done Exported, err error) {
	if ctx, err = s.env.Ask(ctx, "exchange.Export", "contact", ""); err != nil {
		return done, err
	}
	x := exporter{s: s, w: json.NewEncoder(w), sensitive: o != nil && o.Sensitive, done: &done}
	x.w.SetEscapeHTML(false)
	for after, more := (contact.ID{}), true; more && err == nil; {
		after, more, err = x.chunk(ctx, after)
	}
	errs.SetOp(&err, "exchange.Export")
	return done, err
}

type exporter struct {
	s         *Service
	w         *json.Encoder
	sensitive bool
	done      *Exported
}

// chunk writes the contacts behind one.
func (x exporter) chunk(ctx context.Context, after contact.ID) (last contact.ID, more bool, err error) {
	list, err := x.s.store.ListContacts(ctx, after, exportChunk)
	if err != nil || len(list) == 0 {
		return after, false, err
	}
	ids := make([]contact.ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	if x.sensitive {
		if list, err = x.s.with.Contacts.Revealed(ctx, list); err != nil {
			return after, false, err
		}
	}
	activities, err := x.s.store.ActivitiesOf(ctx, ids)
	if err != nil {
		return after, false, err
	}
	events, err := x.s.store.ConsentEvents(ctx, ids)
	if err != nil {
		return after, false, err
	}
	if err := core.ReadOf(ctx, x.s.env, ids); err != nil {
		return after, false, err
	}
	for _, c := range list {
		n, m := 0, 0
		for n < len(activities) && activities[n].Contact == c.ID {
			n++
		}
		for m < len(events) && events[m].Contact == c.ID {
			m++
		}
		if err := x.contact(c, activities[:n], events[:m]); err != nil {
			return after, false, err
		}
		activities, events = activities[n:], events[m:]
	}
	return ids[len(ids)-1], true, nil
}

// contact writes one contact, on several lines if its history is long.
func (x exporter) contact(c contact.Contact, history []activity.Activity, events []consent.Event) error {
	x.done.Contacts++
	x.done.Activities += len(history)
	x.done.Consents += len(events)
	if !x.sensitive {
		c = c.Shareable(x.s.with.Fields)
	}
	e := Entry{Contact: c}
	for _, v := range events {
		e.Consents = append(e.Consents, Consent{
			Purpose: v.Purpose, Channel: v.Channel, Action: v.Action, At: v.At, Wording: v.Wording, Source: v.Source, Proof: v.Proof,
			Lifts: v.Lifts, Basis: v.Basis, ExpiresAt: v.ExpiresAt, Notice: v.Notice, Evidence: v.Evidence,
		})
	}
	for size := 0; ; {
		if len(history) == 0 || size >= lineSize {
			if err := x.w.Encode(e); err != nil {
				return err
			}
			e, size = Entry{Of: c.ID, Identities: c.Identities}, 0
		}
		if len(history) == 0 {
			return nil
		}
		e.Activities = append(e.Activities, history[0])
		size += sizeOf(history[0])
		history = history[1:]
	}
}

// sizeOf is about how many bytes an activity takes.
func sizeOf(a activity.Activity) int {
	size := 500 + len(a.Subject) + len(a.Text)
	for _, item := range a.Items {
		size += 150 + len(item.SKU) + len(item.Name) + len(item.Category)
	}
	for name, v := range a.Data {
		size += 50 + len(name) + len(v.Text)
	}
	return size
}
