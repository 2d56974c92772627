package querybuilder_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/segment/querybuilder"
)

// shop maps one field of each kind.
func shop() querybuilder.Mapping {
	field := func(name string, t contact.Type) querybuilder.Field {
		return querybuilder.Field{Name: name, Type: t}
	}
	kind := field("kind", contact.TypeText)
	return querybuilder.Mapping{Fields: map[string]querybuilder.Target{
		"city": querybuilder.Field{Name: "address.city", Type: contact.TypeText, Folded: true},
		"name": field("name.family", contact.TypeText), "given": field("name.given", contact.TypeText),
		"born": field("born", contact.TypeDate), "since": field("created_at", contact.TypeTime),
		"points": field("custom.points", contact.TypeNumber), "vip": field("custom.vip", contact.TypeBool),
		"limit":   querybuilder.Field{Name: "custom.limit", Type: contact.TypeMoney, Currency: "EUR"},
		"news":    querybuilder.Consent{Purpose: "newsletter", Channel: contact.ChannelEmail},
		"segment": querybuilder.Segment{},
		"tag":     querybuilder.List{Elements: segment.Tags, Fields: map[string]querybuilder.Field{"": field("name", contact.TypeText)}},
		"likes":   querybuilder.List{Elements: segment.CustomList("likes"), Fields: map[string]querybuilder.Field{"": field("name", contact.TypeText)}},
		"calls":   querybuilder.List{Activities: &segment.Selection{Kind: "call"}, Fields: map[string]querybuilder.Field{"kind": kind, "minutes": field("data.minutes", contact.TypeNumber)}},
		"bought": querybuilder.List{
			Items: &segment.Selection{Kind: "purchase", Where: where(segment.Field("item.quantity").AtLeast(1))},
			Fields: map[string]querybuilder.Field{
				"sku": field("item.sku", contact.TypeText), "price": {Name: "item.amount", Type: contact.TypeMoney, Currency: "EUR"},
			},
		},
		"twice":  querybuilder.List{Elements: segment.Tags, Items: &segment.Selection{}},
		"astray": querybuilder.List{Activities: &segment.Selection{}, Fields: map[string]querybuilder.Field{"sku": field("item.sku", contact.TypeText)}},
	}}
}

func where(r segment.Rule) *segment.Rule { return &r }

// and wraps the JSON of rules in a group.
func and(rules ...string) string {
	return `{"combinator":"and","rules":[` + strings.Join(rules, ",") + `]}`
}

func rule(field, op, value string) string {
	return fmt.Sprintf(`{"field":%q,"operator":%q,"value":%s}`, field, op, value)
}

func ofField(field, op, value string) string {
	return fmt.Sprintf(`{"field":%q,"operator":%q,"value":%s,"valueSource":"field"}`, field, op, value)
}

func match(field, mode, threshold string, rules ...string) string {
	return fmt.Sprintf(`{"field":%q,"operator":"=","value":%s,"match":{"mode":%q,"threshold":%s}}`, field, and(rules...), mode, threshold)
}

// meanings are queries, and the rules that they mean.
func meanings() map[string]segment.Rule {
	all, any, not, f := segment.All, segment.Any, segment.Not, segment.Field
	name, points, city := f("name.family"), f("custom.points"), f("address.city")
	nobody := not(all(segment.Everyone()))
	calls := segment.Activities("call")
	tags := segment.Has(segment.Tags)
	long := f("data.minutes").Greater(10)
	item := segment.Purchases().Where(all(f("item.quantity").AtLeast(1), all(f("item.amount").Greater(money.New(1250, "EUR"))))).CountItems()
	news := func(is segment.ConsentIs) segment.Rule {
		c := segment.ConsentCondition{Purpose: "newsletter", Channel: "email", Is: is}
		if is == segment.ConsentSuppressed {
			c.Purpose = ""
		}
		return segment.Rule{Consent: &c}
	}
	minutes := rule("minutes", ">", "10")
	return map[string]segment.Rule{
		and():                            all(),
		`{"rules":[]}`:                   all(),
		`{"combinator":"or","rules":[]}`: all(),
		`{"combinator":"AND","not":true,"rules":[]}`:                                                                                all(),
		`{"combinator":"Or","not":true,"rules":[` + rule("name", "=", `"a"`) + `,` + and() + `]}`:                                   not(any(name.Equals("a"), all())),
		`{"rules":[` + rule("name", "=", `"a"`) + `,"or",` + rule("name", "=", `"b"`) + `,"AND",` + rule("name", "=", `"c"`) + `]}`: any(name.Equals("a"), all(name.Equals("b"), name.Equals("c"))),
		`{"rules":[{"field":"~","operator":"="},"and",` + rule("name", "=", `"b"`) + `,"or",{"muted":true,"rules":[]}]}`:            any(name.Equals("b")),
		`{"muted":true,` + and(rule("name", "=", `"a"`))[1:]:                                                                        all(),
		and(`{"muted":true,`+rule("name", "=", `"a"`)[1:], `{"disabled":true,"id":"7",`+rule("name", "!=", `"b"`)[1:]):              all(name.NotEqual("b")),

		and(rule("name", "NULL", "null"), rule("name", "notNull", `""`), rule("name", "=", "null"), rule("name", "!=", "null")):                                                         all(name.Missing(), not(name.Missing()), name.Missing(), not(name.Missing())),
		and(rule("name", "=", `""`), rule("name", "!=", `""`), rule("name", "contains", `""`), rule("name", "doesNotEndWith", `""`), rule("name", "<", `""`), rule("name", ">=", `""`)): all(name.Missing(), not(name.Missing()), not(name.Missing()), name.Missing(), nobody, not(name.Missing())),
		and(rule("name", "=", `5`), rule("name", "in", `5`)): all(name.Equals("5"), name.OneOf("5")),
		and(rule("name", "in", `" a, b\\,c ,,"`), rule("name", "notIn", `["a",""," b"]`), rule("name", "in", `[]`), rule("name", "notIn", `""`)):                                                       all(name.OneOf("a", "b,c"), not(any(name.Missing(), name.OneOf("a", "b"))), nobody, all(segment.Everyone())),
		and(rule("city", "=", `"Bonn"`), rule("city", "<", `"Bonn"`), rule("city", "doesNotContain", `"%"`)):                                                                                           all(city.Folded().Equals("Bonn"), city.Less("Bonn"), not(city.Folded().Contains("%"))),
		and(rule("points", "=", `" -1.5 "`), rule("points", ">", `{"$bigint":"+7"}`), rule("vip", "=", `"true"`), rule("vip", "!=", `false`)):                                                          all(points.Equals(-1.5), points.Greater(7), f("custom.vip").Equals(true), not(f("custom.vip").Equals(false))),
		and(rule("points", "between", `[100,"0"]`), rule("points", "notBetween", `"3,2"`), rule("points", "between", `"7"`), rule("points", "notBetween", `["",1]`), rule("name", "between", `"b,a"`)): all(points.Between(0, 100), any(points.Less(2), points.Greater(3)), name.Between("b", "a")),
		and(rule("limit", ">", `12.5`), rule("limit", "between", `["3","2.50"]`)):                                                                                                                      all(f("custom.limit").Greater(money.New(1250, "EUR")), f("custom.limit").Between(money.New(250, "EUR"), money.New(300, "EUR"))),
		and(rule("born", "<", `"1990-02-28"`), rule("since", ">=", `"2026-01-31T10:30"`), rule("since", "<", `"2026-02-01T00:00:00+01:00"`)): all(f("born").Less(contact.Date{Year: 1990, Month: 2, Day: 28}),
			f("created_at").AtLeast(time.Date(2026, 1, 31, 10, 30, 0, 0, time.UTC)), f("created_at").Less(time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC))),
		and(ofField("name", "!=", `"given"`), ofField("name", "between", `"given,city"`), ofField("name", "notBetween", `["given","city"]`), ofField("name", "in", `"given,city"`)): all(not(name.Compare(segment.Equals, "name.given")),
			all(name.Compare(segment.AtLeast, "name.given"), name.Compare(segment.AtMost, "address.city")), any(name.Compare(segment.Less, "name.given"), name.Compare(segment.Greater, "address.city")),
			any(name.Compare(segment.Equals, "name.given"), name.Compare(segment.Equals, "address.city"))),

		and(rule("news", "=", `"granted"`), rule("news", "!=", `"suppressed"`), rule("news", "in", `"unknown,withdrawn"`)): all(news("granted"), not(news("suppressed")), any(news("unknown"), news("withdrawn"))),
		and(rule("segment", "=", `"lapsed"`), rule("segment", "notIn", `["a","b"]`)):                                       all(segment.InSegment("lapsed"), not(any(segment.InSegment("a"), segment.InSegment("b")))),

		and(rule("tag", "=", `"x"`), rule("tag", "doesNotContain", `"x"`), rule("tag", "null", `null`), rule("tag", "notNull", `null`)):       all(tags.Where(all(f("name").Equals("x"))).AtLeast(1), tags.Where(all(f("name").Contains("x"))).None(), tags.Where(all()).None(), tags.Where(all()).AtLeast(1)),
		and(match("tag", "all", "null", rule("", "=", `"x"`)), match("tag", "atLeast", "2", rule("", "=", `"x"`))):                            all(tags.Where(not(all(f("name").Equals("x")))).None(), tags.Where(all(f("name").Equals("x"))).AtLeast(2)),
		and(match("calls", "all", "null", minutes), match("calls", "none", "3", minutes), match("calls", "SOME", "null")):                     all(calls.Where(not(all(long))).None(), calls.Where(all(long)).None(), calls.Where(all()).AtLeast(1)),
		and(match("calls", "atLeast", "1.5", minutes), match("calls", "atMost", "1.5", minutes), match("calls", "exactly", "1.5", minutes)):   all(calls.Where(all(long)).AtLeast(2), calls.Where(all(long)).AtMost(1), nobody),
		and(match("calls", "atLeast", "0", minutes), match("calls", "exactly", "0", minutes), match("calls", "atMost", "1", minutes)):         all(calls.Where(all(long)).AtLeast(0), calls.Where(all(long)).None(), calls.Where(all(long)).AtMost(1)),
		and(match("calls", "atLeast", "0.125", minutes), match("calls", "exactly", "-1", minutes), match("calls", "exactly", `"1"`, minutes)): all(any(calls.None(), calls.Where(all(long)).Per(calls, segment.AtLeast, 0.125))),
		and(match("bought", "some", "null", rule("price", ">", `"12.50"`))):                                                                   all(item.AtLeast(1)),
		and(`{"field":"calls","operator":"=","value":"x","match":{"mode":"all"}}`):                                                            all(),
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for query, want := range meanings() {
		got, err := querybuilder.Parse([]byte(query), shop())
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if d := cmp.Diff(text(want), text(got)); d != "" {
			t.Errorf("%s means, -want +got:\n%s", query, d)
		}
		comesBack(t, got, shop())
	}
}

func text(r segment.Rule) string {
	json, _ := json.Marshal(r)
	return string(json)
}

// TestParse_order leaves the bounds of a range as they are.
func TestParse_order(t *testing.T) {
	t.Parallel()
	m := shop()
	m.PreserveValueOrder = true
	got, err := querybuilder.Parse([]byte(and(rule("points", "between", `[100,0]`), rule("points", "notBetween", `[3,2]`))), m)
	points := segment.Field("custom.points")
	want := segment.All(points.Between(100, 0), segment.Any(points.Less(3), points.Greater(2)))
	if err != nil || text(got) != text(want) {
		t.Errorf("got %s, %v", text(got), err)
	}
	comesBack(t, got, m)
}

// TestParse_refuses tells what is wrong and where, without the value.
func TestParse_refuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"combinator":"and","rules":[`, 17) + strings.Repeat(`]}`, 17)
	for query, want := range map[string]string{
		``: " syntax", `[`: " syntax", `{}`: " syntax", `{"rules":{}}`: " syntax", and() + `x`: " syntax", `[[]]`: " syntax",
		strings.Repeat(" ", querybuilder.MaxBytes) + and(): " too_large",
		strings.Repeat("[", querybuilder.MaxBytes):         " syntax",
		deep: strings.TrimPrefix(strings.Repeat(".rules[0]", 16), ".") + " too_deep",
		and(strings.TrimSuffix(strings.Repeat(rule("name", "=", `"a"`)+",", 256), ",")): "rules[255] too_large",

		and(rule("name", "in", `["`+strings.Repeat(`a","`, 9000)+`"]`)):              "rules[0].value out_of_range",
		and(rule("points", "in", `"`+strings.Repeat(`a,`, 9000)+`"`)):                "rules[0].value out_of_range",
		and(rule("segment", "in", `"`+strings.Repeat(`a,`, 9000)+`"`)):               "rules[0].value out_of_range",
		and(strings.TrimSuffix(strings.Repeat(`{"muted":true},`, 8000), ",") + `,7`): "rules[8000] shape",

		`{"combinator":"xor","rules":[]}`:               "combinator unknown_combinator",
		`{"combinator":"and","not":1,"rules":[]}`:       "not wrong_type",
		`{"combinator":"and","rules":["and"]}`:          "rules[0] shape",
		`{"rules":[` + and() + `,"nor",` + and() + `]}`: "rules[1] unknown_combinator",
		`{"rules":[` + and() + `,"and"]}`:               "rules[1] unknown_combinator",

		and(`{"operator":"="}`):                                                      "rules[0].field required",
		and(rule("shoe", "=", `39`)):                                                 "rules[0].field unknown_field",
		and(rule("name", "like", `"a"`)):                                             "rules[0].operator unknown_operator",
		and(rule("points", "contains", `1`)):                                         "rules[0].operator operator",
		and(rule("points", ">", `"abc"`)):                                            "rules[0].value wrong_type",
		and(rule("points", ">", `1e3`)):                                              "rules[0].value wrong_type",
		and(rule("points", "=", `0.0000001`)):                                        "rules[0].value wrong_type",
		and(rule("points", "in", `[1,"x"]`)):                                         "rules[0].value[1] wrong_type",
		and(rule("points", "between", `"1,x"`)):                                      "rules[0].value wrong_type",
		and(rule("name", "=", `["a"]`)):                                              "rules[0].value wrong_type",
		and(rule("name", "=", `true`)):                                               "rules[0].value wrong_type",
		and(rule("name", "=", `"\u0000"`)):                                           "rules[0].value control_character",
		and(rule("name", "in", `["a","\u0000"]`)):                                    "rules[0].value[1] control_character",
		and(rule("vip", "<", `true`)):                                                "rules[0].operator operator",
		and(rule("born", "=", `"1990-02-30"`)):                                       "rules[0].value wrong_type",
		and(rule("since", "=", `"3000-01-01"`)):                                      "rules[0].value out_of_range",
		and(rule("limit", "=", `1.234`)):                                             "rules[0].value wrong_type",
		and(ofField("name", "=", `"points"`)):                                        "rules[0].value wrong_type",
		and(ofField("name", "=", `"calls"`)):                                         "rules[0].value unknown_field",
		and(ofField("name", "in", `["given","shoe"]`)):                               "rules[0].value[1] unknown_field",
		and(`{"field":"name","operator":"=","value":"p","valueSource":"parameter"}`): "rules[0].valueSource unknown_source",

		and(rule("news", "=", `"maybe"`)):          "rules[0].value unknown_state",
		and(rule("news", "in", `["granted",7]`)):   "rules[0].value[1] unknown_state",
		and(rule("news", "contains", `"granted"`)): "rules[0].operator operator",
		and(rule("segment", "=", `"No Name"`)):     "rules[0].value syntax",
		and(rule("segment", "=", `""`)):            "rules[0].value syntax",

		and(match("name", "all", "null")):                                "rules[0].match unexpected",
		and(match("tag", "most", "null")):                                "rules[0].match.mode unknown_mode",
		and(match("tag", "atLeast", "0.5")):                              "rules[0].match.threshold operator",
		and(match("calls", "atLeast", "0.0005")):                         "rules[0].match.threshold out_of_range",
		and(match("calls", "atLeast", "1e2")):                            "rules[0].match.threshold out_of_range",
		and(match("calls", "some", "null", rule("tag", "=", `"x"`))):     "rules[0].value.rules[0].field unknown_field",
		and(match("calls", "some", "null", rule("minutes", "=", `"x"`))): "rules[0].value.rules[0].value wrong_type",
		and(rule("calls", "=", `"x"`)):                                   "rules[0].match required",
		and(rule("twice", "=", `"x"`)):                                   "rules[0].field mapping",
		and(rule("astray", "=", `"x"`)):                                  "rules[0].field mapping",
	} {
		_, err := querybuilder.Parse([]byte(query), shop())
		fields := errs.FieldsOf(err)
		if len(fields) != 1 || fields[0].Path+" "+fields[0].Code != want || !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%.80s: got %v, want %s", query, err, want)
		}
	}
}

// TestParse_givesUp tells that many mistakes are not told one by one.
func TestParse_givesUp(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		and(strings.TrimSuffix(strings.Repeat(rule("points", "=", `"x"`)+",", 200), ",")),
		`{"rules":[` + strings.Repeat(`{},`, 40000) + `{}]}`,
		`{"rules":[` + strings.Repeat(`"and",`, 20000) + `"or"]}`,
	} {
		_, err := querybuilder.Parse([]byte(query), shop())
		if n := len(errs.FieldsOf(err)); n < 50 || n > 60 {
			t.Errorf("%.80s: %d mistakes", query, n)
		}
	}
}

// TestFormat_others writes rules that Parse would not have made. They come back
// with the same meaning, in other words.
func TestFormat_others(t *testing.T) {
	t.Parallel()
	f, not := segment.Field, segment.Not
	points, name := f("custom.points"), f("name.family")
	less := segment.Activities("call").AtLeast(1)
	less.Activity.Op = segment.Less
	more := less.Clone()
	more.Activity.Op = segment.Greater
	never := less.Clone()
	never.Activity.Number = 0
	for _, tc := range []struct {
		rule segment.Rule
		want string
	}{
		{points.Greater(5), and(rule("points", ">", "5"))},
		{not(not(points.Greater(5))), `{"combinator":"and","not":true,"rules":[{"combinator":"and","not":true,"rules":[` + rule("points", ">", "5") + `]}]}`},
		{segment.Any(), `{"combinator":"and","not":true,"rules":[` + and() + `]}`},
		{points.Between(3, 2), and(rule("points", ">=", "3"), rule("points", "<=", "2"))},
		{name.NoneOf(" a", "b"), `{"combinator":"and","not":true,"rules":[{"combinator":"or","rules":[` + rule("name", "=", `" a"`) + `,` + rule("name", "=", `"b"`) + `]}]}`},
		{segment.Chosen("likes", "x"), and(strings.Replace(match("likes", "some", "0", rule("", "in", `["x"]`)), `,"threshold":0`, "", 1))},
		{segment.Tagged("x"), and(strings.Replace(match("tag", "some", "0", rule("", "in", `["x"]`)), `,"threshold":0`, "", 1))},
		{less, and(strings.Replace(match("calls", "none", "0"), `,"threshold":0`, "", 1))},
		{more, and(match("calls", "atLeast", "2"))},
		{never, `{"combinator":"and","not":true,"rules":[` + and() + `]}`},
	} {
		got, err := querybuilder.Format(tc.rule, shop())
		if d := cmp.Diff(tc.want, string(got)); err != nil || d != "" {
			t.Errorf("%s is written as, -want +got:\n%s%v", text(tc.rule), d, err)
		}
		read, err := querybuilder.Parse(got, shop())
		if err != nil {
			t.Errorf("%s cannot be read: %v", got, err)
		}
		comesBack(t, read, shop())
	}
}

// TestFormat_refuses what the query builder has no words for.
func TestFormat_refuses(t *testing.T) {
	t.Parallel()
	f := segment.Field
	calls := segment.Activities("call")
	for _, tc := range []struct {
		rule segment.Rule
		want string
	}{
		{f("created_at").InLast(3, segment.Days), "rule unsayable"},
		{segment.All(f("language").Equals("de")), "rule.all[0] unsayable"},
		{segment.Not(f("custom.points").OneOf("x")), "rule.not.field.values[0] wrong_type"},
		{segment.Any(f("name.family").Folded().Equals("a")), "rule.any[0] unsayable"},
		{calls.InLast(3, segment.Days).AtLeast(1), "rule unsayable"},
		{segment.Purchases().AtLeast(1), "rule unsayable"},
		{calls.Where(f("data.x").Equals(1)).None(), "rule.activity.where unsayable"},
		{calls.Per(calls, segment.AtLeast, 0.5), "rule unsayable"},
		{segment.Any(segment.Purchases().None(), segment.Purchases().Per(segment.Purchases(), segment.AtLeast, 0.5)), "rule unsayable"},
		{segment.Has(segment.Emails).AtLeast(1), "rule unsayable"},
		{segment.RandomShare("a", 0, 0.5), "rule unsayable"},
		{segment.Rule{}, "rule shape"},
	} {
		_, err := querybuilder.Format(tc.rule, shop())
		fields := errs.FieldsOf(err)
		if len(fields) != 1 || fields[0].Path+" "+fields[0].Code != tc.want {
			t.Errorf("%s: got %v, want %s", text(tc.rule), err, tc.want)
		}
	}
}

// TestMatch_emptyList tells the meaning where there is nothing to count.
func TestMatch_emptyList(t *testing.T) {
	t.Parallel()
	c := theHeroes(t, []hero{{MadeUpName: "Nobody"}, {MadeUpName: "Somebody", Nicknames: []string{"Some", "Body", "else"}}})
	s := rule("", "contains", `"S"`)
	for query, want := range map[string]string{
		match("nicknames", "all", "null", s): "Nobody", match("nicknames", "none", "null", s): "Nobody",
		match("nicknames", "some", "null", s): "Somebody", match("nicknames", "some", "null"): "Somebody",
		match("nicknames", "atLeast", "0", s): "Nobody Somebody", match("nicknames", "atLeast", "0.333", s): "Nobody Somebody",
		match("nicknames", "atLeast", "0.334", s): "Nobody", match("nicknames", "atMost", "0.333", s): "Nobody",
		match("nicknames", "exactly", "0.5", s): "Nobody", match("nicknames", "atMost", "2.5", s): "Nobody Somebody",
		rule("nicknames", "!=", `"Some"`): "Nobody", rule("nicknames", "=", `"Some"`): "Somebody", rule("nicknames", "null", "null"): "Nobody",
		rule("powerUpAge", "!=", "3"): "Nobody Somebody", rule("powerUpAge", "notBetween", "[1,3]"): "", rule("powerUpAge", "<=", "3"): "",
		rule("nickname", "doesNotContain", `"S"`): "Nobody Somebody", ofField("nickname", "!=", `"madeUpName"`): "Nobody Somebody",
	} {
		r, err := querybuilder.Parse([]byte(and(query)), heroes())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(selected(t, c, r), " "); got != want {
			t.Errorf("%s selects %q, want %q", query, got, want)
		}
	}
}

// FuzzParse feeds any text as a query. What is read passes the check of rules,
// and comes back the same.
func FuzzParse(f *testing.F) {
	for query := range meanings() {
		f.Add([]byte(query))
	}
	custom := map[string]contact.Type{"points": contact.TypeNumber, "vip": contact.TypeBool, "limit": contact.TypeMoney, "likes": contact.TypeMany}
	f.Fuzz(func(t *testing.T, query []byte) {
		r, err := querybuilder.Parse(query, shop())
		if err != nil {
			return
		}
		if err := segment.Check(r, custom); err != nil {
			t.Fatal(err)
		}
		comesBack(t, r, shop())
	})
}
