package storagetest

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// rule draws a rule, nested at most depth deep.
func (w *world) rule(depth int) segment.Rule {
	n := w.r.IntN(10)
	if depth <= 1 {
		n += 10
	}
	switch {
	case n < 3:
		return segment.All(w.rules(depth - 1)...)
	case n < 5:
		return segment.Any(w.rules(depth - 1)...)
	case n < 7:
		return segment.Not(w.rule(depth - 1))
	case n%3 == 0:
		return segment.Rule{Field: w.field()}
	}
	return segment.Rule{Activity: w.activity()}
}

// rules draws the parts of All or Any, sometimes none.
func (w *world) rules(depth int) []segment.Rule {
	list := make([]segment.Rule, w.r.IntN(4))
	for i := range list {
		list[i] = w.rule(depth)
	}
	return list
}

// worldFields reads the fields that rules are drawn on.
var worldFields = []struct {
	name string
	read func(*contact.Contact) contact.Value
}{
	{"kind", func(c *contact.Contact) contact.Value { return contact.Text(string(c.Kind)) }},
	{"name.title", func(c *contact.Contact) contact.Value { return contact.Text(c.Name.Title) }},
	{"name.given", func(c *contact.Contact) contact.Value { return contact.Text(c.Name.Given) }},
	{"name.family", func(c *contact.Contact) contact.Value { return contact.Text(c.Name.Family) }},
	{"name.company", func(c *contact.Contact) contact.Value { return contact.Text(c.Name.Company) }},
	{"language", func(c *contact.Contact) contact.Value { return contact.Text(c.Language) }},
	{"time_zone", func(c *contact.Contact) contact.Value { return contact.Text(c.TimeZone) }},
	{"preferred_channel", func(c *contact.Contact) contact.Value { return contact.Text(string(c.PreferredChannel)) }},
	{"email", func(c *contact.Contact) contact.Value { return contact.Text(c.Email()) }},
	{"phone", func(c *contact.Contact) contact.Value { return contact.Text(c.Phone()) }},
	{"address.street", func(c *contact.Contact) contact.Value { return contact.Text(c.Address().Street) }},
	{"address.postal_code", func(c *contact.Contact) contact.Value { return contact.Text(c.Address().PostalCode) }},
	{"address.city", func(c *contact.Contact) contact.Value { return contact.Text(c.Address().City) }},
	{"address.region", func(c *contact.Contact) contact.Value { return contact.Text(c.Address().Region) }},
	{"address.country", func(c *contact.Contact) contact.Value { return contact.Text(c.Address().Country) }},
	{"created_at", func(c *contact.Contact) contact.Value { return contact.Time(c.CreatedAt) }},
	{"custom.nickname", func(c *contact.Contact) contact.Value { return typed(c.Custom["nickname"], contact.TypeText) }},
	{"custom.points", func(c *contact.Contact) contact.Value { return typed(c.Custom["points"], contact.TypeNumber) }},
	{"custom.member_since", func(c *contact.Contact) contact.Value { return typed(c.Custom["member_since"], contact.TypeTime) }},
	{"custom.vip", func(c *contact.Contact) contact.Value { return typed(c.Custom["vip"], contact.TypeBool) }},
}

func typed(v contact.Value, t contact.Type) contact.Value {
	v.Type = t
	return v
}

// field draws a condition whose constants occur in the population, or nearly.
func (w *world) field() *segment.FieldCondition {
	f := pick(w.r, worldFields)
	draw := func() contact.Value { return w.near(f.read(&w.facts[w.r.IntN(len(w.facts))].Contact)) }
	v := draw()
	ops := []segment.Op{segment.Equals, segment.OneOf, segment.Missing}
	if v.Type != contact.TypeBool {
		ops = append(ops, segment.Less, segment.AtMost, segment.Greater, segment.AtLeast)
	}
	if v.Type == contact.TypeText {
		ops = append(ops, segment.StartsWith, segment.Contains)
	}
	c := &segment.FieldCondition{Name: f.name, Op: pick(w.r, ops)}
	switch c.Op {
	case segment.Missing:
		return c
	case segment.StartsWith, segment.Contains:
		v = contact.Text(w.part(v.Text))
	}
	c.Values = append(c.Values, segment.Literal(v))
	if c.Op == segment.OneOf {
		for range w.r.IntN(4) {
			c.Values = append(c.Values, segment.Literal(draw()))
		}
	}
	return c
}

// near changes a value a little, and gives missing ones something.
func (w *world) near(v contact.Value) contact.Value {
	step := w.r.Int64N(3) - 1
	switch v.Type {
	case contact.TypeText:
		if v.Text == "" {
			v.Text = pick(w.r, worldTexts)
		}
	case contact.TypeNumber:
		v.Number += step
	case contact.TypeTime:
		if v.Time.IsZero() {
			v.Time = pick(w.r, w.instants)
		}
		v.Time = v.Time.Add(time.Duration(step) * time.Microsecond)
	}
	return v
}

// part cuts a piece out of a text.
func (w *world) part(s string) string {
	runes := []rune(s)
	from := 0
	if w.r.IntN(2) == 0 {
		from = w.r.IntN(len(runes))
	}
	return string(runes[from : from+1+w.r.IntN(len(runes)-from)])
}

var comparisons = []segment.Op{segment.Equals, segment.Less, segment.AtMost, segment.Greater, segment.AtLeast}

// activity draws a condition on activities.
func (w *world) activity() *segment.ActivityCondition {
	r := w.r
	c := &segment.ActivityCondition{Op: pick(r, comparisons)}
	c.Kind, c.Window = pick(r, worldKinds), pick(r, w.windows)
	c.Aggregate = pick(r, []segment.Aggregate{segment.Count, segment.Count, segment.Count, segment.Sum, segment.Sum,
		segment.Average, segment.Min, segment.Max, segment.First, segment.Last})
	if r.IntN(4) == 0 {
		c.Window = segment.Window{}
	}
	for range max(0, r.IntN(5)-2) {
		c.Categories = append(c.Categories, pick(r, worldCategories))
	}
	for range max(0, r.IntN(4)-2) {
		c.SKUs = append(c.SKUs, pick(r, worldSKUs))
	}
	for range max(0, r.IntN(6)-3) {
		c.Channels = append(c.Channels, pick(r, channels[:3]))
	}
	if r.IntN(5) == 0 {
		c.Direction = pick(r, []activity.Direction{activity.Inbound, activity.Outbound})
	}
	w.constant(c)
	return c
}

// constant gives a condition a constant at which somebody's answer turns.
func (w *world) constant(c *segment.ActivityCondition) {
	currency := pick(w.r, worldCurrencies)
	low, high := int64(-1_000_000_000_000), int64(1_000_000_000_000)
	set := func(c *segment.ActivityCondition, v int64) {
		m := money.New(v, currency)
		c.Amount = &m
	}
	switch c.Aggregate {
	case segment.Count:
		low, high = 0, 1000
		set = func(c *segment.ActivityCondition, v int64) { c.Number = v }
	case segment.First, segment.Last:
		low, high = w.nows[4].AddDate(-300, 0, 0).UnixMicro(), w.nows[4].AddDate(200, 0, 0).UnixMicro()
		low = max(low, time.Date(1801, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
		set = func(c *segment.ActivityCondition, v int64) {
			t := time.UnixMicro(v).UTC()
			c.Time = &t
		}
	}
	v := w.turn(*c, low, high, set) + w.r.Int64N(3) - 1
	set(c, min(max(v, low), high))
}

// turn finds the greatest v for which "at least v" holds for a random contact,
// by halving; the specification itself is asked.
func (w *world) turn(c segment.ActivityCondition, low, high int64, set func(*segment.ActivityCondition, int64)) int64 {
	now, zone, f := pick(w.r, w.nows), pick(w.r, w.zones), &w.facts[w.r.IntN(len(w.facts))]
	c.Op = segment.AtLeast
	for low < high {
		middle := low + (high-low+1)/2
		set(&c, middle)
		if segment.Match(segment.Resolve(segment.Rule{Activity: &c}, now, zone), f) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}
