package sqlstore

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// refRow is a row of the table activity_ref.
type refRow struct {
	bun.BaseModel `bun:"alias:r"`

	TenantID   string
	Source     string
	Key        string
	ContactID  dbID
	ActivityID dbID
	Digest     dbID
}

func (r *refRow) entry() activity.RefEntry {
	return activity.RefEntry{
		Ref:     activity.Ref{Source: r.Source, Key: r.Key},
		Contact: contact.ID(r.ContactID), Activity: activity.ID(r.ActivityID), Digest: r.Digest,
	}
}

// ClaimRefs implements activity.Store, in the way of ClaimIdentities.
func (s *Store) ClaimRefs(ctx context.Context, entries []activity.RefEntry) ([]activity.RefEntry, error) {
	const op = "storage.ClaimRefs"
	if len(entries) == 0 {
		return nil, nil
	}
	rows := make([]refRow, len(entries))
	keys := make([]hostKey, len(entries))
	for i, e := range entries {
		rows[i] = refRow{
			TenantID: s.tenant, Source: e.Ref.Source, Key: e.Ref.Key,
			ContactID: dbID(e.Contact), ActivityID: dbID(e.Activity), Digest: dbID(e.Digest),
		}
		keys[i] = hostKey{e.Ref.Source, e.Ref.Key}
	}
	slices.SortStableFunc(rows, func(a, b refRow) int { return compareKeys(hostKey{a.Source, a.Key}, hostKey{b.Source, b.Key}) })
	bound := slices.Clone(entries)
	err := s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err := insert(ctx, tx, "activity_ref", rows, orNothing)
		if err == nil && n < int64(len(rows)) { // somebody else has one
			bound, err = tx.findRefs(ctx, keys)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return bound, nil
}

// FindRefs implements activity.Store.
func (s *Store) FindRefs(ctx context.Context, refs []activity.Ref) ([]activity.RefEntry, error) {
	keys := make([]hostKey, len(refs))
	for i, r := range refs {
		keys[i] = hostKey{r.Source, r.Key}
	}
	entries, err := s.findRefs(ctx, keys)
	return entries, s.wrap("storage.FindRefs", err)
}

func (s *Store) findRefs(ctx context.Context, keys []hostKey) ([]activity.RefEntry, error) {
	found := make(map[hostKey]activity.RefEntry, len(keys))
	err := bySource(keys, func(source string, chunk []string) error {
		r := refRow{Source: source}
		return s.byKeys(ctx, "activity_ref", "key, contact_id, activity_id, digest", source, chunk, func() error {
			found[hostKey{source, r.Key}] = r.entry()
			return nil
		}, &r.Key, &r.ContactID, &r.ActivityID, &r.Digest)
	})
	entries := make([]activity.RefEntry, len(keys))
	for i, k := range keys {
		entries[i] = found[k]
	}
	return entries, err
}
