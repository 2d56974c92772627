package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

var (
	worldDates = []contact.Date{
		{Year: 1980, Month: 2, Day: 29}, {Year: 1981, Month: 2, Day: 28}, {Year: 2008, Month: 3, Day: 29}, {Year: 2005, Month: 3, Day: 30},
		{Month: 3, Day: 29}, {Month: 2, Day: 29}, {Year: 1990}, {Year: 1990, Month: 12}, {Year: 2026, Month: 3, Day: 29}, {Year: 1999, Month: 12, Day: 31},
	}
	worldTags      = []string{"vip", "VIP", "trade fair", "Straße"}
	worldCampaigns = []activity.CampaignID{{15: 1}, {15: 2}, {0: 255}}
	worldPurposes  = []consent.Purpose{consent.Marketing, "service"}
)

// worldDays are the dates that are known as a whole.
func worldDays() []contact.Value {
	var list []contact.Value
	for _, d := range worldDates {
		if d.Whole() {
			list = append(list, contact.Day(d))
		}
	}
	return list
}

func (w *world) tags() []string {
	var list []string
	for range w.r.IntN(3) {
		list = append(list, pick(w.r, worldTags))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// data draws data of an activity. One name has values of two types.
func (w *world) data() map[string]contact.Value {
	r := w.r
	if r.IntN(2) == 0 {
		return nil
	}
	data := map[string]contact.Value{}
	for name, values := range map[string][]contact.Value{
		"colour": {contact.Text(pick(r, worldTexts)), contact.Text("red"), contact.Int(7)},
		"score":  {contact.Int(1), contact.Int(-3), contact.Float(0.5), contact.Int(1_000_000_000)},
		"due":    {contact.Time(pick(r, w.instants))},
		"fits":   {contact.Bool(true), contact.Bool(false)},
		"day":    worldDays(),
		"price":  {contact.Amount(money.New(pick(r, worldAmounts), pick(r, worldCurrencies)))},
	} {
		if i := r.IntN(len(values) + 1); i > 0 {
			data[name] = values[i-1]
		}
	}
	return data
}

// drawLedger gives a contact events of consent, some at one instant.
func (w *world) drawLedger(f *segment.Facts) {
	r := w.r
	often := append(slices.Repeat([]consent.Action{consent.Grant, consent.Withdraw, consent.Grant}, 4), words...)
	for range r.IntN(10) {
		e := consent.Event{
			Contact: f.Contact.ID, Purpose: pick(r, worldPurposes), Channel: pick(r, channels[:2]),
			Action: pick(r, often), At: pick(r, w.instants), Wording: "yes",
		}
		if r.IntN(4) == 0 {
			e.Action = pick(r, walls)
			e.Purpose = pick(r, append(worldPurposes, consent.AnyPurpose))
			e.Channel = pick(r, []contact.Channel{channels[0], channels[1], consent.AnyChannel})
		}
		if completed(r, &e); r.IntN(3) > 0 && e.Action.Grants() {
			e.Basis, e.ExpiresAt = consent.Agreed, time.Time{}
		}
		if !e.ExpiresAt.IsZero() {
			if e.ExpiresAt = pick(r, w.instants); !e.ExpiresAt.After(e.At) {
				e.ExpiresAt = e.At.Add(time.Hour)
			}
		}
		if len(f.Consents) > 0 && r.IntN(3) == 0 {
			same := pick(r, f.Consents)
			if e.At = same.At; (e.Cell().Layer == consent.Consents) == (same.Cell().Layer == consent.Consents) {
				e.Purpose, e.Channel = same.Purpose, same.Channel
			}
			if !e.ExpiresAt.IsZero() {
				e.ExpiresAt = e.At.Add(time.Hour)
			}
		}
		for i := range e.ID {
			e.ID[i] = byte(r.Uint32())
		}
		e.RecordedAt = e.At
		f.Consents = append(f.Consents, e)
	}
}

// settleLedgers writes the events in another order than that in which they
// happened.
func (w *world) settleLedgers(k *kit) {
	k.Helper()
	var all []consent.Event
	for _, f := range w.facts {
		all = append(all, f.Consents...)
	}
	w.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for part := range slices.Chunk(all, len(all)/3+1) {
		k.ok(k.store.AppendConsent(k.ctx, part), "writing the ledgers")
	}
}

// other draws a condition that is neither on a field nor on one aggregate.
func (w *world) other() segment.Rule {
	r := w.r
	switch r.IntN(5) {
	case 0:
		return segment.Rule{Has: w.has()}
	case 1:
		return segment.Rule{Ratio: w.ratio()}
	case 2:
		return segment.Rule{Sequence: w.sequence()}
	case 3:
		c := &segment.ConsentCondition{Purpose: pick(r, worldPurposes), Channel: pick(r, channels[:2])}
		c.Is = pick(r, []segment.ConsentIs{segment.ConsentGranted, segment.ConsentGranted, segment.ConsentWithdrawn, segment.ConsentSuppressed, segment.ConsentUnknown})
		if c.Is == segment.ConsentSuppressed {
			c.Purpose = ""
		}
		return segment.Rule{Consent: c}
	}
	share := segment.RandomShare(pick(r, worldTexts), float64(r.IntN(5))/10, 0.5+float64(r.IntN(6))/10)
	return share
}

// has draws a condition on a list of the record.
func (w *world) has() *segment.HasCondition {
	r := w.r
	h := &segment.HasCondition{
		List: pick(r, []segment.List{segment.Emails, segment.Phones, segment.Addresses, segment.Identities, segment.Tags, segment.Hobbies, segment.Memberships, segment.CustomList("interests")}),
		Op:   pick(r, comparisons), Number: r.Int64N(4),
	}
	if r.IntN(4) > 0 {
		where := w.where(2, func() *segment.FieldCondition { return w.elementField(h.List) })
		h.Where = &where
	}
	return h
}

func (w *world) elementField(list segment.List) *segment.FieldCondition {
	name := pick(w.r, segment.ElementFieldNames(list))
	c := &segment.FieldCondition{Name: name}
	texts := worldTexts
	switch {
	case list == segment.Emails:
		texts = []string{"a@example.com", "A@EXAMPLE.com", "b@", ".org"}
	case list == segment.Tags, list == segment.Hobbies, list == segment.Memberships, list == segment.CustomList("interests"):
		texts = worldTags
	case name == "country" || name == "postal_code":
		texts = []string{"DE", "01067", "1067"}
	case name == "source":
		texts = []string{"world", "else"}
	}
	w.textCondition(c, texts)
	c.Folded = c.Folded && name != "country" && name != "postal_code" && name != "number" && name != "source" && name != "key"
	if w.r.IntN(6) == 0 && list == segment.Addresses {
		*c = segment.FieldCondition{Name: "city", Other: "region", Op: pick(w.r, textComparisons)}
	}
	return c
}

var textComparisons = []segment.Op{segment.Equals, segment.StartsWith, segment.EndsWith, segment.Contains, segment.Less, segment.AtLeast}

// textCondition fills in a comparison with texts.
func (w *world) textCondition(c *segment.FieldCondition, texts []string) {
	r := w.r
	c.Op = pick(r, append([]segment.Op{segment.OneOf, segment.Missing, segment.Between}, textComparisons...))
	n := map[segment.Op]int{segment.Missing: 0, segment.Between: 2, segment.OneOf: 1 + r.IntN(3)}
	count, special := n[c.Op]
	if !special {
		count = 1
	}
	for range count {
		t := pick(r, texts)
		if c.Op == segment.StartsWith || c.Op == segment.EndsWith || c.Op == segment.Contains {
			t = w.part(t)
		}
		c.Values = append(c.Values, segment.Literal(contact.Text(t)))
	}
	switch c.Op {
	case segment.Equals, segment.OneOf, segment.StartsWith, segment.EndsWith, segment.Contains:
		c.Folded = r.IntN(3) == 0
	}
}

// where draws conditions on one activity or element.
func (w *world) where(depth int, leaf func() *segment.FieldCondition) segment.Rule {
	n := w.r.IntN(8)
	if depth == 0 {
		n = 7
	}
	list := func() []segment.Rule {
		rules := make([]segment.Rule, w.r.IntN(3))
		for i := range rules {
			rules[i] = w.where(depth-1, leaf)
		}
		return rules
	}
	switch n {
	case 0:
		return segment.All(list()...)
	case 1:
		return segment.Any(list()...)
	case 2:
		return segment.Not(w.where(depth-1, leaf))
	}
	return segment.Rule{Field: leaf()}
}

// eventField draws a condition on an activity or its item.
func (w *world) eventField() *segment.FieldCondition {
	r := w.r
	name := pick(r, append(segment.ActivityFieldNames(), "data.colour", "data.score", "data.due", "data.fits", "data.day", "data.price", "data.none"))
	c := &segment.FieldCondition{Name: name}
	order := []segment.Op{segment.Equals, segment.OneOf, segment.Less, segment.AtMost, segment.Greater, segment.AtLeast}
	one := func(v contact.Value, ops ...segment.Op) {
		c.Op, c.Values = pick(r, ops), []segment.Literal{segment.Literal(v)}
	}
	switch name {
	case "amount", "item.amount", "data.price":
		one(contact.Amount(money.New(pick(r, worldAmounts)+r.Int64N(3)-1, pick(r, worldCurrencies))), order...)
		if name != "data.price" && r.IntN(6) == 0 {
			*c = segment.FieldCondition{Name: "amount", Other: "item.amount", Op: pick(r, comparisons)}
		}
	case "item.quantity":
		one(contact.Float(float64(r.IntN(7))/2), order...)
	case "data.score":
		one(pick(r, []contact.Value{contact.Int(1), contact.Float(0.5), contact.Int(-3)}), order...)
	case "data.due":
		one(contact.Time(pick(r, w.instants)), order...)
		w.timed(c)
	case "data.day":
		one(pick(r, worldDays()), order...)
		w.timed(c)
	case "data.fits":
		one(contact.Bool(r.IntN(2) == 0), segment.Equals)
	case "kind":
		w.textCondition(c, []string{"purchase", "return", "visit"})
	case "channel", "direction", "source":
		w.textCondition(c, []string{"email", "letter", "inbound", "world"})
	case "item.category", "item.sku":
		w.textCondition(c, append(worldCategories, worldSKUs...))
		if r.IntN(6) == 0 {
			*c = segment.FieldCondition{Name: "subject", Other: "item.category", Op: pick(r, textComparisons)}
		}
	default:
		w.textCondition(c, worldTexts)
	}
	c.Folded = false
	return c
}

// timed sometimes makes a condition one on a window or an anniversary.
func (w *world) timed(c *segment.FieldCondition) {
	switch w.r.IntN(4) {
	case 0:
		*c = segment.FieldCondition{Name: c.Name, Op: segment.Within, Window: w.fieldWindow()}
	case 1:
		from := w.r.IntN(60) - 30
		days := segment.DayRange{From: from, To: from + pick(w.r, []int{0, 0, 1, 6, 30, 335})}
		*c = segment.FieldCondition{Name: c.Name, Op: segment.Anniversary, Days: &days}
	}
}

// fieldWindow draws a window that may lie in the future.
func (w *world) fieldWindow() segment.Window {
	r := w.r
	switch r.IntN(4) {
	case 0:
		return segment.Window{Next: &segment.Span{N: 1 + r.IntN(40), Unit: pick(r, []segment.Unit{segment.Hours, segment.Days, segment.Months, segment.Years})}}
	case 1:
		return segment.Window{Calendar: &segment.CalendarUnit{Unit: pick(r, []segment.Unit{segment.Days, segment.Weeks, segment.Months, segment.Years}), Offset: r.IntN(3) - 1}}
	}
	for {
		if window := pick(r, w.windows); !window.IsZero() {
			return window
		}
	}
}

// selection draws which activities a condition is on.
func (w *world) selection() segment.Selection {
	r := w.r
	s := segment.Selection{Kind: pick(r, worldKinds), Window: pick(r, w.windows)}
	if r.IntN(4) == 0 {
		s.Window = segment.Window{}
	}
	if r.IntN(6) == 0 {
		s.Kind = ""
	}
	for range max(0, r.IntN(5)-2) {
		s.Categories = append(s.Categories, pick(r, worldCategories))
	}
	for range max(0, r.IntN(4)-2) {
		s.SKUs = append(s.SKUs, pick(r, worldSKUs))
	}
	for range max(0, r.IntN(6)-3) {
		s.Channels = append(s.Channels, pick(r, channels[:3]))
	}
	for range max(0, r.IntN(8)-5) {
		s.Campaigns = append(s.Campaigns, pick(r, worldCampaigns))
	}
	if r.IntN(5) == 0 {
		s.Direction = pick(r, []activity.Direction{activity.Inbound, activity.Outbound})
	}
	if r.IntN(4) == 0 {
		where := w.where(2, w.eventField)
		s.Where = &where
	}
	return s
}

// ratio draws a ratio that some contact has, or nearly.
func (w *world) ratio() *segment.RatioCondition {
	r := w.r
	measure := func() segment.Measure {
		m := segment.Measure{Selection: w.selection()}
		m.Aggregate = pick(r, []segment.Aggregate{segment.Count, segment.Items, segment.Distinct, segment.Sum, segment.Sum})
		if m.Aggregate == segment.Distinct {
			m.Of = pick(r, worldDistinct)
		} else if m.Aggregate == segment.Sum && r.IntN(3) == 0 {
			m.Of = "item.quantity"
		}
		return m
	}
	c := &segment.RatioCondition{Of: measure(), Per: measure(), Op: pick(r, comparisons)}
	c.Value = segment.Literal(contact.Float(pick(r, []float64{0, 0.001, 0.25, 0.5, 0.999, 1, 1.5, 2, 1000})))
	if c.Of.Aggregate == segment.Sum && c.Of.Of == "" || c.Per.Aggregate == segment.Sum && c.Per.Of == "" {
		c.Currency = pick(r, worldCurrencies)
	}
	return c
}

var worldDistinct = []string{"item.category", "item.sku", "channel", "subject", "kind", "data.colour"}

// sequence draws a sequence within a span that fits somebody, or nearly.
func (w *world) sequence() *segment.SequenceCondition {
	r := w.r
	c := &segment.SequenceCondition{First: w.selection(), Then: w.selection(), Hours: 1 + r.IntN(24*400), Absent: r.IntN(2) == 0}
	c.Then.Window = segment.Window{}
	if f := w.facts[r.IntN(len(w.facts))]; len(f.Activities) > 1 && r.IntN(2) == 0 {
		gap := f.Activities[1].At.Sub(f.Activities[0].At).Abs()
		c.Hours = min(max(1, int(gap/time.Hour)+r.IntN(3)-1), 24*3000)
	}
	return c
}
