package segment_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// example is a sentence of docs/rules.md at its boundary: the answer as of now
// in Berlin.
type example struct {
	name, now string
	rule      segment.Rule
	facts     segment.Facts
	want      bool
}

func (e example) check(t *testing.T) {
	t.Helper()
	if err := segment.Check(e.rule, declared); err != nil {
		t.Errorf("%s: %v", e.name, err)
		return
	}
	for _, negated := range []bool{false, true} {
		rule := e.rule
		if negated {
			rule = segment.Not(rule)
		}
		if got := segment.Match(segment.Resolve(rule, at(e.now), berlin), &e.facts); got != (e.want != negated) {
			t.Errorf("%s: %s as of %s: got %v", e.name, rule, e.now, got)
		}
	}
}

func born(year int, month time.Month, day int) segment.Facts {
	return segment.Facts{Contact: contact.Contact{Born: contact.Date{Year: year, Month: month, Day: day}}}
}

func since(clock string) segment.Facts { return custom("since", contact.Time(at(clock))) }

func onDay(year int, month time.Month, day int) segment.Facts {
	return custom("day", contact.Day(contact.Date{Year: year, Month: month, Day: day}))
}

func TestMatch_values(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	given, worth, points := segment.Field("name.given"), segment.Field("custom.worth"), segment.Field("custom.points")
	usd := custom("worth", contact.Amount(money.New(100, "USD")))
	date := contact.Date{Year: 2000, Month: 2, Day: 29}
	both := segment.Facts{Contact: contact.Contact{Name: contact.Name{Given: "STRASSE", Family: "Straße"}}}
	for _, e := range []example{
		{"both ends belong to between", now, points.Between(1, 2), custom("points", contact.Int(2)), true},
		{"the low end too", now, points.Between(1, 2), custom("points", contact.Int(1)), true},
		{"a millionth below is out", now, points.Between(1, 2), custom("points", contact.Float(0.999999)), false},
		{"a millionth above is out", now, points.Between(1, 2), custom("points", contact.Float(2.000001)), false},
		{"an upside-down range holds nothing", now, points.Between(2, 1), custom("points", contact.Float(1.5)), false},
		{"another currency is not equal", now, worth.Equals(eur(100)), usd, false},
		{"nor less", now, worth.Less(eur(1_000_000)), usd, false},
		{"nor more", now, worth.AtLeast(eur(-1_000_000)), usd, false},
		{"one of amounts in two currencies", now, worth.OneOf(eur(100), money.New(100, "USD")), usd, true},
		{"a missing truth value is not false", now, segment.Field("custom.vip").Equals(false), segment.Facts{}, false},
		{"one of two texts", now, given.OneOf("a", "b", "b"), named("b"), true},
		{"none of includes the missing", now, given.NoneOf("a", "b"), segment.Facts{}, true},
		{"folding is full", now, given.Folded().Equals("straße"), named("STRASSE"), true},
		{"folding composes", now, given.Folded().Equals("mu\u0308ller"), named("MÜLLER"), true},
		{"folding begins", now, given.Folded().StartsWith("ÄN"), named("änne"), true},
		{"not folded", now, given.StartsWith("ÄN"), named("änne"), false},
		{"ends with", now, given.EndsWith("ne"), named("Änne"), true},
		{"the whole text begins with itself", now, given.StartsWith("Änne"), named("Änne"), true},
		{"a text does not begin with more", now, given.StartsWith("Ännes"), named("Änne"), false},
		{"two fields", now, given.Compare(segment.Equals, "name.family"), both, false},
		{"two fields, folded", now, given.Folded().Compare(segment.Equals, "name.family"), both, true},
		{"two missing fields are not equal", now, given.Compare(segment.Equals, "name.family"), segment.Facts{}, false},
		{"a field and a missing one", now, given.Compare(segment.AtLeast, "name.family"), named("a"), false},
		{"a date without its year equals none", now, segment.Field("born").Equals(date), born(0, 2, 29), false},
		{"and is not less", now, segment.Field("born").Less(date), born(0, 2, 29), false},
		{"but is not missing", now, segment.Field("born").Missing(), born(0, 2, 29), false},
		{"a value of another type is not missing", now, points.Missing(), custom("points", contact.Text("a")), false},
		{"and compares as false", now, points.AtLeast(-1), custom("points", contact.Text("a")), false},
	} {
		e.check(t)
	}
}

func TestMatch_field_windows(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	when, day := segment.Field("custom.since"), segment.Field("custom.day")
	from, to := at("2024-01-01 00:00:00"), at("2024-02-01 00:00:00")
	january := segment.Window{From: &from, To: &to}
	for _, e := range []example{
		{"what is exactly as old is out", now, when.InLast(3, segment.Months), since("2023-12-31 12:00:00"), false},
		{"a microsecond younger is in", now, when.InLast(3, segment.Months), since("2023-12-31 12:00:00.000001"), true},
		{"now is in the last", now, when.InLast(3, segment.Months), since(now), true},
		{"what comes is not", now, when.InLast(3, segment.Months), since("2024-03-31 12:00:00.000001"), false},
		{"now is in the next", now, when.InNext(1, segment.Days), since(now), true},
		{"what was is not", now, when.InNext(1, segment.Days), since("2024-03-31 11:59:59.999999"), false},
		{"the end of next is out", now, when.InNext(1, segment.Days), since("2024-04-01 12:00:00"), false},
		{"just before it is in", now, when.InNext(1, segment.Days), since("2024-04-01 11:59:59.999999"), true},
		{"from is in", now, when.Within(january), since("2024-01-01 00:00:00"), true},
		{"before from is out", now, when.Within(january), since("2023-12-31 23:59:59.999999"), false},
		{"to is out", now, when.Within(january), since("2024-02-01 00:00:00"), false},
		{"before to is in", now, when.Within(january), since("2024-01-31 23:59:59.999999"), true},
		{"without an end the future is in", now, when.Within(segment.Window{From: &from}), since("2200-01-01 00:00:00"), true},
		{"without a beginning the past is in", now, when.Within(segment.Window{To: &from}), since("1801-01-01 00:00:00"), true},
		{"the next month begins", now, when.Within(segment.Window{Calendar: &segment.CalendarUnit{Unit: segment.Months, Offset: 1}}), since("2024-04-01 00:00:00"), true},
		{"and ends", now, when.Within(segment.Window{Calendar: &segment.CalendarUnit{Unit: segment.Months, Offset: 1}}), since("2024-05-01 00:00:00"), false},
		{"a missing value is in no window", now, when.InLast(200, segment.Years), segment.Facts{}, false},
		{"a date counts as its first instant", now, day.InLast(1, segment.Days), onDay(2024, 3, 31), true},
		{"the day before has begun too early", now, day.InLast(1, segment.Days), onDay(2024, 3, 30), false},
		{"at midnight the day before is out", "2024-03-31 00:00:00", day.InLast(1, segment.Days), onDay(2024, 3, 30), false},
		{"just before midnight it is in", "2024-03-30 23:59:59.999999", day.InLast(1, segment.Days), onDay(2024, 3, 30), true},
		{"today is not among the next", now, day.InNext(1, segment.Days), onDay(2024, 3, 31), false},
		{"tomorrow is", now, day.InNext(1, segment.Days), onDay(2024, 4, 1), true},
		{"at midnight today is among the next", "2024-03-31 00:00:00", day.InNext(1, segment.Days), onDay(2024, 3, 31), true},
		{"and tomorrow is not", "2024-03-31 00:00:00", day.InNext(1, segment.Days), onDay(2024, 4, 1), false},
		{"dates of January", now, day.Within(january), onDay(2024, 1, 1), true},
		{"dates after January", now, day.Within(january), onDay(2024, 2, 1), false},
		{"a birthday without its year is in no window", now, segment.Field("born").InLast(200, segment.Years), born(0, 2, 29), false},
	} {
		e.check(t)
	}
}

func TestMatch_anniversaries(t *testing.T) {
	t.Parallel()
	const now = "2023-02-28 12:00:00"
	field, when := segment.Field("born"), segment.Field("custom.since")
	for _, e := range []example{
		{"today", now, field.Anniversary(0, 0), born(1990, 2, 28), true},
		{"29 February is on 28 February in ordinary years", now, field.Anniversary(0, 0), born(2000, 2, 29), true},
		{"and no longer on 1 March", "2023-03-01 00:00:00", field.Anniversary(0, 0), born(2000, 2, 29), false},
		{"nor on 27 February", "2023-02-27 23:59:59.999999", field.Anniversary(0, 0), born(2000, 2, 29), false},
		{"in leap years it is not on 28 February", "2024-02-28 12:00:00", field.Anniversary(0, 0), born(2000, 2, 29), false},
		{"but on the 29th", "2024-02-29 12:00:00", field.Anniversary(0, 0), born(2000, 2, 29), true},
		{"where 28 February is not", "2024-02-29 12:00:00", field.Anniversary(0, 0), born(1990, 2, 28), false},
		{"1900 was ordinary", "1900-02-28 12:00:00", field.Anniversary(0, 0), born(1896, 2, 29), true},
		{"without its year", now, field.Anniversary(0, 0), born(0, 2, 29), true},
		{"without its day", now, field.Anniversary(-366+1, 0), born(2000, 2, 0), false},
		{"only the year", now, field.Anniversary(-366+1, 0), born(2000, 0, 0), false},
		{"the day itself is none", "2000-02-29 12:00:00", field.Anniversary(0, 0), born(2000, 2, 29), false},
		{"a year later it is", "2001-02-28 00:00:00", field.Anniversary(0, 0), born(2000, 2, 29), true},
		{"a range over the year's end", "2023-12-30 12:00:00", field.AnniversaryInNext(7), born(1990, 1, 5), true},
		{"up to its last day", "2023-12-30 12:00:00", field.AnniversaryInNext(7), born(1990, 1, 6), false},
		{"from its first day", "2023-12-30 12:00:00", field.AnniversaryInNext(7), born(1990, 12, 30), true},
		{"not before", "2023-12-30 12:00:00", field.AnniversaryInNext(7), born(1990, 12, 29), false},
		{"the first anniversary lies in the next year", "2023-12-30 12:00:00", field.AnniversaryInNext(7), born(2023, 1, 5), true},
		{"and not in the same one", "2023-12-30 12:00:00", field.AnniversaryInNext(7), born(2023, 12, 31), false},
		{"days gone by", now, field.Anniversary(-3, -1), born(1990, 2, 25), true},
		{"days gone by without today", now, field.Anniversary(-3, -1), born(1990, 2, 28), false},
		{"an instant counts by its day in the shop's zone", now, when.Anniversary(0, 0), since("2020-02-28 00:00:00"), true},
		{"to its last microsecond", now, when.Anniversary(0, 0), since("2021-02-28 23:59:59.999999"), true},
		{"not the day after", now, when.Anniversary(0, 0), since("2021-03-01 00:00:00"), false},
		{"nor the day before", now, when.Anniversary(0, 0), since("2021-02-27 23:59:59.999999"), false},
		{"29 February of an instant", now, when.Anniversary(0, 0), since("2020-02-29 23:59:59.999999"), true},
		{"no anniversary in the same year", now, when.Anniversary(0, 0), since("2023-02-28 00:00:00"), false},
		{"a missing value has none", now, field.Anniversary(-366+1, 0), segment.Facts{}, false},
	} {
		e.check(t)
	}
}

func TestMatch_age(t *testing.T) {
	t.Parallel()
	age := segment.Field("age")
	for _, e := range []example{
		{"18 on the birthday", "2024-05-17 00:00:00", age.AtLeast(18), born(2006, 5, 17), true},
		{"17 just before", "2024-05-16 23:59:59.999999", age.AtLeast(18), born(2006, 5, 17), false},
		{"exactly 18 to the day before", "2025-05-16 23:59:59.999999", age.Equals(18), born(2006, 5, 17), true},
		{"and then no longer", "2025-05-17 00:00:00", age.Equals(18), born(2006, 5, 17), false},
		{"29 February grows older on the 28th", "2023-02-28 00:00:00", age.Equals(23), born(2000, 2, 29), true},
		{"and not on the 27th", "2023-02-27 23:59:59.999999", age.Equals(22), born(2000, 2, 29), true},
		{"in leap years on the 29th", "2024-02-28 23:59:59.999999", age.Equals(23), born(2000, 2, 29), true},
		{"then", "2024-02-29 00:00:00", age.Equals(24), born(2000, 2, 29), true},
		{"1 March grows older on 1 March", "2023-02-28 23:59:59.999999", age.Equals(22), born(2000, 3, 1), true},
		{"between", "2024-05-17 00:00:00", age.Between(18, 30), born(2006, 5, 17), true},
		{"to the last day of 30", "2024-05-17 00:00:00", age.Between(18, 30), born(1993, 5, 18), true},
		{"31 is out", "2024-05-17 00:00:00", age.Between(18, 30), born(1993, 5, 17), false},
		{"one of", "2024-05-17 00:00:00", age.OneOf(17, 18), born(2006, 5, 17), true},
		{"greater", "2024-05-17 00:00:00", age.Greater(18), born(2006, 5, 17), false},
		{"at most", "2024-05-17 00:00:00", age.AtMost(18), born(2006, 5, 17), true},
		{"born today is 0", "2024-05-17 00:00:00", age.Equals(0), born(2024, 5, 17), true},
		{"not born yet is not 0", "2024-05-16 12:00:00", age.AtLeast(0), born(2024, 5, 17), false},
		{"but below", "2024-05-16 12:00:00", age.Less(1), born(2024, 5, 17), true},
		{"without the year the age is missing", "2024-05-17 00:00:00", age.Missing(), born(0, 5, 17), true},
		{"no age is neither below", "2024-05-17 00:00:00", age.Less(200), born(0, 5, 17), false},
		{"nor above", "2024-05-17 00:00:00", age.AtLeast(0), segment.Facts{}, false},
		{"a whole date has an age", "2024-05-17 00:00:00", age.Missing(), born(2006, 5, 17), false},
	} {
		e.check(t)
	}
}

func TestMatch_lists(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	f := segment.Facts{Contact: contact.Contact{
		Addresses:  []contact.Address{{City: "Graz", Country: "AT"}, {City: "Köln", Country: "DE"}, {City: "Köln", Country: "DE"}},
		Identities: []contact.Identity{{Source: "shop", Key: "1"}},
		Tags:       []string{"VIP"},
		Custom:     map[string]contact.Value{"likes": contact.Many("tea", "wine")},
	}}
	has := segment.Has(segment.Addresses)
	city := func(s string) segment.Rule { return segment.Field("city").Equals(s) }
	country := func(s string) segment.Rule { return segment.Field("country").Equals(s) }
	for _, e := range []example{
		{"elements are counted", now, has.Exactly(3), f, true},
		{"equal ones each", now, has.Where(city("Köln")).Exactly(2), f, true},
		{"one too many", now, has.Where(city("Köln")).AtLeast(3), f, false},
		{"all on the same element", now, has.Where(segment.All(city("Graz"), country("DE"))).AtLeast(1), f, false},
		{"not within an element", now, has.Where(segment.Not(country("DE"))).Exactly(1), f, true},
		{"a field of an element may be missing", now, has.Where(segment.Field("street").Missing()).Exactly(3), f, true},
		{"none of nothing", now, segment.Has(segment.Phones).None(), f, true},
		{"none counts as zero", now, segment.Has(segment.Emails).AtMost(0), segment.Facts{}, true},
		{"the first address is the record's", now, segment.Field("address.city").Equals("Köln"), f, false},
		{"of many texts one is asked for", now, segment.Chosen("likes", "tea", "wine"), f, true},
		{"another one", now, segment.Chosen("likes", "beer"), f, false},
		{"all of some, each asked for", now, segment.All(segment.Chosen("likes", "tea"), segment.Chosen("likes", "beer")), f, false},
		{"many texts are counted", now, segment.Has(segment.CustomList("likes")).Exactly(2), f, true},
		{"none of them", now, segment.Has(segment.CustomList("likes")).None(), segment.Facts{}, true},
		{"they can be folded", now, segment.Has(segment.CustomList("likes")).Where(segment.Field("name").Folded().Equals("WINE")).AtLeast(1), f, true},
		{"tags are texts", now, segment.Tagged("vip"), f, false},
		{"that can be folded", now, segment.Has(segment.Tags).Where(segment.Field("name").Folded().Equals("vip")).AtLeast(1), f, true},
		{"identities", now, segment.KnownTo("shop"), f, true},
		{"all of nothing is every element", now, has.Where(segment.All()).Exactly(3), f, true},
		{"any of nothing is none", now, has.Where(segment.Any()).None(), f, true},
	} {
		e.check(t)
	}
}

// A field of many texts is a list, and no other field is.
func TestCheck_tells_lists_from_fields(t *testing.T) {
	t.Parallel()
	likes := segment.Field("custom.likes")
	for _, c := range []struct {
		rule       segment.Rule
		path, code string
	}{
		{likes.Equals("tea"), "rule.field.name", "operator"},
		{likes.Missing(), "rule.field.name", "operator"},
		{segment.Field("name.given").Compare(segment.Equals, "custom.likes"), "rule.field.other", "wrong_type"},
		{segment.Has(segment.CustomList("points")).None(), "rule.has.list", "unknown_list"},
		{segment.Has(segment.CustomList("nothing")).None(), "rule.has.list", "unknown_list"},
		{segment.Has("likes").None(), "rule.has.list", "unknown_list"},
		{segment.Has(segment.CustomList("likes")).Where(segment.Field("city").Equals("x")).None(), "rule.has.where.field.name", "unknown_field"},
		{segment.Purchases().Where(segment.Field("data.x").Equals(contact.Many("a"))).None(), "rule.activity.where.field.values[0]", "wrong_type"},
	} {
		fields := errs.FieldsOf(segment.Check(c.rule, declared))
		if len(fields) != 1 || fields[0].Path != c.path || fields[0].Code != c.code {
			t.Errorf("%s: %v, must be %s at %s", c.rule, fields, c.code, c.path)
		}
	}
}
