package access

import (
	"context"
	"errors"
	"slices"
)

// Grant permits the actions of some classes in some rooms.
type Grant struct {
	// Rooms are those of Action.Room; none means all.
	Rooms []string
	// Classes are what is permitted there.
	Classes []Class
}

// Role is what its bearers may do: what one of the grants permits, and the actions
// that are named.
type Role struct {
	Grants  []Grant
	Actions []Action
}

// May tells whether the role permits an action. No role permits one that is not
// among Actions.
func (r Role) May(action Action) bool {
	class, known := action.Class()
	if !known {
		return false
	}
	if slices.Contains(r.Actions, action) {
		return true
	}
	return slices.ContainsFunc(r.Grants, func(g Grant) bool {
		return slices.Contains(g.Classes, class) && (len(g.Rooms) == 0 || slices.Contains(g.Rooms, action.Room()))
	})
}

// Roles finds roles by their names.
type Roles map[string]Role

// Policy is an Authorizer that goes by roles: an actor may do what one of its roles
// permits. Who is not named, has no role, or a role that is not known, may do
// nothing. What the action is about is not looked at. Roles must not be changed while
// the policy is in use.
type Policy struct {
	Roles Roles
}

var errNoRole = errors.New("access: no role of the actor permits it")

// Authorize implements Authorizer.
func (p Policy) Authorize(_ context.Context, actor Actor, action Action, _ Resource) error {
	for _, name := range actor.Roles {
		if role, known := p.Roles[name]; known && role.May(action) {
			return nil
		}
	}
	return errNoRole
}

var _ Authorizer = Policy{}
