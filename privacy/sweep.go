package privacy

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// SweepOptions say how far a sweep goes.
type SweepOptions struct {
	// DryRun does everything in one transaction and undoes it: the report is what the
	// sweep would have given, and the store is locked as long as it takes.
	DryRun bool
	// Now is the instant as of which data are due. Defaults to the clock's; it must not
	// lie ahead of that.
	Now time.Time
	// Limit is with how many contacts, imports and the like one call does something, for
	// each rule. Defaults to 1,000, at most 100,000.
	Limit int
}

// SweepReport says what a sweep has done.
type SweepReport struct {
	At     time.Time `json:"at"`
	DryRun bool      `json:"dry_run,omitempty"`
	// Done by class, in the order in which it was done. What has done nothing is left
	// out.
	Done []Swept `json:"done,omitempty"`
	// More is true where the limit ended a part of the sweep. Call again.
	More bool `json:"more,omitempty"`
}

// Swept counts the rows of a class with which something was done.
type Swept struct {
	Class  Class  `json:"class"`
	Action Action `json:"action"`
	Rows   int64  `json:"rows"`
}

const (
	defaultLimit = 1000
	maxLimit     = 100_000
	// sweepChunk is how many contacts a transaction takes care of.
	sweepChunk = 100
)

// Sweep removes what the rules of retention no longer keep. It also ends holds whose
// time has come and erases what they alone have kept of the erased, and removes the
// last rows of the erased from live segments that have told of them. What a hold keeps
// stays. It works in small transactions, so it can be cut off anywhere and called
// again; several at once do no harm. A nil options means all defaults.
//
// It returns errs.ErrInvalid for bad options.
func (s *Service) Sweep(ctx context.Context, o *SweepOptions) (report SweepReport, err error) {
	const op = "privacy.Sweep"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return SweepReport{}, err
	}
	own, err := o.complete(op, s.env.Now())
	if err != nil {
		return SweepReport{}, err
	}
	w := &sweep{s: s, op: op, store: s.store, atomic: s.atomic, now: own.Now, limit: own.Limit}
	if !own.DryRun {
		err = w.all(ctx)
		return w.report(own), err
	}
	err = s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		w.store, w.done, w.more = tx, nil, false
		w.atomic = func(ctx context.Context, fn func(context.Context, Stores) error) error { return fn(ctx, tx) }
		if err := w.all(ctx); err != nil {
			return err
		}
		return errDry
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return w.report(own), err
}

// errDry undoes a dry run.
var errDry = errors.New("privacy: a dry run leaves nothing")

func (o *SweepOptions) complete(op string, now time.Time) (SweepOptions, error) {
	var own SweepOptions
	if o != nil {
		own = *o
	}
	own.Now, own.Limit = core.Instant(own.Now), cmp.Or(own.Limit, defaultLimit)
	if own.Now.IsZero() {
		own.Now = now
	}
	var f errs.Fields
	if own.Now.After(now) {
		f.Add("now", "in_future", "must not lie ahead of the clock")
	}
	if own.Limit < 1 || own.Limit > maxLimit {
		f.Add("limit", "out_of_range", "must be 1 to 100000")
	}
	return own, f.Err(op)
}

// sweep is one under way.
type sweep struct {
	s      *Service
	op     string
	store  Stores
	atomic core.Atomic[Stores]
	now    time.Time
	limit  int
	done   []Swept
	more   bool
}

func (w *sweep) report(o SweepOptions) SweepReport {
	return SweepReport{At: o.Now, DryRun: o.DryRun, Done: w.done, More: w.more}
}

// note counts rows.
func (w *sweep) note(c Class, a Action, rows int64) {
	if rows == 0 {
		return
	}
	i := slices.IndexFunc(w.done, func(s Swept) bool { return s.Class == c && s.Action == a })
	if i < 0 {
		i, w.done = len(w.done), append(w.done, Swept{Class: c, Action: a})
	}
	w.done[i].Rows += rows
}

// counted runs fn in a transaction and notes what it gives once that is committed. It
// tells whether that is anything.
func (w *sweep) counted(ctx context.Context, fn func(context.Context, Stores) ([]Swept, error)) (did bool, err error) {
	var done []Swept
	err = w.atomic(ctx, func(ctx context.Context, tx Stores) (err error) {
		done, err = fn(ctx, tx)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, d := range done {
		w.note(d.Class, d.Action, d.Rows)
		did = did || d.Rows > 0
	}
	return did, nil
}

func (w *sweep) all(ctx context.Context) error {
	for _, step := range []func(context.Context) error{w.endHolds, w.releaseHeld, w.finishErased} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	by := map[Class]func(context.Context, time.Time) error{
		Record: w.idle, Purchases: w.purchases, Activities: w.activities, Campaigns: w.campaigns,
		Segments: w.changes, Imports: w.imports, Duplicates: w.scans,
	}
	for _, r := range w.s.setup.Retention {
		if err := by[r.Class](ctx, r.Keep.Before(w.now, w.s.env.Zone)); err != nil {
			return err
		}
	}
	return nil
}

// endHolds removes holds whose time has come.
func (w *sweep) endHolds(ctx context.Context) error {
	left := w.limit
	for left > 0 {
		var n int
		_, err := w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) {
			list, err := tx.EndedHolds(ctx, w.now, min(left, sweepChunk))
			if err != nil {
				return nil, err
			}
			for _, h := range list {
				if _, err := tx.DeleteHold(ctx, h.Contact, h.ID); err != nil {
					return nil, err
				}
			}
			n = len(list)
			return []Swept{{Measures, End, int64(n)}}, nil
		})
		if err != nil || n == 0 {
			return err
		}
		left -= n
	}
	w.more = true
	return nil
}

// releaseHeld erases what no hold keeps any more.
func (w *sweep) releaseHeld(ctx context.Context) error {
	return w.pages(ctx, w.store.HeldContacts, func(ctx context.Context, of contact.ID) (bool, error) {
		return w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) { return w.release(ctx, tx, of) })
	})
}

// pages calls each for the contacts of a list until it did something for as many as the
// limit says. list may leave out some of a page, but gives none only at the end.
func (w *sweep) pages(ctx context.Context, list func(context.Context, contact.ID, int) ([]contact.ID, error), each func(context.Context, contact.ID) (bool, error)) error {
	var after contact.ID
	left := w.limit
	for {
		ids, err := list(ctx, after, sweepChunk)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if left == 0 {
				w.more = true
				return nil
			}
			did, err := each(ctx, id)
			if err != nil {
				return err
			}
			if did {
				left--
			}
		}
		after = ids[len(ids)-1]
	}
}

func (w *sweep) release(ctx context.Context, tx Stores, of contact.ID) (done []Swept, err error) {
	c, err := tx.CertificateOf(ctx, of)
	if err != nil {
		return nil, err
	}
	holds, err := tx.Holds(ctx, c.ids())
	if err != nil {
		return nil, err
	}
	p := person{holds: holds}
	for _, class := range Holdable {
		if p.keeps(class, w.now) {
			continue
		}
		n, err := tx.DeleteHeld(ctx, of, class)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			done = append(done, Swept{class, Delete, n})
			c.Released = append(c.Released, Release{class, n, w.now})
		}
	}
	if len(done) == 0 {
		return nil, nil
	}
	return done, tx.PutCertificate(ctx, c.ids(), c)
}

// finishErased removes the last rows of the erased, once live segments have told that
// they are gone.
func (w *sweep) finishErased(ctx context.Context) error {
	list := func(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error) {
		pending, err := w.store.PendingCertificates(ctx, after, limit)
		ids := make([]contact.ID, len(pending))
		for i, c := range pending {
			ids[i] = c.Contact
		}
		return ids, err
	}
	return w.pages(ctx, list, func(ctx context.Context, of contact.ID) (bool, error) {
		return w.counted(ctx, func(ctx context.Context, tx Stores) ([]Swept, error) { return w.finish(ctx, tx, of) })
	})
}
