package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

var _ segment.FactReader = (*Store)(nil)

// ReadFacts implements segment.FactReader.
func (s *Store) ReadFacts(ctx context.Context, ids []contact.ID, n segment.FactNeeds) ([]segment.Facts, error) {
	var all []segment.Facts
	err := inChunks(distinct(ids), func(chunk []dbID) error {
		f := facts{s: s, ids: chunk, needs: n, index: make(map[dbID]int, len(chunk))}
		err := f.read(ctx)
		all = append(all, f.list...)
		return err
	})
	return all, s.wrap("storage.ReadFacts", err)
}

// facts are those of some contacts that are being read.
type facts struct {
	s     *Store
	ids   idList
	needs segment.FactNeeds
	list  []segment.Facts
	index map[dbID]int
}

func (f *facts) read(ctx context.Context) error {
	if err := f.records(ctx); err != nil {
		return err
	}
	if err := f.restrictions(ctx); err != nil {
		return err
	}
	if f.needs.Activities {
		if err := f.activities(ctx); err != nil {
			return err
		}
	}
	if !f.needs.Consents {
		return nil
	}
	var rows []eventRow
	err := f.s.db.NewSelect().Model(&rows).ModelTableExpr("?consent_event AS e").
		Where("e.tenant_id = ?tenant AND e.contact_id IN (?)", f.ids).Scan(ctx)
	for i := 0; err == nil && i < len(rows); i++ {
		if of := f.of(rows[i].ContactID); of != nil {
			var e consent.Event
			e, err = rows[i].event()
			of.Consents = append(of.Consents, e)
		}
	}
	return err
}

// restrictions finds out whose data must not be used.
func (f *facts) restrictions(ctx context.Context) error {
	var id dbID
	return f.s.db.Each(ctx, func() error {
		if of := f.of(id); of != nil {
			of.Restricted = true
		}
		return nil
	}, []any{&id}, "SELECT contact_id FROM ?restriction WHERE tenant_id = ?tenant AND contact_id IN (?)", f.ids)
}

// of gives the facts of a contact; nil when it was created after the records
// were read.
func (f *facts) of(id dbID) *segment.Facts {
	i, known := f.index[id]
	if !known {
		return nil
	}
	return &f.list[i]
}

// records reads as much of the records as is needed.
func (f *facts) records(ctx context.Context) error {
	add := func(c contact.Contact) {
		f.index[dbID(c.ID)] = len(f.list)
		f.list = append(f.list, segment.Facts{Contact: c})
	}
	switch {
	case f.needs.Identities:
		list := make([]contact.ID, len(f.ids))
		for i, id := range f.ids {
			list[i] = contact.ID(id)
		}
		contacts, err := f.s.contacts(ctx, list, "")
		for _, c := range contacts {
			add(c)
		}
		return err
	case f.needs.Record:
		var rows []contactRow
		err := f.s.db.NewSelect().Model(&rows).ModelTableExpr("?contact AS c").Where("c.tenant_id = ?tenant AND c.id IN (?)", f.ids).Scan(ctx)
		for i := range rows {
			c, err := rows[i].contact()
			if err != nil {
				return err
			}
			add(c)
		}
		return err
	}
	var id dbID
	var created, updated micros
	return f.s.db.Each(ctx, func() error {
		add(contact.Contact{ID: contact.ID(id), CreatedAt: instant(int64(created)), UpdatedAt: instant(int64(updated))})
		return nil
	}, []any{&id, &created, &updated}, "SELECT id, created_at, updated_at FROM ?contact WHERE tenant_id = ?tenant AND id IN (?)", f.ids)
}

// micros is a whole number in the database, read without a detour.
type micros int64

// Scan reads what drivers give for whole numbers, and 0 for none.
func (m *micros) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*m = micros(v)
	case nil:
		*m = 0
	default:
		return errValue
	}
	return nil
}

// word is a short text in the database, of which there are few different ones.
type word string

// Scan reads a text, and the empty one for none.
func (w *word) Scan(src any) error {
	switch v := src.(type) {
	case string:
		if string(*w) != v {
			*w = word(v)
		}
	case []byte:
		if string(*w) != string(v) {
			*w = word(v)
		}
	case nil:
		*w = ""
	default:
		return errValue
	}
	return nil
}

// eventScan is a row of activities, with one of their items where items are
// needed.
type eventScan struct {
	contact, id, campaign                           dbID
	at, recorded, amount                            micros
	kind, currency, direction, channel, title, from word
	data                                            string
	pos, quantity, itemAmount                       micros
	sku, name, category, itemCurrency               word
}

// activities reads as much of the activities as is needed. The order keeps the
// items of an activity together.
func (f *facts) activities(ctx context.Context) error {
	var r eventScan
	columns, tables, order := "a.contact_id, a.id, a.kind, a.at, a.recorded_at, a.amount, a.currency", "?activity AS a", ""
	dest := []any{&r.contact, &r.id, &r.kind, &r.at, &r.recorded, &r.amount, &r.currency}
	add := func(more string, to ...any) { columns, dest = columns+", "+more, append(dest, to...) }
	if f.needs.Details {
		add("a.direction, a.channel, a.campaign_id, a.subject, a.ref_source", &r.direction, &r.channel, &r.campaign, &r.title, &r.from)
	}
	if f.needs.Data {
		add("a.data", &r.data)
	}
	if f.needs.Items {
		tables += " LEFT JOIN ?activity_item AS i ON i.tenant_id = ?tenant AND i.contact_id = a.contact_id AND i.activity_id = a.id"
		add("COALESCE(i.pos, -1), i.category, i.amount, i.currency", &r.pos, &r.category, &r.itemAmount, &r.itemCurrency)
		order = " ORDER BY a.contact_id, a.id, i.pos"
	}
	if f.needs.ItemDetails {
		add("i.sku, i.name, i.quantity", &r.sku, &r.name, &r.quantity)
	}
	query, args := "SELECT "+columns+" FROM "+tables+" WHERE a.tenant_id = ?tenant AND a.contact_id IN (?)", []any{f.ids}
	if len(f.needs.Kinds) > 0 {
		query, args = query+" AND "+f.s.d.unindexed+"a.kind IN (?)", append(args, bun.List(f.needs.Kinds))
	}
	return f.s.db.Each(ctx, func() error { return f.add(&r) }, dest, query+order, args...)
}

// add adds what was read.
func (f *facts) add(r *eventScan) error {
	of := f.of(r.contact)
	if of == nil {
		return nil
	}
	if n := len(of.Activities); n == 0 || of.Activities[n-1].ID != activity.ID(r.id) {
		a := activity.Activity{
			ID: activity.ID(r.id), Contact: contact.ID(r.contact), Kind: activity.Kind(r.kind),
			At: instant(int64(r.at)), RecordedAt: instant(int64(r.recorded)),
			Direction: activity.Direction(r.direction), Channel: contact.Channel(r.channel), Campaign: activity.CampaignID(r.campaign),
			Subject: string(r.title), Ref: activity.Ref{Source: string(r.from)}, Amount: money.New(int64(r.amount), string(r.currency)),
		}
		if err := decode(r.data, &a.Data); err != nil {
			return err
		}
		of.Activities = append(of.Activities, a)
	}
	if f.needs.Items && r.pos >= 0 {
		a := &of.Activities[len(of.Activities)-1]
		a.Items = append(a.Items, activity.Item{
			SKU: string(r.sku), Name: string(r.name), Category: string(r.category),
			Quantity: int64(r.quantity), Amount: money.New(int64(r.itemAmount), string(r.itemCurrency)),
		})
	}
	return nil
}
