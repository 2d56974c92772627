package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

func activityRoundTrip(k *kit) {
	of := k.customer(1).ID
	for i, a := range richActivities(of) {
		a.Ref, a.At = ref(i), noon.Add(-time.Duration(i)*time.Hour)
		r := k.record(a)
		if !r.Created || r.Contact != of {
			k.Errorf("recording something new says created=%t for %s", r.Created, r.Contact)
		}
		want := a
		want.ID, want.RecordedAt = r.Activity, noon
		got, err := k.crm.Activities.ByRef(k.ctx, a.Ref)
		k.ok(err, "reading an activity by its reference")
		k.equal(got, want, "a field of an activity did not come back as it was given")
		k.equal(k.history(of)[i], want, "an activity differs in the history")
	}
}

// richActivities is one activity of every kind, complete with what the service
// would add.
func richActivities(of contact.ID) []activity.Activity {
	line := func(sku, category string, quantity, cents int64) activity.Item {
		return activity.Item{SKU: sku, Name: "chair " + sku + "!", Category: category, Quantity: quantity, Amount: euro(cents)}
	}
	paid := func(status activity.PaymentStatus) *activity.Payment {
		return &activity.Payment{Provider: "till", Token: "tok_1", Status: status, Purchase: ref(0)}
	}
	return []activity.Activity{
		{Contact: of, Kind: activity.Purchase, Direction: activity.Inbound, Channel: contact.ChannelPhone, Subject: "Order", Text: "by phone,\nwith thanks",
			Amount: euro(1200), Items: []activity.Item{line("z", "Furniture", 3, 900), line("a", "", 1, -50), line("a", "", 1, -50), line("", "Lamps", 1_000_000_000, 400)}},
		{Contact: of, Kind: activity.Purchase, Direction: activity.Inbound, Amount: money.New(500, "JPY")},
		{Contact: of, Kind: activity.Purchase, Direction: activity.Inbound, Amount: euro(0), Items: []activity.Item{{Quantity: 1, Amount: euro(0)}}},
		{Contact: of, Kind: activity.Return, Direction: activity.Inbound, Amount: money.New(1234, "KWD")},
		{Contact: of, Kind: activity.Letter, Direction: activity.Outbound, Channel: contact.ChannelLetter, Subject: "Welcome"},
		{Contact: of, Kind: activity.Call, Channel: contact.ChannelPhone, Text: "asked for the opening hours"},
		{Contact: of, Kind: activity.Email, Direction: activity.Inbound, Channel: contact.ChannelEmail, Amount: euro(-5)},
		{Contact: of, Kind: activity.Complaint, Direction: activity.Inbound, Subject: "Scratch"},
		{Contact: of, Kind: activity.ServiceRequest, Direction: activity.Inbound},
		{Contact: of, Kind: activity.Charge, Amount: euro(1200), Payment: paid(activity.PaymentPending)},
		{Contact: of, Kind: activity.Refund, Amount: euro(1), Payment: paid(activity.PaymentFailed)},
		{Contact: of, Kind: "showroom.visit"},
	}
}

func activityIdempotent(k *kit) {
	of := k.customer(1).ID
	first := k.record(order(of, 1, noon))
	k.clock.add(time.Hour)
	again := k.record(order(of, 1, noon))
	if again.Created || again.Activity != first.Activity {
		k.Errorf("recording the same again must give the first activity and created=false; it gives created=%t, same activity=%t",
			again.Created, again.Activity == first.Activity)
	}
	before := k.read(k.store)
	other := order(of, 1, noon)
	other.Subject = "something else"
	_, err := k.crm.Activities.Record(k.ctx, other)
	k.fails(err, errs.ErrConflict, "recording something else under a reference that was used")

	twice := []activity.Activity{order(of, 2, noon), order(of, 1, noon), order(of, 2, noon)}
	results, err := k.crm.Activities.RecordMany(k.ctx, twice)
	k.ok(err, "recording a batch with one reference twice")
	k.equal([]bool{results[0].Created, results[1].Created, results[2].Created}, []bool{true, false, false},
		"a reference that stands twice in a batch counts once, and one that is known not at all")
	k.equal(results[2].Activity, results[0].Activity, "both uses of a reference in one batch must give the same activity")
	k.equal(len(k.history(of)), len(before.Activities)+1, "the length of the history")

	before = k.read(k.store)
	differ := order(of, 3, noon)
	differ.Text = "different"
	_, err = k.crm.Activities.RecordMany(k.ctx, []activity.Activity{order(of, 4, noon), order(of, 3, noon), differ})
	k.fails(err, errs.ErrConflict, "recording a batch with two contents under one reference")
	k.equal(k.read(k.store), before, "a refused batch of activities has written something")
	k.refsAreFree(3, 4)
}

// refsAreFree checks that nothing is recorded under the references.
func (k *kit) refsAreFree(numbers ...int) {
	k.Helper()
	for _, n := range numbers {
		_, err := k.crm.Activities.ByRef(k.ctx, ref(n))
		k.fails(err, errs.ErrNotFound, "looking up a reference under which nothing was kept")
	}
}

func activityAllOrNothing(k *kit) {
	of, unknown := k.customer(1).ID, contact.ID(id.New())
	before := k.read(k.store)
	_, err := k.crm.Activities.Record(k.ctx, order(unknown, 1, noon))
	k.fails(err, errs.ErrNotFound, "recording for a contact that does not exist")
	_, err = k.crm.Activities.RecordMany(k.ctx, []activity.Activity{order(of, 2, noon), order(unknown, 3, noon), order(of, 4, noon)})
	k.fails(err, errs.ErrNotFound, "recording a batch with a contact that does not exist")
	k.equal(k.read(k.store), before, "a refused batch of activities has written a part of itself")
	k.refsAreFree(1, 2, 3, 4)
	if r := k.record(order(of, 2, noon)); !r.Created {
		k.Error("a reference of a refused batch is still bound")
	}
}

func activityConcurrentRef(k *kit) {
	const writers = 16
	of := k.customer(1).ID
	second := k.reopened()
	results := make([]activity.Result, writers)
	k.allOK(k.together(writers, func(i int) error {
		c := k.crm
		if i%2 == 1 {
			c = second
		}
		var err error
		results[i], err = c.Activities.Record(k.ctx, order(of, 1, noon))
		return err
	}), "recording one reference from several goroutines")
	created := 0
	for _, r := range results {
		if r.Activity != results[0].Activity {
			k.Error("concurrent recordings of one reference gave different activities")
		}
		if r.Created {
			created++
		}
	}
	k.equal(created, 1, "how many of the concurrent recordings of one reference say that they created it")
	k.equal(len(k.history(of)), 1, "how often an activity stands in the history that was recorded concurrently")
}

func activityOppositeOrder(k *kit) {
	const size, writers, rounds = 30, 4, 4
	people := idsOf(k.customers(5, nil))
	second := k.reopened()
	for round := range rounds {
		batch := make([]activity.Activity, size)
		for i := range batch {
			batch[i] = order(people[i%len(people)], round*size+i, noon)
		}
		k.allOK(k.together(writers, func(i int) error {
			own, c := slices.Clone(batch), k.crm
			if i%2 == 1 {
				slices.Reverse(own)
				c = second
			}
			_, err := c.Activities.RecordMany(k.ctx, own)
			return err
		}), "recording the same references in opposite orders at the same time")
	}
	total := 0
	for _, of := range people {
		total += len(k.history(of))
	}
	k.equal(total, size*rounds, "how many activities were recorded by batches in opposite orders")
}
