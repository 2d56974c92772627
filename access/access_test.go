package access_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/errs"
)

type authorizer func(access.Actor) error

func (f authorizer) Authorize(_ context.Context, a access.Actor, _ access.Action, _ access.Resource) error {
	return f(a)
}

func TestAsk_refuses_for_every_error_and_panic(t *testing.T) {
	cause := errors.New("Ann Smith, 1 Elm Street")
	for name, by := range map[string]authorizer{
		"an error":           func(access.Actor) error { return cause },
		"another kind":       func(access.Actor) error { return errs.NotFound("host.Find", "Ann") },
		"a panic":            func(access.Actor) error { panic("Ann Smith") },
		"a panic with error": func(access.Actor) error { panic(cause) },
		"a nil pointer":      func(access.Actor) error { var p *access.Actor; return errors.New(p.ID) },
	} {
		err := access.Ask(t.Context(), by, "contact.Get", access.Resource{Kind: "contact"})
		if !errors.Is(err, errs.ErrDenied) || !errs.Has(err, "denied") {
			t.Errorf("%s gives %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "Ann") || !strings.HasPrefix(err.Error(), "contact.Get: denied")) {
			t.Errorf("%s gives the text %q", name, err)
		}
	}
	err := access.Ask(t.Context(), authorizer(func(access.Actor) error { return cause }), "contact.Get", access.Resource{})
	if !errors.Is(err, cause) {
		t.Error("the cause cannot be found")
	}
}

func TestAsk_permits(t *testing.T) {
	ctx := access.With(t.Context(), access.Actor{ID: "7", Roles: []string{"sales"}})
	if err := access.Ask(ctx, nil, "contact.Get", access.Resource{}); err != nil {
		t.Errorf("without an authorizer: %v", err)
	}
	var asked access.Actor
	err := access.Ask(ctx, authorizer(func(a access.Actor) error { asked = a; return nil }), "contact.Get", access.Resource{})
	if err != nil || asked.ID != "7" || len(asked.Roles) != 1 || asked.Roles[0] != "sales" {
		t.Errorf("asked for %v: %v", asked, err)
	}
	if err := access.Ask(t.Context(), authorizer(func(a access.Actor) error { asked = a; return nil }), "contact.Get", access.Resource{}); err != nil || asked.ID != "" {
		t.Errorf("without an actor, asked for %v: %v", asked, err)
	}
}

func TestAsk_refuses_actors_that_break_a_rule(t *testing.T) {
	many := make([]string, 51)
	for i := range many {
		many[i] = "sales"
	}
	for _, c := range []struct {
		actor      access.Actor
		path, code string
	}{
		{access.Actor{}, "actor.id", "required"},
		{access.Actor{ID: strings.Repeat("ä", 101)}, "actor.id", "too_long"},
		{access.Actor{ID: "a\nb"}, "actor.id", "control_character"},
		{access.Actor{ID: "\xff"}, "actor.id", "invalid_utf8"},
		{access.Actor{ID: "7", Roles: []string{"sales", "Sales"}}, "actor.roles[1]", "syntax"},
		{access.Actor{ID: "7", Roles: []string{""}}, "actor.roles[0]", "required"},
		{access.Actor{ID: "7", Roles: many}, "actor.roles", "too_many"},
	} {
		asked := false
		by := authorizer(func(access.Actor) error { asked = true; return nil })
		err := access.Ask(access.With(t.Context(), c.actor), by, "contact.Get", access.Resource{})
		fields := errs.FieldsOf(err)
		if !errors.Is(err, errs.ErrInvalid) || len(fields) != 1 || fields[0].Path != c.path || fields[0].Code != c.code || asked {
			t.Errorf("%v: got %v, want %s at %s", c.actor, err, c.code, c.path)
		}
	}
	if err := (access.Actor{ID: strings.Repeat("ä", 100), Roles: many[1:]}).Check(); err != nil {
		t.Errorf("the longest: %v", err)
	}
}

func TestWith_keeps_the_roles_as_they_were(t *testing.T) {
	roles := []string{"sales"}
	ctx := access.With(t.Context(), access.Actor{ID: "7", Roles: roles})
	roles[0] = "administrator"
	if a, named := access.From(ctx); !named || a.Roles[0] != "sales" {
		t.Errorf("the roles have become %v", a.Roles)
	}
	if _, named := access.From(t.Context()); named {
		t.Error("somebody is named where nobody was")
	}
}
