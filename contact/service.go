package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
)

// MaxBatch is how many records one call of a batch method may take.
const MaxBatch = 10_000

// Service keeps contacts. Hosts get it as CRM.Contacts. It is safe for
// concurrent use.
type Service struct {
	store   Stores
	atomic  core.Atomic[Stores]
	env     core.Env
	door    *door
	sealing *Sealing
	secret  *duplicate.Secret // nil where no keys are kept, as is
	model   *duplicate.Model
}

// NewService is called by crm.New, with fields that pass Field.Check. With a secret, the
// stores keep the keys of that, as Keyed does. The sealing is of the same fields.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env, fields []Field, v Validation, secret *duplicate.Secret, sealing *Sealing) *Service {
	d := &door{validation: v, fields: map[string]Field{}, types: map[string]Type{}, patterns: patterns{}, now: env.Now}
	for _, f := range fields {
		d.fields[f.Name], d.types[f.Name] = f, f.Type
		if p, err := whole(f.Pattern); err == nil {
			d.patterns[f.Name] = p
		}
		if f.IsSensitive() {
			d.sensitive = append(d.sensitive, f.Name)
		}
	}
	slices.Sort(d.sensitive)
	s := &Service{store: store, atomic: atomic, env: env, door: d, sealing: sealing, secret: secret}
	if secret != nil {
		s.model = duplicate.Default(*secret)
	}
	return s
}

// Create stores a new contact with its identities and returns it as stored.
// It returns errs.ErrInvalid with all broken fields, errs.ErrNotFound when a link
// leads to nobody, or errs.ErrConflict when the id or one of the identities is
// taken.
func (s *Service) Create(ctx context.Context, c Contact) (created Contact, err error) {
	const op = "contact.Create"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return created, err
	}
	return s.create(ctx, op, c, func(context.Context, Stores, Contact) error { return nil })
}

// create is Create with something to be asked before.
func (s *Service) create(ctx context.Context, op string, c Contact, ask func(context.Context, Stores, Contact) error) (Contact, error) {
	c = normalize(c)
	var f errs.Fields
	s.door.validate(&f, &c)
	s.door.unproven(&f, nil, c.Custom)
	if err := f.Err(op); err != nil {
		return Contact{}, err
	}
	given := c.ID
	s.stamp(&c, s.env.Now())
	err := s.atomic(ctx, func(ctx context.Context, store Stores) error {
		if err := ask(ctx, store, c); err != nil {
			return err
		}
		if err := notMerged(ctx, store, op, "id", given); err != nil {
			return err
		}
		if !given.IsZero() {
			if err := notErased(ctx, store, op, "id", given); err != nil {
				return err
			}
		}
		if err := checkLinks(ctx, store, op, []Contact{c}, nil, ""); err != nil {
			return err
		}
		if err := s.refuseBarred(ctx, store, op, nil, []Contact{c}, ""); err != nil {
			return err
		}
		if err := claimAll(ctx, store, op, c); err != nil {
			return err
		}
		return store.InsertContacts(ctx, []Contact{c})
	})
	if err != nil {
		return Contact{}, err
	}
	return c, nil
}

// Insert stores a new contact, which has an id and was checked, within a transaction of
// another room. It returns errs.ErrConflict when an identity belongs to somebody else.
func Insert(ctx context.Context, store Store, op string, c Contact, now time.Time) error {
	c = normalize(c)
	c.CreatedAt, c.UpdatedAt, c.Version = now, now, 1
	if err := claimAll(ctx, store, op, c); err != nil {
		return err
	}
	return store.InsertContacts(ctx, []Contact{c})
}

// Check tells whether Create would take a record, and returns it in the form in
// which it would be stored, without storing it. Whether its identities are free, its
// links lead anywhere and its sensitive values are proven is not looked at; see
// Unproven. It returns errs.ErrInvalid with all broken fields.
func (s *Service) Check(c Contact) (Contact, error) {
	c = normalize(c)
	var f errs.Fields
	s.door.validate(&f, &c)
	return c, f.Err("contact.Check")
}

// Unproven tells whether a record has sensitive values that are not those of the
// stored one, which is nil for a new contact, and for whose purpose consented
// reports no consent: errs.ErrInvalid with consent_required for each.
func (s *Service) Unproven(stored *Contact, c Contact, consented func(purpose string) bool) error {
	var before map[string]Value
	if stored != nil {
		before = stored.Custom
	}
	next := map[string]Value{}
	for _, name := range s.door.sensitive {
		if v, there := c.Custom[name]; there && !consented(s.door.fields[name].Purpose) {
			next[name] = v
		}
	}
	var f errs.Fields
	s.door.unproven(&f, before, next)
	return f.Err("contact.Unproven")
}

// stamp gives a new record its id, times and version.
func (s *Service) stamp(c *Contact, now time.Time) {
	if c.ID.IsZero() {
		c.ID = s.env.NewID()
	}
	c.CreatedAt, c.UpdatedAt, c.Version = now, now, 1
}

// claimAll binds all identities of c to it, or returns errs.ErrConflict.
func claimAll(ctx context.Context, store Store, op string, c Contact) error {
	claims := make([]Claim, len(c.Identities))
	for i, identity := range c.Identities {
		claims[i] = Claim{identity, c.ID}
	}
	owners, err := store.ClaimIdentities(ctx, claims)
	if err != nil {
		return err
	}
	for i, owner := range owners {
		if owner != c.ID {
			return errs.Conflict(op, fmt.Sprintf("identities[%d]", i), "taken", "belongs to another contact")
		}
	}
	return nil
}

// Update replaces the record of an existing contact; its identities stay as
// they are. c.Version must be the one that was read: when the record changed
// since, the error is errs.ErrConflict and nothing is written, as it is (merged) for
// the id of a contact that was merged into another. Sensitive values stay as they are
// stored, whether c holds them or not, since the reader may not have been shown them: a
// value that c holds must be the one that Get gives, see SetSensitive. A link must lead
// to a contact that exists. It returns the record as Get does.
func (s *Service) Update(ctx context.Context, c Contact) (stored Contact, err error) {
	const op = "contact.Update"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", c.ID.String()); err != nil {
		return stored, err
	}
	c = normalize(c)
	c.Identities = nil
	var f errs.Fields
	s.door.validate(&f, &c)
	if c.ID.IsZero() {
		f.Add("id", "required", "must not be empty")
	}
	if err := f.Err(op); err != nil {
		return Contact{}, err
	}
	now := s.env.Now()
	var updated Contact
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		old, err := lockAt(ctx, store, op, c.ID, c.Version)
		if err != nil {
			return err
		}
		r := s.sealing.ring(store)
		kept, err := s.keepSensitive(ctx, store, r, op, []Contact{old}, []Contact{c}, "")
		if err != nil {
			return err
		}
		if err := checkLinks(ctx, store, op, []Contact{c}, map[ID][]Link{c.ID: old.Links}, ""); err != nil {
			return err
		}
		if err := s.refuseBarred(ctx, store, op, map[ID]Contact{c.ID: old}, []Contact{c}, ""); err != nil {
			return err
		}
		next := kept[0]
		next.Identities, next.CreatedAt, next.UpdatedAt, next.Version = old.Identities, old.CreatedAt, now, c.Version+1
		if err := store.UpdateContacts(ctx, []Contact{next}); err != nil {
			return err
		}
		updated, err = s.revealOne(ctx, store, r, next)
		return err
	})
	if err != nil {
		return Contact{}, err
	}
	return updated, nil
}

// lockAt locks the contact and returns it, if it is there in the version.
func lockAt(ctx context.Context, store Store, op string, contact ID, version int64) (Contact, error) {
	list, err := store.LockContacts(ctx, []ID{contact})
	switch {
	case err != nil:
		return Contact{}, err
	case len(list) == 0:
		return Contact{}, gone(ctx, store, op, "id", contact)
	case list[0].Version != version:
		return Contact{}, errs.Conflict(op, "version", "changed", "the contact changed since it was read")
	}
	return list[0], Unrestricted(ctx, store, op, "id", contact)
}

// Get returns the contact with the id, or errs.ErrNotFound. The id of one that was
// merged into another leads to that one, whose ID is its own.
//
// Like every method that returns records, it leaves out the value of a sensitive field
// unless a consent to the purpose of the field is in force now, on a channel that is not
// suppressed.
func (s *Service) Get(ctx context.Context, contact ID) (c Contact, err error) {
	const op = "contact.Get"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", contact.String()); err != nil {
		return c, err
	}
	return s.get(ctx, op, contact)
}

func (s *Service) get(ctx context.Context, op string, contact ID) (Contact, error) {
	list, err := living(ctx, s.store, []ID{contact})
	if err != nil {
		return Contact{}, err
	}
	if len(list) == 0 {
		return Contact{}, errs.NotFound(op, "id")
	}
	if list, err = s.giveOut(ctx, list[:1]); err != nil {
		return Contact{}, err
	}
	return list[0], nil
}

// GetMany returns the contacts with the ids, in that order; unknown ids are
// left out, and those of merged contacts lead to others, as with Get.
func (s *Service) GetMany(ctx context.Context, contacts []ID) (list []Contact, err error) {
	defer errs.SetOp(&err, "contact.GetMany")
	if ctx, err = s.env.Ask(ctx, "contact.GetMany", "contact", ""); err != nil {
		return list, err
	}
	if list, err = living(ctx, s.store, contacts); err != nil {
		return nil, err
	}
	return s.giveOut(ctx, list)
}

// Find returns the contact that the host knows under the identity, or
// errs.ErrNotFound.
func (s *Service) Find(ctx context.Context, identity Identity) (c Contact, err error) {
	const op = "contact.Find"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return c, err
	}
	var f errs.Fields
	validateIdentity(f.At("identity"), identity)
	if err := f.Err(op); err != nil {
		return Contact{}, err
	}
	ids, err := s.store.FindIdentities(ctx, []Identity{identity})
	if err != nil {
		return Contact{}, err
	}
	if ids[0].IsZero() {
		return Contact{}, errs.NotFound(op, "identity")
	}
	return s.get(ctx, op, ids[0])
}

// Page is one page of contacts.
type Page struct {
	Contacts []Contact
	// Next is the cursor of the next page, empty on the last one.
	Next string
}

// List returns contacts in ascending order of id, limit at a time (1 to 1000).
// Pass the empty cursor first, then Page.Next. Contacts created meanwhile
// never make a page repeat or skip a contact.
func (s *Service) List(ctx context.Context, cursorText string, limit int) (page Page, err error) {
	const op = "contact.List"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return page, err
	}
	var f errs.Fields
	after := cursor.DecodeID[Contact](&f, "cursor", cursorText)
	cursor.CheckLimit(&f, limit)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	list, err := s.store.ListContacts(ctx, after, limit+1)
	if err != nil {
		return Page{}, err
	}
	page = Page{Contacts: list}
	if len(list) > limit {
		page.Contacts = list[:limit]
		page.Next = cursor.EncodeID(list[limit-1].ID)
	}
	if page.Contacts, err = s.giveOut(ctx, page.Contacts); err != nil {
		return Page{}, err
	}
	return page, nil
}

// Fields returns the declared custom fields and their types.
func (s *Service) Fields() map[string]Type { return maps.Clone(s.door.types) }
