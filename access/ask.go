package access

import (
	"context"
	"errors"

	"github.com/stammkunde/crm/errs"
)

// Action is an operation, under the name that its errors have: "contact.Create".
type Action string

// Resource is what an operation is about.
type Resource struct {
	// Kind is "contact", "segment", "campaign" and the like.
	Kind string
	// ID is the text of the id. It is empty where the operation is about many, or
	// where it is not known yet: for what is made new, and for what is looked for by
	// name, reference or identity. Of two it is the first argument, for a merge the
	// winner. Whether it exists has not been looked at.
	ID string
}

// Authorizer decides what actors may do. It must be safe for concurrent use, and
// must not call the CRM with the context that it is given, because it would be asked
// again.
type Authorizer interface {
	// Authorize returns nil where the actor may do it. Any error, and a panic, is a
	// refusal. The actor is the zero Actor where the context names none.
	Authorize(ctx context.Context, actor Actor, action Action, resource Resource) error
}

// errPanicked is the cause of a refusal by an Authorizer that panicked.
var errPanicked = errors.New("access: the authorizer panicked")

// Ask checks the actor of the context and asks whether it may. A nil authorizer
// permits everything. It returns errs.ErrInvalid for an actor that breaks a rule, and
// errs.ErrDenied for a refusal: errors.Is finds what the authorizer returned, the text
// has nothing of it.
func Ask(ctx context.Context, by Authorizer, action Action, resource Resource) error {
	actor, named := From(ctx)
	if named {
		if err := actor.Check(); err != nil {
			errs.SetOp(&err, string(action))
			return err
		}
	}
	if by == nil {
		return nil
	}
	if err := decide(ctx, by, actor, action, resource); err != nil {
		return errs.Denied(string(action), err)
	}
	return nil
}

func decide(ctx context.Context, by Authorizer, actor Actor, action Action, resource Resource) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	return by.Authorize(ctx, actor, action, resource)
}
