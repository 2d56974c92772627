package segment

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/stammkunde/crm/errs"
)

const (
	// deliverLease is how long one deliverer may hold the feed with one batch,
	// and handlerTime how much of that the handler has.
	deliverLease = time.Minute
	handlerTime  = 45 * time.Second
	deliverBatch = 100
	leaseName    = "changes"
)

// Deliver hands all changes that were not delivered yet to the handler, up to
// 100 at a time and those of a contact in their order, and returns how many it
// handed over. What the handler took without an error is not delivered again;
// when it fails, Deliver returns its error, and the same changes come first
// the next time. Every change is delivered at least once; twice, when the
// process ends, or the database fails, between the handler's return and the
// note that it took them.
//
// One process delivers at a time: it holds a lease by the clock of the
// database, a minute long, which is prolonged with each batch. While another
// holds it Deliver returns 0. The handler's context ends after 45 seconds; a
// handler that goes on all the same may see others deliver beside it. On a CRM
// that is bound to a transaction it is refused with errs.ErrConflict.
func (s *Service) Deliver(ctx context.Context, handler Handler) (delivered int, err error) {
	if ctx, err = s.env.Ask(ctx, "segment.Deliver", "segment", ""); err != nil {
		return delivered, err
	}
	return s.deliver(ctx, handler)
}

func (s *Service) deliver(ctx context.Context, handler Handler) (delivered int, err error) {
	if err := s.env.Outside("segment.Deliver"); err != nil {
		return 0, err
	}
	token, err := leaseToken(s.env.Random)
	if err != nil {
		return 0, err
	}
	defer func() {
		ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if end := s.store.EndLease(ended, leaseName, token); err == nil && ctx.Err() == nil {
			err = end
		}
	}()
	for {
		n, err := s.deliverBatch(ctx, handler, token)
		delivered += n
		if err != nil || n == 0 {
			return delivered, err
		}
	}
}

func (s *Service) deliverBatch(ctx context.Context, handler Handler, token int64) (int, error) {
	held, err := s.store.TakeLease(ctx, leaseName, token, deliverLease)
	if err != nil || !held {
		return 0, err
	}
	list, err := s.changes(ctx, ChangeQuery{Undelivered: true, Limit: deliverBatch})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	if err := handle(ctx, handler, list); err != nil {
		return 0, err
	}
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		held, err := store.TakeLease(ctx, leaseName, token, deliverLease)
		if err == nil && !held {
			err = errs.Conflict("segment.Deliver", "", "lease_lost", "took so long that another process delivers by now")
		}
		if err != nil {
			return err
		}
		return store.MarkDelivered(ctx, list)
	})
	if err != nil {
		return 0, err
	}
	return len(list), nil
}

// handle calls the host's handler. A panic in it is an error.
func handle(ctx context.Context, handler Handler, list []Change) (err error) {
	ctx, cancel := context.WithTimeout(ctx, handlerTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("segment.Deliver: the handler of changes panicked: %v", p)
		}
	}()
	return handler(ctx, list)
}

func leaseToken(random io.Reader) (int64, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return 0, &errs.Error{Op: "segment.Deliver", Kind: errs.ErrStore, Cause: err}
	}
	return int64(binary.BigEndian.Uint64(b[:])>>1 | 1), nil
}

// Work refreshes the live segments and delivers their changes, once a second,
// until ctx ends. It is what crm.Run calls. A nil handler delivers nothing;
// errors go to failed, and what failed is tried again. On a CRM that is bound to
// a transaction it says so to failed and returns.
func (s *Service) Work(ctx context.Context, handler Handler, failed func(error)) {
	const pause = time.Second
	ctx, err := s.env.Ask(ctx, "segment.Work", "segment", "")
	if err == nil {
		err = s.env.Outside("segment.Work")
	}
	if err != nil {
		failed(err)
		return
	}
	for {
		if err := s.refresh(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		if handler != nil {
			if _, err := s.deliver(ctx, handler); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
