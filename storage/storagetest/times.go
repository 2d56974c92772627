package storagetest

import (
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// hardTimes are instants that stores have been seen to change.
func hardTimes() []time.Time {
	east, west := time.FixedZone("", 14*3600), time.FixedZone("", -(12*3600+1800))
	return []time.Time{
		time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1847, 12, 1, 0, 1, 15, 1000, time.UTC),
		time.Date(1900, 2, 28, 23, 59, 59, 999999000, time.UTC),
		time.UnixMicro(-1).UTC(), time.Unix(0, 0).UTC(), time.UnixMicro(1).UTC(),
		time.Date(1969, 12, 31, 23, 59, 59, 500000000, time.UTC),
		time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 29, 0, 59, 59, 999999000, time.UTC), // the night summer time begins in Europe
		time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
		time.Date(2026, 10, 25, 0, 30, 0, 1000, time.UTC), // the hour that comes twice
		time.Date(2026, 10, 25, 1, 30, 0, 1000, time.UTC),
		time.Date(2026, 1, 1, 0, 30, 0, 0, east), time.Date(2026, 1, 1, 0, 30, 0, 0, west),
		time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC),
		time.Date(2262, 4, 11, 23, 47, 16, 854776000, time.UTC), // beyond int64 nanoseconds
		time.Date(2299, 12, 31, 23, 59, 59, 999999000, time.UTC),
	}
}

func timeRoundTrip(k *kit) {
	of := k.customer(1).ID
	k.clock.set(time.Date(2299, 12, 31, 23, 59, 59, 999999999, time.UTC)) // the last nanosecond is cut off
	now := time.Date(2299, 12, 31, 23, 59, 59, 999999000, time.UTC)
	times := hardTimes()
	for i, t := range times {
		k.record(activity.Activity{Contact: of, Kind: "visit", At: t, Ref: ref(i)})
		got, err := k.crm.Activities.ByRef(k.ctx, ref(i))
		k.ok(err, "reading an activity")
		k.sameInstant(got.At, t)
		k.sameInstant(got.RecordedAt, now)
		k.timeInContact(i, t, now)
		d := declaration(of, contact.ChannelEmail)
		d.At = t
		k.ok(k.crm.Consents.Grant(k.ctx, d), "granting")
	}
	ordered := slices.Clone(times)
	slices.SortFunc(ordered, time.Time.Compare)
	ledger, err := k.crm.Consents.Ledger(k.ctx, of)
	k.ok(err, "reading the ledger")
	history := k.history(of)
	for i, t := range ordered {
		k.sameInstant(ledger[i].At, t)
		k.sameInstant(history[len(history)-1-i].At, t)
	}
	states, err := k.crm.Consents.States(k.ctx, of)
	k.ok(err, "reading the state")
	k.sameInstant(states[0].At, ordered[len(ordered)-1])
	k.equal(states[0].Action, consent.Grant, "the action that counts")
}

// timeInContact stores an instant as a custom field and looks for it with a
// rule.
func (k *kit) timeInContact(n int, t, now time.Time) {
	k.Helper()
	c := person(100 + n)
	c.Custom = map[string]contact.Value{"member_since": contact.Time(t)}
	created, err := k.crm.Contacts.Create(k.ctx, c)
	k.ok(err, "creating a contact with an instant")
	got := k.get(created.ID)
	k.sameInstant(got.Custom["member_since"].Time, t)
	k.sameInstant(got.CreatedAt, now)
	k.members(segment.Field("custom.member_since").Equals(t), []contact.ID{created.ID}, "an instant must be found by an equal one, and only by it")
}

// sameInstant checks that an instant came back exactly, and in UTC.
func (k *kit) sameInstant(got, want time.Time) {
	k.Helper()
	if !got.Equal(want) {
		k.Errorf("the instant %v came back as %v", want, got)
	}
	if got.Location() != time.UTC {
		k.Errorf("the instant %v came back in the zone %v, not in UTC", want, got.Location())
	}
}

func numberExtremes(k *kit) {
	numbers := []int64{math.MinInt64 + 1, math.MaxInt64, -1, 0, 1, 1<<53 - 1, 1<<53 + 1, -(1<<53 + 1), math.MaxInt64 - 1}
	people := k.customers(len(numbers), func(i int, c *contact.Contact) {
		c.Custom = map[string]contact.Value{"points": {Type: contact.TypeNumber, Number: numbers[i]}}
	})
	for i, n := range numbers {
		k.equal(k.get(people[i].ID).Custom["points"].Number, n, "a number did not come back exactly")
		v := contact.Value{Type: contact.TypeNumber, Number: n}
		k.members(segment.Field("custom.points").Equals(v), []contact.ID{people[i].ID}, "a number must be found by an equal one, and only by it")
		var greater []contact.ID
		for j, o := range numbers {
			if o > n {
				greater = append(greater, people[j].ID)
			}
		}
		k.members(segment.Field("custom.points").Greater(v), greater, "numbers must be compared exactly")
	}
}

// amountExtremes adds up the greatest amounts, where floating point would
// round and 32 bits overflow.
func amountExtremes(k *kit) {
	const most, count = 1_000_000_000_000, 30
	people := idsOf(k.customers(3, nil))
	var batch []activity.Activity
	for i := range count {
		a := order(people[0], i, noon.Add(-time.Duration(i)*time.Minute))
		a.Items = []activity.Item{{Category: "Furniture", Quantity: 1_000_000_000, Amount: euro(most)}}
		b := a
		b.Contact, b.Ref = people[1], ref(1000+i)
		b.Items = []activity.Item{{Category: "Furniture", Quantity: 1, Amount: euro(most)}, {Category: "Rebate", Quantity: 1, Amount: euro(-most)}}
		batch = append(batch, a, b)
	}
	_, err := k.crm.Activities.RecordMany(k.ctx, batch)
	k.ok(err, "recording the greatest amounts")
	sum, rebates := segment.Purchases(), segment.Purchases().In("Rebate")
	furniture := segment.Purchases().In("Furniture")
	for _, c := range []struct {
		rule segment.Rule
		want []contact.ID
	}{
		{sum.Sum(segment.Equals, euro(count*most)), people[:1]},
		{sum.Sum(segment.Greater, euro(count*most-1)), people[:1]},
		{sum.Sum(segment.AtLeast, euro(count*most+1)), nil},
		{furniture.Sum(segment.Equals, euro(count*most)), people[:2]},
		{rebates.Sum(segment.Equals, euro(-count*most)), people[1:2]},
		{rebates.Sum(segment.Less, euro(-count*most+1)), people[1:2]},
		{sum.Average(segment.Equals, euro(most)), people[:1]},
		{sum.Average(segment.Less, euro(most)), people[1:2]},
		{rebates.Average(segment.AtMost, euro(-most)), people[1:2]},
		{rebates.Average(segment.Greater, euro(-most)), nil},
		{sum.Min(segment.AtLeast, euro(most)), people[:1]},
		{rebates.Max(segment.AtMost, euro(-most)), people[1:2]},
		{sum.Sum(segment.Equals, money.New(0, "USD")), people},
		{sum.Average(segment.AtMost, money.New(0, "USD")), nil},
	} {
		k.members(c.rule, c.want, "amounts must be added up and compared exactly: "+c.rule.String())
	}
}
