package contact

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/stammkunde/crm/errs"
)

// Upsert creates the contact that has the first of c.Identities, or replaces
// its record: fields that c leaves empty become missing. Identities are added,
// never taken away. Where the first identity is known c.ID is ignored: the
// contact keeps its own. c.Version is always ignored: unlike Update, Upsert
// overwrites what others have changed meanwhile. Sensitive values stay as they are
// stored, as with Update, and a link must lead to a contact that exists, or to one
// of the same batch. It returns the record as Get does, and whether it is new.
// Concurrent calls for one identity are serialised; the last one stays.
func (s *Service) Upsert(ctx context.Context, c Contact) (Contact, bool, error) {
	const op = "contact.Upsert"
	ctx, err := s.env.Ask(ctx, op, "contact", "")
	if err != nil {
		return Contact{}, false, err
	}
	results, err := s.upsert(ctx, op, []Contact{c}, "")
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
	const op = "contact.UpsertMany"
	ctx, err := s.env.Ask(ctx, op, "contact", "")
	if err != nil {
		return nil, err
	}
	return s.upsert(ctx, op, contacts, "contacts")
}

func (s *Service) upsert(ctx context.Context, op string, contacts []Contact, path string) (results []UpsertResult, err error) {
	defer errs.SetOp(&err, op)
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
	for range maxMoves {
		err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
			var err error
			results, err = s.upsertBatch(ctx, store, op, slices.Clone(batch), given, path)
			return err
		})
		if !errors.Is(err, errOwnerGone) {
			break
		}
	}
	if errors.Is(err, errOwnerGone) {
		err = errs.Failed(op, err)
	}
	if err != nil {
		return nil, err
	}
	return results, nil
}

// errOwnerGone says that whoever had an identity was merged, or removed, meanwhile.
var errOwnerGone = errors.New("the contact with the identity was merged or removed meanwhile")

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
		s.door.validate(at, &batch[i])
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
// known, refuses what neither may say, then claims the other identities and
// writes both kinds in bulk.
func (s *Service) upsertBatch(ctx context.Context, store Stores, op string, batch []Contact, given []ID, path string) ([]UpsertResult, error) {
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
	if err := mayWrite(ctx, store, op, batch, known, given, path); err != nil {
		return nil, err
	}
	into, err := store.MergedInto(ctx, given)
	if err != nil {
		return nil, err
	}
	merged := make(map[ID]bool, len(given))
	for i, id := range into {
		merged[given[i]] = !id.IsZero()
	}
	results := make([]UpsertResult, len(batch))
	stored := make([]Contact, len(batch))
	links := make(map[ID][]Link, len(known))
	for i, c := range batch {
		old, exists := known[owners[i]]
		if !exists && owners[i] != c.ID {
			return nil, errOwnerGone
		}
		if !exists && merged[c.ID] {
			return nil, errs.Conflict(op, underRecord(path, i, "id"), "merged", "was merged into another contact")
		}
		if exists {
			c.ID, c.CreatedAt, c.Version = old.ID, old.CreatedAt, old.Version+1
		}
		batch[i], stored[i], links[c.ID] = c, old, old.Links
		results[i].Created = !exists
	}
	r := s.sealing.ring(store)
	next, err := s.keepSensitive(ctx, store, r, op, stored, batch, path)
	if err != nil {
		return nil, err
	}
	shown, err := s.revealBy(ctx, store, r, next)
	if err != nil {
		return nil, err
	}
	for i, c := range shown {
		results[i].Contact = c
		results[i].Contact.Identities = union(stored[i].Identities, c.Identities)
	}
	if err := checkLinks(ctx, store, op, next, links, path); err != nil {
		return nil, err
	}
	if err := s.refuseBarred(ctx, store, op, known, next, path); err != nil {
		return nil, err
	}
	if err := claimOthers(ctx, store, op, results, batch, path); err != nil {
		return nil, err
	}
	return results, writeBatch(ctx, store, next, results)
}

// mayWrite refuses a batch that edits a contact that is restricted, or makes one under the
// id of one that was erased.
func mayWrite(ctx context.Context, store Store, op string, batch []Contact, known map[ID]Contact, given []ID, path string) error {
	at := func(of ID) string {
		i := slices.IndexFunc(batch, func(c Contact) bool {
			return c.ID == of || slices.ContainsFunc(known[of].Identities, func(i Identity) bool { return i == c.Identities[0] })
		})
		return underRecord(path, max(i, 0), "id")
	}
	if len(known) > 0 {
		restricted, err := store.Restricted(ctx, slices.SortedFunc(maps.Keys(known), ID.Compare))
		if err != nil {
			return err
		}
		if len(restricted) > 0 {
			return Unrestricted(ctx, store, op, at(restricted[0]), restricted[0])
		}
	}
	if len(given) == 0 {
		return nil
	}
	erased, err := store.Erased(ctx, given)
	if err != nil || len(erased) == 0 {
		return err
	}
	return notErased(ctx, store, op, at(erased[0]), erased[0])
}

// writeBatch writes the new records and the known ones in bulk.
func writeBatch(ctx context.Context, store Store, batch []Contact, results []UpsertResult) error {
	var inserts, updates []Contact
	for i, c := range batch {
		if results[i].Created {
			inserts = append(inserts, c)
		} else {
			updates = append(updates, c)
		}
	}
	if err := store.InsertContacts(ctx, inserts); err != nil {
		return err
	}
	return store.UpdateContacts(ctx, updates)
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
	return underRecord(path, record, fmt.Sprintf("identities[%d]", identity))
}

// underRecord is the path of a field of a record; path is that of the list of
// records, empty where there is one alone.
func underRecord(path string, record int, field string) string {
	if path == "" {
		return field
	}
	return elementPath(path, record) + "." + field
}

func union(a, b []Identity) []Identity {
	all := append(slices.Clone(a), b...)
	slices.SortFunc(all, compareIdentity)
	return slices.Compact(all)
}
