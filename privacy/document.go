package privacy

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/segment"
)

// The name and version of the form of Document in JSON. The version grows when
// something changes its meaning or goes; what is only added does not change it.
const (
	Format        = "stammkunde.person"
	FormatVersion = 1
)

// Document is everything that is held of a person, for that person (Articles 12, 15
// and 20 GDPR). It marshals to JSON whose order never changes, and WriteHTML makes a
// page of it. Of other persons it has no more than their ids. Values that are stored
// encrypted, hashes and keys are not in it.
type Document struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	// At is when it was made.
	At      time.Time  `json:"made_at"`
	Contact contact.ID `json:"contact"`
	// Merged are the ids under which the person was known before.
	Merged      []contact.ID    `json:"merged,omitempty"`
	Record      contact.Contact `json:"record"`
	Restriction *Restriction    `json:"restriction,omitempty"`
	Holds       []Hold          `json:"holds,omitempty"`
	// Activities, the oldest first.
	Activities []activity.Activity `json:"activities,omitempty"`
	// Consents is the ledger, the oldest first, and Permissions what it adds up to.
	Consents    []consent.Event `json:"consents,omitempty"`
	Permissions []consent.State `json:"permissions,omitempty"`
	// Notices are the texts that the person saw, as far as consents name them.
	Notices   []consent.Notice `json:"notices,omitempty"`
	Campaigns []InCampaign     `json:"campaigns,omitempty"`
	Segments  InSegments       `json:"segments"`
	Imports   []InImport       `json:"imports,omitempty"`
	Merges    []Merged         `json:"merges,omitempty"`
	// LinkedBy are contacts whose records lead to this one. The links of the person are
	// in Record.
	LinkedBy   []contact.ID   `json:"linked_by,omitempty"`
	Duplicates []Resemblance  `json:"duplicates,omitempty"`
	Parts      map[string]any `json:"parts,omitempty"`
	// Purposes, Recipients and Retention are what the host has declared for all.
	Purposes   []Purpose   `json:"purposes,omitempty"`
	Recipients []Recipient `json:"recipients,omitempty"`
	Retention  []Rule      `json:"retention,omitempty"`
}

// InCampaign is what a campaign has for the person.
type InCampaign struct {
	Name    string          `json:"name"`
	Purpose consent.Purpose `json:"purpose"`
	CampaignRows
}

// InSegments are the groups that the person was put into.
type InSegments struct {
	Live      []InSegment       `json:"live,omitempty"`
	Changes   []segment.Change  `json:"changes,omitempty"`
	Snapshots []SnapshotOfGroup `json:"snapshots,omitempty"`
}

// InSegment is the state of the person in a live segment.
type InSegment struct {
	Name string `json:"name,omitempty"`
	segment.Membership
}

// SnapshotOfGroup is a list that the person stands in.
type SnapshotOfGroup struct {
	Name string    `json:"name"`
	AsOf time.Time `json:"as_of"`
}

// InImport is what an import changed of the person.
type InImport struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	// Number and Line are those of the entry in the file.
	Number int `json:"number"`
	Line   int `json:"line"`
	// Kind is created, updated, recorded or declared.
	Kind string `json:"kind"`
	// Before and After are the record before and after it was updated.
	Before *contact.Contact `json:"before,omitempty"`
	After  *contact.Contact `json:"after,omitempty"`
}

// Merged is a record of the person that was merged into another one of the person.
type Merged struct {
	Into   contact.ID      `json:"into"`
	At     time.Time       `json:"at"`
	Reason string          `json:"reason,omitempty"`
	Lost   contact.Contact `json:"lost"`
}

// Resemblance says that somebody, who is not told, looked like the person.
type Resemblance struct {
	// Dismissed is when it was said that they are two; zero for what a scan has found.
	Dismissed time.Time `json:"dismissed,omitzero"`
	// MilliBits is the evidence that they are one.
	MilliBits int64 `json:"milli_bits,omitempty"`
}

// Export returns everything that is held of the person, also what is sensitive, under
// this id and under those that were merged into it. What it reads is of one moment where
// the store can do that, and is noted in the log of what was done. It returns
// errs.ErrNotFound when there is no such contact.
func (s *Service) Export(ctx context.Context, of contact.ID) (doc *Document, err error) {
	const op = "privacy.Export"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return nil, err
	}
	now := s.env.Now()
	var read []contact.ID
	err = s.snapshot(ctx, func(ctx context.Context, tx Stores) error {
		p, err := s.gather(ctx, tx, op, of)
		if err != nil {
			return err
		}
		if err := p.open(ctx, tx, s.setup.Sealing); err != nil {
			return err
		}
		read = p.ids
		doc = p.document()
		return doc.nameAll(ctx, tx, p)
	})
	if err == nil {
		err = core.ReadOf(ctx, s.env, read)
	}
	if err != nil {
		return nil, err
	}
	doc.Format, doc.Version, doc.At = Format, FormatVersion, now
	doc.Purposes, doc.Recipients, doc.Retention = s.setup.Purposes, s.setup.Recipients, s.setup.Retention
	return doc, nil
}

// open opens the sealed values in all records of the person.
func (p *person) open(ctx context.Context, tx Stores, sealing *contact.Sealing) error {
	records := []*contact.Contact{&p.record}
	for i := range p.merges {
		records = append(records, &p.merges[i].Lost)
	}
	for i := range p.rows.Imports {
		for _, c := range []*contact.Contact{p.rows.Imports[i].Change.Before, p.rows.Imports[i].Change.After} {
			if c != nil {
				records = append(records, c)
			}
		}
	}
	list := make([]contact.Contact, len(records))
	for i, c := range records {
		list[i] = *c
	}
	err := sealing.Open(ctx, tx, list)
	for i, c := range records {
		*c = list[i]
	}
	return err
}

// document lays out what needs no names.
func (p *person) document() *Document {
	doc := &Document{
		Contact: p.record.ID, Merged: p.ids[1:], Record: unsealed(p.record), Restriction: p.restriction, Holds: p.holds,
		Activities: p.activities, Consents: p.events, Permissions: p.states, Notices: p.notices, LinkedBy: p.linkers,
	}
	doc.Segments.Changes = p.changes
	for _, m := range p.merges {
		doc.Merges = append(doc.Merges, Merged{m.Winner, m.At, m.Reason, unsealed(m.Lost)})
	}
	for _, pair := range p.rows.Pairs {
		doc.Duplicates = append(doc.Duplicates, Resemblance{MilliBits: pair.MilliBits})
	}
	for _, d := range p.dismissals {
		doc.Duplicates = append(doc.Duplicates, Resemblance{Dismissed: d.At})
	}
	for _, of := range p.parts {
		if of.shown != nil && of.rows > 0 {
			if doc.Parts == nil {
				doc.Parts = map[string]any{}
			}
			doc.Parts[of.Name] = of.shown
		}
	}
	return doc
}

// unsealed returns a record without what is encrypted in it, which is of use to
// nobody but the host.
func unsealed(c contact.Contact) contact.Contact {
	c.Accounts = slices.Clone(c.Accounts)
	for i := range c.Accounts {
		c.Accounts[i].Sealed = nil
	}
	return c
}

// shown is unsealed for a record that may be missing.
func shown(c *contact.Contact) *contact.Contact {
	if c == nil {
		return nil
	}
	own := unsealed(*c)
	return &own
}

// nameAll adds what has names in other tables.
func (doc *Document) nameAll(ctx context.Context, tx Stores, p *person) error {
	if err := doc.nameCampaigns(ctx, tx, p.rows.CampaignRows); err != nil {
		return err
	}
	segments, err := tx.Segments(ctx)
	if err != nil {
		return err
	}
	names := map[segment.ID]string{}
	for _, known := range segments {
		names[known.ID] = known.Name
	}
	for _, m := range p.memberships {
		doc.Segments.Live = append(doc.Segments.Live, InSegment{names[m.Segment], m})
	}
	for i, c := range doc.Segments.Changes {
		doc.Segments.Changes[i].Name = names[c.Segment]
	}
	for _, row := range p.rows.Snapshots {
		snap, err := tx.Snapshot(ctx, row.Snapshot)
		if err != nil {
			return err
		}
		doc.Segments.Snapshots = append(doc.Segments.Snapshots, SnapshotOfGroup{snap.Name, snap.AsOf})
	}
	return doc.nameImports(ctx, tx, p.rows.Imports)
}

func (doc *Document) nameCampaigns(ctx context.Context, tx Stores, rows CampaignRows) error {
	var order []campaign.ID
	in := map[campaign.ID]*CampaignRows{}
	at := func(id campaign.ID) *CampaignRows {
		if in[id] == nil {
			in[id], order = &CampaignRows{}, append(order, id)
		}
		return in[id]
	}
	for _, row := range rows.Audience {
		to := at(row.Campaign)
		to.Audience = append(to.Audience, row)
	}
	for _, row := range rows.Deliveries {
		to := at(row.Campaign)
		to.Deliveries = append(to.Deliveries, row)
	}
	for _, row := range rows.Vouchers {
		to := at(row.Campaign)
		to.Vouchers = append(to.Vouchers, row)
	}
	for _, row := range rows.Redemptions {
		to := at(row.Campaign)
		to.Redemptions = append(to.Redemptions, row)
	}
	slices.SortFunc(order, campaign.ID.Compare)
	for _, id := range order {
		c, err := tx.Campaign(ctx, id)
		if err != nil {
			return err
		}
		doc.Campaigns = append(doc.Campaigns, InCampaign{c.Name, c.Purpose, *in[id]})
	}
	return nil
}

// importsPage is how many imports are read at a time.
const importsPage = 500

func (doc *Document) nameImports(ctx context.Context, tx Stores, rows []ImportRow) error {
	if len(rows) == 0 {
		return nil
	}
	known := map[exchange.ID]InImport{}
	for before := (exchange.ID{}); ; {
		list, err := tx.Imports(ctx, before, importsPage)
		if err != nil {
			return err
		}
		for _, i := range list {
			known[i.ID] = InImport{Name: i.Name, At: i.StartedAt}
		}
		if len(list) < importsPage {
			break
		}
		before = list[len(list)-1].ID
	}
	for _, row := range rows {
		in := known[row.Import]
		in.Number, in.Line, in.Kind = row.Change.Number, row.Change.Line, string(row.Change.Kind)
		in.Before, in.After = shown(row.Change.Before), shown(row.Change.After)
		doc.Imports = append(doc.Imports, in)
	}
	return nil
}
