package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// tenantIsolation fills one tenant and looks for it from another, by list and
// by every id and name.
func tenantIsolation(k *kit) {
	s := k.stage()
	k.record(order(s.people[0].ID, 1, noon))
	before := k.read(k.store)
	other := k.tenant("other")
	k.equal(k.read(other), everything{}, "another tenant must see nothing")
	k.notFound(other, s)
	k.nothingToFind(other, s, before)
	k.nothingToDo(other, s)
	k.nothingToDelete(other, s)
	k.noMeasures(other, s)
	k.equal(k.read(k.store), before, "another tenant has changed something")
	k.equal(k.read(k.tenant("other")), everything{}, "another tenant has got something")
}

// notFound asks another tenant for things by their id or name.
func (k *kit) notFound(other storage.Store, s stage) {
	k.Helper()
	find := func(what string, err error) {
		k.Helper()
		k.fails(err, errs.ErrNotFound, "another tenant asks for "+what)
	}
	c := k.on(other)
	find("a contact", last(c.Contacts.Get(k.ctx, s.people[0].ID)))
	find("an identity", last(c.Contacts.Find(k.ctx, shop(0))))
	find("a reference", last(c.Activities.ByRef(k.ctx, ref(1))))
	find("a segment", last(c.Segments.Get(k.ctx, s.segment)))
	find("a segment by name", last(c.Segments.Find(k.ctx, "summer")))
	find("a snapshot", last(c.Segments.Snapshot(k.ctx, s.snapshot)))
	find("a campaign", last(c.Campaigns.Get(k.ctx, s.running)))
	find("a campaign by name", last(c.Campaigns.Find(k.ctx, "summer")))
	find("a campaign to lock", last(other.LockCampaign(k.ctx, s.running)))
	find("a campaign to hold", last(other.HoldCampaign(k.ctx, s.running)))
	find("a voucher", last(other.Voucher(k.ctx, s.voucher.Code)))
	find("a voucher to lock", last(other.LockVoucher(k.ctx, s.voucher.Code)))
	find("a redemption", last(other.Redemption(k.ctx, ref(1))))
	find("an import", last(other.ImportByName(k.ctx, s.imported.Name)))
	find("an import to lock", last(other.LockImport(k.ctx, s.imported.Name)))
	find("an import to update", other.UpdateImport(k.ctx, s.imported))
	find("a scan to lock", last(other.LockDuplicateScan(k.ctx, s.scan.Number)))
	find("a scan to update", other.UpdateDuplicateScan(k.ctx, s.scan))
	find("a model", last(other.DuplicateModel(k.ctx, s.scan.Number)))
	find("an import to delete", other.DeleteImport(k.ctx, s.imported.ID))
	find("a contact to record for", last(c.Activities.Record(k.ctx, order(s.people[0].ID, 77, noon))))
	find("a contact to grant for", c.Consents.Grant(k.ctx, declaration(s.people[0].ID, contact.ChannelEmail)))
}

// nothingToFind asks another tenant for the rows of known ids.
func (k *kit) nothingToFind(other storage.Store, s stage, full everything) {
	k.Helper()
	ids := idsOf(s.people)
	count := func(what string, n int, err error) {
		k.Helper()
		k.ok(err, "another tenant asks for "+what)
		k.equal(n, 0, "how much another tenant finds: "+what)
	}
	contacts, err := other.Contacts(k.ctx, ids)
	count("contacts", len(contacts), err)
	contacts, err = other.LockContacts(k.ctx, ids)
	count("contacts to lock", len(contacts), err)
	list, err := other.ActivitiesOf(k.ctx, ids)
	count("activities", len(list), err)
	list, err = other.History(k.ctx, activity.HistoryQuery{Contact: ids[0], Limit: 9})
	count("a history", len(list), err)
	uses, err := other.ChannelUse(k.ctx, ids, noon.AddDate(1, 0, 0))
	count("the use of channels", len(uses), err)
	events, err := other.ConsentEvents(k.ctx, ids[:1])
	count("a ledger", len(events), err)
	states, err := other.ConsentStates(k.ctx, ids)
	count("states of consent", len(states), err)
	frozen, err := other.SnapshotMembers(k.ctx, segment.SnapshotQuery{In: s.snapshot, Limit: 9})
	count("members of a snapshot", len(frozen), err)
	members, err := other.Audience(k.ctx, campaign.AudienceQuery{Campaign: s.running, Limit: 9})
	count("an audience", len(members), err)
	audience, err := other.AudienceCounts(k.ctx, s.running)
	count("counts of an audience", len(audience), err)
	deliveries, err := other.Deliveries(k.ctx, campaign.DeliveryQuery{Campaign: s.running, Limit: 9})
	count("deliveries", len(deliveries), err)
	counts, err := other.DeliveryCounts(k.ctx, s.running)
	count("counts of deliveries", len(counts), err)
	vouchers, err := other.Vouchers(k.ctx, s.running, ids)
	count("vouchers", len(vouchers), err)
	touches, err := other.Touches(k.ctx, ids, noon.AddDate(-1, 0, 0))
	k.ok(err, "another tenant counts touches")
	for _, n := range touches {
		count("touches", int(n), nil)
	}
	responses, err := other.Responses(k.ctx, campaign.ResponseQuery{Campaign: s.running, From: noon.AddDate(-1, 0, 0), To: noon.AddDate(1, 0, 0), Currency: "EUR"})
	count("responses", len(responses), err)
	problems, err := other.ImportProblems(k.ctx, s.imported.ID, 0, 9)
	count("problems", len(problems), err)
	changes, err := other.ImportChanges(k.ctx, s.imported.ID, contact.ID{}, 9)
	count("changes", len(changes), err)
	merges, err := other.MergesInto(k.ctx, []contact.ID{s.kept.ID})
	count("merges", len(merges), err)
	into, err := other.MergedInto(k.ctx, []contact.ID{s.lost.ID})
	k.ok(err, "another tenant asks for a winner")
	k.equal(into, []contact.ID{{}}, "what another tenant finds: a winner")
	scans, err := other.DuplicateScans(k.ctx)
	count("scans", len(scans), err)
	found, err := other.DuplicatePairs(k.ctx, duplicates.PairQuery{Scan: s.scan.Number, Least: -1_000_000, Limit: 9})
	count("pairs", len(found), err)
	found, err = other.DuplicateGroups(k.ctx, s.scan.Number, 0, 9)
	count("pairs of groups", len(found), err)
	secrets, err := other.Secrets(k.ctx, []contact.ID{s.lonely.ID})
	count("secrets", len(secrets), err)
	secrets, err = other.ListSecrets(k.ctx, contact.Secret{}, 9)
	count("all secrets", len(secrets), err)
	holders, err := other.HoldersOf(k.ctx, []string{"points"}, contact.ID{}, 9)
	count("holders of a value", len(holders), err)
	dismissed, err := other.DismissalsOf(k.ctx, idsOf(s.people))
	count("dismissals", len(dismissed), err)
	dismissed, err = other.Dismissals(k.ctx, duplicates.Dismissal{}, 9)
	count("all dismissals", len(dismissed), err)
	log, err := other.AuditEntries(k.ctx, audit.EntryQuery{Limit: 9, Contact: s.entry.Contact})
	count("entries about a contact", len(log), err)
	log, err = other.AuditChain(k.ctx, 0, 9)
	count("sealed entries", len(log), err)
	end, err := other.LockAuditHead(k.ctx)
	count("the end of a log", int(end.Seq), err)
	n, err := k.on(other).Segments.Count(k.ctx, segment.Everyone())
	count("members of everyone", int(n), err)
	among, err := k.on(other).Segments.Among(k.ctx, segment.Not(segment.Purchases().AtLeast(100)), ids)
	count("members among known ids", len(among), err)
	if len(full.Contacts) == 0 {
		k.Error("the tenant that was looked for is empty")
	}
}

// nothingToDelete lets another tenant delete what is not its own.
func (k *kit) nothingToDelete(other storage.Store, s stage) {
	k.Helper()
	k.ok(other.DeleteActivities(k.ctx, []activity.Activity{{Contact: s.lonely.ID, ID: s.visit}}, noon), "another tenant deletes an activity")
	k.ok(other.ReleaseIdentities(k.ctx, []contact.Claim{{Identity: s.lonely.Identities[0], Contact: s.lonely.ID}}), "another tenant releases an identity")
	gone, err := other.DeleteContacts(k.ctx, []contact.ID{s.stranger.ID}, noon)
	k.ok(err, "another tenant deletes a contact")
	k.equal(len(gone), 0, "how many contacts another tenant deletes")
	k.ok(other.MoveContact(k.ctx, merge.Move{From: s.kept.ID, To: s.lonely.ID, At: noon}), "another tenant moves a contact")
	k.ok(other.UpdateMerges(k.ctx, []merge.Merge{{Loser: s.lost.ID}}), "another tenant replaces a merge")
	k.ok(other.DeleteMerge(k.ctx, s.lost.ID), "another tenant forgets a merge")
	k.ok(other.EditCopies(k.ctx, []contact.ID{s.lost.ID, s.lonely.ID}, edited), "another tenant edits copies")
	stolen := s.secret
	stolen.KEK = "stolen"
	k.ok(other.UpdateSecrets(k.ctx, []contact.Secret{stolen}), "another tenant replaces a secret")
	k.ok(other.DeleteSecrets(k.ctx, []contact.ID{s.lonely.ID}, nil), "another tenant deletes secrets")
	_, err = other.DeleteDuplicateScan(k.ctx, s.scan.Number, 9)
	k.ok(err, "another tenant deletes a scan")
	dismissed, err := k.store.Dismissals(k.ctx, duplicates.Dismissal{}, 9)
	k.ok(err, "listing dismissals")
	k.ok(other.DeleteDismissals(k.ctx, dismissed), "another tenant deletes dismissals")
	events, err := k.store.ConsentEvents(k.ctx, []contact.ID{s.kept.ID})
	k.ok(err, "reading a ledger")
	k.ok(other.DeleteConsent(k.ctx, events, noon), "another tenant deletes declarations")
	erased, err := other.EraseAuditPayloads(k.ctx, s.entry.Contact, 9)
	k.ok(err, "another tenant erases payloads")
	k.equal(erased, int64(0), "how many payloads another tenant erases")
	k.fails(other.SealAudit(k.ctx, []audit.Seal{sealOf(2, 2)}), errs.ErrConflict, "another tenant seals an entry")
	k.ok(other.DeleteImportChanges(k.ctx, s.imported.ID, []contact.ID{s.lonely.ID}), "another tenant deletes changes")
}

// nothingToDo lets another tenant work on deliveries that are not its own.
func (k *kit) nothingToDo(other storage.Store, s stage) {
	k.Helper()
	later := noon.Add(2 * time.Hour)
	mine := k.claim(s.paused, 5, later, time.Minute, 1)
	doubt := k.deliveries(s.running)
	zero := func(what string, n int64, err error) {
		k.Helper()
		k.ok(err, "another tenant: "+what)
		k.equal(n, 0, "how many deliveries another tenant reaches: "+what)
	}
	list, err := other.ClaimDeliveries(k.ctx, campaign.ClaimQuery{Campaign: s.paused, Token: 6, Now: later, Lease: time.Minute, Limit: 9})
	zero("claiming", int64(len(list)), err)
	list, err = other.LockClaimed(k.ctx, 5)
	zero("locking what is claimed", int64(len(list)), err)
	move := campaign.Move{Delivery: mine[0].ID, Contact: mine[0].Contact, From: campaign.Claimed, To: campaign.Queued}
	moved, err := other.MoveDeliveries(k.ctx, 5, later, []campaign.Move{move})
	zero("moving under a token", int64(len(moved)), err)
	move.Delivery, move.Contact, move.From = doubt[s.people[0].ID].ID, s.people[0].ID, campaign.InDoubt
	moved, err = other.MoveDeliveries(k.ctx, 0, later, []campaign.Move{move})
	zero("moving without a token", int64(len(moved)), err)
	n, err := other.RequeueInDoubt(k.ctx, campaign.RequeueQuery{Campaign: s.running, Channel: contact.ChannelEmail, NotBefore: later, Now: later})
	zero("queueing again", n, err)
	n, err = other.EndQueued(k.ctx, campaign.EndQuery{Campaign: s.paused, To: campaign.Stopped, Claimed: true, Now: later})
	zero("ending", n, err)
	reaped, err := other.ReapDeliveries(k.ctx, campaign.ReapQuery{Campaign: s.paused, Now: later, MaxCrashes: 1})
	k.ok(err, "another tenant: reaping")
	k.equal(reaped, campaign.Reaped{}, "how many deliveries another tenant reaches: reaping")
	k.equal(k.move(5, noon, campaign.Move{From: campaign.Claimed, To: campaign.Queued}, mine...), 1, "how many deliveries their own tenant gives back")
}

// tenantSameKeys uses the same identities, references, names, ids and codes in
// two tenants.
func tenantSameKeys(k *kit) {
	s := k.stage()
	k.record(order(s.people[0].ID, 1, noon))
	full := k.read(k.store)
	other := k.tenant("other")
	k.ok(other.InsertContacts(k.ctx, full.Contacts), "inserting contacts with the ids of another tenant's")
	var claims []contact.Claim
	var want []contact.ID
	for _, c := range full.Contacts {
		for _, identity := range c.Identities {
			claims, want = append(claims, contact.Claim{Identity: identity, Contact: c.ID}), append(want, c.ID)
		}
	}
	owners, err := other.ClaimIdentities(k.ctx, claims)
	k.ok(err, "claiming the identities of another tenant")
	k.equal(owners, want, "who owns identities that another tenant has too")
	entry := activity.RefEntry{Ref: ref(1), Contact: full.Contacts[0].ID, Activity: full.Activities[0].ID, Digest: [16]byte{9}}
	bound, err := other.ClaimRefs(k.ctx, []activity.RefEntry{entry})
	k.ok(err, "claiming a reference of another tenant")
	k.equal(bound, []activity.RefEntry{entry}, "what a reference is bound to that another tenant has too")
	k.ok(other.InsertActivities(k.ctx, full.Activities), "inserting activities with the ids of another tenant's")
	k.ok(other.AppendConsent(k.ctx, full.Events), "appending events with the ids of another tenant's")
	for _, seg := range full.Segments {
		k.ok(other.InsertSegment(k.ctx, seg), "inserting a segment with id and name of another tenant's")
	}
	for _, snap := range full.Snapshots {
		k.ok(other.InsertSnapshot(k.ctx, snap), "inserting a snapshot with id and name of another tenant's")
	}
	k.ok(other.InsertSnapshotMembers(k.ctx, s.snapshot, full.Frozen), "inserting the members of another tenant's snapshot")
	for _, c := range full.Campaigns {
		k.ok(other.InsertCampaign(k.ctx, c), "inserting a campaign with id and name of another tenant's")
	}
	for _, m := range full.Merges {
		k.ok(other.InsertMerge(k.ctx, m), "inserting a merge of another tenant's")
	}
	for _, scan := range full.Scans {
		k.ok(other.InsertDuplicateScan(k.ctx, scan, []byte("{}")), "inserting a scan with the number of another tenant's")
	}
	k.ok(other.PutDuplicatePairs(k.ctx, full.Found), "inserting the pairs of another tenant's scan")
	k.ok(other.InsertDismissals(k.ctx, full.Dismissals), "inserting the dismissals of another tenant")
	k.sameLog(other, full.Log)
	k.ok(other.InsertSecrets(k.ctx, full.Secrets), "inserting the secrets of another tenant")
	for _, i := range full.Imports {
		k.ok(other.InsertImport(k.ctx, i), "inserting an import with id and name of another tenant's")
	}
	k.ok(other.AppendImportProblems(k.ctx, s.imported.ID, 0, full.Problems), "appending the problems of another tenant's import")
	k.ok(other.AppendImportChanges(k.ctx, s.imported.ID, full.Changes), "appending the changes of another tenant's import")
	k.ok(other.InsertAudience(k.ctx, full.Audience), "inserting a plan of another tenant's")
	k.ok(other.InsertVouchers(k.ctx, full.Vouchers), "inserting vouchers with the codes of another tenant's")
	inserted, err := other.InsertRedemption(k.ctx, campaign.Redemption{
		Order: ref(5), Code: s.voucher.Code, Campaign: s.running, Contact: s.voucher.Contact, Channel: s.voucher.Channel, Amount: euro(100), Discount: euro(10), At: noon,
	})
	k.ok(err, "redeeming a voucher whose code another tenant has too")
	k.equal(inserted, true, "whether the redemption was stored")
	got := k.read(other)
	for _, part := range []struct {
		what      string
		got, want any
	}{
		{"contacts", got.Contacts, full.Contacts}, {"activities", got.Activities, full.Activities}, {"events", got.Events, full.Events},
		{"states", got.States, full.States}, {"segments", got.Segments, full.Segments}, {"snapshots", got.Snapshots, full.Snapshots}, {"members", got.Frozen, full.Frozen},
		{"campaigns", got.Campaigns, full.Campaigns}, {"audience", got.Audience, full.Audience},
		{"imports", got.Imports, full.Imports}, {"problems", got.Problems, full.Problems}, {"changes", got.Changes, full.Changes},
		{"merges", got.Merges, full.Merges}, {"scans", got.Scans, full.Scans}, {"pairs", got.Found, full.Found}, {"dismissals", got.Dismissals, full.Dismissals},
		{"the log", got.Log, full.Log}, {"its end", got.LogEnd, full.LogEnd},
		{"secrets", got.Secrets, full.Secrets},
	} {
		k.equal(part.got, part.want, "a tenant with the ids and names of another: "+part.what)
	}
	k.equal(k.read(k.store), full, "a tenant has changed another one that has the same ids and names")
	v, err := k.store.Voucher(k.ctx, s.voucher.Code)
	k.ok(err, "reading a voucher")
	k.equal(v.Uses, 0, "how often a voucher is used whose code was redeemed by another tenant")
}

// sameLog gives another tenant the same log.
func (k *kit) sameLog(other storage.Store, log []audit.Entry) {
	k.Helper()
	var seals []audit.Seal
	list := slices.Clone(log)
	for i, e := range list {
		if e.Seq > 0 {
			seals = append(seals, audit.Seal{ID: e.ID, Seq: e.Seq, Prev: e.Prev, Hash: e.Hash})
		}
		list[i].Seq, list[i].Prev, list[i].Hash = 0, audit.Hash{}, audit.Hash{}
	}
	k.ok(other.AppendAudit(k.ctx, list), "appending entries with the ids of another tenant's")
	k.ok(other.SealAudit(k.ctx, seals), "sealing entries with the numbers of another tenant's")
}
