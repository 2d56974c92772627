package storagetest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/storage"
)

// stagePrivacy adds one who is restricted and of whom something is held, and one who can
// be erased.
func (k *kit) stagePrivacy(s *stage) {
	k.Helper()
	s.marked, s.leaving = k.customer(896), k.customer(897)
	k.ok(k.store.PutRestriction(k.ctx, privacy.Restriction{Contact: s.marked.ID, Reason: "staged", At: noon}), "putting a restriction")
	k.ok(k.store.PutHold(k.ctx, privacy.Hold{ID: privacy.HoldID{1}, Contact: s.marked.ID, Reason: "staged", At: noon}), "putting a hold")
	k.ok(k.store.InsertHeld(k.ctx, []privacy.Held{s.held(privacy.Record)}), "inserting what is held")
	c := privacy.Certificate{Contact: s.erased(), At: noon, Pending: true}
	k.ok(k.store.PutCertificate(k.ctx, []contact.ID{s.erased()}, c), "putting a certificate")
}

// erased is the id of one who is said to have been erased.
func (s stage) erased() contact.ID { return contact.ID{0xEE} }

func (s stage) held(c privacy.Class) privacy.Held {
	return privacy.Held{Contact: s.erased(), Class: c, Position: 1, Kind: "contact", Record: json.RawMessage(`{}`)}
}

// privacyDeeds are the writes about the rights of persons.
func (s stage) privacyDeeds() []deed {
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	now := noon.Add(2 * time.Hour)
	return []deed{
		on("PutRestriction", func(ctx context.Context, store storage.Store) error {
			return store.PutRestriction(ctx, privacy.Restriction{Contact: s.leaving.ID, Reason: "deed", At: now})
		}),
		on("DeleteRestriction", func(ctx context.Context, store storage.Store) error {
			return store.DeleteRestriction(ctx, s.leaving.ID, now)
		}),
		on("PutHold", func(ctx context.Context, store storage.Store) error {
			return store.PutHold(ctx, privacy.Hold{ID: privacy.HoldID{2}, Contact: s.leaving.ID, Reason: "deed", At: now})
		}),
		on("DeleteHold", func(ctx context.Context, store storage.Store) error {
			return last(store.DeleteHold(ctx, s.marked.ID, privacy.HoldID{1}))
		}),
		on("InsertHeld", func(ctx context.Context, store storage.Store) error {
			return store.InsertHeld(ctx, []privacy.Held{s.held(privacy.Imports)})
		}),
		on("DeleteHeld", func(ctx context.Context, store storage.Store) error {
			return last(store.DeleteHeld(ctx, s.erased(), privacy.Record))
		}),
		on("PutCertificate", func(ctx context.Context, store storage.Store) error {
			return store.PutCertificate(ctx, []contact.ID{s.leaving.ID}, privacy.Certificate{Contact: s.leaving.ID, At: now, Pending: true})
		}),
		on("ReplaceCampaignRows", func(ctx context.Context, store storage.Store) error {
			m := campaign.Member{Campaign: s.running, Contact: contact.ID{9}, Outcome: campaign.HeldOut, Channel: contact.ChannelEmail}
			return store.ReplaceCampaignRows(ctx, nil, s.running, privacy.CampaignRows{Audience: []campaign.Member{m}})
		}),
		on("EraseContacts", func(ctx context.Context, store storage.Store) error {
			return store.EraseContacts(ctx, []contact.ID{s.leaving.ID}, now)
		}),
		on("DeleteWatches", func(ctx context.Context, store storage.Store) error {
			return store.DeleteWatches(ctx, []contact.ID{s.leaving.ID})
		}),
		{"Privacy.Erase", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Privacy.Erase(ctx, s.marked.ID, nil))
		}},
	}
}

// noMeasures lets another tenant work on what is not its own.
func (k *kit) noMeasures(other storage.Store, s stage) {
	k.Helper()
	ids := []contact.ID{s.marked.ID, s.leaving.ID, s.people[0].ID}
	rows, err := other.PersonalRows(k.ctx, ids)
	k.ok(err, "another tenant asks for the rows of a person")
	k.equal(rows, privacy.Rows{}, "what another tenant finds: the rows of a person")
	for what, ask := range map[string]func() (int, error){
		"restricted contacts": func() (int, error) { l, err := other.Restricted(k.ctx, ids); return len(l), err },
		"restrictions":        func() (int, error) { l, err := other.Restrictions(k.ctx, ids); return len(l), err },
		"holds":               func() (int, error) { l, err := other.Holds(k.ctx, ids); return len(l), err },
		"ended holds":         func() (int, error) { l, err := other.EndedHolds(k.ctx, noon.AddDate(9, 0, 0), 9); return len(l), err },
		"held rows":           func() (int, error) { l, err := other.HeldOf(k.ctx, s.erased()); return len(l), err },
		"held contacts":       func() (int, error) { l, err := other.HeldContacts(k.ctx, contact.ID{}, 9); return len(l), err },
		"certificates":        func() (int, error) { l, err := other.PendingCertificates(k.ctx, contact.ID{}, 9); return len(l), err },
		"the erased":          func() (int, error) { l, err := other.Erased(k.ctx, []contact.ID{s.erased()}); return len(l), err },
		"contacts to lock":    func() (int, error) { l, err := other.LockAlone(k.ctx, ids); return len(l), err },
		"idle contacts": func() (int, error) {
			l, err := other.IdleContacts(k.ctx, noon.AddDate(9, 0, 0), contact.ID{}, 9)
			return len(l), err
		},
		"histories": func() (int, error) {
			l, err := other.ContactsWithHistory(k.ctx, noon.AddDate(9, 0, 0), contact.ID{}, 9)
			return len(l), err
		},
	} {
		n, err := ask()
		k.ok(err, "another tenant asks for "+what)
		k.equal(n, 0, "how much another tenant finds: "+what)
	}
	k.ok(other.EraseContacts(k.ctx, ids, noon), "another tenant erases contacts")
	k.ok(other.ReplaceCampaignRows(k.ctx, ids, campaign.ID{}, privacy.CampaignRows{}), "another tenant removes rows of campaigns")
	k.ok(other.DeleteWatches(k.ctx, ids), "another tenant deletes watches")
	k.ok(other.DeleteRestriction(k.ctx, s.marked.ID, noon), "another tenant deletes a restriction")
	k.ok(last(other.DeleteHold(k.ctx, s.marked.ID, privacy.HoldID{1})), "another tenant deletes a hold")
	k.ok(last(other.DeleteHeld(k.ctx, s.erased(), privacy.Record)), "another tenant deletes what is held")
}
