package segment

import (
	"strings"

	"github.com/stammkunde/crm/activity"
)

func (w *words) activity(c *ActivityCondition) string {
	of := name(w.ofActivities.fields, c.Of)
	kind := w.kind(c.Kind)
	switch c.Aggregate {
	case Count:
		return w.count(c.Op, c.Number, kind, w.which(c.Selection))
	case Items:
		return w.count(c.Op, c.Number, w.items, fill(w.ofThe, "{what}", kind.many)+w.which(c.Selection))
	case Distinct:
		return w.count(c.Op, c.Number, w.different.with("{of}", of), fill(w.ofThe, "{what}", kind.many)+w.which(c.Selection))
	}
	op, constant := w.ops[c.Op], "?"
	switch {
	case c.Amount != nil:
		constant = w.money(*c.Amount)
	case c.Value != nil:
		constant = w.value(*c.Value)
	case c.Time != nil:
		constant = w.instant(*c.Time, false)
		if word, ok := w.instants[c.Op]; ok {
			op = word
		}
	}
	return w.measure(c.Measure, "", w.measures, w.measuresOf) + " " + op + " " + constant
}

// count tells how many there are of a noun.
func (w *words) count(op Op, n int64, of noun, which string) string {
	if n == 0 && (op == Equals || op == AtMost) {
		return fill(w.none, "{what}", of.many) + which
	}
	return w.counts[op] + " " + number(n) + " " + oneOrMany(n, of.one, of.many) + which
}

// measure tells what is computed, with the currency where one is given.
func (w *words) measure(m Measure, currency string, plain, of map[Aggregate]string) string {
	pattern := plain[m.Aggregate]
	if m.Of != "" {
		pattern = of[m.Aggregate]
	}
	in := ""
	if currency != "" && m.ofAmounts() {
		in = fill(w.in, "{currency}", currency)
	}
	what := w.kind(m.Kind).many + w.which(m.Selection)
	return fill(pattern, "{in}", in, "{of}", name(w.ofActivities.fields, m.Of), "{what}", what)
}

func (w *words) kind(k activity.Kind) noun {
	if k == "" {
		return w.anyKind
	}
	if n, ok := w.kinds[k]; ok {
		return n
	}
	return w.otherKind.with("{kind}", quote(string(k)))
}

// with fills in a place in all forms.
func (n noun) with(place, text string) noun {
	return noun{
		fill(n.one, place, text), fill(n.many, place, text),
		fill(n.a, place, text), fill(n.after, place, text), fill(n.no, place, text),
	}
}

// which tells what distinguishes the selected activities, for instance " with an
// item in Furniture in the last 12 months".
func (w *words) which(s Selection) string {
	text := ""
	if s.Direction != "" {
		text += w.directions[s.Direction]
	}
	text += anyOf(w, w.by, s.Channels, func(c string) string { return name(w.channels, c) })
	ids := make([]string, len(s.Campaigns))
	for i, id := range s.Campaigns {
		ids[i] = id.String()
	}
	text += anyOf(w, w.campaign, ids, word)
	if len(s.Categories)+len(s.SKUs) > 0 {
		text += w.item
	}
	text += anyOf(w, w.category, s.Categories, word) + anyOf(w, w.sku, s.SKUs, word)
	if s.Where != nil {
		text += fill(w.where, "{rule}", w.rule(*s.Where, w.ofActivities))
	}
	return text + w.window(s.Window)
}

// anyOf joins alternatives behind a word, if there are some.
func anyOf[T ~string](w *words, before string, list []T, show func(string) string) string {
	if len(list) == 0 {
		return ""
	}
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = show(string(s))
	}
	return before + strings.Join(parts, w.alternative)
}

func (w *words) ratio(c *RatioCondition) string {
	of := w.measure(c.Of, c.Currency, w.measures, w.measuresOf)
	per := w.measure(c.Per, c.Currency, w.measures, w.measuresOf)
	return fill(w.quotient, "{of}", of, "{per}", per) + " " + w.ops[c.Op] + " " + w.value(c.Value)
}

func (w *words) sequence(c *SequenceCondition) string {
	then := w.kind(c.Then.Kind).a
	if c.Absent {
		then = w.kind(c.Then.Kind).no
	}
	hours := int64(c.Hours)
	return fill(w.followed,
		"{first}", w.kind(c.First.Kind).after+w.which(c.First), "{then}", then+w.which(c.Then),
		"{n}", number(hours), "{hours}", oneOrMany(hours, w.hour, w.hours))
}

func (w *words) rank(c *RankCondition) string {
	n := number(c.Number)
	if c.Percent != nil {
		n = fill(w.percent, "{n}", w.value(*c.Percent))
	}
	pattern := w.best
	if c.Least {
		pattern = w.least
	}
	return fill(pattern, "{n}", n, "{measure}", w.measure(c.Measure, c.Currency, w.ranks, w.ranksOf))
}

// String gives the condition as an English clause.
func (c FieldCondition) String() string { return english.field(&c, english.ofContacts, english.ops) }

// String gives the condition as an English clause.
func (c ActivityCondition) String() string { return english.activity(&c) }
