package segment

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// String gives the rule as an English sentence that a person can read.
func (r Rule) String() string {
	switch {
	case r.All != nil:
		return joinRules(r.All, " and ", "everyone")
	case r.Any != nil:
		return joinRules(r.Any, " or ", "no one")
	case r.Not != nil:
		return "not (" + r.Not.String() + ")"
	case r.Field != nil:
		return r.Field.String()
	case r.Activity != nil:
		return r.Activity.String()
	}
	return "nothing"
}

func joinRules(rules []Rule, word, empty string) string {
	if len(rules) == 0 {
		return empty
	}
	parts := make([]string, len(rules))
	for i, r := range rules {
		parts[i] = r.String()
		if len(rules) > 1 && (len(r.All) > 1 || len(r.Any) > 1) {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

var opWords = map[Op]string{
	Equals: "is", OneOf: "is one of", Less: "is less than", AtMost: "is at most",
	Greater: "is greater than", AtLeast: "is at least", StartsWith: "starts with", Contains: "contains",
	Missing: "is missing", EndsWith: "ends with", Between: "is between", Within: "is", Anniversary: "has an anniversary",
}

// String gives the condition as an English clause.
func (c FieldCondition) String() string {
	s := c.Name + " " + opWords[c.Op]
	for i, v := range c.Values {
		if i > 0 {
			s += ","
		}
		s += " " + formatValue(contact.Value(v))
	}
	return s
}

func formatValue(v contact.Value) string {
	switch v.Type {
	case contact.TypeText:
		return strconv.Quote(v.Text)
	case contact.TypeNumber:
		return formatNumber(v.Number)
	case contact.TypeBool:
		return strconv.FormatBool(v.Bool)
	case contact.TypeTime:
		return formatTime(v.Time)
	}
	return "?"
}

// formatTime leaves out a time of day that is midnight in the time's zone.
func formatTime(t time.Time) string {
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04:05 MST")
}

// kindWords gives singular and plural of what is counted.
var kindWords = map[activity.Kind][2]string{
	activity.Purchase:       {"purchase", "purchases"},
	activity.Return:         {"return", "returns"},
	activity.Letter:         {"letter", "letters"},
	activity.Call:           {"call", "calls"},
	activity.Email:          {"e-mail", "e-mails"},
	activity.Complaint:      {"complaint", "complaints"},
	activity.ServiceRequest: {"service request", "service requests"},
	activity.Charge:         {"charge", "charges"},
	activity.Refund:         {"refund", "refunds"},
}

func kindWord(k activity.Kind, n int64) string {
	words, ok := kindWords[k]
	switch {
	case !ok:
		return strconv.Quote(string(k)) + " activities"
	case n == 1:
		return words[0]
	}
	return words[1]
}

// String gives the condition as an English clause.
func (c ActivityCondition) String() string {
	switch c.Aggregate {
	case Count:
		return c.countSentence()
	case First, Last:
		when := "?"
		if c.Time != nil {
			when = formatTime(*c.Time)
		}
		return fmt.Sprintf("the %s of the %s %s %s", c.Aggregate, c.selection(2), opWords[c.Op], when)
	}
	words := map[Aggregate]string{Sum: "total", Average: "average amount", Min: "smallest amount", Max: "largest amount"}
	amount := "?"
	if c.Amount != nil {
		amount = c.Amount.String()
	}
	return fmt.Sprintf("the %s of the %s %s %s", words[c.Aggregate], c.selection(2), opWords[c.Op], amount)
}

func (c ActivityCondition) countSentence() string {
	if c.Number == 0 && (c.Op == Equals || c.Op == AtMost) {
		return "no " + c.selection(2)
	}
	words := map[Op]string{Equals: "exactly", Less: "fewer than", AtMost: "at most", Greater: "more than", AtLeast: "at least"}
	return fmt.Sprintf("%s %d %s", words[c.Op], c.Number, c.selection(c.Number))
}

// selection describes the selected activities, for instance "purchases with an
// item in Furniture in the last 12 months".
func (c ActivityCondition) selection(n int64) string {
	s := kindWord(c.Kind, n)
	if c.Direction != "" {
		s += " (" + string(c.Direction) + ")"
	}
	if len(c.Channels) > 0 {
		names := make([]string, len(c.Channels))
		for i, ch := range c.Channels {
			names[i] = string(ch)
		}
		s += " by " + strings.Join(names, " or ")
	}
	if len(c.Categories) > 0 {
		s += " with an item in " + strings.Join(c.Categories, " or ")
	}
	if len(c.SKUs) > 0 {
		if len(c.Categories) == 0 {
			s += " with an item"
		}
		s += " of SKU " + strings.Join(c.SKUs, " or ")
	}
	return s + c.Window.String()
}

// String gives the window as an English phrase with a leading space, nothing
// for ever.
func (w Window) String() string {
	switch {
	case w.Last != nil && w.Last.N == 1:
		return " in the last " + strings.TrimSuffix(string(w.Last.Unit), "s")
	case w.Last != nil:
		return fmt.Sprintf(" in the last %d %s", w.Last.N, w.Last.Unit)
	case w.Calendar != nil:
		return w.Calendar.phrase()
	case w.From != nil && w.To != nil:
		return " from " + formatTime(*w.From) + " until before " + formatTime(*w.To)
	case w.From != nil:
		return " since " + formatTime(*w.From)
	case w.To != nil:
		return " before " + formatTime(*w.To)
	}
	return ""
}

func (c CalendarUnit) phrase() string {
	unit := strings.TrimSuffix(string(c.Unit), "s")
	switch c.Offset {
	case 0:
		return " in this " + unit
	case -1:
		return " in the previous " + unit
	}
	return fmt.Sprintf(" in the %s %d %s ago", unit, -c.Offset, c.Unit)
}
