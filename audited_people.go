package crm

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/storage"
)

func (s auditedStore) InsertContacts(ctx context.Context, list []contact.Contact) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("InsertContacts", list, contactID), tx.InsertContacts(ctx, list)
	})
}

func (s auditedStore) UpdateContacts(ctx context.Context, list []contact.Contact) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("UpdateContacts", list, contactID)
		if s.tx != nil && len(list) == 1 {
			if was, known := s.tx.locked[list[0].ID]; known {
				a.fields = changedFields(was, list[0])
			}
		}
		return a, tx.UpdateContacts(ctx, list)
	})
}

// LockContacts remembers the contact that is locked, if it is one.
func (s auditedStore) LockContacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	list, err := s.Store.LockContacts(ctx, ids)
	if s.tx != nil && err == nil && len(list) == 1 {
		s.tx.locked[list[0].ID] = list[0]
	}
	return list, err
}

// changedFields names the parts of a record that differ, as in JSON. Those that change
// with every write are left out, and so are the identities, which are written
// otherwise.
func changedFields(was, is contact.Contact) (names []string) {
	before, after := reflect.ValueOf(was), reflect.ValueOf(is)
	for i := range before.NumField() {
		f := before.Type().Field(i)
		switch f.Name {
		case "Identities", "UpdatedAt", "Version":
			continue
		}
		if !reflect.DeepEqual(before.Field(i).Interface(), after.Field(i).Interface()) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

func (s auditedStore) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) (gone []contact.ID, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		gone, err = tx.DeleteContacts(ctx, ids, at)
		return aboutContacts("DeleteContacts", gone, itself), err
	})
	return gone, err
}

// ClaimIdentities is about the owners: a claim that another contact holds already
// changes nothing, and is not told from one that does.
func (s auditedStore) ClaimIdentities(ctx context.Context, claims []contact.Claim) (owners []contact.ID, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		owners, err = tx.ClaimIdentities(ctx, claims)
		return aboutContacts("ClaimIdentities", owners, itself), err
	})
	return owners, err
}

func (s auditedStore) ReleaseIdentities(ctx context.Context, claims []contact.Claim) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("ReleaseIdentities", claims, ofClaim), tx.ReleaseIdentities(ctx, claims)
	})
}

func (s auditedStore) InsertActivities(ctx context.Context, list []activity.Activity) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("InsertActivities", list, ofActivity)
		a.count = int64(len(list))
		return a, tx.InsertActivities(ctx, list)
	})
}

func (s auditedStore) DeleteActivities(ctx context.Context, list []activity.Activity, at time.Time) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("DeleteActivities", list, ofActivity)
		a.count = int64(len(list))
		return a, tx.DeleteActivities(ctx, list, at)
	})
}

func (s auditedStore) AppendConsent(ctx context.Context, events []consent.Event) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("AppendConsent", events, ofEvent)
		a.count = int64(len(events))
		return a, tx.AppendConsent(ctx, events)
	})
}

func (s auditedStore) DeleteConsent(ctx context.Context, events []consent.Event, at time.Time) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("DeleteConsent", events, ofEvent)
		a.count = int64(len(events))
		return a, tx.DeleteConsent(ctx, events, at)
	})
}

func (s auditedStore) InsertMerge(ctx context.Context, m merge.Merge) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("InsertMerge", []contact.ID{m.Winner, m.Loser}, itself), tx.InsertMerge(ctx, m)
	})
}

func (s auditedStore) UpdateMerges(ctx context.Context, list []merge.Merge) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("UpdateMerges", list, func(m merge.Merge) contact.ID { return m.Winner })
		for _, m := range list {
			a.contacts = append(a.contacts, m.Loser)
		}
		return a, tx.UpdateMerges(ctx, list)
	})
}

func (s auditedStore) DeleteMerge(ctx context.Context, loser contact.ID) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("DeleteMerge", []contact.ID{loser}, itself), tx.DeleteMerge(ctx, loser)
	})
}

func (s auditedStore) MoveContact(ctx context.Context, m merge.Move) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("MoveContact", []contact.ID{m.From, m.To}, itself), tx.MoveContact(ctx, m)
	})
}

func (s auditedStore) InsertDismissals(ctx context.Context, list []duplicates.Dismissal) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutDismissals("InsertDismissals", list), tx.InsertDismissals(ctx, list)
	})
}

func (s auditedStore) DeleteDismissals(ctx context.Context, list []duplicates.Dismissal) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutDismissals("DeleteDismissals", list), tx.DeleteDismissals(ctx, list)
	})
}

func aboutDismissals(call string, list []duplicates.Dismissal) about {
	a := aboutContacts(call, list, func(d duplicates.Dismissal) contact.ID { return d.A })
	for _, d := range list {
		a.contacts = append(a.contacts, d.B)
	}
	return a
}

func ofActivity(a activity.Activity) contact.ID { return a.Contact }

func ofEvent(e consent.Event) contact.ID { return e.Contact }
