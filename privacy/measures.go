package privacy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// HoldID identifies a hold.
type HoldID = id.ID[Hold]

// Hold keeps data of a contact from being erased, because a law demands that they
// be kept. In Germany section 147 of the fiscal code (AO) has 8 years for invoices
// and other vouchers, 10 for books and 6 for letters, from the end of the year. Sensitive
// values are not kept by a hold.
type Hold struct {
	// ID is made by the service where it is zero.
	ID HoldID `json:"id"`
	// Contact is set by the service.
	Contact contact.ID `json:"contact"`
	// Class is one of Holdable; empty for all of them.
	Class Class `json:"class,omitempty"`
	// Reason says why: one line of 1 to 200 characters, without personal data.
	Reason string `json:"reason"`
	// Until is when the hold ends; zero for when it is released.
	Until time.Time `json:"until,omitzero"`
	// Reference is the host's own, such as a file number: at most 200 characters,
	// without personal data.
	Reference string `json:"reference,omitempty"`
	// At is set by the service.
	At time.Time `json:"at"`
}

// covers reports whether the hold keeps a class as of now.
func (h Hold) covers(c Class, now time.Time) bool {
	return (h.Class == "" || h.Class == c) && slices.Contains(Holdable, c) && (h.Until.IsZero() || h.Until.After(now))
}

// Restriction says that the data of a contact may be stored and read, but not used
// (Article 18 GDPR).
type Restriction struct {
	Contact contact.ID `json:"contact"`
	// Reason says why: one line of 1 to 200 characters, without personal data.
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// maxReason is how many characters a reason or reference has at most.
const maxReason = 200

func checkReason(f *errs.Fields, path, reason string) {
	if check.Line(f, path, reason, maxReason); reason == "" {
		f.Add(path, "required", "must say why")
	}
}

// Hold keeps data of a contact from Erase and Sweep until it ends or is released. It
// returns the hold as stored. Errors are errs.ErrInvalid with all broken fields, and
// errs.ErrNotFound when there is no such contact.
func (s *Service) Hold(ctx context.Context, of contact.ID, h Hold) (stored Hold, err error) {
	const op = "privacy.Hold"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return stored, err
	}
	h.Reason, h.Reference = strings.TrimSpace(h.Reason), strings.TrimSpace(h.Reference)
	h.At = s.env.Now()
	var f errs.Fields
	if h.Class != "" && !slices.Contains(Holdable, h.Class) {
		f.Add("class", "unknown_class", "must be one of privacy.Holdable, or empty for all")
	}
	checkReason(&f, "reason", h.Reason)
	check.Line(&f, "reference", h.Reference, maxReason)
	if !h.Until.IsZero() {
		h.Until = core.Instant(h.Until)
		if check.Time(&f, "until", h.Until) && !h.Until.After(h.At) {
			f.Add("until", "out_of_range", "must lie in the future")
		}
	}
	if err := f.Err(op); err != nil {
		return Hold{}, err
	}
	if h.ID.IsZero() {
		h.ID = s.env.NewID()
	}
	err = s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		h.Contact, err = s.alive(ctx, tx, op, of)
		if err != nil {
			return err
		}
		return tx.PutHold(ctx, h)
	})
	if err != nil {
		return Hold{}, err
	}
	return h, nil
}

// ReleaseHold ends a hold before its time. What it has kept of an erased contact
// goes with the next Sweep, if no other hold keeps it. It works on erased contacts,
// too, and returns errs.ErrNotFound when there is no such hold.
func (s *Service) ReleaseHold(ctx context.Context, of contact.ID, hold HoldID) (err error) {
	const op = "privacy.ReleaseHold"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return err
	}
	return s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		ids, err := everyID(ctx, tx, of)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if there, err := tx.DeleteHold(ctx, id, hold); err != nil || there {
				return err
			}
		}
		return errs.NotFound(op, "hold")
	})
}

// Holds returns the holds of a contact, with those of contacts that were merged into
// it, also when it was erased.
func (s *Service) Holds(ctx context.Context, of contact.ID) (list []Hold, err error) {
	const op = "privacy.Holds"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return nil, err
	}
	ids, err := everyID(ctx, s.store, of)
	if err != nil {
		return nil, err
	}
	return s.store.Holds(ctx, ids)
}

// everyID returns all ids of the contact that an id leads to, or led to before it was
// erased.
func everyID(ctx context.Context, tx Stores, of contact.ID) ([]contact.ID, error) {
	c, err := tx.CertificateOf(ctx, of)
	if err == nil {
		return c.ids(), nil
	}
	if !errors.Is(err, errs.ErrNotFound) {
		return nil, err
	}
	holder, err := contact.Living(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	return merged(ctx, tx, holder)
}

// Held returns what holds have kept of an erased contact. Nothing else shows it.
func (s *Service) Held(ctx context.Context, erased contact.ID) (list []Held, err error) {
	const op = "privacy.Held"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", erased.String()); err != nil {
		return nil, err
	}
	c, err := s.store.CertificateOf(ctx, erased)
	if err != nil {
		return nil, err
	}
	return s.store.HeldOf(ctx, c.Contact)
}

// Restrict keeps a contact from being used: it is in no segment and gets no message,
// and its record, its history and its grants cannot be written or merged, which is
// errs.ErrConflict (restricted). Reading, withdrawing, payments under way, exports
// and erasure stay possible. Restricting again replaces the reason.
func (s *Service) Restrict(ctx context.Context, of contact.ID, reason string) (err error) {
	const op = "privacy.Restrict"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return err
	}
	r := Restriction{Reason: strings.TrimSpace(reason), At: s.env.Now()}
	var f errs.Fields
	checkReason(&f, "reason", r.Reason)
	if err := f.Err(op); err != nil {
		return err
	}
	return s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		if r.Contact, err = s.alive(ctx, tx, op, of); err != nil {
			return err
		}
		return tx.PutRestriction(ctx, r)
	})
}

// Unrestrict ends a restriction. Whom it leaves alone by right is told before by the
// host (Article 18(3) GDPR). A contact without one is left as it is.
func (s *Service) Unrestrict(ctx context.Context, of contact.ID) (err error) {
	const op = "privacy.Unrestrict"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return err
	}
	now := s.env.Now()
	return s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		holder, err := s.alive(ctx, tx, op, of)
		if err != nil {
			return err
		}
		return tx.DeleteRestriction(ctx, holder, now)
	})
}

// Restriction returns the restriction of a contact, or errs.ErrNotFound.
func (s *Service) Restriction(ctx context.Context, of contact.ID) (r Restriction, err error) {
	const op = "privacy.Restriction"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return r, err
	}
	holder, err := contact.Living(ctx, s.store, of)
	if err != nil {
		return r, err
	}
	list, err := s.store.Restrictions(ctx, []contact.ID{holder})
	if err == nil && len(list) == 0 {
		err = errs.NotFound(op, "id")
	}
	if err != nil {
		return r, err
	}
	return list[0], nil
}

// alive locks the contact that has an id now and returns its own id, or
// errs.ErrNotFound.
func (s *Service) alive(ctx context.Context, tx Stores, op string, of contact.ID) (contact.ID, error) {
	found, err := contact.LockLiving(ctx, tx, []contact.ID{of})
	if err != nil {
		return contact.ID{}, err
	}
	c, there := found[of]
	if !there {
		return contact.ID{}, errs.NotFound(op, "id")
	}
	return c.ID, nil
}
