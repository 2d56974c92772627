package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
)

// identityRow is a row of the table contact_identity.
type identityRow struct {
	bun.BaseModel `bun:"alias:i"`

	TenantID  string
	Source    string
	Key       string
	ContactID dbID
}

// ClaimIdentities implements contact.Store. Rows go in in the order of their
// keys, so that two callers cannot wait for each other.
func (s *Store) ClaimIdentities(ctx context.Context, claims []contact.Claim) ([]contact.ID, error) {
	const op = "storage.ClaimIdentities"
	if len(claims) == 0 {
		return nil, nil
	}
	rows := make([]identityRow, len(claims))
	keys := make([]hostKey, len(claims))
	owners := make([]contact.ID, len(claims))
	for i, c := range claims {
		owners[i] = c.Contact
		rows[i] = identityRow{TenantID: s.tenant, Source: c.Identity.Source, Key: c.Identity.Key, ContactID: dbID(c.Contact)}
		keys[i] = hostKey{c.Identity.Source, c.Identity.Key}
	}
	slices.SortStableFunc(rows, func(a, b identityRow) int { return compareKeys(hostKey{a.Source, a.Key}, hostKey{b.Source, b.Key}) })
	err := s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err := insert(ctx, tx, "contact_identity", rows, orNothing)
		if err == nil && n < int64(len(rows)) { // somebody else has one
			owners, err = tx.identityOwners(ctx, keys)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return owners, nil
}

// FindIdentities implements contact.Store.
func (s *Store) FindIdentities(ctx context.Context, identities []contact.Identity) ([]contact.ID, error) {
	keys := make([]hostKey, len(identities))
	for i, n := range identities {
		keys[i] = hostKey{n.Source, n.Key}
	}
	owners, err := s.identityOwners(ctx, keys)
	return owners, s.wrap("storage.FindIdentities", err)
}

func (s *Store) identityOwners(ctx context.Context, keys []hostKey) ([]contact.ID, error) {
	found := make(map[hostKey]dbID, len(keys))
	err := bySource(keys, func(source string, chunk []string) error {
		var key string
		var owner dbID
		return s.byKeys(ctx, "contact_identity", "key, contact_id", source, chunk, func() error {
			found[hostKey{source, key}] = owner
			return nil
		}, &key, &owner)
	})
	owners := make([]contact.ID, len(keys))
	for i, k := range keys {
		owners[i] = contact.ID(found[k])
	}
	return owners, err
}

// identitiesOf reads the identities of contacts, ordered by source and key.
func (s *Store) identitiesOf(ctx context.Context, ids idList) ([]identityRow, error) {
	var rows []identityRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?contact_identity AS i ?use_contact_identity_contact").
		Where("i.tenant_id = ?tenant AND i.contact_id IN (?)", ids).Order("i.source", "i.key").Scan(ctx)
	return rows, err
}

// hostKey is a pair of source and key: an identity, or a reference.
type hostKey struct{ source, key string }

func compareKeys(a, b hostKey) int {
	return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.key, b.key))
}

// bySource calls f with the keys of one source at a time, up to maxIDs. There
// are few sources, and an IN list of keys is served by the index everywhere,
// one of pairs is not.
func bySource(keys []hostKey, f func(source string, chunk []string) error) error {
	groups := make(map[string][]string)
	for _, k := range keys {
		groups[k.source] = append(groups[k.source], k.key)
	}
	for source, group := range groups {
		if err := inChunks(group, func(chunk []string) error { return f(source, chunk) }); err != nil {
			return err
		}
	}
	return nil
}
