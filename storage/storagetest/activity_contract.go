package storagetest

import (
	"fmt"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

func activityContract(k *kit) {
	people := k.customers(3, nil)
	entry := func(n, who int) activity.RefEntry {
		e := activity.RefEntry{Ref: ref(n), Contact: people[who].ID, Activity: id.New()}
		e.Digest[0] = byte(n)
		return e
	}
	a, b, c, d := entry(1, 0), entry(2, 1), entry(1, 2), entry(3, 0)
	bound, err := k.store.ClaimRefs(k.ctx, []activity.RefEntry{b, a, c})
	k.ok(err, "claiming references")
	k.equal(bound, []activity.RefEntry{b, a, a}, "of two claims to one reference the first wins, answers are in the order of the entries, with all that was bound")
	bound, err = k.store.ClaimRefs(k.ctx, []activity.RefEntry{d, c})
	k.ok(err, "claiming references again")
	k.equal(bound, []activity.RefEntry{d, a}, "a reference that is bound stays bound")
	found, err := k.store.FindRefs(k.ctx, []activity.Ref{ref(9), ref(3), ref(1), ref(3)})
	k.ok(err, "finding references")
	k.equal(found, []activity.RefEntry{{}, d, a, d}, "FindRefs must answer in the order of the question, a zero entry where nothing is bound")

	err = k.store.InsertActivities(k.ctx, []activity.Activity{
		{ID: id.New(), Contact: people[0].ID, Kind: "visit", At: noon, RecordedAt: noon},
		{ID: id.New(), Contact: contact.ID(id.New()), Kind: "visit", At: noon, RecordedAt: noon},
	})
	k.fails(err, errs.ErrNotFound, "inserting an activity of a contact that does not exist")
	k.equal(len(k.history(people[0].ID)), 0, "what a refused InsertActivities has left")
	visit := activity.Activity{ID: id.New(), Contact: people[2].ID, Kind: "visit", At: noon, RecordedAt: noon}
	k.ok(k.store.InsertActivities(k.ctx, []activity.Activity{visit}), "inserting an activity")
	other := visit
	other.ID = id.New()
	k.fails(k.store.InsertActivities(k.ctx, []activity.Activity{other, visit}), errs.ErrConflict, "inserting an activity whose id exists")
	other.Contact = contact.ID(id.New())
	k.fails(k.store.InsertActivities(k.ctx, []activity.Activity{visit, other}), errs.ErrNotFound, "inserting an activity whose id exists and one of an unknown contact: the contact counts first")
	k.equal(k.history(people[2].ID), []activity.Activity{visit}, "what InsertActivities has left, once done and once refused")
	k.activitiesOf(people)
}

// activitiesOf checks the order in which facts are read.
func (k *kit) activitiesOf(people []contact.Contact) {
	k.Helper()
	ids := idsOf(people)
	for i, of := range ids[:2] {
		for n := range 3 {
			k.record(activity.Activity{ID: activity.ID(spread(uint32(10*i + 9 - n))), Contact: of, Kind: "visit", At: noon.Add(-time.Duration(n/2) * time.Hour)})
		}
	}
	list, err := k.store.ActivitiesOf(k.ctx, []contact.ID{ids[1], contact.ID(id.New()), ids[0], ids[2]})
	k.ok(err, "reading the activities of several contacts")
	ordered := sortedBy(list, func(a activity.Activity) string {
		return a.Contact.String() + fmt.Sprintf("%020d", a.At.UnixMicro()) + a.ID.String()
	})
	k.equal(idsOfActivities(list), idsOfActivities(ordered), "ActivitiesOf must ascend by contact, instant and id")
	k.equal(len(list), 7, "how many activities three contacts have")
}

func activityChannelUse(k *kit) {
	people := idsOf(k.customers(3, nil))
	in := func(who int, ch contact.Channel, ago time.Duration, d activity.Direction) {
		k.record(activity.Activity{Contact: people[who], Kind: "visit", Channel: ch, Direction: d, At: noon.Add(-ago)})
	}
	in(0, contact.ChannelEmail, 2*time.Hour, activity.Inbound)
	in(0, contact.ChannelEmail, 3*time.Hour, activity.Inbound)
	in(0, contact.ChannelEmail, time.Hour-time.Microsecond, activity.Inbound) // after the instant
	in(0, contact.ChannelEmail, 2*time.Hour, activity.Outbound)
	in(0, contact.ChannelPhone, time.Hour, activity.Inbound) // at the very instant
	in(0, "", 2*time.Hour, activity.Inbound)
	in(0, contact.ChannelSMS, 2*time.Hour, "")
	in(1, contact.ChannelLetter, 5*time.Hour, activity.Inbound)
	in(2, contact.ChannelLetter, 5*time.Hour, activity.Inbound) // not asked for
	got, err := k.store.ChannelUse(k.ctx, people[:2], noon.Add(-time.Hour))
	k.ok(err, "counting the use of channels")
	got = sortedBy(got, func(u activity.ChannelUse) string { return fmt.Sprint(u.Count) + string(u.Channel) })
	want := []activity.ChannelUse{
		{Contact: people[1], Channel: contact.ChannelLetter, Count: 1, Last: noon.Add(-5 * time.Hour)},
		{Contact: people[0], Channel: contact.ChannelPhone, Count: 1, Last: noon.Add(-time.Hour)},
		{Contact: people[0], Channel: contact.ChannelEmail, Count: 2, Last: noon.Add(-2 * time.Hour)},
	}
	k.equal(got, want, "ChannelUse must count what came in on a channel up to and including the instant, and when last")
}

func activityLargeBatch(k *kit) {
	k.within(long)
	const size = activity.MaxBatch
	people := idsOf(k.customers(20, nil))
	batch := make([]activity.Activity, size)
	for i := range batch {
		batch[i] = order(people[i%len(people)], i, noon.Add(-time.Duration(i)*time.Second))
	}
	_, err := k.crm.Activities.RecordMany(k.ctx, batch)
	k.ok(err, "recording a batch of the greatest size")
	results, err := k.crm.Activities.RecordMany(k.ctx, batch)
	k.ok(err, "recording a batch of the greatest size again")
	for _, r := range results {
		if r.Created {
			k.Fatal("recording a large batch again has created something")
		}
	}
	list, err := k.store.ActivitiesOf(k.ctx, people)
	k.ok(err, "reading many activities")
	k.equal(len(list), size, "how many activities a batch of the greatest size made")
}
