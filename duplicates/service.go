package duplicates

import (
	"context"

	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// Service looks for duplicates. Hosts get it as CRM.Duplicates. It is safe for
// concurrent use.
type Service struct {
	store  Stores
	atomic core.Atomic[Stores]
	env    core.Env
	secret duplicate.Secret
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env, secret duplicate.Secret) *Service {
	return &Service{store, atomic, env, secret}
}

// Status returns the last scan, which may be under way; errs.ErrNotFound when there was
// none yet.
func (s *Service) Status(ctx context.Context) (scan Scan, err error) {
	const op = "duplicates.Status"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "scan", ""); err != nil {
		return scan, err
	}
	scans, err := s.store.DuplicateScans(ctx)
	switch {
	case err != nil:
		return Scan{}, err
	case len(scans) == 0:
		return Scan{}, errs.NotFound(op, "scan")
	}
	return scans[len(scans)-1], nil
}

// last returns the last scan in a state, or one with the number 0.
func last(scans []Scan, state State) (scan Scan) {
	for _, s := range scans {
		if s.State == state {
			scan = s
		}
	}
	return scan
}
