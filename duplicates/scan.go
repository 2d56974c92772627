package duplicates

import (
	"context"
	"errors"

	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
)

const (
	// batch is how many pairs are written or deleted together, beside those of a part.
	batch = 2000

	defaultThreshold = .5
	minThreshold     = .05
	maxThreshold     = .999
)

// ScanOptions says how to scan. Nil and the zero value mean all defaults.
type ScanOptions struct {
	// Threshold is the probability from which on a pair stands in the list, from .05 to
	// .999. Defaults to .5. A scan that goes on keeps the one that it began with.
	Threshold float64
	// Restart begins anew, even if a scan was cut off.
	Restart bool
	// Progress is called when the contacts were read, after each part was committed and
	// at the end, by the goroutine that called Scan. Nil means not.
	Progress func(Scan)
}

// Scan looks through all contacts for duplicates and, when it has come to the end, puts
// its list in the place of the one before. Nil options mean all defaults.
//
// One that was cut off, by an error, the end of the context or of the process, goes on
// with the next call behind the last of its Parts. It reads the contacts anew, but only
// those that were there when it began. Its result is the same as without a break, but
// for what was edited, merged or deleted meanwhile. One whose model this version of the
// library cannot read begins anew.
//
// It locks no contact, and nobody waits for it longer than it takes to write one part.
// All contacts are in memory meanwhile, with about a kilobyte each.
//
// Of two calls at once, one goes on and the other gets errs.ErrConflict (changed).
// It returns what the scan has come to, also beside an error.
func (s *Service) Scan(ctx context.Context, o *ScanOptions) (scan Scan, err error) {
	const op = "duplicates.Scan"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "scan", ""); err != nil {
		return scan, err
	}
	own, err := settings(op, o)
	if err != nil {
		return Scan{}, err
	}
	r := &run{s: s, o: own, op: op}
	err = r.all(ctx)
	return r.now, err
}

func settings(op string, o *ScanOptions) (own ScanOptions, err error) {
	if o != nil {
		own = *o
	}
	if own.Threshold == 0 {
		own.Threshold = defaultThreshold
	}
	var f errs.Fields
	if !(own.Threshold >= minThreshold && own.Threshold <= maxThreshold) {
		f.Add("options.threshold", "out_of_range", "must be from .05 to .999")
	}
	return own, f.Err(op)
}

// run is one call of Scan.
type run struct {
	s  *Service
	o  ScanOptions
	op string

	now    Scan // as it was committed
	people population
	finder *duplicate.Finder
	model  *duplicate.Model
}

func (r *run) all(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	if err := r.forget(ctx, func(scan Scan) bool { return scan.State == Running && scan.Number < r.now.Number }); err != nil {
		return err
	}
	r.tell()
	for r.now.Position < Parts {
		if err := r.part(ctx); err != nil {
			return err
		}
	}
	r.finder = nil
	if err := r.finish(ctx); err != nil {
		return err
	}
	return r.forget(ctx, func(scan Scan) bool { return scan.Number < r.now.Number })
}

// begin finds the scan to go on with, or makes one.
func (r *run) begin(ctx context.Context) error {
	scans, err := r.s.store.DuplicateScans(ctx)
	if err != nil {
		return err
	}
	open := last(scans, Running)
	if open.Number > 0 && !r.o.Restart {
		text, err := r.s.store.DuplicateModel(ctx, open.Number)
		switch {
		case errors.Is(err, errs.ErrNotFound):
			return r.others()
		case err != nil:
			return err
		}
		if r.model, err = duplicate.ParseModel(text, r.s.secret); err == nil {
			r.now = open
			return r.read(ctx)
		}
	}
	r.now = Scan{Number: 1, State: Running, MilliBits: evidence(r.o.Threshold), StartedAt: r.s.env.Now(), Version: 1}
	if len(scans) > 0 {
		r.now.Number = scans[len(scans)-1].Number + 1
	}
	if err := r.create(ctx); err != nil {
		r.now = Scan{}
		return err
	}
	return nil
}

// create stores a new scan.
func (r *run) create(ctx context.Context) error {
	if err := r.read(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return errs.Failed(r.op, err)
	}
	// A model that goes on is the one that was stored, so the first part has it, too.
	text, err := r.finder.Train().MarshalJSON()
	if err != nil {
		return errs.Failed(r.op, err)
	}
	if r.model, err = duplicate.ParseModel(text, r.s.secret); err != nil {
		return errs.Failed(r.op, err)
	}
	r.now.Contacts, r.now.UpdatedAt = len(r.people.ids), r.s.env.Now()
	err = r.s.store.InsertDuplicateScan(ctx, r.now, text)
	if errors.Is(err, errs.ErrConflict) {
		return r.others()
	}
	return err
}

// read reads the contacts.
func (r *run) read(ctx context.Context) (err error) {
	if r.people, err = r.s.read(ctx, r.now.StartedAt); err == nil {
		r.finder = duplicate.NewFinder(r.people.records, r.s.secret)
	}
	return err
}

// part does the next part.
func (r *run) part(ctx context.Context) error {
	pairs, err := r.finder.Pairs(ctx, r.model, r.now.Position, probability(r.now.MilliBits))
	if err != nil {
		return errs.Failed(r.op, err)
	}
	found := make([]Found, len(pairs))
	for i, p := range pairs {
		score := r.model.Compare(&r.people.records[p.A], &r.people.records[p.B])
		found[i] = Found{
			Scan: r.now.Number, A: r.people.ids[p.A], B: r.people.ids[p.B], MilliBits: milli(p.Bits), Contradiction: score.Contradiction,
		}
	}
	err = r.step(ctx, func(ctx context.Context, tx Stores, next *Scan) error {
		next.Position++
		next.Pairs += len(found)
		return tx.PutDuplicatePairs(ctx, found)
	})
	if err == nil {
		r.tell()
	}
	return err
}

// step writes something of the scan, unless somebody else has gone on with it.
func (r *run) step(ctx context.Context, do func(ctx context.Context, tx Stores, next *Scan) error) error {
	var next Scan
	err := r.s.atomic(ctx, func(ctx context.Context, tx Stores) (err error) {
		next, err = tx.LockDuplicateScan(ctx, r.now.Number)
		switch {
		case errors.Is(err, errs.ErrNotFound):
			return r.others()
		case err != nil:
			return err
		case next.Version != r.now.Version || next.State != Running:
			return r.others()
		}
		if err := do(ctx, tx, &next); err != nil {
			return err
		}
		next.Version++
		next.UpdatedAt = r.s.env.Now()
		return tx.UpdateDuplicateScan(ctx, next)
	})
	if err == nil {
		r.now = next
	}
	return err
}

// others is the error of a scan that is not alone.
func (r *run) others() error {
	return errs.Conflict(r.op, "scan", "changed", "somebody else goes on with this scan, or has begun another one")
}

func (r *run) tell() {
	if r.o.Progress != nil {
		r.o.Progress(r.now)
	}
}

// forget removes scans, some pairs at a time.
func (r *run) forget(ctx context.Context, which func(Scan) bool) error {
	scans, err := r.s.store.DuplicateScans(ctx)
	if err != nil {
		return err
	}
	for _, scan := range scans {
		for gone := !which(scan); !gone; {
			if gone, err = r.s.store.DeleteDuplicateScan(ctx, scan.Number, batch); err != nil {
				return err
			}
		}
	}
	return nil
}
