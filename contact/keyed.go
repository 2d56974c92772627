package contact

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact/duplicate"
)

// Keyed gives a store that keeps the keys of contacts together with their records. It is
// used within transactions; a nil secret gives the store itself.
func Keyed(store Store, secret *duplicate.Secret) Store {
	if secret == nil {
		return store
	}
	return keyed{store, *secret}
}

type keyed struct {
	Store
	secret duplicate.Secret
}

// InsertContacts implements Store.
func (k keyed) InsertContacts(ctx context.Context, contacts []Contact) error {
	if err := k.Store.InsertContacts(ctx, contacts); err != nil {
		return err
	}
	return k.PutKeys(ctx, k.keys(contacts))
}

// UpdateContacts implements Store.
func (k keyed) UpdateContacts(ctx context.Context, contacts []Contact) error {
	ids := make([]ID, len(contacts))
	for i, c := range contacts {
		ids[i] = c.ID
	}
	stored, err := k.Contacts(ctx, ids)
	if err != nil {
		return err
	}
	if err := k.Store.UpdateContacts(ctx, contacts); err != nil {
		return err
	}
	old, next := k.keys(stored), k.keys(contacts)
	if err := k.DeleteKeys(ctx, without(old, next)); err != nil {
		return err
	}
	return k.PutKeys(ctx, without(next, old))
}

// DeleteContacts implements Store.
func (k keyed) DeleteContacts(ctx context.Context, ids []ID, at time.Time) ([]ID, error) {
	stored, err := k.Contacts(ctx, ids)
	if err != nil {
		return nil, err
	}
	gone, err := k.Store.DeleteContacts(ctx, ids, at)
	if err != nil {
		return nil, err
	}
	went := make(map[ID]bool, len(gone))
	for _, id := range gone {
		went[id] = true
	}
	var list []Contact
	for _, c := range stored {
		if went[c.ID] {
			list = append(list, c)
		}
	}
	return gone, k.DeleteKeys(ctx, k.keys(list))
}

// keys gives the keys of contacts.
func (k keyed) keys(contacts []Contact) []ContactKey {
	list := make([]ContactKey, 0, 12*len(contacts))
	var room []duplicate.Key
	for i := range contacts {
		p := duplicate.Prepare(contacts[i].DuplicateRecord())
		room = duplicate.Keys(room[:0], &p, k.secret)
		for _, key := range room {
			list = append(list, ContactKey{key, contacts[i].ID})
		}
	}
	return list
}

// without gives the keys of a list that another one lacks.
func without(list, other []ContactKey) []ContactKey {
	there := make(map[ContactKey]bool, len(other))
	for _, k := range other {
		there[k] = true
	}
	var rest []ContactKey
	for _, k := range list {
		if !there[k] {
			rest = append(rest, k)
		}
	}
	return rest
}
