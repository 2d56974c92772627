package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// eventRow is a row of the table consent_event.
type eventRow struct {
	bun.BaseModel `bun:"alias:e"`

	TenantID   string
	ContactID  dbID
	ID         dbID
	OriginID   dbID
	Purpose    string
	Channel    string
	Action     string
	At         int64
	RecordedAt int64
	Wording    string
	Source     string
	Proof      string
}

func (s *Store) eventRow(e consent.Event) eventRow {
	return eventRow{
		TenantID: s.tenant, ContactID: dbID(e.Contact), ID: dbID(e.ID), OriginID: dbID(e.Origin),
		Purpose: string(e.Purpose), Channel: string(e.Channel), Action: string(e.Action),
		At: e.At.UnixMicro(), RecordedAt: e.RecordedAt.UnixMicro(),
		Wording: e.Wording, Source: e.Source, Proof: e.Proof,
	}
}

func (r *eventRow) event() consent.Event {
	return consent.Event{
		ID: consent.ID(r.ID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID),
		Purpose: consent.Purpose(r.Purpose), Channel: contact.Channel(r.Channel), Action: consent.Action(r.Action),
		At: instant(r.At), RecordedAt: instant(r.RecordedAt),
		Wording: r.Wording, Source: r.Source, Proof: r.Proof,
	}
}

// stateRow is a row of the table consent_state.
type stateRow struct {
	bun.BaseModel `bun:"alias:s"`

	TenantID  string
	ContactID dbID
	Purpose   string
	Channel   string
	Action    string
	At        int64
	EventID   dbID
}

func (s *Store) stateRow(c consent.State) stateRow {
	return stateRow{
		TenantID: s.tenant, ContactID: dbID(c.Contact), Purpose: string(c.Purpose), Channel: string(c.Channel),
		Action: string(c.Action), At: c.At.UnixMicro(), EventID: dbID(c.Event),
	}
}

func (r *stateRow) state() consent.State {
	return consent.State{
		Contact: contact.ID(r.ContactID), Purpose: consent.Purpose(r.Purpose), Channel: contact.Channel(r.Channel),
		Action: consent.Action(r.Action), At: instant(r.At), Event: consent.ID(r.EventID),
	}
}

// cell is the key of the table consent_state within a tenant.
type cell struct {
	contact contact.ID
	purpose consent.Purpose
	channel contact.Channel
}

// AppendConsent implements consent.Store. The batch is folded here, the rest
// of the fold is in the upsert: there is no moment between reading and writing
// in which another event could be lost.
func (s *Store) AppendConsent(ctx context.Context, events []consent.Event) error {
	const op = "storage.AppendConsent"
	if len(events) == 0 {
		return nil
	}
	rows := make([]eventRow, len(events))
	contacts := make([]contact.ID, len(events))
	for i, e := range events {
		contacts[i] = e.Contact
		rows[i] = s.eventRow(e)
	}
	states := s.fold(events)
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		if err := tx.requireContacts(ctx, op, "events", contacts); err != nil {
			return err
		}
		if _, err := insert(ctx, tx, "consent_event", rows, orNothing); err != nil {
			return err
		}
		conflict, args := superseding()
		if _, err := insert(ctx, tx, "consent_state", states, conflict, args...); err != nil {
			return err
		}
		written := make(marks, len(events))
		for _, e := range events {
			written.add(e.Contact, e.RecordedAt)
		}
		return tx.mark(ctx, written)
	})
}

// fold gives the event of each cell that counts among those of the batch, in
// the order of the keys, in which everybody locks the rows.
func (s *Store) fold(events []consent.Event) []stateRow {
	cells := make(map[cell]consent.State, len(events))
	for _, e := range events {
		k := cell{e.Contact, e.Purpose, e.Channel}
		if old, ok := cells[k]; !ok || consent.Supersedes(e, old) {
			cells[k] = consent.StateOf(e)
		}
	}
	rows := make([]stateRow, 0, len(cells))
	for _, c := range cells {
		rows = append(rows, s.stateRow(c))
	}
	slices.SortFunc(rows, func(a, b stateRow) int {
		return cmp.Or(compareIDs(a.ContactID, b.ContactID), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Channel, b.Channel))
	})
	return rows
}

// superseding is consent.Supersedes in SQL; a test holds the two together.
func superseding() (conflict string, args []any) {
	const order = `(?0.at, CASE ?0.action WHEN 'suppress' THEN 2 WHEN 'withdraw' THEN 1 ELSE 0 END, ?0.event_id)`
	return `ON CONFLICT (tenant_id, contact_id, purpose, channel) DO UPDATE
			SET action = excluded.action, at = excluded.at, event_id = excluded.event_id WHERE ? > ?`,
		[]any{bun.SafeQuery(order, bun.Ident("excluded")), bun.SafeQuery(order, bun.Ident("o"))}
}

// ConsentEvents implements consent.Store.
func (s *Store) ConsentEvents(ctx context.Context, contacts []contact.ID) ([]consent.Event, error) {
	var list []consent.Event
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []eventRow
		err := s.db.NewSelect().Model(&rows).ModelTableExpr("?consent_event AS e").
			Where("e.tenant_id = ?tenant AND e.contact_id IN (?)", idList(chunk)).
			Order("e.contact_id", "e.at", "e.id").Scan(ctx)
		for i := range rows {
			list = append(list, rows[i].event())
		}
		return err
	})
	return list, s.wrap("storage.ConsentEvents", err)
}

// ConsentStates implements consent.Store.
func (s *Store) ConsentStates(ctx context.Context, contacts []contact.ID) ([]consent.State, error) {
	var list []consent.State
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []stateRow
		err := s.db.NewSelect().Model(&rows).ModelTableExpr("?consent_state AS s").
			Where("s.tenant_id = ?tenant AND s.contact_id IN (?)", idList(chunk)).
			Order("s.contact_id", "s.purpose", "s.channel").Scan(ctx)
		for i := range rows {
			list = append(list, rows[i].state())
		}
		return err
	})
	return list, s.wrap("storage.ConsentStates", err)
}
