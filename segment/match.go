package segment

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// Facts is all that a rule looks at in one contact.
type Facts struct {
	Contact contact.Contact
	// Activities in any order.
	Activities []activity.Activity
}

// Match reports whether the contact is selected. It is the specification of
// the rule language: every store must agree with it. It reads only its
// arguments.
func Match(r Resolved, f *Facts) bool { return matchNode(&r.Root, f) }

func matchNode(n *Node, f *Facts) bool {
	switch n.Kind {
	case NodeAll:
		for i := range n.Children {
			if !matchNode(&n.Children[i], f) {
				return false
			}
		}
		return true
	case NodeAny:
		for i := range n.Children {
			if matchNode(&n.Children[i], f) {
				return true
			}
		}
		return false
	case NodeNot:
		return !matchNode(&n.Children[0], f)
	case NodeField:
		return matchField(n.Field, &f.Contact)
	}
	return matchActivity(n.Activity, f.Activities)
}

func fieldName(t *FieldTest) string {
	if t.Custom {
		return CustomPrefix + t.Name
	}
	return t.Name
}

func matchField(t *FieldTest, c *contact.Contact) bool {
	v, ok := readField(c, fieldName(t))
	if t.Op == Missing {
		return !ok
	}
	return ok && slices.ContainsFunc(t.Values, func(w contact.Value) bool { return compareValue(v, t.Op, w) })
}

func compareValue(v contact.Value, op Op, w contact.Value) bool {
	if v.Type != w.Type {
		return false
	}
	switch op {
	case StartsWith:
		return strings.HasPrefix(v.Text, w.Text)
	case Contains:
		return strings.Contains(v.Text, w.Text)
	}
	return holds(order(v, w), op)
}

func order(v, w contact.Value) int {
	switch v.Type {
	case contact.TypeText:
		return cmp.Compare(v.Text, w.Text)
	case contact.TypeNumber:
		return cmp.Compare(v.Number, w.Number)
	case contact.TypeTime:
		return v.Time.Compare(w.Time)
	}
	if v.Bool == w.Bool {
		return 0
	}
	return 1 // truth values are only tested for equality
}

// holds reports whether a comparison with the outcome c satisfies op.
func holds(c int, op Op) bool {
	switch op {
	case Equals, OneOf:
		return c == 0
	case Less:
		return c < 0
	case AtMost:
		return c <= 0
	case Greater:
		return c > 0
	case AtLeast:
		return c >= 0
	}
	return false
}

// tally is what the selected activities of one contact add up to.
type tally struct {
	activities  int64
	values      int64 // amounts seen, in the currency of the test
	sum         int64
	min, max    int64
	first, last time.Time
}

func matchActivity(t *ActivityTest, list []activity.Activity) bool {
	return t.test(collect(t, list))
}

func collect(t *ActivityTest, list []activity.Activity) tally {
	var sum tally
	for i := range list {
		if t.selects(&list[i]) {
			sum.add(t, &list[i])
		}
	}
	return sum
}

func (t *ActivityTest) selects(a *activity.Activity) bool {
	return a.Kind == t.Kind &&
		!a.At.Before(t.From) && a.At.Before(t.To) &&
		(t.Direction == "" || t.Direction == a.Direction) &&
		(len(t.Channels) == 0 || slices.Contains(t.Channels, a.Channel)) &&
		(!t.OnItems() || slices.ContainsFunc(a.Items, t.selectsItem))
}

func (t *ActivityTest) selectsItem(it activity.Item) bool {
	return (len(t.Categories) == 0 || slices.Contains(t.Categories, it.Category)) &&
		(len(t.SKUs) == 0 || slices.Contains(t.SKUs, it.SKU))
}

func (s *tally) add(t *ActivityTest, a *activity.Activity) {
	if s.activities == 0 || a.At.Before(s.first) {
		s.first = a.At
	}
	if s.activities == 0 || a.At.After(s.last) {
		s.last = a.At
	}
	s.activities++
	if t.Currency == "" {
		return
	}
	if !t.OnItems() {
		if a.Amount.Currency == t.Currency {
			s.value(a.Amount.Amount)
		}
		return
	}
	for _, it := range a.Items {
		if it.Amount.Currency == t.Currency && t.selectsItem(it) {
			s.value(it.Amount.Amount)
		}
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

func (t *ActivityTest) test(s tally) bool {
	switch t.Aggregate {
	case Count:
		return holds(cmp.Compare(s.activities, t.Bound), t.Op)
	case Sum:
		return holds(cmp.Compare(s.sum, t.Bound), t.Op)
	case First, Last:
		at := s.first
		if t.Aggregate == Last {
			at = s.last
		}
		return s.activities > 0 && holds(cmp.Compare(at.UnixMicro(), t.Bound), t.Op)
	}
	if s.values == 0 {
		return false
	}
	switch t.Aggregate {
	case Min:
		return holds(cmp.Compare(s.min, t.Bound), t.Op)
	case Max:
		return holds(cmp.Compare(s.max, t.Bound), t.Op)
	}
	return holds(compareProduct(s.sum, t.Bound, s.values), t.Op)
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
