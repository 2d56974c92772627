package contact

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/errs"
)

// destroyPage is how many contacts are looked at with one question to the ledger.
const destroyPage = 500

// DestroyWithdrawn destroys the sensitive values to whose purpose no consent is in force
// any more: in the records, and in what merges and imports keep of them. With
// crm.Config.Keys each contact concerned gets a new key, so that the values cannot be
// read in backups either. A consent on a channel that is suppressed still counts here,
// since the suppression may end: its values are not shown, but kept.
//
// It returns from how many contacts it took something, whose versions have grown by one.
// CRM.Run calls it every ten minutes; hosts without it call it themselves. It works
// contact by contact, each in a transaction of its own, and any number of processes may
// call it at once.
func (s *Service) DestroyWithdrawn(ctx context.Context) (contacts int, err error) {
	const op = "contact.DestroyWithdrawn"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return 0, err
	}
	fields := map[string][]string{} // by purpose
	for _, name := range s.door.sensitive {
		purpose := s.door.fields[name].Purpose
		fields[purpose] = append(fields[purpose], name)
	}
	for _, purpose := range slices.Sorted(maps.Keys(fields)) {
		n, err := s.destroyPurpose(ctx, purpose, fields[purpose])
		if contacts += n; err != nil {
			return contacts, err
		}
	}
	return contacts, nil
}

// destroyPurpose destroys the values of one purpose.
func (s *Service) destroyPurpose(ctx context.Context, purpose string, fields []string) (contacts int, err error) {
	for after := (ID{}); ; {
		page, err := s.store.HoldersOf(ctx, fields, after, destroyPage)
		if err != nil || len(page) == 0 {
			return contacts, err
		}
		after = page[len(page)-1]
		living, err := LivingOf(ctx, s.store, page)
		if err != nil {
			return contacts, err
		}
		holders := slices.SortedFunc(maps.Values(living), ID.Compare)
		holders = slices.Compact(holders)
		standings, err := s.store.Consented(ctx, holders)
		if err != nil {
			return contacts, err
		}
		for _, id := range holders {
			if standings[id][purpose] != NoConsent {
				continue
			}
			done, err := s.destroy(ctx, id, s.env.Now())
			if err != nil {
				return contacts, err
			}
			if done {
				contacts++
			}
		}
	}
}

// destroy destroys the values of a contact for which no consent is in force, and reports
// whether the contact is there, and there was something to destroy.
func (s *Service) destroy(ctx context.Context, contact ID, now time.Time) (done bool, err error) {
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		done = false
		locked, err := store.LockContacts(ctx, []ID{contact})
		if err != nil || len(locked) == 0 {
			return err
		}
		standings, err := store.Consented(ctx, []ID{contact})
		if err != nil {
			return err
		}
		next, err := s.rekey(ctx, store, s.sealing.ring(store), locked[0], func(name string) bool {
			field, declared := s.door.fields[name]
			lost := declared && standings[contact][field.Purpose] == NoConsent
			done = done || lost
			return lost
		}, now)
		if err != nil {
			return err
		}
		if !done { // somebody else was faster, or there is a new consent
			return errNothingLost
		}
		next.UpdatedAt, next.Version = now, locked[0].Version+1
		return store.UpdateContacts(ctx, []Contact{next})
	})
	if errors.Is(err, errNothingLost) {
		return false, nil
	}
	return done, err
}

// errNothingLost takes back what was done where nothing was to be destroyed.
var errNothingLost = errors.New("contact: nothing is to be destroyed")
