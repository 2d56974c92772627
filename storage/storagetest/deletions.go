package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

func contactRelease(k *kit) {
	a, b := k.customer(1), k.customer(2)
	also := contact.Identity{Source: "till", Key: shop(1).Key}
	k.ok(last(k.store.ClaimIdentities(k.ctx, []contact.Claim{{Identity: also, Contact: a.ID}, {Identity: shop(3), Contact: a.ID}})), "claiming identities")
	k.ok(k.store.ReleaseIdentities(k.ctx, []contact.Claim{
		{Identity: shop(1), Contact: a.ID}, {Identity: shop(3), Contact: a.ID}, {Identity: shop(1), Contact: a.ID},
		{Identity: shop(2), Contact: a.ID}, {Identity: shop(9), Contact: a.ID},
	}), "releasing identities, with one of another contact and one of nobody")
	owners, err := k.store.FindIdentities(k.ctx, []contact.Identity{shop(1), shop(2), shop(3), also})
	k.ok(err, "finding identities")
	k.equal(owners, []contact.ID{{}, b.ID, {}, a.ID}, "who has identities after some were released")
	want := a
	want.Identities = []contact.Identity{also}
	k.equal(k.get(a.ID), want, "a record whose identities were released must be the same but for them")
	k.ok(last(k.store.ClaimIdentities(k.ctx, []contact.Claim{{Identity: shop(1), Contact: b.ID}})), "claiming an identity that was released")
	k.equal(k.get(b.ID).Identities, []contact.Identity{shop(1), shop(2)}, "the identities of who claimed one that was released")
}

// contactDelete tries to delete people of whom each but some is named somewhere.
func contactDelete(k *kit) {
	people := k.customers(9, func(i int, c *contact.Contact) {
		c.Tags, c.Custom = []string{"x"}, map[string]contact.Value{"points": contact.Int(1)}
	})
	ids := idsOf(people)
	k.agree(people, contact.ChannelEmail)
	in := campaign.ID(id.New())
	k.record(activity.Activity{Contact: ids[0], Kind: "visit", At: noon})
	k.ok(k.store.InsertAudience(k.ctx, []campaign.Member{{Campaign: in, Contact: ids[1], Outcome: campaign.Excluded}}), "inserting a row of a plan")
	k.ok(k.store.InsertDeliveries(k.ctx, []campaign.Delivery{{
		ID: id.New(), Campaign: in, Contact: ids[2], Channel: contact.ChannelEmail, State: campaign.Queued, NotBefore: noon, UpdatedAt: noon,
	}}), "inserting a delivery")
	v := campaign.Voucher{Code: "66666666666", Campaign: in, Contact: ids[3], Channel: contact.ChannelEmail, MaxUses: 9}
	k.ok(k.store.InsertVouchers(k.ctx, []campaign.Voucher{v}), "inserting a voucher")
	k.ok(last(k.store.InsertRedemption(k.ctx, campaign.Redemption{
		Order: ref(4), Code: v.Code, Campaign: in, Contact: ids[4], Channel: v.Channel, Amount: euro(100), Discount: euro(10), At: noon,
	})), "inserting a redemption")
	frozen := k.freeze("all", segment.Everyone())
	people[8] = k.link(people[8], contact.Link{Kind: contact.WorksFor, To: ids[0]})
	people[5] = k.link(people[5], contact.Link{Kind: contact.WorksFor, To: ids[7]})

	gone, err := k.store.DeleteContacts(k.ctx, []contact.ID{ids[8], ids[0], ids[1], ids[2], ids[3], ids[4], ids[7], ids[8], id.New()}, noon)
	k.ok(err, "deleting contacts")
	want := []contact.ID{ids[7], ids[8]}
	slices.SortFunc(want, contact.ID.Compare)
	k.equal(gone, want, "only contacts go that nothing names, in ascending order, each once")
	left := k.read(k.reopen())
	k.equal(len(left.Contacts), 7, "how many contacts are left")
	k.equal(len(left.Events)+len(left.States), 14, "how many declarations and states are left")
	k.equal(len(left.Frozen), 9, "how many members a snapshot keeps when some are deleted")
	k.equal(len(k.frozen(frozen.ID)), 9, "how many members a snapshot lists when some are deleted")
	owners, err := k.store.FindIdentities(k.ctx, []contact.Identity{shop(0), shop(7), shop(8)})
	k.ok(err, "finding identities")
	k.equal(owners, []contact.ID{ids[0], {}, {}}, "who has identities after some contacts were deleted")
	k.goneForRules(want, ids)
	k.linked(ids[0], "")
	k.equal(k.link(people[5], people[5].Links...).Links, people[5].Links, "a link to a contact who is gone stays until somebody takes it away")

	k.customer(7) // the identity is free
	again := people[8]
	again.Version, again.Custom, again.Tags = 1, nil, nil
	k.ok(k.store.InsertContacts(k.ctx, []contact.Contact{again}), "inserting a contact with an id that was deleted")
	again.Identities = nil
	k.equal(k.get(again.ID), again, "a contact with an id that was deleted before")
	events, err := k.store.ConsentEvents(k.ctx, []contact.ID{again.ID})
	none(k, "ConsentEvents of a contact that came back", events, err)
}

// goneForRules checks that rules of all kinds select the people without those
// who are gone.
func (k *kit) goneForRules(gone, all []contact.ID) {
	k.Helper()
	left := slices.DeleteFunc(slices.Clone(all), func(c contact.ID) bool { return slices.Contains(gone, c) })
	slices.SortFunc(left, contact.ID.Compare)
	for what, rule := range map[string]segment.Rule{
		"on everyone": segment.Everyone(), "on a custom field": segment.Field("custom.points").Equals(1),
		"on tags":    segment.Tagged("x"),
		"on consent": segment.Consented("marketing", contact.ChannelEmail),
	} {
		got, err := segment.EvaluatorOf(k.store).Members(k.ctx, segment.Resolve(rule, noon, k.zone), contact.ID{}, 100)
		k.ok(err, "evaluating a rule "+what)
		k.equal(got, left, "whom a rule selects "+what)
	}
}

// rollupRules are rules about all of a history, which stores may answer from what
// they have added up.
func rollupRules() []segment.Rule {
	p := segment.Purchases()
	return []segment.Rule{
		p.AtLeast(1), p.AtLeast(2), p.None(), p.Sum(segment.AtLeast, euro(1000)), p.Sum(segment.AtMost, euro(500)), p.Sum(segment.Greater, money.New(0, "USD")),
		p.Average(segment.AtLeast, euro(600)), p.First(segment.AtLeast, noon.Add(-3*time.Hour)), p.Last(segment.Less, noon.Add(-time.Hour)),
		p.In("Lamps").AtLeast(1), p.In("Lamps").Sum(segment.AtLeast, euro(100)), p.In("Furniture").None(), p.In("Furniture").Last(segment.AtLeast, noon.Add(-2*time.Hour)),
		segment.Activities("visit").AtLeast(1), segment.Activities("").AtLeast(3), segment.Activities("").Last(segment.Less, noon.Add(-time.Hour)),
		p.InLast(90, segment.Days).AtLeast(2), segment.Activities("visit").Where(segment.Field("data.mood").Equals("good")).AtLeast(1),
	}
}

// selectsAsMatch compares the rules with segment.Match.
func (k *kit) selectsAsMatch(people []contact.ID, when string) {
	k.Helper()
	contacts, err := k.store.Contacts(k.ctx, people)
	k.ok(err, "reading contacts")
	facts := make([]segment.Facts, len(contacts))
	for i, c := range contacts {
		facts[i].Contact = c
		facts[i].Activities, err = k.store.ActivitiesOf(k.ctx, []contact.ID{c.ID})
		k.ok(err, "reading activities")
	}
	for n, rule := range rollupRules() {
		r := segment.Resolve(rule, noon, k.zone)
		want := []contact.ID{}
		for i := range facts {
			if segment.Match(r, &facts[i]) {
				want = append(want, facts[i].Contact.ID)
			}
		}
		slices.SortFunc(want, contact.ID.Compare)
		got, err := segment.EvaluatorOf(k.store).Members(k.ctx, r, contact.ID{}, 100)
		k.ok(err, "evaluating a rule")
		if !slices.Equal(got, want) {
			k.Errorf("rule %d selects %d contacts %s, but segment.Match says %d", n, len(got), when, len(want))
		}
	}
}

// shopping is the n-th activity of the case on deleting: purchases in several
// categories and currencies, and visits.
func shopping(of contact.ID, n int) activity.Activity {
	a := order(of, n, noon.Add(-time.Duration(n%5)*time.Hour))
	switch n % 4 {
	case 1:
		a.Items = []activity.Item{{SKU: "l", Name: "Lamp", Category: "Lamps", Quantity: 1, Amount: euro(150)}, a.Items[0]}
	case 2:
		a.Items, a.Amount = nil, money.New(700, "USD")
	case 3:
		a.Items, a.Kind, a.Data = nil, "visit", map[string]contact.Value{"mood": contact.Text("good")}
	}
	return a
}

func activityDelete(k *kit) {
	people := idsOf(k.customers(6, nil))
	slices.SortFunc(people, contact.ID.Compare)
	var all []activity.Activity
	for i := range 4 * len(people) {
		all = append(all, shopping(people[i%len(people)], i))
	}
	results, err := k.crm.Activities.RecordMany(k.ctx, all)
	k.ok(err, "recording activities")
	for i, r := range results {
		all[i].ID = r.Activity
	}
	k.selectsAsMatch(people, "before anything was deleted")
	page, err := k.crm.Activities.History(k.ctx, people[0], &activity.HistoryOptions{Limit: 1})
	k.ok(err, "reading a page of a history")

	stranger := activity.Activity{Contact: people[1], ID: all[5].ID} // that of somebody else
	batches := [][]activity.Activity{{all[0]}, {stranger, {Contact: people[0], ID: id.New()}}, {all[6], all[1], all[13]}, {all[2], all[8], all[14], all[20]}, {all[2]}}
	gone := map[activity.ID]bool{}
	for n, batch := range batches {
		k.ok(k.store.DeleteActivities(k.ctx, batch, noon), "deleting activities")
		for _, a := range batch {
			if n != 1 {
				gone[a.ID] = true
			}
		}
		k.selectsAsMatch(people, "after activities were deleted")
	}
	left := k.read(k.reopen()).Activities
	k.equal(len(left), len(all)-len(gone), "how many activities are left")
	for _, a := range all {
		_, err := k.store.Activity(k.ctx, a.Contact, a.ID)
		k.equal(err == nil, !gone[a.ID], "whether an activity is there after some were deleted")
		bound, err := k.store.FindRefs(k.ctx, []activity.Ref{a.Ref})
		k.ok(err, "finding a reference")
		k.equal(bound[0].Activity.IsZero(), gone[a.ID], "whether a reference is free after its activity was deleted")
	}
	rest, err := k.crm.Activities.History(k.ctx, people[0], &activity.HistoryOptions{Cursor: page.Next, Limit: 9})
	k.ok(err, "reading a history on from a place whose activity was deleted")
	k.equal(len(rest.Activities), len(k.history(people[0]))-boolInt(!gone[page.Activities[0].ID]), "how many activities come behind the first page of before")
	for i := range all {
		if gone[all[i].ID] {
			all[i].ID = activity.ID{}
			k.equal(k.record(all[i]).Created, true, "whether something that was deleted is recorded again")
		}
	}
	k.selectsAsMatch(people, "after all was recorded again")
	gone2, err := k.store.DeleteContacts(k.ctx, people, noon)
	none(k, "DeleteContacts of those with activities", gone2, err)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
