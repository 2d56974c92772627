package segment_test

import (
	"math/rand/v2"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// declared are the custom fields of the random rules.
var declared = map[string]contact.Type{
	"points": contact.TypeNumber, "vip": contact.TypeBool, "city": contact.TypeText,
	"since": contact.TypeTime, "day": contact.TypeDate, "worth": contact.TypeMoney,
	"likes": contact.TypeMany,
}

// random makes valid rules out of few words, so that they often meet.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 7))} }

func pick[T any](r random, list ...T) T { return list[r.IntN(len(list))] }

// some picks up to n of the list, in order of picking.
func some[T any](r random, n int, list ...T) []T {
	var picked []T
	for range r.IntN(n + 1) {
		picked = append(picked, pick(r, list...))
	}
	return picked
}

func (r random) rule(depth int) segment.Rule {
	if depth == 0 || r.IntN(3) > 0 {
		return r.leaf()
	}
	return r.combine(func() segment.Rule { return r.rule(depth - 1) })
}

func (r random) combine(make func() segment.Rule) segment.Rule {
	list := []segment.Rule{}
	for range r.IntN(4) {
		list = append(list, make())
	}
	switch r.IntN(3) {
	case 0:
		return segment.All(list...)
	case 1:
		return segment.Any(list...)
	}
	return segment.Not(make())
}

func (r random) leaf() segment.Rule {
	switch r.IntN(10) {
	case 0, 1:
		return r.field(recordFields)
	case 2:
		return segment.Rule{Has: r.has()}
	case 3, 4:
		return segment.Rule{Activity: r.activity()}
	case 5:
		return segment.Rule{Ratio: r.ratio()}
	case 6:
		return segment.Rule{Sequence: r.sequence()}
	case 7:
		return segment.Rule{Consent: r.consent()}
	case 8:
		return segment.Rule{Rank: r.rank()}
	}
	if r.IntN(2) == 0 {
		return segment.InSegment(pick(r, "a", "b", "a-b"))
	}
	return segment.RandomShare(pick(r, "a", "b", `a"b`), pick(r, 0, 0.25), pick(r, 0.5, 1))
}

// A randomField is a field with its type, empty where each value has its own. A
// code cannot be folded.
type randomField struct {
	name string
	typ  contact.Type
	code bool
}

var recordFields = []randomField{
	{"kind", contact.TypeText, true}, {"name.given", contact.TypeText, false}, {"address.city", contact.TypeText, false},
	{"address.postal_code", contact.TypeText, true}, {"born", contact.TypeDate, false}, {"created_at", contact.TypeTime, false},
	{"age", "age", true}, {"custom.points", contact.TypeNumber, false}, {"custom.vip", contact.TypeBool, false},
	{"custom.city", contact.TypeText, false}, {"custom.since", contact.TypeTime, false}, {"custom.day", contact.TypeDate, false},
	{"custom.worth", contact.TypeMoney, false},
}

var activityFields = []randomField{
	{"kind", contact.TypeText, true}, {"channel", contact.TypeText, true}, {"subject", contact.TypeText, true},
	{"amount", contact.TypeMoney, false}, {"item.sku", contact.TypeText, true}, {"item.quantity", contact.TypeNumber, false},
	{"item.amount", contact.TypeMoney, false}, {"data.x", "", true}, {"data.due", "", true},
}

var listFields = map[segment.List][]randomField{
	segment.Emails:      {{"address", contact.TypeText, false}},
	segment.Phones:      {{"number", contact.TypeText, true}},
	segment.Addresses:   {{"city", contact.TypeText, false}, {"country", contact.TypeText, true}},
	segment.Identities:  {{"source", contact.TypeText, true}, {"key", contact.TypeText, true}},
	segment.Tags:        {{"name", contact.TypeText, false}},
	segment.Hobbies:     {{"name", contact.TypeText, false}},
	segment.Memberships: {{"name", contact.TypeText, false}},

	segment.CustomList("likes"): {{"name", contact.TypeText, false}},
}

func (r random) field(list []randomField) segment.Rule {
	f := pick(r, list...)
	b := segment.Field(f.name)
	switch f.typ {
	case contact.TypeText:
		return r.text(f, list)
	case "":
		return r.untyped(b)
	case contact.TypeBool:
		return pick(r, b.Equals(r.IntN(2) == 0), b.Missing(), b.NotEqual(true))
	case contact.TypeTime, contact.TypeDate:
		if r.IntN(2) == 0 {
			return r.day(b)
		}
	}
	make := func() any { return r.constant(f.typ) }
	low, high := make(), make()
	return pick(r,
		b.Equals(low), b.OneOf(low, high), b.OneOf(low), b.NotEqual(low), b.NoneOf(low), b.Less(low), b.AtMost(low),
		b.Greater(low), b.AtLeast(low), b.Between(low, high), b.Missing())
}

func (r random) constant(t contact.Type) any {
	switch t {
	case contact.TypeNumber:
		return pick[any](r, 0, 1, 2, -1, 1.5, 0.000001)
	case contact.TypeText:
		return pick[any](r, "a", "b", "A", `a" or "b`, "1", "ä", "Straße", "true")
	case contact.TypeTime:
		return r.instant()
	case contact.TypeDate:
		return r.date()
	case contact.TypeMoney:
		return pick[any](r, eur(0), eur(100), money.New(100, "USD"), money.New(100, "JPY"))
	case "age":
		return pick[any](r, 0, 18, 23, 24, 200)
	}
	return r.IntN(2) == 0
}

func (r random) instant() time.Time {
	days := pick(r, 0, 0, 1, 28, 29, 59, 60, 89, 90, 365, -300)
	base := pick(r, at("2024-01-31 00:00:00"), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), at("2023-10-29 02:30:00"))
	return base.AddDate(0, 0, days).Add(time.Duration(pick(r, 0, 0, 1, 1_000_000, 3_600_000_000)) * time.Microsecond)
}

func (r random) date() contact.Date {
	return pick(r, contact.Date{Year: 2000, Month: 2, Day: 29}, contact.Date{Year: 2000, Month: 3, Day: 1},
		contact.Date{Year: 2023, Month: 12, Day: 31}, contact.Date{Year: 2024, Month: 1, Day: 1}, contact.Date{Year: 2031, Month: 2, Day: 28})
}

// day compares an instant or date with now.
func (r random) day(b segment.FieldRule) segment.Rule {
	from := pick(r, -366, -40, -1, 0, 1, 5)
	return pick(r, b.Within(r.window(true)), b.Within(r.window(true)), b.Anniversary(from, from+pick(r, 0, 0, 1, 6, 40, 365-40)))
}

func (r random) text(f randomField, list []randomField) segment.Rule {
	b := segment.Field(f.name)
	if !f.code && r.IntN(3) == 0 {
		b = b.Folded()
	}
	v, w := r.constant(contact.TypeText), r.constant(contact.TypeText)
	other := pick(r, list...)
	if other.typ == contact.TypeText && r.IntN(4) == 0 {
		return b.Compare(pick(r, segment.Equals, segment.StartsWith, segment.EndsWith, segment.Contains), other.name)
	}
	b2 := segment.Field(f.name)
	return pick(r,
		b.Equals(v), b.OneOf(v, w), b.NotEqual(v), b.NoneOf(v, w), b.StartsWith(v.(string)), b.EndsWith(v.(string)),
		b.Contains(v.(string)), b2.Less(v), b2.AtMost(v), b2.Greater(v), b2.AtLeast(v), b2.Between(v, w), b2.Missing())
}

// untyped compares a datum, whose values have types of their own.
func (r random) untyped(b segment.FieldRule) segment.Rule {
	typ := pick(r, contact.TypeText, contact.TypeNumber, contact.TypeTime, contact.TypeDate, contact.TypeMoney, contact.TypeBool)
	v, w := r.constant(typ), r.constant(typ)
	if typ == contact.TypeBool || r.IntN(3) == 0 {
		return pick(r, b.Equals(v), b.OneOf(v, w), b.Missing(), r.day(b))
	}
	return pick(r, b.Equals(v), b.NotEqual(v), b.OneOf(v, w), b.Less(v), b.AtMost(v), b.Greater(v), b.AtLeast(v), b.Between(v, w))
}

func (r random) comparison() segment.Op {
	return pick(r, segment.Equals, segment.Less, segment.AtMost, segment.Greater, segment.AtLeast)
}

func (r random) has() *segment.HasCondition {
	c := &segment.HasCondition{
		List: pick(r, segment.Emails, segment.Phones, segment.Addresses, segment.Identities, segment.Tags, segment.Hobbies, segment.Memberships,
			segment.CustomList("likes")),
		Op: r.comparison(), Number: int64(r.IntN(3)),
	}
	c.Where = r.where(listFields[c.List])
	return c
}

func (r random) where(list []randomField) *segment.Rule {
	if r.IntN(2) == 0 {
		return nil
	}
	where := r.field(list)
	if r.IntN(3) == 0 {
		where = r.combine(func() segment.Rule { return r.field(list) })
	}
	return &where
}

var campaign = id.ID[segment.Segment]{1: 1}

func (r random) selection() segment.Selection {
	return segment.Selection{
		Kind:       pick[activity.Kind](r, "", activity.Purchase, activity.Purchase, activity.Return, activity.Opened, "visit"),
		Channels:   some(r, 1, contact.ChannelEmail, contact.ChannelPhone, "or"),
		Direction:  pick(r, "", "", "", activity.Inbound, activity.Outbound),
		Campaigns:  some(r, r.IntN(2), activity.CampaignID(campaign)),
		Categories: some(r, r.IntN(3), "F", "G", "or", "of SKU F", "G in F"),
		SKUs:       some(r, r.IntN(3), "1", "2", "or"),
		Where:      r.where(activityFields),
		Window:     r.window(false),
	}
}

func (r random) measure(aggregates ...segment.Aggregate) segment.Measure {
	m := segment.Measure{Selection: r.selection(), Aggregate: pick(r, aggregates...)}
	switch m.Aggregate {
	case segment.Distinct:
		m.Of = pick(r, "item.sku", "channel", "data.x")
	case segment.Sum, segment.Average, segment.Min, segment.Max:
		m.Of = pick(r, "", "", "item.quantity", "data.x")
	}
	return m
}

func (r random) activity() *segment.ActivityCondition {
	c := &segment.ActivityCondition{Op: r.comparison(), Measure: r.measure(
		segment.Count, segment.Items, segment.Distinct, segment.Sum, segment.Average, segment.Min, segment.Max, segment.First, segment.Last)}
	switch c.Aggregate {
	case segment.Count, segment.Items, segment.Distinct:
		c.Number = int64(r.IntN(3))
	case segment.First, segment.Last:
		t := r.instant()
		c.Time = &t
	default:
		if c.Of == "" {
			c.Amount = &money.Money{Amount: int64(r.IntN(3)), Currency: pick(r, "EUR", "USD")}
			break
		}
		v := segment.Literal(contact.Int(int64(r.IntN(3))))
		c.Value = &v
	}
	return c
}

func (r random) ratio() *segment.RatioCondition {
	of := func() segment.Measure {
		m := r.measure(segment.Count, segment.Items, segment.Distinct, segment.Sum)
		if m.Aggregate == segment.Sum && m.Of == "data.x" {
			m.Of = ""
		}
		return m
	}
	c := &segment.RatioCondition{Of: of(), Per: of(), Op: r.comparison(), Value: segment.Literal(contact.Float(pick(r, 0, 0.5, 1, 1.001)))}
	if sums(c.Of) || sums(c.Per) {
		c.Currency = pick(r, "EUR", "USD")
	}
	return c
}

// sums reports whether the measure is over amounts.
func sums(m segment.Measure) bool {
	return m.Of == "" && (m.Aggregate == segment.Sum || m.Aggregate == segment.Min || m.Aggregate == segment.Max)
}

func (r random) sequence() *segment.SequenceCondition {
	c := &segment.SequenceCondition{First: r.selection(), Then: r.selection(), Hours: 1 + r.IntN(48), Absent: r.IntN(2) == 0}
	c.Then.Window = segment.Window{}
	return c
}

func (r random) consent() *segment.ConsentCondition {
	c := &segment.ConsentCondition{Channel: pick[contact.Channel](r, "email", "letter", "x"),
		Is: pick(r, segment.ConsentGranted, segment.ConsentWithdrawn, segment.ConsentSuppressed, segment.ConsentUnknown)}
	if c.Is != segment.ConsentSuppressed {
		c.Purpose = pick[consent.Purpose](r, "marketing", "x")
	}
	return c
}

func (r random) rank() *segment.RankCondition {
	c := &segment.RankCondition{Least: r.IntN(2) == 0,
		Measure: r.measure(segment.Count, segment.Items, segment.Distinct, segment.Sum, segment.Min, segment.Max)}
	if sums(c.Measure) {
		c.Currency = pick(r, "EUR", "USD")
	}
	if r.IntN(2) == 0 {
		c.Number = int64(1 + r.IntN(10))
		return c
	}
	v := segment.Literal(contact.Float(pick(r, 0.5, 10, 100)))
	c.Percent = &v
	return c
}

// window makes one for fields or for activities, where it may be empty.
func (r random) window(ofField bool) segment.Window {
	n, unit := pick(r, 1, 1, 2, 3, 12), pick(r, segment.Hours, segment.Days, segment.Weeks, segment.Months, segment.Quarters, segment.Years)
	from := r.instant()
	to := from.Add(time.Duration(1+r.IntN(2000)) * time.Hour)
	day := pick(r, segment.Days, segment.Weeks, segment.Months, segment.Quarters, segment.Years)
	list := []segment.Window{
		{Last: &segment.Span{N: n, Unit: unit}}, {Calendar: &segment.CalendarUnit{Unit: day, Offset: -r.IntN(3)}},
		{From: &from}, {To: &to}, {From: &from, To: &to},
	}
	if !ofField {
		return pick(r, append(list, segment.Window{}, segment.Window{})...)
	}
	return pick(r, append(list, segment.Window{Next: &segment.Span{N: n, Unit: unit}},
		segment.Window{Calendar: &segment.CalendarUnit{Unit: day, Offset: r.IntN(3)}})...)
}
