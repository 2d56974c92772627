package exchange

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// plan is what an entry would do. It is done as a whole or not at all.
type plan struct {
	by       *ready
	subject  *subject
	isNew    bool
	record   contact.Contact // as it will be, with its identities
	asRead   bool            // the record is that of the entry
	changed  bool
	recorded []recording
	declared []declaration
	held     ledger    // with what the entry declares
	problems []Problem // refuse the entry, unless they are Partly
}

func (p *plan) refuse(f errs.Field) { p.problems = append(p.problems, p.by.problem(f)) }

func (p *plan) refused() bool { return refused(p.problems) }

// entry applies one entry.
func (w *work) entry(e *ready) {
	w.next.Entries++
	p := &plan{by: e, problems: slices.Clone(e.problems)}
	if !p.refused() {
		w.find(p)
	}
	if !p.refused() {
		w.consents(p)
		w.record(p)
		w.history(p)
	}
	w.problems = append(w.problems, p.problems...)
	if p.refused() {
		w.next.Refused++
		return
	}
	w.take(p)
}

// find tells which contact the entry speaks of.
func (w *work) find(p *plan) {
	e := p.by
	if !e.Of.IsZero() {
		if p.subject = w.subjects[e.Of]; p.subject == nil {
			p.refuse(errs.Field{Path: "of", Code: "not_found", Message: "does not exist"})
		}
		return
	}
	owner := e.Contact.ID
	if w.subjects[owner] == nil {
		owner = contact.ID{}
	}
	if owner.IsZero() && w.subjects[e.Maybe] != nil {
		owner = e.Maybe
		e.Contact.Identities = slices.DeleteFunc(slices.Clone(e.Contact.Identities), func(i contact.Identity) bool {
			return i.Key == uuidURN+owner.String() // it is the id itself
		})
	}
	for i, identity := range e.Contact.Identities {
		switch found := w.owners[identity]; {
		case found.IsZero():
		case owner.IsZero():
			owner = found
		case owner != found:
			p.refuse(errs.Field{Path: fmt.Sprintf("identities[%d]", i), Code: "taken", Message: "belongs to another contact"})
		}
	}
	if p.subject = w.subjects[owner]; p.subject != nil || !owner.IsZero() {
		return
	}
	p.isNew = true
	p.problems = append(p.problems, e.lacks...)
	id := e.Contact.ID
	if id.IsZero() {
		id = contact.ID(w.run.s.env.NewID())
	}
	p.subject = &subject{now: contact.Contact{ID: id}}
}

// record decides what becomes of the record.
func (w *work) record(p *plan) {
	e, old := p.by, p.subject.now
	known := w.run.o.Known
	switch {
	case !e.Of.IsZero():
		p.record = old
		return
	case p.isNew:
		p.record = e.Contact
		p.record.ID = old.ID
	case known == Keep:
		p.record = old
		return
	default:
		p.record = merge(known, old, e.Contact, e.kind)
	}
	p.changed = p.isNew || !contact.SameData(old, p.record) || len(p.record.Identities) > len(old.Identities)
	if !p.changed {
		p.record = old
		return
	}
	w.unproven(p)
	if p.isNew && w.run.o.Origin.Source == "" {
		p.asRead = true
		return // was checked
	}
	p.record.Origins = withOrigin(p.record.Origins, w.run.o.Origin)
	checked, err := w.run.s.with.Contacts.Check(p.record)
	for _, f := range errs.FieldsOf(err) {
		p.refuse(f)
	}
	checked.ID, checked.CreatedAt, checked.UpdatedAt, checked.Version = old.ID, old.CreatedAt, old.UpdatedAt, old.Version
	p.record = checked
}

// unproven refuses sensitive values without a consent to their purpose, be it one
// that is known or one that comes with the entry.
func (w *work) unproven(p *plan) {
	stored := &p.subject.now
	if p.isNew {
		stored = nil
	}
	err := w.run.s.with.Contacts.Unproven(stored, p.record, func(purpose string) bool {
		for c, s := range p.held.states {
			if c.purpose == consent.Purpose(purpose) && s.Action == consent.Grant {
				return true
			}
		}
		return false
	})
	for _, f := range errs.FieldsOf(err) {
		p.refuse(f)
	}
}

// withOrigin adds an origin, unless it is there.
func withOrigin(list []contact.Origin, o contact.Origin) []contact.Origin {
	same := func(is contact.Origin) bool { return is.Source == o.Source && is.Notice == o.Notice }
	if o.Source == "" || slices.ContainsFunc(list, same) {
		return list
	}
	return append(slices.Clip(list), o)
}

// history decides which activities are new.
func (w *work) history(p *plan) {
	for i, a := range p.by.Activities {
		a.Contact = p.subject.now.ID
		checked, entry, err := w.run.s.with.Activities.Check(a)
		for _, f := range errs.FieldsOf(err) {
			f.Path = fmt.Sprintf("activities[%d].%s", i, f.Path)
			p.refuse(f)
		}
		bound, known := w.refs[a.Ref]
		if !known {
			at := slices.IndexFunc(p.recorded, func(r recording) bool { return !a.Ref.IsZero() && r.entry.Ref == a.Ref })
			if known = at >= 0; known {
				bound = p.recorded[at].entry
			}
		}
		switch {
		case err != nil, isOnlyByID(a) && w.there[a.ID]:
		case !known:
			p.recorded = append(p.recorded, recording{p.by, checked, entry})
		case bound.Digest != entry.Digest:
			p.refuse(errs.Field{Path: fmt.Sprintf("activities[%d].ref", i), Code: "reused", Message: "was recorded before with other content"})
		}
	}
}

// consents decides which declarations are taken.
func (w *work) consents(p *plan) {
	p.held = p.subject.ledger.clone()
	for i, c := range p.by.Consents {
		events, err := w.run.s.with.Consents.Check(c.Action, consent.Declaration{
			Contact: p.subject.now.ID, Purpose: c.Purpose, Channels: []contact.Channel{c.Channel},
			At: c.At, Wording: c.Wording, Source: c.Source, Proof: c.Proof,
		})
		path := fmt.Sprintf("consents[%d]", i)
		for _, f := range errs.FieldsOf(err) {
			f.Path = path + "." + f.Path
			p.refuse(f)
		}
		if c.At.IsZero() {
			p.refuse(errs.Field{Path: path + ".at", Code: "required", Message: "must not be empty"})
		}
		if err != nil || c.At.IsZero() || p.held.holds(events[0].ID) {
			continue
		}
		if !p.isNew && p.held.forbids(events[0]) {
			p.problems = append(p.problems, p.by.partly(errs.Field{
				Path: path, Code: "withdrawn", Message: "is left out, because the customer has withdrawn or the channel is suppressed",
			}))
			continue
		}
		p.held.add(events[0])
		p.declared = append(p.declared, declaration{p.by, events[0]})
	}
}

// take does what was planned.
func (w *work) take(p *plan) {
	s := p.subject
	switch {
	case p.isNew:
		w.subjects[s.now.ID] = s
		w.next.Created++
	case p.changed:
		w.next.Updated++
	default:
		w.next.Unchanged++
	}
	if p.changed {
		w.change(p)
	}
	for _, r := range p.recorded {
		if r.entry.Ref.IsZero() {
			w.there[r.activity.ID] = true
		} else {
			w.refs[r.entry.Ref] = r.entry
		}
	}
	for _, d := range p.declared {
		s.ledger.add(d.event)
	}
	w.recorded = append(w.recorded, p.recorded...)
	w.declared = append(w.declared, p.declared...)
}

// change notes the new record and binds its identities.
func (w *work) change(p *plan) {
	s := p.subject
	if s.by == nil {
		s.by = p.by
		w.order = append(w.order, s)
	}
	for _, identity := range p.record.Identities {
		if w.owners[identity].IsZero() {
			w.owners[identity] = s.now.ID
			w.claims = append(w.claims, contact.Claim{Identity: identity, Contact: s.now.ID})
		}
	}
	s.now, s.as = p.record, nil
	if p.asRead && len(p.by.lacks) == 0 {
		s.as = p.by
	}
}

// ledger is what a contact has declared.
type ledger struct {
	events map[consent.ID]bool
	states map[cell]consent.State
}

type cell struct {
	purpose consent.Purpose
	channel contact.Channel
}

func (l *ledger) add(e consent.Event) {
	if l.events == nil {
		l.events, l.states = map[consent.ID]bool{}, map[cell]consent.State{}
	}
	l.events[e.ID] = true
	c := cell{e.Purpose, e.Channel}
	if old, known := l.states[c]; !known || consent.Supersedes(e, old) {
		l.states[c] = consent.StateOf(e)
	}
}

func (l ledger) clone() ledger {
	return ledger{maps.Clone(l.events), maps.Clone(l.states)}
}

func (l ledger) holds(id consent.ID) bool { return l.events[id] }

// forbids reports whether the customer's wish stands against an event.
func (l ledger) forbids(e consent.Event) bool {
	if e.Action != consent.Grant && e.Action != consent.Release {
		return false
	}
	return l.states[cell{e.Purpose, e.Channel}].Action == consent.Withdraw ||
		l.states[cell{consent.AnyPurpose, e.Channel}].Action == consent.Suppress
}
