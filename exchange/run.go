package exchange

import (
	"context"
	"errors"
	"iter"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// What ends a transaction.
var (
	errDry         = errors.New("was a dry run")
	errInterrupted = errors.New("the dry run was interrupted by the database")
	errRaced       = errors.New("somebody else wrote about the same contacts")
)

// run is one call of Import.
type run struct {
	s      *Service
	o      Options
	op     string
	atomic core.Atomic[Stores]

	now    Import // as it was committed
	from   int    // the position at which it began
	passed int    // the Number of the last entry that was there before

	// blind is whether a batch is first tried without a look at who has its
	// identities: nobody had those of the batch before, and if somebody has one of
	// these, claiming it tells.
	blind bool
}

// all takes all entries.
func (r *run) all(ctx context.Context, store Stores, name string, entries iter.Seq2[Entry, error]) error {
	if err := r.begin(ctx, store, name); err != nil {
		return err
	}
	err := r.ahead(ctx, entries, func(batch []ready) error {
		batch, err := r.pass(batch)
		switch {
		case err != nil || len(batch) == 0:
			return err
		case r.now.State == Finished:
			return r.others()
		}
		return r.commit(ctx, batch)
	})
	switch {
	case err != nil:
		return err
	case r.passed < r.from: // fewer than before
		return r.others()
	case r.now.State == Finished:
		return nil
	}
	return r.finish(ctx)
}

// dry does all in one transaction and undoes it. The transactions of the batches nest
// in it, so that each can be tried again by itself.
func (r *run) dry(ctx context.Context, name string, entries iter.Seq2[Entry, error]) error {
	tries := 0
	err := r.atomic(ctx, func(ctx context.Context, tx Stores) error {
		if tries++; tries > 1 { // the entries are gone
			return errs.Failed(r.op, errInterrupted)
		}
		r.atomic = r.s.atomic(tx)
		if err := r.all(ctx, tx, name, entries); err != nil {
			return err
		}
		return errDry
	})
	if err == errDry {
		return nil
	}
	return err
}

// begin finds the import, or makes it.
func (r *run) begin(ctx context.Context, store Stores, name string) error {
	now := r.s.env.Now()
	i, err := store.ImportByName(ctx, name)
	if errors.Is(err, errs.ErrNotFound) {
		i = Import{ID: ID(r.s.env.NewID()), Name: name, State: Running, StartedAt: now, UpdatedAt: now}
		err = store.InsertImport(ctx, i)
	}
	switch {
	case err != nil:
		return err
	case i.State == Undoing || i.State == Undone:
		return errs.Conflict(r.op, "name", "state", "was taken back")
	}
	r.now, r.from = i, i.Position
	return nil
}

// others is the error of entries that are not those of before.
func (r *run) others() error {
	return errs.Conflict(r.op, "entries", "changed", "are not those that were imported under this name")
}

// pass leaves out the entries that were handled before.
func (r *run) pass(batch []ready) ([]ready, error) {
	for n, e := range batch {
		if e.Number > r.from {
			if r.passed != r.from {
				return nil, r.others()
			}
			return batch[n:], nil
		}
		r.passed = e.Number
		if e.Number == r.from && e.digest != r.now.Digest {
			return nil, r.others()
		}
	}
	return nil, nil
}

// maxTries bounds how often a batch is tried again because others wrote about the
// same contacts.
const maxTries = 10

// commit takes one batch, and tells the host.
func (r *run) commit(ctx context.Context, batch []ready) error {
	var b *work
	var err error
	for range maxTries {
		err = r.atomic(ctx, func(ctx context.Context, tx Stores) error {
			b = &work{run: r, tx: tx, now: r.s.env.Now()}
			return b.do(ctx, batch)
		})
		if !errors.Is(err, errRaced) {
			break
		}
		r.blind = false
	}
	if err != nil {
		if errors.Is(err, errRaced) {
			err = errs.Failed(r.op, err)
		}
		return err
	}
	r.now, r.blind = b.next, !b.met
	if err := r.askLists(ctx, b); err != nil {
		return err
	}
	return r.tell(b.problems)
}

// tell passes on what became of a batch.
func (r *run) tell(problems []Problem) error {
	if r.o.Problem != nil {
		for _, p := range problems {
			if err := r.o.Problem(p); err != nil {
				return foreign{err}
			}
		}
	}
	if r.o.Progress != nil {
		r.o.Progress(r.now)
	}
	return nil
}

// finish marks the import as finished.
func (r *run) finish(ctx context.Context) error {
	var done Import
	err := r.atomic(ctx, func(ctx context.Context, tx Stores) (err error) {
		if done, err = r.lock(ctx, tx); err != nil {
			return err
		}
		done.State, done.UpdatedAt = Finished, r.s.env.Now()
		return tx.UpdateImport(ctx, done)
	})
	if err != nil {
		return err
	}
	r.now = done
	if r.o.Progress != nil {
		r.o.Progress(r.now)
	}
	return nil
}

// lock makes sure that nobody else goes on with the import.
func (r *run) lock(ctx context.Context, tx Stores) (Import, error) {
	i, err := tx.LockImport(ctx, r.now.Name)
	if err == nil && (i.ID != r.now.ID || i.Position != r.now.Position || i.State != r.now.State) {
		err = errs.Conflict(r.op, "name", "changed", "somebody else goes on with this import, or took it back")
	}
	return i, err
}
