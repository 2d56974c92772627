package postgres_test

import (
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// buyers makes a live segment of those who bought at least n times, and one
// customer, looked at already.
func buyers(t *testing.T, s storage.Store, n int64) (*crm.CRM, contact.ID) {
	t.Helper()
	is := is.New(t)
	c, err := crm.New(s, nil)
	is.NoErr(err)
	p, err := c.Contacts.Create(t.Context(), contact.Contact{Kind: contact.Person, Name: contact.Name{Family: "Müller"}})
	is.NoErr(err)
	_, err = c.Segments.Save(t.Context(), "buyers", segment.Purchases().AtLeast(n))
	is.NoErr(err)
	is.NoErr(c.Segments.Follow(t.Context(), "buyers"))
	is.NoErr(c.Segments.Refresh(t.Context()))
	return c, p.ID
}

func buy(t *testing.T, c *crm.CRM, of contact.ID) error {
	_, err := c.Activities.Record(t.Context(), activity.Activity{Contact: of, Kind: activity.Purchase, Amount: money.New(100, "EUR")})
	return err
}

// members refreshes and counts.
func members(t *testing.T, c *crm.CRM) int64 {
	t.Helper()
	is := is.New(t)
	is.NoErr(c.Segments.Refresh(t.Context()))
	n, err := c.Segments.LiveCount(t.Context(), "buyers")
	is.NoErr(err)
	return n
}

// A transaction of the host's that has written about a contact neither holds up
// the worker nor is its write lost, whether the contact was marked before or
// not.
func TestLive_open_writer_and_worker(t *testing.T) {
	for _, marked := range []bool{false, true} {
		is := is.New(t)
		s, db := fresh(t)
		c, p := buyers(t, s, 2)
		if marked {
			is.NoErr(buy(t, c, p))
		}
		tx, err := db.BeginTx(t.Context(), nil)
		is.NoErr(err)
		in := c.In(s.WithTx(tx))
		is.NoErr(buy(t, in, p))
		if !marked {
			is.NoErr(buy(t, in, p))
		}
		is.Equal(members(t, c), int64(0)) // the host's purchases are not committed, and nobody waits
		is.NoErr(tx.Commit())
		is.Equal(members(t, c), int64(1)) // both purchases count
	}
}

// A write that comes while the worker's transaction is about to take the mark
// away waits for it, and marks the contact anew. With ON CONFLICT DO NOTHING,
// or with a row that is deleted without a look at its version, it would be
// lost.
func TestLive_open_worker_and_writer(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	c, p := buyers(t, s, 2)
	is.NoErr(buy(t, c, p))
	watches, err := s.Watches(t.Context(), []contact.ID{p})
	is.NoErr(err)
	w := watches[0]
	is.True(!w.Changed.IsZero()) // the first purchase has marked the contact
	tx, err := db.BeginTx(t.Context(), nil)
	is.NoErr(err)
	saved, err := s.WithTx(tx).SaveWatches(t.Context(), []segment.WatchUpdate{{Contact: p, Version: w.Version, Evaluated: w.Changed}})
	is.NoErr(err)
	is.Equal(len(saved), 1) // the worker takes the mark away, but has not committed yet
	done := make(chan error, 1)
	go func() { done <- buy(t, c, p) }()
	select {
	case err := <-done:
		t.Fatal("the writer did not wait for the worker", err)
	case <-time.After(200 * time.Millisecond):
	}
	is.NoErr(tx.Commit())
	is.NoErr(<-done)
	is.Equal(members(t, c), int64(1)) // the second purchase was not lost
}

// What a worker has read is of no use once somebody has written, in whatever
// order the two commit.
func TestLive_worker_saves_behind_a_writer(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	c, p := buyers(t, s, 2)
	is.NoErr(buy(t, c, p))
	watches, err := s.Watches(t.Context(), []contact.ID{p})
	is.NoErr(err)
	stale := segment.WatchUpdate{Contact: p, Version: watches[0].Version, Evaluated: watches[0].Changed}
	tx, err := db.BeginTx(t.Context(), nil)
	is.NoErr(err)
	is.NoErr(buy(t, c.In(s.WithTx(tx)), p))
	saved, err := s.SaveWatches(t.Context(), []segment.WatchUpdate{stale})
	is.NoErr(err)
	is.Equal(len(saved), 0) // the row is locked: nobody waits
	is.NoErr(tx.Commit())
	saved, err = s.SaveWatches(t.Context(), []segment.WatchUpdate{stale})
	is.NoErr(err)
	is.Equal(len(saved), 0) // the version is another one
	is.Equal(members(t, c), int64(1))
}
