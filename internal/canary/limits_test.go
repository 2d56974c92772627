package canary

import (
	"errors"
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// nothing is a store that nobody may ask: every call of it panics.
type nothing struct{ storage.Store }

// Tenant implements storage.Store; it is no question.
func (nothing) Tenant() string { return "nobody" }

// pathological are rules that would cost a database much.
func pathological() map[string]segment.Rule {
	leaf := segment.Field("name.family").Equals("a")
	deep := leaf
	for range 10_000 {
		deep = segment.Not(deep)
	}
	wide := make([]segment.Rule, 100_000)
	for i := range wide {
		wide[i] = leaf
	}
	values := make([]any, segment.MaxValues+1)
	for i := range values {
		values[i] = "a"
	}
	sequences := make([]segment.Rule, segment.MaxNodes+1)
	for i := range sequences {
		sequences[i] = segment.Purchases().Then(segment.Purchases(), 48)
	}
	return map[string]segment.Rule{
		"a deep one": deep, "a wide one": segment.All(wide...), "one with a long list": segment.Field("name.family").OneOf(values...),
		"one with a long text": segment.Field("name.family").Equals(strings.Repeat("a", 1<<20)), "many sequences": segment.Any(sequences...),
	}
}

// A rule beyond the limits is refused before any store is asked, by every method that
// takes one, and not all that is wrong with it is listed.
func TestLimits_of_rules_ask_no_store(t *testing.T) {
	c, err := crm.New(nothing{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, drop := t.Context(), func(_ any, err error) error { return err }
	for name, r := range pathological() {
		exported := errors.New("nothing came")
		for _, err := range c.Segments.Export(ctx, r) {
			exported = err
		}
		for method, err := range map[string]error{
			"Check": c.Segments.Check(r), "Count": drop(c.Segments.Count(ctx, r)), "Members": drop(c.Segments.Members(ctx, r, "", 10)), "Save": drop(c.Segments.Save(ctx, "x", r)),
			"Among": drop(c.Segments.Among(ctx, r, []contact.ID{{1}})), "Explain": drop(c.Segments.Explain(ctx, r, contact.ID{1})), "Freeze": drop(c.Segments.Freeze(ctx, "x", r)),
			"Overlap": drop(c.Segments.Overlap(ctx, segment.Everyone(), r)), "Preview": drop(c.Segments.Preview(ctx, r, 10)), "Plan": drop(c.Segments.Plan(ctx, r)), "Export": exported,
		} {
			if !errors.Is(err, errs.ErrInvalid) || len(errs.FieldsOf(err)) > 110 {
				t.Errorf("%s: %s says %v with %d fields", name, method, errors.Is(err, errs.ErrInvalid), len(errs.FieldsOf(err)))
			}
		}
	}
}
