package segment

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// tally is what the selected activities of one contact add up to.
type tally struct {
	activities  int64
	items       int64
	texts       map[string]bool // different values, for Distinct
	values      int64           // amounts or numbers seen
	sum         int64
	min, max    int64
	first, last time.Time
}

func collect(t *ActivityTest, list []activity.Activity) tally {
	var sum tally
	for i := range list {
		if a := &list[i]; t.mayBe(a) {
			sum.add(t, a)
		}
	}
	return sum
}

// selects reports whether the activity, with one of its items where items are
// looked at, is selected.
func (t *ActivityTest) selects(a *activity.Activity) bool {
	if !t.mayBe(a) {
		return false
	}
	if !t.Items {
		return t.Where == nil || t.Where.on(subject{activity: a})
	}
	return slices.ContainsFunc(a.Items, func(it activity.Item) bool { return t.selectsItem(a, &it) })
}

// mayBe tests what needs no item.
func (t *ActivityTest) mayBe(a *activity.Activity) bool {
	return (t.Kind == "" || a.Kind == t.Kind) &&
		!a.At.Before(t.From) && a.At.Before(t.To) &&
		(t.Direction == "" || t.Direction == a.Direction) &&
		(len(t.Channels) == 0 || slices.Contains(t.Channels, a.Channel)) &&
		(len(t.Campaigns) == 0 || slices.Contains(t.Campaigns, a.Campaign))
}

func (t *ActivityTest) selectsItem(a *activity.Activity, it *activity.Item) bool {
	return (len(t.Categories) == 0 || slices.Contains(t.Categories, it.Category)) &&
		(len(t.SKUs) == 0 || slices.Contains(t.SKUs, it.SKU)) &&
		(t.Where == nil || t.Where.on(subject{activity: a, item: it}))
}

// add counts an activity, if it is selected.
func (s *tally) add(t *ActivityTest, a *activity.Activity) {
	if !t.Items {
		if t.Where != nil && !t.Where.on(subject{activity: a}) {
			return
		}
		s.measure(t, subject{activity: a})
	} else {
		before := s.items
		for i := range a.Items {
			if it := &a.Items[i]; t.selectsItem(a, it) {
				if s.items++; s.items == before+1 || t.ofItems() {
					s.measure(t, subject{activity: a, item: it})
				}
			}
		}
		if s.items == before {
			return
		}
	}
	if s.activities == 0 || a.At.Before(s.first) {
		s.first = a.At
	}
	if s.activities == 0 || a.At.After(s.last) {
		s.last = a.At
	}
	s.activities++
}

// ofItems reports whether what is aggregated belongs to the items, and not to
// the activity as a whole.
func (t *ActivityTest) ofItems() bool {
	return t.Items && (t.Of == nil || !t.Of.Custom && onItem(t.Of.Name))
}

// measure looks at what is aggregated, in a selected activity or item.
func (s *tally) measure(t *ActivityTest, at subject) {
	if t.Of != nil {
		v, ok := t.Of.read(at)
		switch {
		case !ok || v.Type != t.Of.Type:
		case t.Aggregate == Distinct:
			if s.texts == nil {
				s.texts = map[string]bool{}
			}
			s.texts[v.Text] = true
		case !t.Of.Custom: // pieces are counted, not millionths of them
			s.value(v.Number / contact.NumberScale)
		default:
			s.value(v.Number)
		}
		return
	}
	if t.Currency == "" {
		return
	}
	m := at.activity.Amount
	if at.item != nil {
		m = at.item.Amount
	}
	if m.Currency == t.Currency {
		s.value(m.Amount)
	}
}

func (s *tally) value(amount int64) {
	if s.values == 0 || amount < s.min {
		s.min = amount
	}
	if s.values == 0 || amount > s.max {
		s.max = amount
	}
	s.values++
	s.sum += amount
}

// number gives the aggregate, false when it is missing. Average has none: it is
// compared by multiplying out.
func (t *ActivityTest) number(s *tally) (n int64, ok bool) {
	switch t.Aggregate {
	case Count:
		return s.activities, true
	case Items:
		return s.items, true
	case Distinct:
		return int64(len(s.texts)), true
	case Sum:
		return s.sum, true
	case Min:
		return s.min, s.values > 0
	case Max:
		return s.max, s.values > 0
	case First:
		return s.first.UnixMicro(), s.activities > 0
	case Last:
		return s.last.UnixMicro(), s.activities > 0
	}
	return 0, false
}

func (t *ActivityTest) test(s tally) bool {
	if t.Aggregate == Average {
		return s.values > 0 && holds(compareProduct(s.sum, t.Bound, s.values), t.Op)
	}
	n, ok := t.number(&s)
	return ok && holds(cmp.Compare(n, t.Bound), t.Op)
}

func (t *RatioTest) holds(list []activity.Activity) bool {
	of, per := collect(t.Of, list), collect(t.Per, list)
	x, _ := t.Of.number(&of)
	y, _ := t.Per.number(&per)
	return y > 0 && y <= RatioLimit && x <= RatioLimit && x >= -RatioLimit && holds(cmp.Compare(x*1000, t.Bound*y), t.Op)
}

// compareProduct compares a with b*n, n > 0, without overflow: an average is
// compared by multiplying out.
func compareProduct(a, b, n int64) int {
	if (a < 0) != (b < 0) {
		return cmp.Compare(a, b)
	}
	ua, ub := magnitude(a), magnitude(b)
	hi, lo := bits.Mul64(ub, uint64(n))
	c := -1
	if hi == 0 {
		c = cmp.Compare(ua, lo)
	}
	if a < 0 {
		return -c
	}
	return c
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}
