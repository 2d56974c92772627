package storagetest

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact"
)

// A new method of a service must be asked for what another tenant has, or say why not.
func TestTenantEveryMethod_covers_the_services(t *testing.T) {
	for _, missing := range uncovered() {
		t.Error(missing)
	}
}

// What has no sample is noticed, and so is a text that is given and not wanted.
func TestArgumentsFor(t *testing.T) {
	type unheardOf struct{ ID int }
	samples := stage{}.samples()
	for _, c := range []struct {
		method any
		given  []any
		says   string
	}{
		{func(context.Context, contact.ID, *contact.LinkedOptions) {}, nil, ""},
		{func(context.Context, unheardOf) {}, nil, "no sample of the type storagetest.unheardOf"},
		{func(context.Context, string, string) {}, []any{"a"}, "no sample of the type string"},
		{func(context.Context, string, string) {}, []any{"a", "b"}, ""},
		{func(context.Context, contact.ID) {}, []any{"a"}, "no parameter of the type string"},
	} {
		_, err := argumentsFor(reflect.TypeOf(c.method), c.given, samples)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%T with %q: %v, want %q", c.method, c.given, err, c.says)
		}
	}
}

// Only what holds nothing counts as nothing.
func TestIsNothing(t *testing.T) {
	for _, v := range []any{0, "", contact.Page{}, []contact.ID{}, (*contact.Contact)(nil), struct{ A, B any }{0, nil}} {
		if !isNothing(reflect.ValueOf(v)) {
			t.Errorf("%#v counts as something", v)
		}
	}
	for _, v := range []any{1, "x", contact.Page{Next: "x"}, []contact.ID{{}}, &contact.Contact{Version: 1}, true} {
		if isNothing(reflect.ValueOf(v)) {
			t.Errorf("%#v counts as nothing", v)
		}
	}
}
