// Package access says who does something, and whether they may.
//
// The host puts the actor into the context, with [With]. Every method of the CRM
// that takes a context asks crm.Config.Authorizer first, before it checks its
// arguments and before it reads anything; a refusal is errs.ErrDenied. Nothing is
// asked where no Authorizer is set.
//
// [Policy] is an Authorizer that goes by roles. [Actions] lists everything that can
// be asked for, with its class.
package access

import (
	"context"
	"fmt"
	"slices"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// Actor is a user or a program of the host's, on whose behalf something is done.
type Actor struct {
	// ID is the host's own opaque id, 1 to 100 characters of one line. It goes into
	// the audit log and stays there, so it must be no name and no address.
	ID string
	// Roles are names such as Marketing, at most 50.
	Roles []string
}

const (
	maxID    = 100
	maxRoles = 50
)

// Check returns errs.ErrInvalid with all that is wrong with an actor.
func (a Actor) Check() error {
	var f errs.Fields
	check.Key(&f, "actor.id", a.ID, maxID)
	if len(a.Roles) > maxRoles {
		f.Add("actor.roles", "too_many", fmt.Sprintf("must be at most %d", maxRoles))
		return f.Err("access.Check")
	}
	for i, role := range a.Roles {
		check.Name(&f, fmt.Sprintf("actor.roles[%d]", i), role)
	}
	return f.Err("access.Check")
}

// key is where a context holds the actor.
type key struct{}

// With returns a context that names the actor. The actor is looked at when
// something is done with it: one that breaks a rule of Actor is refused there, with
// errs.ErrInvalid.
func With(ctx context.Context, actor Actor) context.Context {
	actor.Roles = slices.Clone(actor.Roles)
	return context.WithValue(ctx, key{}, actor)
}

// From returns the actor that a context names, and whether it names one. The roles
// must not be changed.
func From(ctx context.Context) (Actor, bool) {
	actor, named := ctx.Value(key{}).(Actor)
	return actor, named
}
