package contact

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
)

// ring holds the keys of contacts, unwrapped, for the duration of one operation. It is not
// safe for concurrent use.
type ring struct {
	*Sealing
	store Store
	rows  map[ID][]Secret
	keys  map[keyID]vault.Key
	// lacking are the contacts some of whose keys were not there; see reveal.
	lacking map[ID]bool
}

// keyID names a key of a contact.
type keyID struct {
	owner   ID
	version int64
}

// wrappers is how many keys are unwrapped at once.
const wrappers = 8

func (s *Sealing) ring(store Store) *ring {
	return &ring{Sealing: s, store: store, rows: map[ID][]Secret{}, keys: map[keyID]vault.Key{}}
}

func keyContext(tenant string, k keyID) vault.KeyContext {
	return vault.KeyContext{Tenant: tenant, Contact: k.owner.String(), Version: k.version}
}

func (r *ring) place(k keyID, field string) vault.Place {
	return vault.Place{Tenant: r.store.Tenant(), Owner: k.owner, Version: k.version, Field: field}
}

// failed is the error of a key that cannot be wrapped or unwrapped.
func failed(err error) error { return errs.Failed("contact.Keys", err) }

// read reads the secrets of contacts, once each.
func (r *ring) read(ctx context.Context, owners []ID) error {
	var missing []ID
	for _, id := range owners {
		if _, known := r.rows[id]; !known {
			r.rows[id] = nil
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	list, err := r.store.Secrets(ctx, missing)
	for _, s := range list {
		r.rows[s.Contact] = append(r.rows[s.Contact], s)
	}
	return err
}

// unwrap gets keys ready, each of them once. Those that are gone are passed over.
func (r *ring) unwrap(ctx context.Context, wanted []keyID) error {
	owners := make([]ID, len(wanted))
	for i, k := range wanted {
		owners[i] = k.owner
	}
	if err := r.read(ctx, owners); err != nil {
		return err
	}
	var rows []Secret
	for _, k := range wanted {
		if _, ready := r.keys[k]; ready {
			continue
		}
		if i := slices.IndexFunc(r.rows[k.owner], func(s Secret) bool { return s.Version == k.version }); i >= 0 {
			r.keys[k] = vault.Key{} // so that it is not unwrapped twice
			rows = append(rows, r.rows[k.owner][i])
		}
	}
	found := make([]vault.Key, len(rows))
	err := together(len(rows), func(i int) error {
		raw, err := r.Sealing.keys.Unwrap(ctx, rows[i].Wrapped, rows[i].KEK, keyContext(r.store.Tenant(), keyID{rows[i].Contact, rows[i].Version}))
		if err == nil {
			found[i], err = vault.KeyOf(raw)
		}
		return err
	})
	if err != nil {
		return failed(err)
	}
	for i, s := range rows {
		r.keys[keyID{s.Contact, s.Version}] = found[i]
	}
	return nil
}

// together calls f for 0 to n-1, several at once, and returns one of the errors.
func together(n int, f func(i int) error) error {
	failures := make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, wrappers) {
		wg.Go(func() {
			for i := range next {
				failures[i] = f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// make makes new keys for contacts and stores them, wrapped.
func (r *ring) make(ctx context.Context, owners []ID, now time.Time) (map[ID]keyID, error) {
	made := make(map[ID]keyID, len(owners))
	rows := make([]Secret, len(owners))
	keys := make([]vault.Key, len(owners))
	err := together(len(owners), func(i int) (err error) {
		var raw []byte
		if keys[i], raw, err = vault.NewKey(); err != nil {
			return err
		}
		rows[i] = Secret{Contact: owners[i], CreatedAt: now}
		if rows[i].Version, err = newVersion(); err != nil {
			return err
		}
		rows[i].Wrapped, rows[i].KEK, err = r.Sealing.keys.Wrap(ctx, raw, keyContext(r.store.Tenant(), keyID{owners[i], rows[i].Version}))
		return err
	})
	if err != nil {
		return nil, failed(err)
	}
	for i, s := range rows {
		k := keyID{s.Contact, s.Version}
		made[s.Contact], r.keys[k] = k, keys[i]
		r.rows[s.Contact] = append(r.rows[s.Contact], s)
	}
	return made, r.store.InsertSecrets(ctx, rows)
}

// newVersion draws the number of a key, which is never that of another one: so a value
// that was sealed with a destroyed key is not taken for one of a later key.
func newVersion() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(b[:])>>1) | 1, nil
}

// latest gives the keys with which values of contacts are sealed, and makes one for each
// that has none.
func (r *ring) latest(ctx context.Context, owners []ID, now time.Time) (map[ID]keyID, error) {
	if err := r.read(ctx, owners); err != nil {
		return nil, err
	}
	of := make(map[ID]keyID, len(owners))
	var lacking []ID
	for _, id := range owners {
		if rows := r.rows[id]; len(rows) > 0 {
			of[id] = keyID{id, rows[len(rows)-1].Version}
		} else {
			lacking = append(lacking, id)
		}
	}
	if err := r.unwrap(ctx, slices.Collect(maps.Values(of))); err != nil || len(lacking) == 0 {
		return of, err
	}
	made, err := r.make(ctx, lacking, now)
	maps.Copy(of, made)
	return of, err
}
