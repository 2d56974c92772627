package sqlstore

import (
	"context"
	"iter"
	"reflect"
)

// The rows that are made at a time while those before are inserted: few at first,
// because nobody does anything else meanwhile.
const (
	firstRows = 50
	aheadRows = 300
)

// piece is one INSERT of several, made and not run yet.
type piece struct {
	run   execution
	rows  int
	taken error // what it means that a row exists already, nil where none can
	err   error // why it could not be made
}

// pieces makes the rows of some things and the statements that insert them. That one
// exists already is the error taken, if that is not nil, and undoes more than a
// statement: pieces are inserted within a savepoint or a transaction of their own.
func pieces[E, R any](s *Store, table string, list []E, taken error, rows func([]E) ([]R, error), conflict string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		in := newInsertion[R](s, table, conflict)
		for n := firstRows; len(list) > 0; n = aheadRows {
			n = min(n, len(list))
			made, err := rows(list[:n])
			list = list[n:]
			p := piece{rows: len(made), taken: taken, err: err}
			if err == nil && len(made) > 0 {
				p.run, p.err = s.d.insert(in, reflect.ValueOf(made))
			}
			if !yield(p) {
				return
			}
		}
	}
}

// insertAhead runs statements one after the other, and lets the next one be made
// meanwhile. When it returns, nothing is made any more.
func insertAhead(ctx context.Context, lists ...iter.Seq[piece]) error {
	ready := make(chan piece, 1)
	enough := make(chan struct{})
	go func() {
		defer close(ready)
		for _, list := range lists {
			for p := range list {
				select {
				case ready <- p:
				case <-enough:
					return
				}
			}
		}
	}()
	defer func() {
		close(enough)
		for range ready { // until nobody makes any more
		}
	}()
	for p := range ready {
		if err := p.insert(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *piece) insert(ctx context.Context) error {
	if p.err != nil || p.rows == 0 {
		return p.err
	}
	n, err := p.run(ctx)
	if p.taken != nil && (isDuplicate(err) || err == nil && n < int64(p.rows)) {
		err = p.taken
	}
	return err
}
