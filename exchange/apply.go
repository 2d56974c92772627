package exchange

import (
	"fmt"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/record"
)

// plan is what an entry would do. It is done as a whole or not at all.
type plan struct {
	by       *ready
	contact  contact.Contact // of the entry
	subject  *subject
	isNew    bool
	record   contact.Contact // as it will be, with its identities
	asRead   bool            // the record is that of the entry
	changed  bool
	left     bool // something of the record was left out
	recorded []recording
	declared []declaration
	held     ledger    // with what the entry declares
	problems []Problem // refuse the entry, unless they are Partly
}

func (p *plan) refuse(fields ...errs.Field) {
	for _, f := range fields {
		p.problems = append(p.problems, p.by.problem(f))
	}
}

func (p *plan) refused() bool { return refused(p.problems) }

// entry applies one entry.
func (w *work) entry(e *ready) {
	w.next.Entries++
	p := &plan{by: e, problems: slices.Clone(e.problems)}
	if !p.refused() {
		w.find(p)
	}
	if !p.refused() && p.subject.restricted {
		p.refuse(errs.Field{Path: "", Code: "restricted", Message: "the data of the contact must not be used at present"})
	}
	if !p.refused() {
		w.consents(p)
		w.record(p)
		w.history(p)
	}
	w.problems = append(w.problems, p.problems...)
	if p.refused() {
		w.raced = w.raced || w.blind && !refused(e.problems) // as new, perhaps, what is known
		w.next.Refused++
		return
	}
	w.take(p)
}

// find tells which contact the entry speaks of.
func (w *work) find(p *plan) {
	e := p.by
	if !e.Of.IsZero() {
		p.subject = w.subjects[w.living(e.Of)]
		for _, identity := range e.Identities {
			if p.subject == nil {
				p.subject = w.subjects[w.owners[identity]]
			}
		}
		if p.subject == nil {
			p.refuse(errs.Field{Path: "of", Code: "not_found", Message: "does not exist"})
		}
		return
	}
	owner, maybe := w.living(e.Contact.ID), w.living(e.Maybe)
	if w.subjects[owner] == nil {
		owner = contact.ID{}
	}
	p.contact = e.Contact
	if owner.IsZero() && w.subjects[maybe] != nil {
		owner = maybe
		p.contact.Identities = slices.DeleteFunc(slices.Clone(e.Contact.Identities), func(i contact.Identity) bool {
			id, ok := ownID(i)
			return ok && w.living(id) == owner
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
	p.subject = w.subjects[owner]
	switch {
	case p.subject != nil:
		return
	case !owner.IsZero(): // who was removed since its identities were read
		w.raced = true
		p.subject = &subject{}
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
		p.record = p.contact
		p.record.ID = old.ID
	case known == Keep:
		p.record = old
		return
	default:
		p.record = merge(known, w.run.o.Origin, old, p.contact, e.kind)
		p.record = w.sensitive(old, p.record)
	}
	p.changed = p.isNew || !contact.SameData(w.readable(p), p.record) || len(p.record.Identities) > len(old.Identities)
	if !p.changed {
		p.record = old
		return
	}
	w.unproven(p)
	w.refuseBarred(p)
	for i, l := range p.record.Links {
		if l.To == p.record.ID {
			p.refuse(errs.Field{Path: fmt.Sprintf("links[%d].to", i), Code: "cycle", Message: "must not lead to the contact itself"})
		}
	}
	if p.isNew && w.run.o.Origin.Source == "" && !p.left {
		p.asRead = true
		return // was checked
	}
	p.record.Origins = withOrigin(p.record.Origins, w.run.o.Origin)
	checked, err := w.run.s.with.Contacts.Check(p.record)
	for _, f := range errs.FieldsOf(err) {
		if p.isNew || !stood(old, checked, f.Path) {
			p.refuse(f)
		}
	}
	checked.ID, checked.CreatedAt, checked.UpdatedAt, checked.Version = old.ID, old.CreatedAt, old.UpdatedAt, old.Version
	p.record = checked
}

// sensitive gives a record with the sensitive values of the stored one that the entry does
// not name, and with those that it names as they are stored, if they are the same.
func (w *work) sensitive(old, next contact.Contact) contact.Contact {
	next = w.same(old, next)
	for name, v := range old.Custom {
		if _, named := next.Custom[name]; !named && w.run.s.with.Contacts.Sealing().IsSensitive(name) {
			next.Custom = record.With(next.Custom, name, v)
		}
	}
	return next
}

// readable gives the stored record without the sensitive values that the entry names and
// that nobody may read now: so the entry is refused whether it says the same or not, and
// does not tell what is hidden.
func (w *work) readable(p *plan) contact.Contact {
	c := p.subject.now
	sealing := w.run.s.with.Contacts.Sealing()
	for name := range p.contact.Custom {
		if sealing.IsSensitive(name) && w.run.o.Known != Fill && !p.held.consentsTo(w.now)(sealing.Purpose(name)) {
			c.Custom = record.Without(c.Custom, name)
		}
	}
	return c
}

// unproven refuses sensitive values without a consent to their purpose, be it one
// that is known or one that comes with the entry.
func (w *work) unproven(p *plan) {
	known := w.readable(p)
	stored := &known
	if p.isNew {
		stored = nil
	}
	err := w.run.s.with.Contacts.Unproven(stored, p.record, p.held.consentsTo(w.now))
	for _, f := range errs.FieldsOf(err) {
		if !w.run.o.LeaveOut {
			p.refuse(f)
			continue
		}
		p.problems = append(p.problems, p.by.partly(f))
		_, _, name := cutPath(f.Path)
		p.record.Custom = record.Without(p.record.Custom, name)
		if old, there := p.subject.now.Custom[name]; there {
			p.record.Custom = record.With(p.record.Custom, name, old)
		}
		p.left = true
	}
}

// withOrigin adds an origin, unless it is there.
func withOrigin(list []contact.Origin, o contact.Origin) []contact.Origin {
	if o.Source == "" || slices.ContainsFunc(list, func(is contact.Origin) bool { return record.SameOrigin(is, o) }) {
		return list
	}
	return append(slices.Clip(list), o)
}

// activity checks one activity of an entry. The errors have the path of it before
// their own.
func (s *Service) activity(i int, a activity.Activity, of contact.ID) (activity.Activity, activity.RefEntry, error) {
	a.Contact = of
	checked, entry, err := s.with.Activities.Check(a)
	return checked, entry, under(fmt.Sprintf("activities[%d]", i), err)
}

// consent likewise checks one declaration.
func (s *Service) consent(i int, c Consent, of contact.ID) (consent.Event, error) {
	event, err := s.with.Consents.Copied(c.event(of))
	path := fmt.Sprintf("consents[%d]", i)
	var f errs.Fields
	for _, e := range errs.FieldsOf(under(path, err)) {
		f.Add(e.Path, e.Code, e.Message)
	}
	if c.At.IsZero() {
		f.Add(path+".at", "required", "must not be empty")
	}
	if err := f.Err("exchange.Import"); err != nil {
		return consent.Event{}, err
	}
	return event, nil
}

// under puts a path before those of the broken fields.
func under(path string, err error) error {
	var f errs.Fields
	at := f.At(path)
	for _, e := range errs.FieldsOf(err) {
		at.Add(e.Path, e.Code, e.Message)
	}
	return f.Err("exchange.Import")
}

// history decides which activities are new.
func (w *work) history(p *plan) {
	for i, a := range p.by.Activities {
		checked, entry, err := w.run.s.activity(i, a, p.subject.now.ID)
		if err != nil { // which the reader did not see coming
			p.refuse(errs.FieldsOf(err)...)
			continue
		}
		checked.Origin = w.origin(p.by)
		next := recording{p.by, checked, entry}
		switch code := w.known(p, next, !a.ID.IsZero()); code {
		case isNew:
			p.recorded = append(p.recorded, next)
		case "reused":
			p.refuse(errs.Field{Path: fmt.Sprintf("activities[%d].ref", i), Code: "reused", Message: "was recorded before with other content"})
		case "exists":
			p.refuse(errs.Field{Path: fmt.Sprintf("activities[%d].id", i), Code: "exists", Message: "is that of another activity"})
		}
	}
}

const (
	isNew  = "new"
	isSame = "same"
)

// known tells an activity that is new from one that is there, be it stored or of the
// entry itself, and from one that is not as it was.
func (w *work) known(p *plan, next recording, withID bool) string {
	all := make([]activity.RefEntry, 0, len(p.recorded)+2)
	if !next.entry.Ref.IsZero() {
		all = append(all, w.refs[next.entry.Ref])
	}
	if withID {
		all = append(all, w.there[key{next.activity.Contact, next.activity.ID}])
	}
	for _, r := range p.recorded {
		all = append(all, r.entry)
	}
	for _, is := range all {
		switch {
		case is.Activity.IsZero():
		case !next.entry.Ref.IsZero() && is.Ref == next.entry.Ref:
			if is.Digest != next.entry.Digest || is.Contact != next.entry.Contact {
				return "reused"
			}
			return isSame
		case withID && is.Activity == next.activity.ID:
			if is.Digest != next.entry.Digest {
				return "exists"
			}
			return isSame
		}
	}
	return isNew
}

// consents decides which declarations are taken.
func (w *work) consents(p *plan) {
	p.held = p.subject.ledger.clone()
	for i, c := range p.by.Consents {
		event, err := w.run.s.consent(i, c, p.subject.now.ID)
		if err != nil { // likewise
			p.refuse(errs.FieldsOf(err)...)
			continue
		}
		if known, err := w.declaredBefore(p, i, c, event); err != nil || known {
			p.refuse(errs.FieldsOf(err)...)
			continue
		}
		if !p.isNew && p.held.forbids(event) {
			p.problems = append(p.problems, p.by.partly(errs.Field{
				Path: fmt.Sprintf("consents[%d]", i), Code: "withdrawn",
				Message: "is left out, because the customer has withdrawn or the channel is suppressed",
			}))
			continue
		}
		event.Origin = w.origin(p.by)
		p.held.add(event)
		p.declared = append(p.declared, declaration{p.by, event})
	}
}

// declaredBefore reports whether a ledger holds a declaration, be it as one of a contact
// that was merged into its own since.
func (w *work) declaredBefore(p *plan, i int, c Consent, event consent.Event) (bool, error) {
	if p.held.holds(event.ID) {
		return true, nil
	}
	for origin := range p.held.origins {
		same, err := w.run.s.consent(i, c, origin)
		if err != nil || p.held.holds(same.ID) {
			return err == nil, err
		}
	}
	return false, nil
}

// origin is the contact that an entry names, if that was merged into its subject.
func (w *work) origin(e *ready) contact.ID {
	for _, id := range []contact.ID{e.Of, e.Contact.ID, e.Maybe} {
		if _, merged := w.moved[id]; merged {
			return id
		}
	}
	return contact.ID{}
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
		if !r.entry.Ref.IsZero() {
			w.refs[r.entry.Ref] = r.entry
		}
		w.there[key{r.activity.Contact, r.activity.ID}] = r.entry
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
