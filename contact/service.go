package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
)

// MaxBatch is how many records one call of a batch method may take.
const MaxBatch = 10_000

// Service keeps contacts. Hosts get it as CRM.Contacts. It is safe for
// concurrent use.
type Service struct {
	store  Store
	atomic core.Atomic[Store]
	env    core.Env
	fields map[string]Type
}

// NewService is called by crm.New.
func NewService(store Store, atomic core.Atomic[Store], env core.Env, fields []Field) *Service {
	types := make(map[string]Type, len(fields))
	for _, f := range fields {
		types[f.Name] = f.Type
	}
	return &Service{store, atomic, env, types}
}

// Create stores a new contact with its identities and returns it as stored.
// It returns errs.ErrInvalid with all broken fields, or errs.ErrConflict when
// the id or one of the identities is taken.
func (s *Service) Create(ctx context.Context, c Contact) (Contact, error) {
	const op = "contact.Create"
	c = normalize(c)
	var f errs.Fields
	validate(&f, c, s.fields)
	if err := f.Err(op); err != nil {
		return Contact{}, err
	}
	s.stamp(&c, s.env.Now())
	err := s.atomic(ctx, func(ctx context.Context, store Store) error {
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

// Upsert creates the contact that has the first of c.Identities, or replaces
// its record: fields that c leaves empty become missing. Identities are added,
// never taken away. It returns the record as stored and whether it is new.
// Concurrent calls for one identity are serialised; the last one stays.
func (s *Service) Upsert(ctx context.Context, c Contact) (Contact, bool, error) {
	results, err := s.upsert(ctx, "contact.Upsert", []Contact{c}, "")
	if err != nil {
		return Contact{}, false, err
	}
	return results[0].Contact, results[0].Created, nil
}

// UpsertResult is what became of one record of a batch.
type UpsertResult struct {
	Contact Contact
	Created bool
}

// UpsertMany is Upsert for up to MaxBatch records in one transaction: all or
// none. Two records of one batch must not share an identity.
func (s *Service) UpsertMany(ctx context.Context, contacts []Contact) ([]UpsertResult, error) {
	return s.upsert(ctx, "contact.UpsertMany", contacts, "contacts")
}

func (s *Service) upsert(ctx context.Context, op string, contacts []Contact, path string) ([]UpsertResult, error) {
	batch, err := s.checkBatch(op, contacts, path)
	if err != nil || len(batch) == 0 {
		return nil, err
	}
	now := s.env.Now()
	var given []ID // ids of the host's own making may be known already
	for i := range batch {
		if !batch[i].ID.IsZero() {
			given = append(given, batch[i].ID)
		}
		s.stamp(&batch[i], now)
	}
	var results []UpsertResult
	err = s.atomic(ctx, func(ctx context.Context, store Store) error {
		var err error
		results, err = upsertBatch(ctx, store, op, batch, given, path)
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// checkBatch normalizes and validates a batch for upsert.
func (s *Service) checkBatch(op string, contacts []Contact, path string) ([]Contact, error) {
	var f errs.Fields
	if len(contacts) > MaxBatch {
		f.Add(path, "too_many", fmt.Sprintf("must be at most %d records", MaxBatch))
		return nil, f.Err(op)
	}
	batch := make([]Contact, len(contacts))
	seen := make(map[Identity]int)
	for i, c := range contacts {
		at := f.At(elementPath(path, i))
		batch[i] = normalize(c)
		validate(at, batch[i], s.fields)
		if len(batch[i].Identities) == 0 {
			at.Add("identities", "required", "must hold at least one identity")
		}
		for j, identity := range batch[i].Identities {
			if other, dup := seen[identity]; dup && other != i {
				at.Add(fmt.Sprintf("identities[%d]", j), "duplicate", fmt.Sprintf("stands in record %d too", other))
			}
			seen[identity] = i
		}
		batch[i].Identities = slices.Clone(batch[i].Identities)
		if len(c.Identities) > 0 { // the key is the first as given, not as sorted
			moveFirst(batch[i].Identities, c.Identities[0])
		}
	}
	return batch, f.Err(op)
}

func elementPath(path string, i int) string {
	if path == "" {
		return ""
	}
	return fmt.Sprintf("%s[%d]", path, i)
}

func moveFirst(list []Identity, key Identity) {
	if i := slices.Index(list, key); i > 0 {
		copy(list[1:i+1], list[:i])
		list[0] = key
	}
}

// upsertBatch claims the keys of all records, which tells the new from the
// known, then claims the other identities and writes both kinds in bulk.
func upsertBatch(ctx context.Context, store Store, op string, batch []Contact, given []ID, path string) ([]UpsertResult, error) {
	claims := make([]Claim, len(batch))
	for i, c := range batch {
		claims[i] = Claim{c.Identities[0], c.ID}
	}
	owners, err := store.ClaimIdentities(ctx, claims)
	if err != nil {
		return nil, err
	}
	known, err := lockKnown(ctx, store, batch, owners, given)
	if err != nil {
		return nil, err
	}
	results := make([]UpsertResult, len(batch))
	var inserts, updates []Contact
	for i, c := range batch {
		old, exists := known[owners[i]]
		if exists {
			c.ID, c.CreatedAt, c.Version = old.ID, old.CreatedAt, old.Version+1
			updates = append(updates, c)
		} else {
			inserts = append(inserts, c)
		}
		results[i] = UpsertResult{Contact: c, Created: !exists}
		results[i].Contact.Identities = union(old.Identities, c.Identities)
	}
	if err := claimOthers(ctx, store, op, results, batch, path); err != nil {
		return nil, err
	}
	if err := store.InsertContacts(ctx, inserts); err != nil {
		return nil, err
	}
	return results, store.UpdateContacts(ctx, updates)
}

// lockKnown reads and locks the contacts that own a key, or an id, already.
func lockKnown(ctx context.Context, store Store, batch []Contact, owners, given []ID) (map[ID]Contact, error) {
	ids := slices.Clone(given)
	for i, owner := range owners {
		if owner != batch[i].ID {
			ids = append(ids, owner)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	locked, err := store.LockContacts(ctx, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[ID]Contact, len(locked))
	for _, c := range locked {
		known[c.ID] = c
	}
	return known, nil
}

// claimOthers binds the identities beside the key.
func claimOthers(ctx context.Context, store Store, op string, results []UpsertResult, batch []Contact, path string) error {
	var claims []Claim
	var paths []string
	for i, c := range batch {
		for j, identity := range c.Identities[1:] {
			claims = append(claims, Claim{identity, results[i].Contact.ID})
			paths = append(paths, identityPath(path, i, j+1))
		}
	}
	if len(claims) == 0 {
		return nil
	}
	owners, err := store.ClaimIdentities(ctx, claims)
	if err != nil {
		return err
	}
	for k, owner := range owners {
		if owner != claims[k].Contact {
			return errs.Conflict(op, paths[k], "taken", "belongs to another contact")
		}
	}
	return nil
}

func identityPath(path string, record, identity int) string {
	p := fmt.Sprintf("identities[%d]", identity)
	if path != "" {
		p = elementPath(path, record) + "." + p
	}
	return p
}

func union(a, b []Identity) []Identity {
	all := append(slices.Clone(a), b...)
	slices.SortFunc(all, compareIdentity)
	return slices.Compact(all)
}

// Update replaces the record of an existing contact; its identities stay as
// they are. c.Version must be the one that was read: when the record changed
// since, the error is errs.ErrConflict and nothing is written. It returns the
// record as stored.
func (s *Service) Update(ctx context.Context, c Contact) (Contact, error) {
	const op = "contact.Update"
	c = normalize(c)
	c.Identities = nil
	var f errs.Fields
	validate(&f, c, s.fields)
	if c.ID.IsZero() {
		f.Add("id", "required", "must not be empty")
	}
	if err := f.Err(op); err != nil {
		return Contact{}, err
	}
	now := s.env.Now()
	err := s.atomic(ctx, func(ctx context.Context, store Store) error {
		old, err := store.LockContacts(ctx, []ID{c.ID})
		if err != nil {
			return err
		}
		if len(old) == 0 {
			return errs.NotFound(op, "id")
		}
		if old[0].Version != c.Version {
			return errs.Conflict(op, "version", "changed", "the contact changed since it was read")
		}
		next := c
		next.Identities, next.CreatedAt, next.UpdatedAt, next.Version = old[0].Identities, old[0].CreatedAt, now, c.Version+1
		if err := store.UpdateContacts(ctx, []Contact{next}); err != nil {
			return err
		}
		c = next
		return nil
	})
	if err != nil {
		return Contact{}, err
	}
	return c, nil
}

// Get returns the contact with the id, or errs.ErrNotFound.
func (s *Service) Get(ctx context.Context, contact ID) (Contact, error) {
	list, err := s.store.Contacts(ctx, []ID{contact})
	if err != nil {
		return Contact{}, err
	}
	if len(list) == 0 {
		return Contact{}, errs.NotFound("contact.Get", "id")
	}
	return list[0], nil
}

// GetMany returns the contacts with the ids, in that order; unknown ids are
// left out.
func (s *Service) GetMany(ctx context.Context, contacts []ID) ([]Contact, error) {
	return s.store.Contacts(ctx, contacts)
}

// Find returns the contact that the host knows under the identity, or
// errs.ErrNotFound.
func (s *Service) Find(ctx context.Context, identity Identity) (Contact, error) {
	const op = "contact.Find"
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
	return s.Get(ctx, ids[0])
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
func (s *Service) List(ctx context.Context, cursorText string, limit int) (Page, error) {
	const op = "contact.List"
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
	page := Page{Contacts: list}
	if len(list) > limit {
		page.Contacts = list[:limit]
		page.Next = cursor.EncodeID(list[limit-1].ID)
	}
	return page, nil
}

// Fields returns the declared custom fields and their types.
func (s *Service) Fields() map[string]Type { return maps.Clone(s.fields) }
