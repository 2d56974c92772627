package segment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/textfold"
)

// Facts is all that a rule looks at in one contact.
type Facts struct {
	Contact contact.Contact
	// Activities in any order.
	Activities []activity.Activity
	// Consents is the ledger, in any order.
	Consents []consent.Event
	// Restricted is true when the data of the contact must not be used: then no rule
	// selects it, and neither does the negation of one.
	Restricted bool
}

// Match reports whether the contact is selected. It is the specification of
// the rule language: every store must agree with it. It reads only its
// arguments.
func Match(r Resolved, f *Facts) bool { return !f.Restricted && matchNode(&r.Root, f) }

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
		return n.Field.holds(subject{contact: &f.Contact})
	case NodeHas:
		return n.Has.holds(&f.Contact)
	case NodeActivity:
		return n.Activity.test(collect(n.Activity, f.Activities))
	case NodeRatio:
		return n.Ratio.holds(f.Activities)
	case NodeSequence:
		return n.Sequence.holds(f.Activities)
	case NodeConsent:
		return n.Consent.holds(f.Consents)
	case NodeShare:
		return n.Share.holds(f.Contact.ID)
	}
	return false
}

// on evaluates conditions on an activity or element.
func (n *Node) on(s subject) bool {
	switch n.Kind {
	case NodeAll:
		for i := range n.Children {
			if !n.Children[i].on(s) {
				return false
			}
		}
		return true
	case NodeAny:
		for i := range n.Children {
			if n.Children[i].on(s) {
				return true
			}
		}
		return false
	case NodeNot:
		return !n.Children[0].on(s)
	}
	return n.Field.holds(s)
}

func (t *FieldTest) holds(s subject) bool {
	v, ok := t.read(s)
	switch {
	case t.Op == Missing:
		return !ok
	case !ok:
		return false
	case t.Op == Anniversary:
		return t.anniversary(v)
	}
	if t.Folded {
		v.Text = textfold.Fold(v.Text)
	}
	if t.Other == nil {
		for i := range t.Values {
			if compareValue(&v, t.Op, &t.Values[i]) {
				return true
			}
		}
		return false
	}
	w, ok := t.Other.read(s)
	if t.Folded {
		w.Text = textfold.Fold(w.Text)
	}
	return ok && compareValue(&v, t.Op, &w)
}

func compareValue(v *contact.Value, op Op, w *contact.Value) bool {
	if v.Type != w.Type {
		return false
	}
	switch op {
	case StartsWith:
		return strings.HasPrefix(v.Text, w.Text)
	case EndsWith:
		return strings.HasSuffix(v.Text, w.Text)
	case Contains:
		return strings.Contains(v.Text, w.Text)
	}
	c, comparable := order(v, w)
	return comparable && holds(c, op)
}

// order compares two values of one type, if they can be compared: amounts in
// one currency, dates that are known as a whole.
func order(v, w *contact.Value) (c int, comparable bool) {
	switch v.Type {
	case contact.TypeText:
		return cmp.Compare(v.Text, w.Text), true
	case contact.TypeNumber:
		return cmp.Compare(v.Number, w.Number), true
	case contact.TypeTime:
		return v.Time.Compare(w.Time), true
	case contact.TypeDate:
		return cmp.Compare(v.Date.Number(), w.Date.Number()), v.Date.Whole() && w.Date.Whole()
	case contact.TypeMoney:
		return cmp.Compare(v.Money.Amount, w.Money.Amount), v.Money.Currency == w.Money.Currency
	}
	if v.Bool == w.Bool {
		return 0, true
	}
	return 1, true // truth values are only tested for equality
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

func (t *FieldTest) anniversary(v contact.Value) bool {
	if v.Type != t.Type {
		return false
	}
	at := v.Time.UnixMicro()
	if t.Type == contact.TypeDate {
		if v.Date.Day == 0 {
			return false
		}
		at = v.Date.Number() % 10000
	}
	return slices.ContainsFunc(t.Ranges, func(r Range) bool {
		return r.From <= at && at <= r.To && (t.Type == contact.TypeTime || v.Date.Year < r.Before)
	})
}

func (t *HasTest) holds(c *contact.Contact) bool {
	var n int64
	elementsOf(c, t.List, func(e element) {
		if t.Where.on(subject{contact: c, element: e}) {
			n++
		}
	})
	return holds(cmp.Compare(n, t.Bound), t.Op)
}

func (t *SequenceTest) holds(list []activity.Activity) bool {
	return slices.ContainsFunc(list, func(a activity.Activity) bool {
		if !t.First.selects(&a) || t.Absent && a.At.Add(t.Span).After(t.Now) {
			return false
		}
		followed := slices.ContainsFunc(list, func(b activity.Activity) bool {
			return b.At.After(a.At) && !b.At.After(a.At.Add(t.Span)) && t.Then.selects(&b)
		})
		return followed != t.Absent
	})
}

func (t *ConsentTest) holds(ledger []consent.Event) bool {
	states := map[consent.Cell]consent.State{}
	for _, e := range ledger {
		key := e.Cell()
		if old, known := states[key]; !e.At.After(t.Now) && (!known || consent.Supersedes(e, old)) {
			states[key] = consent.StateOf(e)
		}
	}
	state, known := states[consent.Cell{Purpose: t.Purpose, Channel: t.Channel}]
	switch t.Is {
	case ConsentGranted:
		return state.InForce(t.Now) && !blocked(states, t.Purpose, t.Channel)
	case ConsentWithdrawn:
		return state.Action.Refuses()
	case ConsentSuppressed:
		return blocked(states, consent.AnyPurpose, t.Channel)
	}
	return !known
}

// blocked reports whether something blocks the channel for the purpose.
func blocked(states map[consent.Cell]consent.State, p consent.Purpose, ch contact.Channel) bool {
	for c, s := range states {
		if s.Action.Blocks() && c.Blocks(p, ch) {
			return true
		}
	}
	return false
}
