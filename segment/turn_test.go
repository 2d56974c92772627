package segment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// facts makes a contact with a few things that happened around the new year of
// 2024, in summer, and when clocks changed.
func (r random) facts() segment.Facts {
	f := segment.Facts{Contact: contact.Contact{CreatedAt: r.moment(), Custom: map[string]contact.Value{}}}
	if r.IntN(3) > 0 {
		f.Contact.Born = pick(r, r.date(), contact.Date{Month: 2, Day: 29}, contact.Date{Month: 12, Day: 30}, contact.Date{Year: 1990},
			contact.Date{Year: 2000, Month: 2, Day: 28}, contact.Date{Year: 2096, Month: 2, Day: 29})
	}
	for name, typ := range map[string]contact.Type{"since": contact.TypeTime, "day": contact.TypeDate} {
		if r.IntN(2) == 0 {
			f.Contact.Custom[name] = r.due(typ)
		}
	}
	for range r.IntN(4) {
		a := activity.Activity{Kind: pick(r, activity.Purchase, activity.Purchase, activity.Return, "visit"), At: r.moment(),
			Channel: pick[contact.Channel](r, "", "email", "phone")}
		a.Items = some(r, 2, item("F", "1", 1), item("G", "2", 2), item("F", "2", 100))
		for _, it := range a.Items {
			a.Amount = eur(a.Amount.Amount + it.Amount.Amount)
		}
		a.Data = map[string]contact.Value{"due": r.due(pick(r, contact.TypeTime, contact.TypeDate, contact.TypeText)), "x": contact.Int(1)}
		f.Activities = append(f.Activities, a)
	}
	for range r.IntN(4) {
		e := consent.Event{Channel: pick[contact.Channel](r, "email", "letter"), Purpose: pick[consent.Purpose](r, "marketing", "marketing", "")}
		e.At, e.Action = r.moment(), pick(r, consent.Grant, consent.Grant, consent.Confirm, consent.Withdraw, consent.Object)
		if e.Purpose == "" {
			e.Action = pick(r, consent.Suppress, consent.Release)
		}
		if e.Action.Grants() && r.IntN(2) == 0 {
			e.ExpiresAt = e.At.Add(time.Duration(1+r.IntN(40*24)) * time.Hour)
		}
		f.Consents = append(f.Consents, e)
	}
	return f
}

func (r random) due(typ contact.Type) contact.Value {
	switch typ {
	case contact.TypeTime:
		return contact.Time(r.moment())
	case contact.TypeDate:
		return contact.Day(r.date())
	}
	return contact.Text("a")
}

// moment is an instant at which something happens.
func (r random) moment() time.Time {
	base := pick(r, "2024-03-31 01:59:59.999999", "2024-03-31 03:00:00", "2023-10-29 01:30:00", "2023-10-29 03:30:00", "2024-02-29 12:00:00",
		"2023-12-31 23:59:59.999999", "2024-01-01 00:00:00", "2023-08-31 02:30:00", "2023-03-30 02:30:00", "2020-02-29 00:00:00")
	t := at(base)
	if r.IntN(40) == 0 {
		return t.AddDate(pick(r, 8, 40, 80), 0, 0)
	}
	if r.IntN(3) == 0 {
		t = t.Add(time.Duration(r.Int64N(int64(90 * 24 * time.Hour)))).Truncate(time.Microsecond)
	}
	return t
}

// timely makes a rule whose answer time alone can change.
func (r random) timely() segment.Rule {
	dates := []randomField{{"born", contact.TypeDate, false}, {"created_at", contact.TypeTime, false}, {"custom.since", contact.TypeTime, false}, {"custom.day", contact.TypeDate, false}}
	switch r.IntN(10) {
	case 0, 1:
		return r.day(segment.Field(pick(r, dates...).name))
	case 2:
		return r.field([]randomField{{"age", "age", true}})
	case 3, 4:
		s := segment.Selection{Kind: pick[activity.Kind](r, "", activity.Purchase), Window: r.window(false)}
		if r.IntN(3) == 0 {
			where := r.day(segment.Field("data.due"))
			s.Where = &where
		}
		m := segment.Measure{Selection: s, Aggregate: pick(r, segment.Count, segment.Items)}
		return segment.Rule{Activity: &segment.ActivityCondition{Measure: m, Op: r.comparison(), Number: int64(r.IntN(3))}}
	case 5:
		return segment.Rule{Sequence: &segment.SequenceCondition{First: segment.Selection{Window: r.window(false)}, Hours: 1 + r.IntN(2000),
			Then: segment.Selection{Kind: pick(r, "", activity.Purchase)}, Absent: r.IntN(2) == 0}}
	case 6:
		return segment.Rule{Consent: r.consent()}
	case 7:
		return segment.Rule{Activity: r.activity()}
	case 8:
		return segment.Rule{Ratio: r.ratio()}
	}
	return r.combine(r.timely)
}

// TestNextChange_is_the_first_change steps over the instants at which the
// answer of random rules changes, and looks at many instants in between.
func TestNextChange_is_the_first_change(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{berlin, mustLoad("America/Havana"), mustLoad("Australia/Lord_Howe"), time.UTC}
	for seed := range uint64(600) {
		r := newRandom(100 + seed)
		rule, f, zone := r.timely(), r.facts(), zones[seed%4]
		if err := segment.Check(rule, declared); err != nil {
			t.Fatalf("%v\n%s", err, asJSON(t, rule))
		}
		now := r.moment().Add(time.Duration(r.IntN(3)-1) * time.Microsecond)
		for range 4 {
			next := segment.NextChange(rule, &f, now, zone)
			if why := r.firstChange(rule, &f, now, next, zone); why != "" {
				t.Fatalf("seed %d: %s\nnow  %v\nnext %v\n%s\n%s", seed, why, now.In(zone), next.In(zone), rule, asJSON(t, rule)+"\n"+told(&f, zone))
			}
			if next.IsZero() {
				break
			}
			now = next
		}
	}
}

// firstChange tells what is wrong with next.
func (r random) firstChange(rule segment.Rule, f *segment.Facts, now, next time.Time, zone *time.Location) string {
	match := func(t time.Time) bool { return segment.Match(segment.Resolve(rule, t, zone), f) }
	present, end := match(now), next
	if next.IsZero() {
		end = now.AddDate(12, 0, 0)
	} else {
		switch {
		case !next.After(now):
			return "it is not later"
		case match(next) == present:
			return "nothing changes"
		case match(next.Add(-time.Microsecond)) != present:
			return "it has changed before"
		}
	}
	for range 120 {
		if t := r.between(now, end, f, zone); t.After(now) && t.Before(end) && match(t) != present {
			return fmt.Sprintf("it changes by %v", t.In(zone))
		}
	}
	return ""
}

// between picks an instant that may lie between two: any, a midnight, or one at
// a round distance from something that happened.
func (r random) between(from, to time.Time, f *segment.Facts, zone *time.Location) time.Time {
	jitter := time.Duration(pick(r, -1, 0, 0, 1)) * time.Microsecond
	if r.IntN(2) == 0 { // sooner
		to = from.Add(to.Sub(from) >> r.IntN(20))
	}
	switch r.IntN(3) {
	case 0:
		return from.Add(time.Duration(r.Int64N(int64(to.Sub(from)) + 1))).Truncate(time.Microsecond)
	case 1:
		y, m, d := from.Add(time.Duration(r.Int64N(int64(to.Sub(from)) + 1))).In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, zone).Add(jitter)
	}
	base := f.Contact.CreatedAt
	if n := len(f.Activities); n > 0 && r.IntN(3) > 0 {
		base = f.Activities[r.IntN(n)].At
	}
	base = base.In(zone).AddDate(pick(r, 0, 0, 1, 3), pick(r, 0, 1, 2, 3, 6, 12), pick(r, 0, 1, 2, 7, 14))
	return base.Add(jitter + time.Duration(pick(r, 0, 0, -1, 1, 12))*time.Hour)
}

// told shows what matters in the facts.
func told(f *segment.Facts, zone *time.Location) string {
	var b strings.Builder
	fmt.Fprintln(&b, "born", f.Contact.Born, "created", f.Contact.CreatedAt.In(zone), "custom", f.Contact.Custom)
	for _, a := range f.Activities {
		fmt.Fprintln(&b, a.Kind, a.At.In(zone), a.Data, len(a.Items))
	}
	for _, e := range f.Consents {
		fmt.Fprintln(&b, e.Purpose, e.Channel, e.Action, e.At.In(zone), e.ExpiresAt.In(zone))
	}
	return b.String()
}

// TestNextChange_by_example names the instants for values, deadlines and
// consents.
func TestNextChange_by_example(t *testing.T) {
	t.Parallel()
	buy := bought("2024-03-01 12:00:00", item("F", "1", 5))
	due := with(buy, "due", contact.Time(at("2024-06-10 12:00:00")))
	grant := consent.Event{Purpose: "marketing", Channel: "email", Action: consent.Grant, At: at("2024-03-05 12:00:00")}
	lent := grant
	lent.ExpiresAt = at("2024-04-05 12:00:00")
	bornField, day := segment.Field("born"), segment.Field("custom.day")
	calls := segment.Activities(activity.Call)
	for _, c := range []struct {
		name, now string
		rule      segment.Rule
		facts     segment.Facts
		want      string // "" means never
	}{
		{"a datum comes near", "2024-05-01 00:00:00", segment.Purchases().Where(segment.Field("data.due").InNext(7, segment.Days)).AtLeast(1), history(due), "2024-06-03 12:00:00.000001"},
		{"and passes", "2024-06-04 00:00:00", segment.Purchases().Where(segment.Field("data.due").InNext(7, segment.Days)).AtLeast(1), history(due), "2024-06-10 12:00:00.000001"},
		{"grown up", "2024-03-01 00:00:00", segment.Field("age").AtLeast(18), born(2006, 5, 17), "2024-05-17 00:00:00"},
		{"no more changes", "2024-05-17 00:00:00", segment.Field("age").AtLeast(18), born(2006, 5, 17), ""},
		{"29 February in an ordinary year", "2024-03-01 00:00:00", bornField.Anniversary(0, 0), born(2000, 2, 29), "2025-02-28 00:00:00"},
		{"29 February in a leap year", "2027-12-01 00:00:00", bornField.Anniversary(0, 0), born(2000, 2, 29), "2028-02-29 00:00:00"},
		{"the first anniversary of a day far ahead", "2024-03-01 00:00:00", day.Anniversary(0, 0), onDay(2040, 5, 17), "2041-05-17 00:00:00"},
		{"the day of a range that begins", "2024-03-01 00:00:00", bornField.AnniversaryInNext(7), born(1990, 5, 17), "2024-05-11 00:00:00"},
		{"the range is over", "2024-05-11 00:00:00", bornField.AnniversaryInNext(7), born(1990, 5, 17), "2024-05-18 00:00:00"},
		{"the hours are over", "2024-03-01 13:00:00", segment.Purchases().ThenNone(calls, 24), history(buy), "2024-03-02 12:00:00"},
		{"a consent ends", "2024-03-10 13:00:00", segment.Consented("marketing", "email"), segment.Facts{Consents: []consent.Event{lent}}, "2024-04-05 12:00:00"},
		{"a consent begins", "2024-03-01 13:00:00", segment.Consented("marketing", "email"), segment.Facts{Consents: []consent.Event{grant}}, "2024-03-05 12:00:00"},
		{"a share never changes", "2024-03-01 13:00:00", segment.RandomShare("a", 0, 0.5), segment.Facts{}, ""},
	} {
		want := time.Time{}
		if c.want != "" {
			want = at(c.want)
		}
		if got := segment.NextChange(c.rule, &c.facts, at(c.now), berlin); !got.Equal(want) {
			t.Errorf("%s: %s: got %v, want %s", c.name, c.rule, got.In(berlin), c.want)
		}
	}
}
