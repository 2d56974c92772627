package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// rule draws a rule, nested at most depth deep.
func (w *world) rule(depth int) segment.Rule {
	n := w.r.IntN(12)
	if depth <= 1 {
		n = 8 + w.r.IntN(4)
	}
	switch {
	case n < 3:
		return segment.All(w.rules(depth - 1)...)
	case n < 5:
		return segment.Any(w.rules(depth - 1)...)
	case n < 7:
		return segment.Not(w.rule(depth - 1))
	case n%4 == 0:
		return segment.Rule{Field: w.field()}
	case n%4 == 1:
		return w.other()
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
	{"name.salutation", func(c *contact.Contact) contact.Value { return contact.Text(c.Name.Salutation) }},
	{"occupation", func(c *contact.Contact) contact.Value { return contact.Text(c.Occupation) }},
	{"education", func(c *contact.Contact) contact.Value { return contact.Text(c.Education) }},
	{"vat_number", func(c *contact.Contact) contact.Value { return contact.Text(c.VATNumber) }},
	{"marital_status", func(c *contact.Contact) contact.Value { return contact.Text(c.MaritalStatus) }},
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
	{"owner", func(c *contact.Contact) contact.Value { return contact.Text(c.Owner) }},
	{"born", func(c *contact.Contact) contact.Value { return contact.Day(c.Born) }},
	{"custom.alias", func(c *contact.Contact) contact.Value { return typed(c.Custom["alias"], contact.TypeText) }},
	{"custom.signed", func(c *contact.Contact) contact.Value { return typed(c.Custom["signed"], contact.TypeDate) }},
	{"custom.limit", func(c *contact.Contact) contact.Value { return typed(c.Custom["limit"], contact.TypeMoney) }},
	{"custom.vip", func(c *contact.Contact) contact.Value { return typed(c.Custom["vip"], contact.TypeBool) }},
}

func typed(v contact.Value, t contact.Type) contact.Value {
	v.Type = t
	return v
}

// prose are the fields whose texts can be compared folded.
var prose = []string{
	"name.salutation", "occupation", "education", "marital_status",
	"name.title", "name.given", "name.family", "name.company", "email", "address.street", "address.city", "address.region",
	"custom.nickname", "custom.alias",
}

// pairs are fields that can be compared with each other.
var pairs = [][2]string{
	{"name.given", "name.family"}, {"name.family", "address.city"}, {"name.given", "custom.nickname"}, {"custom.alias", "name.given"},
	{"custom.nickname", "custom.alias"}, {"custom.signed", "custom.renewed"}, {"born", "custom.signed"}, {"created_at", "custom.member_since"},
}

// field draws a condition whose constants occur in the population, or nearly.
func (w *world) field() *segment.FieldCondition {
	r := w.r
	switch r.IntN(12) {
	case 0:
		p := pick(r, pairs)
		c := &segment.FieldCondition{Name: p[0], Other: p[1], Op: pick(r, comparisons)}
		if slices.Contains(prose, p[0]) {
			c.Op = pick(r, textComparisons)
			c.Folded = r.IntN(3) == 0 && (c.Op == segment.Equals || c.Op == segment.Contains || c.Op == segment.StartsWith || c.Op == segment.EndsWith)
		}
		return c
	case 1:
		return w.age()
	case 2:
		c := &segment.FieldCondition{Name: pick(r, []string{"born", "created_at", "custom.signed", "custom.member_since"}), Op: segment.Missing}
		w.timed(c)
		return c
	}
	f := pick(r, worldFields)
	draw := func() contact.Value { return w.near(f.read(&w.facts[r.IntN(len(w.facts))].Contact)) }
	v := draw()
	ops := []segment.Op{segment.Equals, segment.OneOf, segment.Missing}
	if v.Type != contact.TypeBool {
		ops = append(ops, segment.Less, segment.AtMost, segment.Greater, segment.AtLeast, segment.Between)
	}
	if v.Type == contact.TypeText {
		ops = append(ops, segment.StartsWith, segment.EndsWith, segment.Contains)
	}
	c := &segment.FieldCondition{Name: f.name, Op: pick(r, ops)}
	switch c.Op {
	case segment.Missing:
		return c
	case segment.StartsWith, segment.EndsWith, segment.Contains:
		v = contact.Text(w.part(v.Text))
	case segment.Between:
		c.Values = append(c.Values, segment.Literal(draw()))
	}
	c.Values = append(c.Values, segment.Literal(v))
	if c.Op == segment.OneOf {
		for range r.IntN(4) {
			c.Values = append(c.Values, segment.Literal(draw()))
		}
	}
	switch c.Op {
	case segment.Equals, segment.OneOf, segment.StartsWith, segment.EndsWith, segment.Contains:
		c.Folded = slices.Contains(prose, f.name) && r.IntN(3) == 0
	}
	return c
}

// age draws a condition on the age.
func (w *world) age() *segment.FieldCondition {
	c := &segment.FieldCondition{Name: "age", Op: pick(w.r, append(comparisons, segment.Missing, segment.OneOf, segment.Between))}
	n := map[segment.Op]int{segment.Missing: 0, segment.OneOf: 2, segment.Between: 2}
	count, special := n[c.Op]
	if !special {
		count = 1
	}
	for range count {
		c.Values = append(c.Values, segment.Literal(contact.Int(pick(w.r, []int64{0, 17, 18, 19, 20, 21, 45, 46}))))
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
	case contact.TypeDate:
		if !v.Date.Whole() {
			v = pick(w.r, worldDays())
		}
	case contact.TypeMoney:
		if v.Money.Currency == "" {
			v.Money = money.New(pick(w.r, worldAmounts), "EUR")
		}
		v.Money.Amount += step
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
	c.Selection = w.selection()
	c.Aggregate = pick(r, []segment.Aggregate{segment.Count, segment.Count, segment.Count, segment.Sum, segment.Sum,
		segment.Average, segment.Min, segment.Max, segment.First, segment.Last, segment.Items, segment.Distinct})
	switch c.Aggregate {
	case segment.Distinct:
		c.Of = pick(r, worldDistinct)
	case segment.Sum, segment.Average, segment.Min, segment.Max:
		if r.IntN(3) == 0 {
			c.Of = pick(r, []string{"item.quantity", "data.score"})
		}
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
	case segment.Count, segment.Items, segment.Distinct:
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
	if c.Of != "" && c.Aggregate != segment.Distinct {
		scale := int64(contact.NumberScale)
		if c.Of != "item.quantity" {
			scale = 1
		}
		low, high = -1_000_000_000_000_000/scale, 1_000_000_000_000_000/scale
		set = func(c *segment.ActivityCondition, v int64) {
			c.Value = &segment.Literal{Type: contact.TypeNumber, Number: v * scale}
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
