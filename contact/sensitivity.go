package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/errs"
)

// Sensitivity says how sensitive the values of a custom field are.
type Sensitivity string

// The sensitivities. The values of all but Ordinary fields are written by
// Service.SetSensitive only.
const (
	Ordinary  Sensitivity = ""
	Financial Sensitivity = "financial"
	Health    Sensitivity = "health"
	// Special is for the other special categories of Article 9 GDPR, such as
	// religious beliefs or the membership of a trade union.
	Special Sensitivity = "special"
)

// IsSensitive reports whether the values of the field need an explicit consent.
func (d Field) IsSensitive() bool { return d.Sensitivity != Ordinary }

// Shareable returns the record for an export: a copy without the values of fields
// that are sensitive, or that are not among those declared, of which nobody can
// tell.
func (c Contact) Shareable(fields []Field) Contact {
	var custom map[string]Value
	for _, f := range fields {
		if v, there := c.Custom[f.Name]; there && !f.IsSensitive() {
			if custom == nil {
				custom = map[string]Value{}
			}
			custom[f.Name] = v
		}
	}
	c.Custom = custom
	return c
}

// Proof refers to the evidence of a consent: the id of a grant in the ledger of
// package consent, as ID.String gives it. Ledger lists the grants, and of a cell
// that is granted State.Event is the id.
type Proof string

// Prover answers whether a customer consented. crm.New takes the one of package
// consent, which reads the ledger, and a host cannot put another in its place.
type Prover interface {
	// ExplicitConsent reports whether the proof is that of a consent which the
	// contact gave for the purpose, and which is in force. It is asked inside of
	// the transaction that writes, with the contact locked, and answers from
	// what that transaction sees. A proof that refers to nothing is no error.
	ExplicitConsent(ctx context.Context, contact ID, purpose string, proof Proof) (bool, error)
	// Consented tells how the contacts stand to each purpose about which they
	// have declared something; NoConsent to all others.
	Consented(ctx context.Context, contacts []ID) (map[ID]map[string]Standing, error)
}

// Stores is what the service needs: the records, and the proofs of consent as
// one and the same transaction sees them.
type Stores interface {
	Store
	Prover
}

// SetSensitive sets values of sensitive fields, by their names, and leaves all
// else in the record as it is. It is the only method that writes them: Create, Update,
// Upsert and UpsertMany refuse a value of a sensitive field that is not the one that can
// be read (consent_required), and take none away. SetSensitive does, with the zero
// Value, an empty text or an empty list; that needs no proof, and destroys the value
// wherever the library keeps it: also in what merges and imports remember, and, with
// crm.Config.Keys, in every backup that is not one of the keys.
//
// The proof must be that of the contact's explicit consent for the Purpose of
// each field, given and not withdrawn since; else the error is errs.ErrInvalid
// with consent_required for each such field, and nothing is written. One proof is
// for one purpose, so fields of two purposes take two calls. The contact is
// locked meanwhile, so a withdrawal comes before or after, and never between.
//
// version is that of the record that was read: when it changed since, the error
// is errs.ErrConflict. Other errors are errs.ErrInvalid with all broken fields,
// and errs.ErrNotFound. It returns the record as Get does.
//
// From the withdrawal of the consent on nobody reads the values any more, and
// DestroyWithdrawn destroys them soon after.
func (s *Service) SetSensitive(ctx context.Context, contact ID, version int64, values map[string]Value, proof Proof) (stored Contact, err error) {
	const op = "contact.SetSensitive"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", contact.String()); err != nil {
		return stored, err
	}
	set := NormalizeValues(values)
	maps.DeleteFunc(set, func(_ string, v Value) bool { return v.Type == "" })
	if err := s.door.checkSensitive(op, values, set); err != nil {
		return Contact{}, err
	}
	now := s.env.Now()
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		old, err := lockAt(ctx, store, op, contact, version)
		if err != nil {
			return err
		}
		if err := s.door.prove(ctx, store, op, contact, set, proof); err != nil {
			return err
		}
		next := old
		next.Custom = merged(next.Custom, values, set)
		if len(next.Custom) > maxCustom {
			return tooManyValues(op)
		}
		r := s.sealing.ring(store)
		if next, err = s.sealOrDestroy(ctx, store, r, old, next, now); err != nil {
			return err
		}
		next.UpdatedAt, next.Version = now, version+1
		if err := store.UpdateContacts(ctx, []Contact{next}); err != nil {
			return err
		}
		stored, err = s.revealOne(ctx, store, r, next)
		return err
	})
	if err != nil {
		return Contact{}, err
	}
	return stored, nil
}

// sealOrDestroy gives a record with its sensitive values sealed. Where it lacks values of
// the stored one, these are destroyed.
func (s *Service) sealOrDestroy(ctx context.Context, store Stores, r *ring, stored, next Contact, now time.Time) (Contact, error) {
	gone := map[string]bool{}
	for name := range stored.Custom {
		if _, stays := next.Custom[name]; !stays {
			gone[name] = true
		}
	}
	if len(gone) > 0 {
		return s.rekey(ctx, store, r, next, func(name string) bool { return gone[name] }, now)
	}
	return next, r.sealAll(ctx, []*Contact{&next}, now)
}

func tooManyValues(op string) error {
	var f errs.Fields
	addTooManyValues(&f)
	return f.Err(op)
}

func addTooManyValues(f *errs.Fields) {
	f.Add("custom", "too_many", fmt.Sprintf("must have at most %d values", maxCustom))
}

// merged returns a copy of custom values with those that are set. What was given
// and is not set is taken away.
func merged(custom, given, set map[string]Value) map[string]Value {
	out := maps.Clone(custom)
	for name := range given {
		delete(out, name)
	}
	if out == nil && len(set) > 0 {
		out = map[string]Value{}
	}
	maps.Copy(out, set)
	if len(out) == 0 {
		return nil
	}
	return out
}

// checkSensitive refuses names of other fields, and values that the declarations
// do not permit.
func (d *door) checkSensitive(op string, given, set map[string]Value) error {
	var f errs.Fields
	if len(given) == 0 {
		f.Add("custom", "required", "must name a field")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		path := customPath(name)
		field, declared := d.fields[name]
		v, there := set[name]
		switch {
		case !declared:
			f.Add(path, "unknown_field", "is not declared in crm.Config.Fields")
		case !field.IsSensitive():
			f.Add(path, "unexpected", "is not sensitive: use Update")
		case given[name].IsSealed():
			f.Add(path, "unexpected", "is sealed: only the service itself seals")
		case given[name].Type == "": // takes it away
		case given[name].Type != field.Type:
			f.Add(path, "wrong_type", "must be of type "+string(field.Type))
		case there:
			validateValue(&f, path, v)
			d.permitted(&f, path, field, v)
		}
	}
	return f.Err(op)
}

// prove asks for the consent to each purpose of the values.
func (d *door) prove(ctx context.Context, by Prover, op string, contact ID, values map[string]Value, proof Proof) error {
	answers := map[string]bool{}
	var f errs.Fields
	for _, name := range slices.Sorted(maps.Keys(values)) {
		purpose := d.fields[name].Purpose
		granted, asked := answers[purpose]
		if !asked {
			var err error
			if granted, err = by.ExplicitConsent(ctx, contact, purpose, proof); err != nil {
				return err
			}
			answers[purpose] = granted
		}
		if !granted {
			f.Add(customPath(name), "consent_required", "needs the proof of an explicit consent that is in force")
		}
	}
	return f.Err(op)
}

// unproven adds the sensitive values that are not the stored ones.
func (d *door) unproven(f *errs.Fields, stored, next map[string]Value) {
	for _, name := range d.sensitive {
		v, there := next[name]
		if old, known := stored[name]; there && !(known && old.Equal(v)) {
			f.Add(customPath(name), "consent_required", "can only be written with the proof of an explicit consent: use SetSensitive")
		}
	}
}

// customPath is where the value of a custom field stands.
func customPath(name string) string { return "custom[" + pathName(name) + "]" }
