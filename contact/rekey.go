package contact

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/errs"
)

// rekey destroys values of a contact that is locked: those that drop names go from the
// record that is returned, which the caller stores, and from what merges and imports keep
// of the contact and of those that were merged into it. All other sensitive values are
// sealed anew with new keys, and the old keys are deleted, so that what was destroyed
// cannot be read in backups either. A value that does not open any more goes, too.
func (s *Service) rekey(ctx context.Context, store Stores, r *ring, c Contact, drop func(name string) bool, now time.Time) (Contact, error) {
	tree, err := mergedTree(ctx, store, c.ID)
	if err != nil {
		return Contact{}, err
	}
	k := &rekeying{ring: r, root: c.ID, drop: drop, done: map[string]Value{}, used: map[ID]bool{}}
	if err := k.begin(ctx, tree, now); err != nil {
		return Contact{}, err
	}
	c = k.record(c)
	if err := store.EditCopies(ctx, tree, k.record); err != nil {
		return Contact{}, err
	}
	if k.failed != nil {
		return Contact{}, k.failed
	}
	var keep []int64
	for owner, key := range k.fresh {
		if k.used[owner] {
			keep = append(keep, key.version)
		}
	}
	slices.Sort(keep)
	return c, store.DeleteSecrets(ctx, tree, keep)
}

// mergedTree lists a contact and all that were merged into it, and into those.
func mergedTree(ctx context.Context, store Store, root ID) ([]ID, error) {
	tree := []ID{root}
	for next := tree; len(next) > 0; {
		from, err := store.MergedFrom(ctx, next)
		if err != nil {
			return nil, err
		}
		tree, next = append(tree, from...), from
	}
	return tree, nil
}

// rekeying is a rekey under way.
type rekeying struct {
	*ring
	root   ID
	drop   func(name string) bool
	fresh  map[ID]keyID
	used   map[ID]bool      // whose fresh keys have sealed something
	done   map[string]Value // so that what was the same stays the same
	failed error
}

// begin unwraps the old keys and makes the new ones. Without keys of the host's there is
// nothing to seal, and what is sealed cannot be opened.
func (k *rekeying) begin(ctx context.Context, tree []ID, now time.Time) error {
	if err := k.read(ctx, tree); err != nil {
		return err
	}
	var old []keyID
	for _, rows := range k.rows {
		for _, row := range rows {
			old = append(old, keyID{row.Contact, row.Version})
		}
	}
	if k.Sealing.keys == nil {
		if len(old) > 0 {
			return errs.Conflict("contact.Keys", "custom", "sealed", "cannot be sealed anew without crm.Config.Keys")
		}
		return nil
	}
	if err := k.unwrap(ctx, old); err != nil {
		return err
	}
	owners := []ID{tree[0]} // whose values in clear are sealed, too
	for _, id := range tree[1:] {
		if len(k.rows[id]) > 0 {
			owners = append(owners, id)
		}
	}
	var err error
	k.fresh, err = k.make(ctx, owners, now)
	return err
}

// record gives a record without the values that are dropped, and the others sealed anew.
func (k *rekeying) record(c Contact) Contact {
	if !k.holds(c) {
		return c
	}
	custom := maps.Clone(c.Custom)
	for name, v := range c.Custom {
		switch {
		case !v.IsSealed() && !k.IsSensitive(name):
		case k.drop(name):
			delete(custom, name)
		case v.IsSealed() || k.Seals(name):
			next, ok := k.value(c.ID, name, v)
			if custom[name] = next; !ok {
				delete(custom, name)
			}
		}
	}
	if c.Custom = custom; len(custom) == 0 {
		c.Custom = nil
	}
	return c
}

// value seals a value anew, and reports whether it could be opened.
func (k *rekeying) value(holder ID, name string, v Value) (Value, bool) {
	text, err := json.Marshal(v)
	if err != nil {
		k.failed = err
		return Value{}, false
	}
	same := name + " " + string(text)
	if next, done := k.done[same]; done {
		return next, true
	}
	owner, plain := holder, v
	if v.IsSealed() {
		key, _ := keyOf(v)
		opened, ok := k.open(name, v)
		if !ok {
			return Value{}, false
		}
		owner, plain = key.owner, opened
	}
	to, known := k.fresh[owner]
	if !known { // a value in clear of one that was merged: the key of the contact will do
		to = k.fresh[k.root]
	}
	next, err := k.seal(k.keys[to], k.place(to, name), plain)
	if err != nil {
		k.failed = err
		return Value{}, false
	}
	k.used[to.owner], k.done[same] = true, next
	return next, true
}
