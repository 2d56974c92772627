package storagetest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// deed is one kind of write, on the services or on the store itself.
type deed struct {
	name string
	do   func(ctx context.Context, c *crm.CRM, s storage.Store) error
}

// stage is what must be there so that every deed can be done.
type stage struct {
	people  []contact.Contact
	running campaign.ID // some deliveries in doubt, the others waiting
	paused  campaign.ID
	draft   campaign.ID
	segment segment.ID
	// snapshot holds all of the people.
	snapshot segment.SnapshotID
	doubt    campaign.Delivery
	voucher  campaign.Voucher
	// lonely has one visit, under ref(890), and nothing names stranger.
	lonely, stranger contact.Contact
	visit            activity.ID
	// imported has a problem, and changes about lonely and stranger; nothing is
	// known of useless.
	imported, useless exchange.Import
	// twin and double can be merged, lost is merged into kept.
	twin, double, kept, lost contact.Contact
	// scan is finished and holds a pair.
	scan duplicates.Scan
	// entry of the log is sealed; another one about the same contact is not.
	entry audit.Entry
	// marked is restricted, and there is a hold; leaving can be erased.
	marked, leaving contact.Contact
	// secret is one of lonely's.
	secret contact.Secret
}

// stage makes one.
func (k *kit) stage() stage {
	k.Helper()
	k.post.answer = func(context.Context, channel.Message) error { return channel.ErrUnknown }
	c, people := k.audience(4, nil)
	k.run(k.crm, c.ID)
	k.post.answer = nil
	s := stage{people: people, running: c.ID, segment: c.Segment, doubt: k.deliveries(c.ID)[people[0].ID], voucher: k.vouchers(c.ID, people)[people[1].ID]}
	late := func(d *campaign.Definition) { d.From = noon.Add(time.Hour) }
	s.draft, s.paused = k.campaign("draft", segment.Everyone(), nil).ID, k.campaign("paused", segment.Everyone(), late).ID
	k.ok(k.crm.Campaigns.Plan(k.ctx, s.paused), "planning")
	k.ok(k.crm.Campaigns.Start(k.ctx, s.paused), "starting")
	k.ok(k.crm.Campaigns.Pause(k.ctx, s.paused), "pausing")
	s.snapshot = k.freeze("spring", segment.Everyone()).ID
	k.stageImports(&s)
	k.stageMerges(&s)
	k.stageDuplicates(&s)
	k.stageAudit(&s)
	k.stagePrivacy(&s)
	k.stageSecrets(&s)
	k.clock.add(time.Second)
	return s
}

// stageImports adds what can be deleted.
func (k *kit) stageImports(s *stage) {
	k.Helper()
	s.lonely, s.stranger = k.customer(890), k.customer(891)
	s.visit = k.record(activity.Activity{Contact: s.lonely.ID, Kind: "visit", Ref: ref(890), At: noon}).Activity
	s.imported, s.useless = anImport("imported"), anImport("useless")
	k.ok(k.store.InsertImport(k.ctx, s.imported), "inserting an import")
	k.ok(k.store.InsertImport(k.ctx, s.useless), "inserting an import")
	k.ok(k.store.AppendImportProblems(k.ctx, s.imported.ID, 0, []exchange.Problem{{Number: 1, Code: "syntax"}}), "appending a problem")
	k.ok(k.store.AppendImportChanges(k.ctx, s.imported.ID, someChanges([]contact.ID{s.lonely.ID, s.stranger.ID})), "appending changes")
}

// deeds lists one of each kind of write. They can be done once, in this order.
func (s stage) deeds(k *kit) []deed {
	return slices.Concat(s.peopleDeeds(k), s.importDeeds(), s.duplicateDeeds(), s.secretDeeds(), s.mergeDeeds(), s.campaignDeeds(k), s.storeDeeds(), s.auditDeeds(), s.privacyDeeds())
}

func (s stage) peopleDeeds(k *kit) []deed {
	one := s.people[0]
	changed := one
	changed.Name.Given = "changed"
	grant := func(n int) consent.Declaration { return declaration(s.people[n].ID, contact.ChannelEmail, "fax") }
	return []deed{
		{"Contacts.Create", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Contacts.Create(ctx, person(800)))
		}},
		{"Contacts.Upsert", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			_, _, err := c.Contacts.Upsert(ctx, person(801))
			return err
		}},
		{"Contacts.UpsertMany", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Contacts.UpsertMany(ctx, []contact.Contact{person(802), person(1)}))
		}},
		{"Contacts.Update", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Contacts.Update(ctx, changed))
		}},
		{"Activities.Record", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Activities.Record(ctx, order(one.ID, 800, noon)))
		}},
		{"Activities.RecordMany", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Activities.RecordMany(ctx, []activity.Activity{order(one.ID, 801, noon), order(s.people[1].ID, 802, noon)}))
		}},
		{"Segments.Freeze", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Segments.Freeze(ctx, "frozen", segment.Everyone()))
		}},
		{"Consents.Grant", func(ctx context.Context, c *crm.CRM, _ storage.Store) error { return c.Consents.Grant(ctx, grant(0)) }},
		{"Consents.GrantMany", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Consents.GrantMany(ctx, []consent.Declaration{grant(1), grant(2)})
		}},
		{"Consents.Withdraw", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Consents.Withdraw(ctx, grant(1))
		}},
		{"Consents.Suppress", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Consents.Suppress(ctx, grant(2))
		}},
		{"Consents.Deny", func(ctx context.Context, c *crm.CRM, _ storage.Store) error { return c.Consents.Deny(ctx, grant(1)) }},
		{"Consents.Object", func(ctx context.Context, c *crm.CRM, _ storage.Store) error { return c.Consents.Object(ctx, grant(3)) }},
		{"Consents.LiftObjection", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Consents.LiftObjection(ctx, grant(3))
		}},
		{"Consents.Restrict", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Consents.Restrict(ctx, grant(3))
		}},
		{"Consents.Unrestrict", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Consents.Unrestrict(ctx, grant(3))
		}},
		{"SuppressAddresses", func(ctx context.Context, _ *crm.CRM, s storage.Store) error {
			return k.asking(s).Consents.SuppressAddresses(ctx, barring(person(900)))
		}},
		{"RequestOptIn", func(ctx context.Context, _ *crm.CRM, s storage.Store) error {
			return k.asking(s).Consents.RequestOptIn(ctx, wish("asks@example.org"))
		}},
		{"Consents.PutNotice", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Consents.PutNotice(ctx, consent.Notice{NoticeKey: consent.NoticeKey{Name: "news", Version: "1"}, Text: "Yes."}))
		}},
		{"Consents.Release", func(ctx context.Context, c *crm.CRM, _ storage.Store) error { return c.Consents.Release(ctx, grant(3)) }},
		{"Segments.Save, new", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Segments.Save(ctx, "new", segment.Any()))
		}},
		{"Segments.Save, known", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Segments.Save(ctx, "summer", segment.All(segment.Any())))
		}},
	}
}

// last drops a result.
func last[T any](_ T, err error) error { return err }

func (s stage) campaignDeeds(k *kit) []deed {
	state := func(name string, change func(*campaign.Service, context.Context) error) deed {
		return deed{name, func(ctx context.Context, c *crm.CRM, _ storage.Store) error { return change(c.Campaigns, ctx) }}
	}
	return []deed{
		state("Campaigns.Create", func(c *campaign.Service, ctx context.Context) error {
			return last(c.Create(ctx, k.definition("new", s.segment)))
		}),
		state("Campaigns.Plan", func(c *campaign.Service, ctx context.Context) error { return c.Plan(ctx, s.draft) }),
		state("Campaigns.Start", func(c *campaign.Service, ctx context.Context) error { return c.Start(ctx, s.draft) }),
		state("Campaigns.Pause", func(c *campaign.Service, ctx context.Context) error { return c.Pause(ctx, s.draft) }),
		state("Campaigns.Resume", func(c *campaign.Service, ctx context.Context) error { return c.Resume(ctx, s.paused) }),
		state("Campaigns.Resolve", func(c *campaign.Service, ctx context.Context) error {
			return c.Resolve(ctx, s.doubt, campaign.WasSent)
		}),
		state("Campaigns.Redeem", func(c *campaign.Service, ctx context.Context) error {
			return last(c.Redeem(ctx, redeem(s.voucher, 800)))
		}),
		state("Campaigns.Cancel", func(c *campaign.Service, ctx context.Context) error { return c.Cancel(ctx, s.draft) }),
	}
}

// storeDeeds are the writes that the services use only while they send.
func (s stage) storeDeeds() []deed {
	now := noon.Add(2 * time.Hour)
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	return []deed{
		on("ClaimDeliveries", func(ctx context.Context, store storage.Store) error {
			q := campaign.ClaimQuery{Campaign: s.paused, Token: 77, Now: now, Lease: time.Minute, Limit: 2}
			return last(store.ClaimDeliveries(ctx, q))
		}),
		on("MoveDeliveries", func(ctx context.Context, store storage.Store) error {
			list, err := store.LockClaimed(ctx, 77)
			if err != nil || len(list) == 0 {
				return err
			}
			m := campaign.Move{Delivery: list[0].ID, Contact: list[0].Contact, From: campaign.Claimed, To: campaign.Sending}
			return last(store.MoveDeliveries(ctx, 77, now, []campaign.Move{m}))
		}),
		on("RequeueInDoubt", func(ctx context.Context, store storage.Store) error {
			q := campaign.RequeueQuery{Campaign: s.running, Channel: contact.ChannelEmail, NotBefore: now, Now: now}
			return last(store.RequeueInDoubt(ctx, q))
		}),
		on("EndQueued", func(ctx context.Context, store storage.Store) error {
			q := campaign.EndQuery{Campaign: s.paused, To: campaign.Expired, Reason: campaign.WindowClosed, Claimed: true, Now: now}
			return last(store.EndQueued(ctx, q))
		}),
		on("ReapDeliveries", func(ctx context.Context, store storage.Store) error {
			return last(store.ReapDeliveries(ctx, campaign.ReapQuery{Campaign: s.paused, Now: now, MaxCrashes: 3}))
		}),
		on("ClaimIdentities", func(ctx context.Context, store storage.Store) error {
			return last(store.ClaimIdentities(ctx, []contact.Claim{{Identity: shop(803), Contact: s.people[0].ID}}))
		}),
		on("ClaimRefs", func(ctx context.Context, store storage.Store) error {
			e := activity.RefEntry{Ref: ref(803), Contact: s.people[0].ID, Activity: id.New()}
			return last(store.ClaimRefs(ctx, []activity.RefEntry{e}))
		}),
	}
}

// importDeeds are the writes that only imports make, and take back.
func (s stage) importDeeds() []deed {
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	now, of := noon.Add(2*time.Hour), s.imported.ID
	return []deed{
		on("DeleteActivities", func(ctx context.Context, store storage.Store) error {
			return store.DeleteActivities(ctx, []activity.Activity{{Contact: s.lonely.ID, ID: s.visit}}, now)
		}),
		on("ReleaseIdentities", func(ctx context.Context, store storage.Store) error {
			return store.ReleaseIdentities(ctx, []contact.Claim{{Identity: s.lonely.Identities[0], Contact: s.lonely.ID}})
		}),
		on("DeleteContacts", func(ctx context.Context, store storage.Store) error {
			gone, err := store.DeleteContacts(ctx, []contact.ID{s.stranger.ID}, now)
			if err == nil && len(gone) != 1 {
				err = errors.New("storagetest: a contact that nothing names was not deleted")
			}
			return err
		}),
		on("InsertImport", func(ctx context.Context, store storage.Store) error { return store.InsertImport(ctx, anImport("new")) }),
		on("UpdateImport", func(ctx context.Context, store storage.Store) error {
			i := s.imported
			i.State = exchange.Undone
			return store.UpdateImport(ctx, i)
		}),
		on("AppendImportProblems", func(ctx context.Context, store storage.Store) error {
			return store.AppendImportProblems(ctx, of, 1, []exchange.Problem{{Number: 2, Code: "syntax"}})
		}),
		on("AppendImportChanges", func(ctx context.Context, store storage.Store) error {
			return store.AppendImportChanges(ctx, of, []exchange.Change{{Seq: 900, Kind: exchange.ChangeCreated, Contact: s.people[0].ID}})
		}),
		on("DeleteImportChanges", func(ctx context.Context, store storage.Store) error {
			return store.DeleteImportChanges(ctx, of, []contact.ID{s.lonely.ID})
		}),
		on("DeleteImport", func(ctx context.Context, store storage.Store) error { return store.DeleteImport(ctx, s.useless.ID) }),
	}
}

// traces reads what the deeds leave beside everything that readAll shows:
// identities and references.
func (k *kit) traces(store storage.Store) [2]int {
	k.Helper()
	var n [2]int
	owners, err := store.FindIdentities(k.ctx, []contact.Identity{shop(800), shop(801), shop(802), shop(803)})
	k.ok(err, "finding identities")
	for _, o := range owners {
		if !o.IsZero() {
			n[0]++
		}
	}
	entries, err := store.FindRefs(k.ctx, []activity.Ref{ref(800), ref(801), ref(802), ref(803)})
	k.ok(err, "finding references")
	for _, e := range entries {
		if !e.Activity.IsZero() {
			n[1]++
		}
	}
	return n
}
