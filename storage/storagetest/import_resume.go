package storagetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
)

// file is a file of some entries, with broken ones, known ones and repetitions.
func file(n int) []exchange.Entry {
	var list []exchange.Entry
	for i := range n {
		e := buying(i%(n*3/4), i, noon)
		switch {
		case i%11 == 3:
			e.Contact.Emails[0].Address = "nobody"
		case i%7 == 5:
			e.Contact.Identities = nil // a new contact each time
		}
		list = append(list, e)
	}
	return list
}

// importResume: an import is cut off again and again, before and behind commits.
func importResume(k *kit) {
	const n = 40
	want := exchange.Import{}
	{
		crm := k.on(k.tenant("at-once"))
		var err error
		want, err = crm.Exchange.Import(k.ctx, "file", rows(file(n)...), nil)
		k.ok(err, "importing at once")
	}
	options := &exchange.Options{Batch: 7}
	var done exchange.Import
	for point := 1; ; point++ {
		if point > 100*n {
			k.Fatal("the import never ends")
		}
		store := newFaulty(k.store, int64(1+point%9))
		entries := rows(file(n)...)
		if point%3 == 0 {
			entries = tear(entries, point%n)
		}
		var err error
		done, err = k.on(store).Exchange.Import(k.ctx, "file", entries, options)
		if err == nil {
			break
		}
		if !errors.Is(err, errInjected) {
			k.ok(err, "importing with a store that fails")
		}
	}
	k.equal(counts(done), counts(want), "the numbers of an import that was cut off")
	k.equal([]any{done.Position, done.Problems, done.State}, []any{want.Position, want.Problems, want.State}, "where an import ended that was cut off")
	k.equal(len(k.problems("file")), want.Problems, "how many problems were kept")
	k.equal(len(k.list(500)), want.Created, "how many contacts an import made that was cut off")
	k.equal(len(k.read(k.store).Activities), want.Activities, "how many activities an import made that was cut off")
	k.importOthers(n, done)
}

// importOthers imports other entries under the same name.
func (k *kit) importOthers(n int, done exchange.Import) {
	before := k.read(k.store)
	again, err := k.crm.Exchange.Import(k.ctx, "file", rows(file(n)...), nil)
	k.ok(err, "importing the same file again")
	k.equal(again, done, "an import that was finished already")
	changed := file(n)
	changed[2].Contact.Occupation = "other"
	for what, entries := range map[string]iter.Seq2[exchange.Entry, error]{
		"a changed file": rows(changed...), "a longer file": rows(append(file(n), buying(1, 999, noon))...), "a shorter file": rows(file(n)[:9]...),
		"an empty file": rows(),
	} {
		_, err := k.crm.Exchange.Import(k.ctx, "file", entries, nil)
		k.fails(err, errs.ErrConflict, "importing "+what+" under the same name")
		if !errs.Has(err, "changed") {
			k.Errorf("importing %s: the code must be changed, but the error is %v", what, err)
		}
	}
	k.equal(k.read(k.store), before, "an import of other entries has left something")
}

// importDryRun: a dry run says what the import then does, and does nothing.
func importDryRun(k *kit) {
	k.customers(5, nil)
	before := k.read(k.store)
	var told []exchange.Problem
	options := exchange.Options{Batch: 7, DryRun: true, Problem: func(p exchange.Problem) error { told = append(told, p); return nil }}
	dry, err := k.crm.Exchange.Import(k.ctx, "file", rows(file(40)...), &options)
	k.ok(err, "a dry run")
	k.equal(k.read(k.store), before, "a dry run has left something")
	_, err = k.crm.Exchange.Status(k.ctx, "file")
	k.fails(err, errs.ErrNotFound, "asking for an import that was only tried")
	dryTold := slices.Clone(told)
	told, options.DryRun = nil, false
	real, err := k.crm.Exchange.Import(k.ctx, "file", rows(file(40)...), &options)
	k.ok(err, "the import itself")
	dry.ID = real.ID
	k.equal(dry, real, "what the dry run said, and what the import did")
	k.equal(dryTold, told, "the problems of both")
	k.equal(k.problems("file"), told, "the problems that were kept")
}

// importProgress: the host is told, and can end the import.
func importProgress(k *kit) {
	var seen []int
	options := exchange.Options{Batch: 10, Progress: func(i exchange.Import) { seen = append(seen, i.Entries) }}
	_, err := k.crm.Exchange.Import(k.ctx, "told", rows(file(25)...), &options)
	k.ok(err, "importing")
	k.equal(seen, []int{10, 20, 25, 25}, "what the host is told")

	options = exchange.Options{Batch: 10, Problem: func(exchange.Problem) error { return errInjected }}
	done, err := k.crm.Exchange.Import(k.ctx, "stopped", rows(file(25)...), &options)
	k.fails(err, errInjected, "an import that the host ends")
	k.equal([]any{done.Entries, done.State}, []any{10, exchange.Running}, "how far it came")

	ctx, cancel := context.WithCancel(k.ctx)
	options = exchange.Options{Batch: 10, Progress: func(exchange.Import) { cancel() }}
	done, err = k.crm.Exchange.Import(ctx, "cancelled", rows(file(25)...), &options)
	k.fails(err, context.Canceled, "an import whose context ends")
	k.equal(done.Entries, 10, "how far an import came whose context ended")

	_, err = k.crm.Exchange.Import(k.ctx, "", rows(), &exchange.Options{Known: "guess", Batch: -1, Origin: contact.Origin{Notice: "x"}})
	k.equal(pathsOf(err), []string{"name", "options.known", "options.batch", "options.origin.source"}, "the broken options of an import")
	unordered := func(yield func(exchange.Entry, error) bool) {
		_ = yield(exchange.Entry{Number: 2, Contact: person(1)}, nil) && yield(exchange.Entry{Number: 2, Contact: person(2)}, nil)
	}
	_, err = k.crm.Exchange.Import(k.ctx, "unordered", unordered, nil)
	k.fails(err, errs.ErrInvalid, "entries that are not in order")
}

func pathsOf(err error) []string {
	var list []string
	for _, f := range errs.FieldsOf(err) {
		list = append(list, f.Path)
	}
	return list
}

// importConcurrent: several imports speak of the same contacts at once.
func importConcurrent(k *kit) {
	const n, workers = 30, 4
	for phase, of := range []func(j int) exchange.Entry{
		func(j int) exchange.Entry { return entryOf(person(200 + j)) },
		func(j int) exchange.Entry { return buying(j, j, noon) },
	} {
		k.allOK(k.together(workers, func(i int) error {
			list := make([]exchange.Entry, n)
			for j := range list {
				list[j] = of(j)
			}
			r := rand.New(rand.NewPCG(uint64(i), 7))
			r.Shuffle(n, func(a, b int) { list[a], list[b] = list[b], list[a] })
			_, err := k.on(k.store).Exchange.Import(k.ctx, fmt.Sprint(phase, " ", i), rows(list...), &exchange.Options{Batch: 10})
			return err
		}), "importing the same from several files at once")
		k.equal(len(k.list(500)), (phase+1)*n, "how many contacts several imports made of the same people")
	}
	k.equal(len(k.read(k.store).Activities), n, "how many orders several imports made of the same ones")

	failures := k.together(workers, func(i int) error {
		list := make([]exchange.Entry, n)
		for j := range list {
			list[j] = buying(100+j, 100+j, noon)
		}
		_, err := k.on(k.store).Exchange.Import(k.ctx, "shared", rows(list...), &exchange.Options{Batch: 3})
		return err
	})
	for _, err := range failures {
		if err != nil && !errors.Is(err, errs.ErrConflict) {
			k.ok(err, "importing one file by several at once")
		}
	}
	done := k.bring("shared", &exchange.Options{Batch: 3}, func() []exchange.Entry {
		list := make([]exchange.Entry, n)
		for j := range list {
			list[j] = buying(100+j, 100+j, noon)
		}
		return list
	}()...)
	k.equal(counts(done), []int{n, n, 0, 0, 0, n, 0}, "the numbers of an import that several went on with")
	k.equal(len(k.list(500)), 3*n, "how many contacts it made")
}

// importInTransaction: an import joins the host's transaction.
func importInTransaction(k *kit) {
	k.customers(3, nil)
	before := k.read(k.store)
	tx, _, rollback := k.hostTx()
	done, err := k.crm.In(tx).Exchange.Import(k.ctx, "file", rows(file(40)...), &exchange.Options{Batch: 7})
	k.ok(err, "importing in a transaction of the host")
	k.equal(done.Entries, 40, "how many entries were imported there")
	k.ok(rollback(), "rolling back")
	k.equal(k.read(k.store), before, "an import that was rolled back has left something")
	_, err = k.crm.Exchange.Status(k.ctx, "file")
	k.fails(err, errs.ErrNotFound, "asking for an import that was rolled back")
}
