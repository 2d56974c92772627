package segment_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// built has a rule for every builder: the functions by their name, the methods
// by type and name.
func built() map[string]segment.Rule {
	given, p := segment.Field("name.given"), segment.Purchases()
	day := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	c1, c2 := activity.CampaignID{1}, activity.CampaignID{2}
	has := segment.Has(segment.Addresses)
	return map[string]segment.Rule{
		"All": segment.All(given.Missing(), segment.All()), "Any": segment.Any(given.Missing(), segment.Any()),
		"Not": segment.Not(given.Missing()), "Everyone": segment.Everyone(), "Field": given.Missing(),

		"FieldRule.Folded": given.Folded().Equals("anna"), "FieldRule.Equals": given.Equals("Anna"), "FieldRule.OneOf": given.OneOf("a", "b"),
		"FieldRule.Less": segment.Field("custom.points").Less(1), "FieldRule.AtMost": segment.Field("custom.points").AtMost(int64(2)),
		"FieldRule.Greater": segment.Field("custom.points").Greater(0.5), "FieldRule.AtLeast": segment.Field("custom.worth").AtLeast(eur(5)),
		"FieldRule.StartsWith": given.StartsWith("A"), "FieldRule.EndsWith": given.EndsWith("a"), "FieldRule.Contains": given.Contains("n"),
		"FieldRule.Between": segment.Field("created_at").Between(day, day), "FieldRule.Missing": given.Missing(),
		"FieldRule.NotEqual": segment.Field("custom.vip").NotEqual(true), "FieldRule.NoneOf": segment.Field("custom.day").NoneOf(contact.Date{Year: 2024, Month: 2, Day: 29}),
		"FieldRule.Compare": given.Compare(segment.Less, "name.family"),
		"FieldRule.Within":  segment.Field("created_at").Within(segment.Window{From: &day}),
		"FieldRule.InLast":  segment.Field("born").InLast(3, segment.Years), "FieldRule.InNext": segment.Field("custom.since").InNext(3, segment.Weeks),
		"FieldRule.Anniversary": segment.Field("born").Anniversary(-3, 3), "FieldRule.AnniversaryInNext": segment.Field("born").AnniversaryInNext(7),

		"Activities": segment.Activities("visit").None(), "Purchases": p.None(),
		"ActivityRule.In": p.In("F", "G").None(), "ActivityRule.WithSKU": p.WithSKU("1").None(), "ActivityRule.Via": p.Via("email", "phone").None(),
		"ActivityRule.Towards": p.Towards(activity.Inbound).None(), "ActivityRule.OfCampaign": p.OfCampaign(c1, c2).None(),
		"ActivityRule.Where":  p.Where(segment.Any(segment.Field("item.quantity").Greater(1), segment.Field("data.x").Equals("y"))).None(),
		"ActivityRule.InLast": p.InLast(3, segment.Months).None(), "ActivityRule.InThis": p.InThis(segment.Quarters).None(),
		"ActivityRule.InPrevious": p.InPrevious(segment.Weeks).None(), "ActivityRule.Between": p.Between(day, day.AddDate(0, 1, 0)).None(),
		"ActivityRule.CountItems": p.CountItems().AtLeast(2), "ActivityRule.CountDistinct": p.CountDistinct("item.sku").AtLeast(2),
		"ActivityRule.AtLeast": p.AtLeast(1), "ActivityRule.AtMost": p.AtMost(1), "ActivityRule.Exactly": p.Exactly(1), "ActivityRule.None": p.None(),
		"ActivityRule.Sum": p.Sum(segment.AtLeast, eur(1)), "ActivityRule.Average": p.Average(segment.Less, eur(1)),
		"ActivityRule.Min": p.Min(segment.Less, eur(1)), "ActivityRule.Max": p.Max(segment.Less, eur(-1)),
		"ActivityRule.Number": p.Number(segment.Max, "data.x", segment.Less, 1.5),
		"ActivityRule.First":  p.First(segment.Less, day), "ActivityRule.Last": p.Last(segment.Less, day),
		"ActivityRule.Per": p.Per(segment.Activities(""), segment.Less, 0.5), "ActivityRule.AmountPer": p.AmountPer(p.In("F"), "EUR", segment.Less, 0.5),
		"ActivityRule.Then": p.Then(segment.Activities(activity.Call), 5), "ActivityRule.ThenNone": p.ThenNone(segment.Activities(activity.Call), 5),
		"ActivityRule.TopPercent": p.TopPercent(10, "EUR"), "ActivityRule.TopPercentByCount": p.TopPercentByCount(0.5),
		"Received": segment.Received(c1), "Opened": segment.Opened(c1), "Clicked": segment.Clicked(c1), "Redeemed": segment.Redeemed(c1),
		"DidNotReact": segment.DidNotReact(c1, c2),

		"Has": has.None(), "HasRule.Where": has.Where(segment.Field("city").Equals("Bonn")).None(),
		"HasRule.AtLeast": has.AtLeast(1), "HasRule.AtMost": has.AtMost(1), "HasRule.Exactly": has.Exactly(1), "HasRule.None": has.None(),
		"Tagged": segment.Tagged("a", "b"), "Chosen": segment.Chosen("likes", "a", "b"), "KnownTo": segment.KnownTo("shop"),
		"Consented": segment.Consented("marketing", "email"), "ConsentWasWithdrawn": segment.ConsentWasWithdrawn("marketing", "email"),
		"NeverAsked": segment.NeverAsked("marketing", "email"), "Suppressed": segment.Suppressed("email"),
		"InSegment": segment.InSegment("lapsed"), "RandomShare": segment.RandomShare("x", 0.1, 0.2),
	}
}

// TestBuilders_are_all_known finds the builders in the source.
func TestBuilders_are_all_known(t *testing.T) {
	t.Parallel()
	known := built()
	files, err := filepath.Glob("build*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			name := f.Name.Name
			if f.Recv != nil {
				name = f.Recv.List[0].Type.(*ast.Ident).Name + "." + name
			}
			if _, ok := known[name]; !ok {
				t.Errorf("%s has no example", name)
			}
		}
	}
}

// TestRule_comes_back_from_JSON writes and reads the rules of all builders, and
// random ones.
func TestRule_comes_back_from_JSON(t *testing.T) {
	t.Parallel()
	for name, rule := range built() {
		if err := segment.Check(rule, declared); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		comesBack(t, rule)
	}
	r := newRandom(3)
	for range 2000 {
		comesBack(t, r.rule(3))
	}
}

// TestParseRule_refuses what encoding/json would let pass.
func TestParseRule_refuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, ` `, `{"all":[]}}`, `{"all":[]}]`, `{"all":[]} {}`, `{"all":[]},`, `{"ALL":[]}`, `{"all":[],"all":[]}`, `{"\u017fegment":"a"}`,
		`{"field":{"name":"email","Name":"phone","op":"missing"}}`, `{"not":{"not":{"any":[{"any":[],"any":[]}]}}}`,
		`{"field":{"name":"born","op":"equals","values":[{"date":"2024-01-01","date":"2024-01-02"}]}}`,
		`{"field":{"name":"custom.points","op":"equals","values":[1e3]}}`, `{"field":{"name":"custom.points","op":"equals","values":[0.0000001]}}`,
	} {
		if r, err := segment.ParseRule([]byte(text)); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%s is taken for %s: %v", text, r, err)
		}
	}
}

func comesBack(t *testing.T, rule segment.Rule) {
	t.Helper()
	text := asJSON(t, rule)
	again, err := segment.ParseRule([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if !reflect.DeepEqual(again, rule) {
		t.Fatalf("%s comes back as %s", text, asJSON(t, again))
	}
}

// TestRuleClone_shares_nothing compares the memory of a rule and its copy.
func TestRuleClone_shares_nothing(t *testing.T) {
	t.Parallel()
	r := newRandom(4)
	for range 500 {
		rule := r.rule(3)
		clone := rule.Clone()
		if !reflect.DeepEqual(rule, clone) {
			t.Fatalf("%s becomes %s", asJSON(t, rule), asJSON(t, clone))
		}
		places := map[uintptr]bool{}
		memory(reflect.ValueOf(rule), func(p uintptr) { places[p] = true })
		memory(reflect.ValueOf(clone), func(p uintptr) {
			if places[p] {
				t.Fatalf("a copy shares memory: %s", asJSON(t, rule))
			}
		})
	}
}

// memory tells where pointers and slices lead. Zones are shared by all times.
func memory(v reflect.Value, at func(uintptr)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !strings.HasSuffix(v.Type().String(), "Location") {
			at(v.Pointer())
			memory(v.Elem(), at)
		}
	case reflect.Slice:
		if v.Len() > 0 {
			at(v.Pointer())
		}
		for i := range v.Len() {
			memory(v.Index(i), at)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			memory(v.Field(i), at)
		}
	}
}
