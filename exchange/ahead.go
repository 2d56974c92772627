package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// ready is an entry that was looked at as far as that goes without the store.
type ready struct {
	Entry              // with the record as it is stored, if it can be
	kind  contact.Kind // as the entry says it, empty where it does not

	problems []Problem
	lacks    []Problem // are in the way of a new contact only
	digest   [32]byte  // of all entries up to this one
	content  [16]byte  // digestOf the record
}

// ahead reads and checks entries in another goroutine and passes them on in batches.
// When it returns, nobody reads any more.
func (r *run) ahead(ctx context.Context, entries iter.Seq2[Entry, error], take func([]ready) error) error {
	inner, cancel := context.WithCancel(ctx)
	batches := make(chan []ready)
	defer func() { // also where the host panics in take
		cancel()
		for range batches {
		}
	}()
	broken := errors.New("the entries ended their goroutine")
	var panicked any
	go func() {
		defer close(batches)
		defer func() { panicked = recover() }()
		broken = r.read(inner, entries, batches)
	}()
	for batch := range batches {
		if err := take(batch); err != nil {
			return err
		}
	}
	if panicked != nil {
		panic(panicked)
	}
	return broken
}

// read makes batches of the entries.
func (r *run) read(ctx context.Context, entries iter.Seq2[Entry, error], batches chan<- []ready) error {
	p := reader{run: r}
	var batch []ready
	flush := func() error {
		select {
		case batches <- batch:
			batch = make([]ready, 0, len(batch))
			return nil
		case <-ctx.Done():
			return errs.Failed(r.op, ctx.Err())
		}
	}
	size := 0
	for e, err := range entries {
		if err != nil {
			if lost := flush(); lost != nil {
				return lost
			}
			return foreign{err}
		}
		next, err := p.look(e)
		if err != nil {
			return err
		}
		batch, size = append(batch, next), size+p.size
		if len(batch) == r.o.Batch || size >= maxBytes {
			if err := flush(); err != nil {
				return err
			}
			size = 0
		}
	}
	return flush()
}

// maxBytes is of how many bytes of entries, as JSON, a batch is not made larger.
const maxBytes = 8 << 20

// foreign is an error of the host's, which is returned as it is.
type foreign struct{ error }

// reader looks at one entry after the other.
type reader struct {
	run    *run
	last   int
	size   int // of the last entry
	digest [32]byte
}

// look checks an entry and counts it into the digest.
func (p *reader) look(e Entry) (ready, error) {
	if e.Number <= p.last {
		var f errs.Fields
		f.Add("entries", "out_of_range", "must have numbers from 1 that ascend")
		return ready{}, f.Err(p.run.op)
	}
	p.last = e.Number
	out := ready{Entry: e, kind: e.Contact.Kind, problems: slices.Clone(e.Problems)}
	p.count(&out)
	out.digest = p.digest
	if e.Number <= p.run.from || refused(out.problems) {
		return out, nil
	}
	p.parts(&out)
	alone := reflect.ValueOf(e.Contact).IsZero() && e.Maybe.IsZero()
	switch {
	case e.Of.IsZero() && len(e.Identities) > 0:
		out.refuse(errs.Field{Path: "identities", Code: "unexpected", Message: "can only stand beside of"})
	case e.Of.IsZero():
		p.check(&out)
	case !alone:
		out.refuse(errs.Field{Path: "of", Code: "unexpected", Message: "cannot stand beside a contact"})
	default:
		_, broken, _ := p.record(contact.Contact{Identities: e.Identities})
		out.refuse(broken...)
	}
	return out, nil
}

// parts checks what the entry adds to the history and to the ledger, of whomever it
// turns out to be.
func (p *reader) parts(out *ready) {
	somebody := contact.ID{1}
	for i, a := range out.Activities {
		_, _, err := p.run.s.activity(i, a, somebody)
		out.refuse(errs.FieldsOf(err)...)
	}
	for i, c := range out.Consents {
		_, err := p.run.s.consent(i, c, somebody)
		out.refuse(errs.FieldsOf(err)...)
	}
}

func (e *ready) refuse(fields ...errs.Field) {
	for _, f := range fields {
		e.problems = append(e.problems, e.problem(f))
	}
}

// check brings the record into the form in which it is stored, and notes what is
// wrong with it.
func (p *reader) check(out *ready) {
	c, broken, lacks := p.record(out.Contact)
	if len(broken) > 0 && p.run.o.LeaveOut {
		if rest, ok := leaveOut(c, broken); ok {
			if rest, still, lacks := p.record(rest); len(still) == 0 {
				out.Contact, out.content = rest, digestOf(rest)
				for _, f := range broken {
					out.problems = append(out.problems, out.partly(f))
				}
				out.lack(lacks)
				return
			}
		}
	}
	if out.Contact = c; len(c.Origins) > 0 { // which the check has dated
		out.content = digestOf(c)
	}
	out.refuse(broken...)
	out.lack(lacks)
}

// record checks a record. What it lacks a known contact may have already.
func (p *reader) record(c contact.Contact) (checked contact.Contact, broken, lacks []errs.Field) {
	checked, err := p.run.s.with.Contacts.Check(c)
	for _, f := range errs.FieldsOf(err) {
		if f.Code == "required" && strings.HasPrefix(f.Path, "custom[") {
			lacks = append(lacks, f)
		} else {
			broken = append(broken, f)
		}
	}
	return checked, broken, lacks
}

func (e *ready) lack(fields []errs.Field) {
	for _, f := range fields {
		e.lacks = append(e.lacks, e.problem(f))
	}
}

// count adds an entry to the digest.
func (p *reader) count(e *ready) {
	e.content = digestOf(e.Contact)
	text := slices.Concat(p.digest[:], e.Contact.ID[:], e.content[:], e.Maybe[:], []byte(e.kind))
	text = binary.BigEndian.AppendUint64(text, uint64(e.Number))
	if !e.Of.IsZero() || len(e.Activities)+len(e.Consents) > 0 {
		rest, err := json.Marshal(Entry{Of: e.Of, Identities: e.Identities, Activities: e.Activities, Consents: e.Consents})
		if err != nil { // what else could be wrong with plain values
			e.refuse(errs.Field{Code: "out_of_range", Message: "holds an instant that lies outside of the years 0 to 9999"})
		}
		text = append(text, rest...)
	}
	for _, q := range e.Problems {
		text = append(append(append(append(text, q.Path...), 0), q.Code...), 0)
	}
	p.digest = sha256.Sum256(text)
	p.size = len(text) + sizeOfRecord(e.Contact)
}

// sizeOfRecord is about how many bytes the long texts of a record take.
func sizeOfRecord(c contact.Contact) int {
	size := 500
	for _, v := range c.Custom {
		size += 50 + len(v.Text)
	}
	return size
}

// refused reports whether problems are in the way of the whole entry.
func refused(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Partly })
}

// problem makes a Problem of a broken field.
func (e Entry) problem(f errs.Field) Problem {
	return Problem{Number: e.Number, Line: e.Line, Path: f.Path, Code: f.Code, Message: f.Message}
}

// partly makes a Problem of a field that is left out.
func (e Entry) partly(f errs.Field) Problem {
	p := e.problem(f)
	p.Partly = true
	return p
}
