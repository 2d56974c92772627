package exchange

import (
	"context"
	"errors"
	"iter"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

const (
	maxName      = 200
	defaultBatch = 1000
	maxBatch     = 10_000
)

// Services are those that decide what may be stored.
type Services struct {
	Contacts   *contact.Service
	Activities *activity.Service
	Consents   *consent.Service
	// Fields are the declared custom fields.
	Fields []contact.Field
}

// Service imports and exports. Hosts get it as CRM.Exchange. It is safe for
// concurrent use.
type Service struct {
	store  Stores
	atomic func(Stores) core.Atomic[Stores]
	env    core.Env
	with   Services
}

// NewService is called by crm.New. atomic gives the transactions of a handle, which
// nest where the handle is bound to one.
func NewService(store Stores, atomic func(Stores) core.Atomic[Stores], env core.Env, with Services) *Service {
	return &Service{store, atomic, env, with}
}

// Known says what becomes of the record of a contact that the CRM knows already.
// Identities are added in any case but Keep, and never taken away.
type Known string

// What an import does with known contacts.
const (
	// Update, the default, takes what the entry says and keeps what it leaves
	// open. Ways to reach the contact come first that the entry names, tags and
	// the like are added.
	Update Known = "update"
	// Fill takes only what the record does not have yet. Ways to reach the contact
	// are added behind those that are there.
	Fill Known = "fill"
	// Replace takes the entry as the whole record, as contact.Service.Upsert does, but
	// for sensitive values that the entry does not name.
	Replace Known = "replace"
	// Keep leaves the record as it is.
	Keep Known = "keep"
)

// Options says how to import. A nil Options and the zero one mean all defaults.
type Options struct {
	// Known says what becomes of known contacts. Defaults to Update.
	Known Known
	// Origin is added to the contacts that the import creates or updates, unless
	// they have one of that source with that notice. At defaults to the present.
	Origin contact.Origin
	// LeaveOut imports an entry without the parts of its record that cannot be stored,
	// such as an e-mail address or a date of birth that is none, instead of refusing
	// it, and without sensitive values to which there is no consent. They are listed
	// as problems that are Partly. Identities, activities and declarations are never
	// left out.
	LeaveOut bool
	// DryRun does all that the import would do in a single transaction, which is
	// undone at the end: so the answer is exactly what the import would give. Until
	// then known contacts in it are locked, and on SQLite nobody else can write; nor
	// can Progress and Problem, which would wait for the end.
	DryRun bool
	// Batch is how many entries are committed together, at most 10,000. Defaults
	// to 1,000. What is cut off goes on behind the last batch.
	Batch int
	// Progress is called after each batch was committed, by the goroutine that
	// called Import. Nil means not.
	Progress func(Import)
	// Problem is called, likewise, for every problem of the batch, in the order of
	// the file. A dry run keeps no problems, so there it is the only way to see
	// them. An error ends the import behind the batch. Nil means not.
	Problem func(Problem) error
}

func (s *Service) settings(op, name string, o *Options) (Options, error) {
	var own Options
	if o != nil {
		own = *o
	}
	if own.Known == "" {
		own.Known = Update
	}
	if own.Batch == 0 {
		own.Batch = defaultBatch
	}
	var f errs.Fields
	check.Key(&f, "name", name, maxName)
	at := f.At("options")
	switch own.Known {
	case Update, Fill, Replace, Keep:
	default:
		at.Add("known", "unknown_mode", "must be update, fill, replace or keep")
	}
	if own.Batch < 1 || own.Batch > maxBatch {
		at.Add("batch", "out_of_range", "must be between 1 and 10,000 entries")
	}
	if own.Origin != (contact.Origin{}) {
		check.Name(at, "origin.source", own.Origin.Source)
		if own.Origin.At.IsZero() {
			own.Origin.At = s.env.Now()
		}
		own.Origin.At = core.Instant(own.Origin.At)
	}
	return own, f.Err(op)
}

// Import takes the entries into the CRM, in batches that are committed one after
// the other, and returns what became of them.
//
// The name tells one import from another. Under a name that was cut off, it goes on
// behind the last batch: the entries must be the same, from the first on, and those
// that were handled are passed over. Under a name that was finished it only compares
// the entries. In both cases other entries are errs.ErrConflict (changed, at
// "entries"), and so is the name while somebody else imports under it. One that was
// taken back is errs.ErrConflict (state, at "name").
//
// An error of the entries, such as that of a file that cannot be read on, is returned
// as it is, after what came before it was committed; nothing behind it is read. The
// entries are read by another goroutine, one batch ahead, which has ended when Import
// returns, so a reader that blocks keeps it from returning. A batch ends early when it
// has 8 MiB.
//
// An entry is refused where the services would refuse what it holds, where its
// identities belong to different contacts (taken), or where a reference of an
// activity was used for something else (reused). An entry without any identity, and
// without ID, makes a new contact each time.
func (s *Service) Import(ctx context.Context, name string, entries iter.Seq2[Entry, error], o *Options) (Import, error) {
	const op = "exchange.Import"
	ctx, err := s.env.Ask(ctx, op, "import", "")
	if err != nil {
		return Import{}, err
	}
	own, err := s.settings(op, name, o)
	if err != nil {
		return Import{}, err
	}
	r := run{s: s, o: own, op: op, atomic: s.atomic(s.store)}
	if own.DryRun {
		err = r.dry(ctx, name, entries)
	} else {
		err = r.all(ctx, s.store, name, entries)
	}
	if own := (foreign{}); errors.As(err, &own) {
		return r.now, own.error
	}
	errs.SetOp(&err, op)
	return r.now, err
}

// Status returns the import with the name, or errs.ErrNotFound.
func (s *Service) Status(ctx context.Context, name string) (i Import, err error) {
	const op = "exchange.Status"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "import", ""); err != nil {
		return i, err
	}
	return s.status(ctx, op, name)
}

func (s *Service) status(ctx context.Context, op, name string) (Import, error) {
	var f errs.Fields
	check.Key(&f, "name", name, maxName)
	if err := f.Err(op); err != nil {
		return Import{}, err
	}
	return s.store.ImportByName(ctx, name)
}

// Imports gives all imports, the latest first.
func (s *Service) Imports(ctx context.Context) iter.Seq2[Import, error] {
	return func(yield func(Import, error) bool) {
		ctx, err := s.env.Ask(ctx, "exchange.Imports", "import", "")
		if err != nil {
			yield(Import{}, err)
			return
		}
		var before ID
		for {
			list, err := s.store.Imports(ctx, before, listChunk)
			if err != nil {
				errs.SetOp(&err, "exchange.Imports")
				yield(Import{}, err)
				return
			}
			for _, i := range list {
				if !yield(i, nil) {
					return
				}
			}
			if len(list) < listChunk {
				return
			}
			before = list[len(list)-1].ID
		}
	}
}

// listChunk is how many rows are read at a time.
const listChunk = 1000

// Problems gives what was wrong with the entries of an import, in the order of the
// file, and behind that what Undo had to leave.
func (s *Service) Problems(ctx context.Context, name string) iter.Seq2[Problem, error] {
	return func(yield func(Problem, error) bool) {
		ctx, err := s.env.Ask(ctx, "exchange.Problems", "import", "")
		var i Import
		if err == nil {
			i, err = s.status(ctx, "exchange.Problems", name)
		}
		for skip := 0; err == nil; skip += listChunk {
			var list []Problem
			if list, err = s.store.ImportProblems(ctx, i.ID, skip, listChunk); err != nil {
				break
			}
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
			}
			if len(list) < listChunk {
				return
			}
		}
		errs.SetOp(&err, "exchange.Problems")
		yield(Problem{}, err)
	}
}

// Forget drops what an import would need to be taken back, which is a copy of
// every record that it updated, as it was before. What is left is what Status and
// Problems give. It returns errs.ErrNotFound for an unknown name, and
// errs.ErrConflict (state) for an import that is not finished.
func (s *Service) Forget(ctx context.Context, name string) (err error) {
	const op = "exchange.Forget"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "import", ""); err != nil {
		return err
	}
	return s.chunks(ctx, op, name, func(ctx context.Context, tx Stores, i *Import) (more bool, err error) {
		if i.State != Finished && i.State != Undone {
			return false, errs.Conflict(op, "name", "state", "is not finished")
		}
		i.Forgotten = true
		_, more, err = nextChanges(ctx, tx, i.ID)
		return more, err
	})
}

// nextChanges takes the changes of the next contacts out of the store.
func nextChanges(ctx context.Context, tx Stores, of ID) (list []Change, more bool, err error) {
	list, err = tx.ImportChanges(ctx, of, contact.ID{}, undoChunk)
	if err != nil || len(list) == 0 {
		return nil, false, err
	}
	return list, true, tx.DeleteImportChanges(ctx, of, contactsOf(list))
}

// chunks calls fn in one transaction after the other, with the import locked, until
// there is no more to do. What fn makes of the import is stored.
func (s *Service) chunks(ctx context.Context, op, name string, fn func(context.Context, Stores, *Import) (bool, error)) error {
	var f errs.Fields
	check.Key(&f, "name", name, maxName)
	if err := f.Err(op); err != nil {
		return err
	}
	for more := true; more; {
		err := s.atomic(s.store)(ctx, func(ctx context.Context, tx Stores) error {
			i, err := tx.LockImport(ctx, name)
			if err != nil {
				return err
			}
			i.UpdatedAt = s.env.Now()
			if more, err = fn(ctx, tx, &i); err != nil {
				return err
			}
			return tx.UpdateImport(ctx, i)
		})
		if err == errNothing {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errNothing ends chunks where nothing is to be done.
var errNothing = errors.New("there is nothing to do")

// Remove forgets all of an import, so that its name is free again. What was imported
// stays. It returns errs.ErrNotFound for an unknown name.
func (s *Service) Remove(ctx context.Context, name string) (err error) {
	const op = "exchange.Remove"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "import", ""); err != nil {
		return err
	}
	return s.atomic(s.store)(ctx, func(ctx context.Context, tx Stores) error {
		i, err := tx.LockImport(ctx, name)
		if err != nil {
			return err
		}
		return tx.DeleteImport(ctx, i.ID)
	})
}
