package segment

import (
	"strings"

	"github.com/stammkunde/crm/contact"
)

// field tells a condition on a field with the given operators.
func (w *words) field(c *FieldCondition, s subjectWords, ops map[Op]string) string {
	text := name(s.fields, c.Name) + " " + w.op(c, ops)
	switch {
	case c.Other != "":
		text += " " + name(s.fields, c.Other)
	case c.Op == Within:
		text += w.fieldWindow(c.Window)
	case c.Op == Anniversary && c.Days != nil:
		text += w.anniversary(*c.Days)
	case len(c.Values) > 0:
		text += " " + w.values(c)
	}
	if c.Folded {
		text += w.folded
	}
	return text
}

// op gives the operator, that for instants where the constants are some.
func (w *words) op(c *FieldCondition, ops map[Op]string) string {
	if len(c.Values) > 0 && isDay(c.Values[0].Type) {
		if word, ok := w.instants[c.Op]; ok {
			return word
		}
	}
	return ops[c.Op]
}

func isDay(t contact.Type) bool { return t == contact.TypeTime || t == contact.TypeDate }

func (w *words) values(c *FieldCondition) string {
	parts := make([]string, len(c.Values))
	for i, v := range c.Values {
		parts[i] = w.value(v)
	}
	if c.Op == Between {
		return strings.Join(parts, w.between)
	}
	return strings.Join(parts, w.list)
}

func (w *words) anniversary(d DayRange) string {
	from, to := w.fromToday(d.From), w.fromToday(d.To)
	if d.From == d.To {
		return fill(w.onDay, "{from}", from)
	}
	return fill(w.onDays, "{from}", from, "{to}", to)
}

// fromToday tells a day by its distance.
func (w *words) fromToday(n int) string {
	pattern := w.ahead
	switch {
	case n == 0:
		return w.today
	case n < 0:
		pattern, n = w.back, -n
	}
	return fill(pattern, "{n}", number(int64(n)), "{days}", oneOrMany(int64(n), w.day, w.days))
}

func oneOrMany(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// fieldWindow tells the window in which a value lies.
func (w *words) fieldWindow(window Window) string {
	if window.From != nil && window.To == nil {
		return fill(w.fieldSince, "{from}", w.instant(*window.From, false))
	}
	return w.window(window)
}
