package segment

import (
	"fmt"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// seen says what a condition at the end of a rule saw in the contact.
func seen(r Rule, n *Node, f *Facts, zone *time.Location) string {
	switch {
	case r.Field != nil:
		return seenField(*r.Field, f, zone)
	case r.Has != nil:
		return seenElements(n.Has, &f.Contact)
	case r.Activity != nil:
		return seenActivity(n.Activity, f, zone)
	case r.Ratio != nil:
		return seenActivity(n.Ratio.Of, f, zone) + " per " + seenActivity(n.Ratio.Per, f, zone)
	case r.Sequence != nil:
		return seenActivity(n.Sequence.First, f, zone) + "; then " + seenActivity(n.Sequence.Then, f, zone)
	case r.Consent != nil:
		return seenConsent(n.Consent, f)
	case r.Share != nil:
		return fmt.Sprintf("at %.6f", float64(n.Share.place(f.Contact.ID))/places)
	}
	return ""
}

func seenField(c FieldCondition, f *Facts, zone *time.Location) string {
	text := seenValue(c.Name, f, zone)
	if c.Other != "" {
		text += " and " + seenValue(c.Other, f, zone)
	}
	return text
}

func seenValue(name string, f *Facts, zone *time.Location) string {
	before := ""
	if name == age {
		name, before = "born", "born "
	}
	v, ok := newTest(name, recordScope, "").read(subject{contact: &f.Contact})
	switch {
	case !ok:
		return "missing"
	case v.Type == contact.TypeTime:
		return formatTime(v.Time.In(zone))
	}
	return before + english.value(Literal(v))
}
func seenElements(t *HasTest, c *contact.Contact) string {
	all, held := 0, 0
	elementsOf(c, t.List, func(e element) {
		all++
		if t.Where.on(subject{contact: c, element: e}) {
			held++
		}
	})
	return fmt.Sprintf("%d of %d", held, all)
}

// seenActivity tells the count, and what the test is about.
func seenActivity(t *ActivityTest, f *Facts, zone *time.Location) string {
	s := collect(t, f.Activities)
	if s.activities == 0 {
		return "none"
	}
	switch t.Aggregate {
	case Items:
		return fmt.Sprintf("%d in %d", s.items, s.activities)
	case Distinct:
		return fmt.Sprintf("%d in %d", len(s.texts), s.activities)
	case First:
		return fmt.Sprintf("%d, first on %s", s.activities, formatTime(s.first.In(zone)))
	case Sum, Min, Max, Average:
		return seenAmount(t, &s)
	}
	return fmt.Sprintf("%d, last on %s", s.activities, formatTime(s.last.In(zone)))
}

func seenAmount(t *ActivityTest, s *tally) string {
	if s.values == 0 {
		return strings.TrimSpace("no amount in " + t.Currency)
	}
	n := map[Aggregate]int64{Sum: s.sum, Min: s.min, Max: s.max, Average: s.sum / s.values}[t.Aggregate]
	switch {
	case t.Of == nil:
		return money.New(n, t.Currency).String()
	case t.Of.Custom:
		return formatNumber(n)
	}
	return fmt.Sprint(n)
}

func seenConsent(t *ConsentTest, f *Facts) string {
	for _, is := range []ConsentIs{ConsentSuppressed, ConsentGranted, ConsentWithdrawn, ConsentUnknown} {
		as := *t
		if as.Is = is; as.holds(f.Consents) {
			return string(is)
		}
	}
	return "unknown"
}
