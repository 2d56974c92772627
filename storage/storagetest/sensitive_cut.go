package storagetest

import (
	"context"
	"sync"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
)

// InsertSecrets implements contact.SecretStore.
func (f *faulty) InsertSecrets(ctx context.Context, list []contact.Secret) error {
	return f.around(func() error { return f.Store.InsertSecrets(ctx, list) })
}

// UpdateSecrets implements contact.SecretStore.
func (f *faulty) UpdateSecrets(ctx context.Context, list []contact.Secret) error {
	return f.around(func() error { return f.Store.UpdateSecrets(ctx, list) })
}

// DeleteSecrets implements contact.SecretStore.
func (f *faulty) DeleteSecrets(ctx context.Context, contacts []contact.ID, keep []int64) error {
	return f.around(func() error { return f.Store.DeleteSecrets(ctx, contacts, keep) })
}

// EditCopies implements contact.SecretStore.
func (f *faulty) EditCopies(ctx context.Context, contacts []contact.ID, edit func(contact.Contact) contact.Contact) error {
	return f.around(func() error { return f.Store.EditCopies(ctx, contacts, edit) })
}

// sensitiveCut: whatever changes keys can be cut off anywhere, and no value is lost that
// was to stay.
func sensitiveCut(k *kit) {
	first := k.wrapper("a", "a", "b")
	k.crm = k.sealing(k.store, first)
	c := k.copies(1)
	credit := k.consents(k.crm, c.ID, "credit", noon)
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"s_credit": contact.Text("good")}, credit)
	want := c.Custom
	cut := func(keys *keyring, what string, do func(*crm.CRM) error) {
		k.Helper()
		for point := int64(1); ; point++ {
			err := do(k.sealing(newFaulty(k.store, point), keys))
			got := k.get(c.ID).Custom
			if err == nil {
				break
			}
			k.fails(err, errInjected, what+" with a store that fails")
			for name, v := range want {
				if now, there := got[name]; !there || !now.Equal(v) {
					k.Fatalf("%s was cut off, and a value is lost: %s", what, name)
				}
			}
		}
		k.nothingClear(k.store, "after what was cut off: "+what)
	}
	next := k.wrapper("b", "a", "b")
	cut(first, "renewing a key", func(on *crm.CRM) error { return on.Contacts.RenewKey(k.ctx, c.ID) })
	cut(next, "wrapping keys anew", func(on *crm.CRM) error { return on.Contacts.RotateKeys(k.ctx, nil) })
	want = map[string]contact.Value{"s_credit": contact.Text("good")}
	k.withdraws(c.ID, "diet")
	cut(next, "destroying what was withdrawn", func(on *crm.CRM) error { return last(on.Contacts.DestroyWithdrawn(k.ctx)) })
	k.equal(namesOf(k.raw(k.store, c.ID)), []string{"s_credit"}, "the values that are stored in the end")
	k.equal(len(k.copied(c.ID)), 0, "how many values merges and imports keep in the end")
	k.renewedMeanwhile()
}

// renewedMeanwhile renews the key of a contact between the moment when the record is read
// and that when its key is: the values are found all the same.
func (k *kit) renewedMeanwhile() {
	k.Helper()
	c, _ := k.patient(21)
	slow := &betweenReads{Store: k.store, then: func() { k.ok(k.crm.Contacts.RenewKey(k.ctx, c.ID), "renewing a key meanwhile") }}
	got, err := k.sealing(slow, k.wrapper("a", "a", "b")).Contacts.Get(k.ctx, c.ID)
	k.ok(err, "reading a contact whose key is renewed meanwhile")
	k.equal(got.Custom, c.Custom, "the values of a contact whose key was renewed while it was read")
	k.equal(got.Version, c.Version+1, "the version of a contact whose key was renewed while it was read")
}

// betweenReads does something before secrets are read for the first time.
type betweenReads struct {
	storage.Store
	once sync.Once
	then func()
}

func (s *betweenReads) Secrets(ctx context.Context, contacts []contact.ID) ([]contact.Secret, error) {
	s.once.Do(s.then)
	return s.Store.Secrets(ctx, contacts)
}
