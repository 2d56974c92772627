package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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
	Layer      string
	Action     string
	Basis      string
	At         int64
	RecordedAt int64
	ExpiresAt  dbTime
	Wording    string
	Source     string
	Proof      string
	Details    string
}

// eventDetails is what nobody looks events up by.
type eventDetails struct {
	Notice consent.NoticeRef `json:"notice,omitzero"`
	consent.Evidence
}

func (s *Store) eventRow(e consent.Event) (eventRow, error) {
	row := eventRow{
		TenantID: s.tenant, ContactID: dbID(e.Contact), ID: dbID(e.ID), OriginID: dbID(e.Origin),
		Purpose: string(e.Purpose), Channel: string(e.Channel), Layer: string(e.Cell().Layer),
		Action: string(e.Action), Basis: string(e.Basis),
		At: e.At.UnixMicro(), RecordedAt: e.RecordedAt.UnixMicro(), ExpiresAt: dbTime{e.ExpiresAt},
		Wording: e.Wording, Source: e.Source, Proof: e.Proof,
	}
	d := eventDetails{e.Notice, e.Evidence}
	if d.Notice == (consent.NoticeRef{}) && d.IsZero() {
		return row, nil
	}
	var err error
	row.Details, err = encode(d)
	return row, err
}

func (r *eventRow) event() (consent.Event, error) {
	var d eventDetails
	if err := decode(r.Details, &d); err != nil {
		return consent.Event{}, err
	}
	e := consent.Event{
		ID: consent.ID(r.ID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID),
		Purpose: consent.Purpose(r.Purpose), Channel: contact.Channel(r.Channel),
		Action: consent.Action(r.Action), Basis: consent.Basis(r.Basis),
		At: instant(r.At), RecordedAt: instant(r.RecordedAt), ExpiresAt: r.ExpiresAt.t,
		Wording: r.Wording, Notice: d.Notice, Source: r.Source, Proof: r.Proof, Evidence: d.Evidence,
	}
	if e.Action == consent.Release && r.Layer != string(consent.Suppressions) {
		e.Lifts = consent.Action(r.Layer)
	}
	return e, nil
}

// stateRow is a row of the table consent_state.
type stateRow struct {
	bun.BaseModel `bun:"alias:s"`

	TenantID  string
	ContactID dbID
	Purpose   string
	Channel   string
	Layer     string
	Action    string
	Basis     string
	At        int64
	EventID   dbID
	ExpiresAt dbTime
}

func (s *Store) stateRow(c consent.State) stateRow {
	return stateRow{
		TenantID: s.tenant, ContactID: dbID(c.Contact), Purpose: string(c.Purpose), Channel: string(c.Channel), Layer: string(c.Layer),
		Action: string(c.Action), Basis: string(c.Basis), At: c.At.UnixMicro(), EventID: dbID(c.Event), ExpiresAt: dbTime{c.ExpiresAt},
	}
}

func (r *stateRow) state() consent.State {
	return consent.State{
		Contact: contact.ID(r.ContactID), Purpose: consent.Purpose(r.Purpose), Channel: contact.Channel(r.Channel), Layer: consent.Layer(r.Layer),
		Action: consent.Action(r.Action), Basis: consent.Basis(r.Basis), At: instant(r.At), Event: consent.ID(r.EventID),
		ExpiresAt: r.ExpiresAt.t,
	}
}

// cell is the key of the table consent_state within a tenant.
type cell struct {
	contact contact.ID
	consent.Cell
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
		var err error
		if rows[i], err = s.eventRow(e); err != nil {
			return s.wrap(op, err)
		}
		contacts[i] = e.Contact
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		if err := tx.requireContacts(ctx, op, "events", contacts); err != nil {
			return err
		}
		added, err := insert(ctx, tx, "consent_event", rows, orNothing)
		if err != nil {
			return err
		}
		counted := events
		if added < int64(len(rows)) {
			if counted, err = tx.storedAs(ctx, events); err != nil {
				return err
			}
		}
		conflict, args := superseding()
		if _, err := insert(ctx, tx, "consent_state", s.fold(counted), conflict, args...); err != nil {
			return err
		}
		written := make(marks, len(events))
		for _, e := range events {
			written.add(e.Contact, e.RecordedAt)
		}
		return tx.mark(ctx, written)
	})
}

// storedAs gives events as the ledger holds them.
func (s *Store) storedAs(ctx context.Context, events []consent.Event) ([]consent.Event, error) {
	contacts := make([]contact.ID, len(events))
	wanted := make(map[consent.ID]bool, len(events))
	for i, e := range events {
		contacts[i] = e.Contact
		wanted[e.ID] = true
	}
	list, err := s.ConsentEvents(ctx, contacts)
	return slices.DeleteFunc(list, func(e consent.Event) bool { return !wanted[e.ID] }), err
}

// fold gives the event of each cell that counts among those of the batch, in
// the order of the keys, in which everybody locks the rows.
func (s *Store) fold(events []consent.Event) []stateRow {
	cells := make(map[cell]consent.State, len(events))
	for _, e := range events {
		k := cell{e.Contact, e.Cell()}
		if old, ok := cells[k]; !ok || consent.Supersedes(e, old) {
			cells[k] = consent.StateOf(e)
		}
	}
	rows := make([]stateRow, 0, len(cells))
	for _, c := range cells {
		rows = append(rows, s.stateRow(c))
	}
	slices.SortFunc(rows, func(a, b stateRow) int {
		return cmp.Or(compareIDs(a.ContactID, b.ContactID), cmp.Compare(a.Purpose, b.Purpose),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Layer, b.Layer))
	})
	return rows
}

// superseding is consent.Supersedes in SQL; a test holds the two together.
func superseding() (conflict string, args []any) {
	order := func(row string) any {
		return bun.SafeQuery("(?0.at, "+strictness("?0")+", ?0.event_id)", bun.Ident(row))
	}
	return `ON CONFLICT (tenant_id, contact_id, purpose, channel, layer) DO UPDATE
			SET action = excluded.action, basis = excluded.basis, at = excluded.at, event_id = excluded.event_id,
				expires_at = excluded.expires_at WHERE ? > ?`,
		[]any{order("excluded"), order("o")}
}

// strictness is consent.Action.Strictness of the action of a row.
func strictness(row string) string {
	var b strings.Builder
	b.WriteString("CASE " + row + ".action")
	for i, a := range consent.Strict {
		fmt.Fprintf(&b, " WHEN '%s' THEN %d", a, i+1)
	}
	return b.String() + " ELSE 0 END"
}

// ConsentEvents implements consent.Store.
func (s *Store) ConsentEvents(ctx context.Context, contacts []contact.ID) ([]consent.Event, error) {
	var list []consent.Event
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []eventRow
		err := s.db.NewSelect().Model(&rows).ModelTableExpr("?consent_event AS e").
			Where("e.tenant_id = ?tenant AND e.contact_id IN (?)", idList(chunk)).
			Order("e.contact_id", "e.at", "e.id").Scan(ctx)
		for i := 0; err == nil && i < len(rows); i++ {
			var e consent.Event
			e, err = rows[i].event()
			list = append(list, e)
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
			Order("s.contact_id", "s.purpose", "s.channel", "s.layer").Scan(ctx)
		for i := range rows {
			list = append(list, rows[i].state())
		}
		return err
	})
	return list, s.wrap("storage.ConsentStates", err)
}

// EndedConsents implements consent.Store.
func (s *Store) EndedConsents(ctx context.Context, now time.Time, limit int) ([]consent.State, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []stateRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?consent_state AS s").
		Where("s.tenant_id = ?tenant AND s.expires_at <= ? AND s.action IN ('grant', 'confirm')", now.UnixMicro()).
		Order("s.expires_at", "s.contact_id", "s.purpose", "s.channel", "s.layer").Limit(int64(limit)).Scan(ctx)
	list := make([]consent.State, len(rows))
	for i := range rows {
		list[i] = rows[i].state()
	}
	return list, s.wrap("storage.EndedConsents", err)
}
