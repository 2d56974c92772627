package segment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// shelf is a store of a few facts and segments, which only reads.
type shelf struct {
	segment.Stores
	facts []segment.Facts
	saved map[string]segment.Rule
}

func (shelf) Restricted(context.Context, []contact.ID) ([]contact.ID, error) { return nil, nil }

func (s shelf) ListContacts(_ context.Context, after contact.ID, limit int) ([]contact.Contact, error) {
	var list []contact.Contact
	for _, f := range s.facts {
		if f.Contact.ID.Compare(after) > 0 && len(list) < limit {
			list = append(list, f.Contact)
		}
	}
	return list, nil
}

func (s shelf) ActivitiesOf(context.Context, []contact.ID) ([]activity.Activity, error) {
	var list []activity.Activity
	for _, f := range s.facts {
		list = append(list, f.Activities...)
	}
	return list, nil
}

func (s shelf) SegmentByName(_ context.Context, name string) (segment.Segment, error) {
	r, ok := s.saved[name]
	if !ok {
		return segment.Segment{}, errs.NotFound("test", "segment")
	}
	return segment.Segment{Name: name, Rule: r}, nil
}

// members binds the rule and gives the numbers of those that it selects.
func (s shelf) members(t *testing.T, r segment.Rule, now string) string {
	t.Helper()
	if err := segment.Check(r, declared); err != nil {
		t.Fatal(err)
	}
	bound, err := segment.Bind(t.Context(), s, r, at(now), berlin)
	if err != nil {
		t.Fatal(err)
	}
	in := ""
	for i := range s.facts {
		in += map[bool]string{true: fmt.Sprint(i + 1)}[segment.Match(segment.Resolve(bound, at(now), berlin), &s.facts[i])]
	}
	return in
}

// spent is a shelf of contacts who bought for so many cents each, in EUR; none
// means no purchase.
func spent(cents ...[]int64) shelf {
	s := shelf{saved: map[string]segment.Rule{}}
	for i, list := range cents {
		f := segment.Facts{Contact: contact.Contact{ID: contact.ID{15: byte(i + 1)}}}
		for _, n := range list {
			a := bought("2024-03-01 12:00:00", item("F", "1", n))
			a.Contact = f.Contact.ID
			f.Activities = append(f.Activities, a)
		}
		s.facts = append(s.facts, f)
	}
	return s
}

func TestBind_rank(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	p := segment.Purchases()
	s := spent([]int64{500}, []int64{300, 200}, []int64{900}, nil, []int64{100}, []int64{-100, 100})
	s.facts[3].Activities = []activity.Activity{bought("2024-03-01 12:00:00", activity.Item{SKU: "1", Quantity: 1, Amount: money.New(9900, "USD")})}
	s.facts[3].Activities[0].Contact = s.facts[3].Contact.ID
	rank := func(agg segment.Aggregate, n int64, least bool) segment.Rule {
		r := segment.RankCondition{Measure: segment.Measure{Selection: segment.Selection{Kind: activity.Purchase}, Aggregate: agg}, Number: n, Least: least}
		if agg != segment.Count {
			r.Currency = "EUR"
		}
		return segment.Rule{Rank: &r}
	}
	for _, c := range []struct {
		name string
		rule segment.Rule
		want string
	}{
		{"the greatest", rank(segment.Sum, 1, false), "3"},
		{"the same value as the last one", rank(segment.Sum, 2, false), "123"},
		{"ties fill the places", rank(segment.Sum, 3, false), "123"},
		{"the least has a value of 0", rank(segment.Sum, 1, true), "6"},
		{"without an amount there is no value", rank(segment.Sum, 100, true), "12356"},
		{"a fifth of five", p.TopPercent(20, "EUR"), "3"},
		{"a little more is rounded up", p.TopPercent(20.000001, "EUR"), "123"},
		{"all", p.TopPercent(100, "EUR"), "12356"},
		{"in another currency", p.TopPercent(1, "USD"), "4"},
		{"in one that nobody has", p.TopPercent(100, "JPY"), ""},
		{"by count", rank(segment.Count, 1, false), "26"},
		{"without an activity there is no count", segment.Activities("visit").TopPercentByCount(100), ""},
		{"by the smallest amount", rank(segment.Min, 1, true), "6"},
		{"by the largest amount", rank(segment.Max, 2, false), "13"},
		{"not in the rank includes those without a value", segment.Not(p.TopPercent(100, "EUR")), "4"},
		{"before anything happened", segment.All(p.Between(at("2024-01-01 00:00:00"), at("2024-02-01 00:00:00")).TopPercent(100, "EUR")), ""},
	} {
		if got := s.members(t, c.rule, now); got != c.want {
			t.Errorf("%s: %s selects %s, want %s", c.name, c.rule, got, c.want)
		}
	}
}

func TestBind_segments(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	s := spent([]int64{500}, nil)
	s.saved["buyers"] = segment.Purchases().AtLeast(1)
	s.saved["others"] = segment.Not(segment.InSegment("buyers"))
	s.saved["a"], s.saved["b"] = segment.All(segment.InSegment("b")), segment.Any(segment.InSegment("a"))
	if got := s.members(t, segment.InSegment("others"), now); got != "2" {
		t.Errorf("the segment in a segment selects %s", got)
	}
	if got := s.members(t, segment.All(segment.InSegment("buyers"), segment.InSegment("buyers")), now); got != "1" {
		t.Errorf("the same segment twice selects %s", got)
	}
	for name, want := range map[string]string{"a": "a > b > a", "nobody": "not the name"} {
		_, err := segment.Bind(t.Context(), s, segment.InSegment(name), at(now), berlin)
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unbound := segment.Resolve(segment.InSegment("buyers"), at(now), berlin)
	if segment.Match(unbound, &s.facts[0]) {
		t.Error("an unbound segment selects somebody")
	}
}
