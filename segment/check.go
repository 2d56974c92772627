package segment

import (
	"fmt"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// Limits of a rule. Rules may come from users, so their cost is bounded before
// a store sees them.
const (
	MaxDepth  = 16
	MaxNodes  = 256
	MaxValues = 1000 // in one list
	// MaxConstants bounds the constants of all conditions together.
	MaxConstants = 10_000

	// maxMistakes is how many are told before the check stops.
	maxMistakes = 100

	maxHours  = 10 * 366 * 24
	maxDays   = 366
	maxAge    = 200
	maxText   = 4000
	maxSpan   = 10_000
	maxNumber = 1_000_000_000
	maxSum    = 1_000_000_000_000_000
	maxAmount = 1_000_000_000_000
	maxDatum  = 1_000_000_000 * contact.NumberScale
)

// Check tells whether the rule makes sense for records with the given custom
// fields. It returns errs.ErrInvalid with every mistake and its path inside
// the rule, or, where there are many, with the first hundred or so. Whether the
// segments exist that it names is told when it is used.
func Check(r Rule, custom map[string]contact.Type) error {
	var f errs.Fields
	checkRule(&f, r, custom, nil)
	return f.Err("segment.Check")
}

func ruleSyntax(cause error) error {
	return &errs.Error{Op: "segment.ParseRule", Kind: errs.ErrInvalid, Cause: cause,
		Fields: []errs.Field{{Path: "rule", Code: "syntax", Message: "is not the JSON of a rule"}}}
}

func checkRule(f *errs.Fields, r Rule, custom map[string]contact.Type, sealing *contact.Sealing) {
	c := checker{custom: custom, sealing: sealing, whole: f.At("rule")}
	c.rule(c.whole, r, 1, c.top)
}

type checker struct {
	custom    map[string]contact.Type
	sealing   *contact.Sealing
	whole     *errs.Fields // the place of the rule as a whole
	nodes     int
	constants int
}

// count adds constants of a condition, and returns false where the rule has
// more than it may. Then they are not looked at, nor is what follows.
func (c *checker) count(n int) bool {
	before := c.constants
	if c.constants += n; c.constants <= MaxConstants {
		return true
	}
	if before <= MaxConstants {
		c.whole.Add("", "too_many", fmt.Sprintf("must have at most %d constants in all", MaxConstants))
	}
	return false
}

// full reports whether the check has seen enough.
func (c *checker) full(f *errs.Fields) bool {
	return c.nodes > MaxNodes || c.constants > MaxConstants || f.Len() >= maxMistakes
}

// rule checks the shape of a rule; leaf checks what stands at its ends, and
// counts the members that it knows.
func (c *checker) rule(f *errs.Fields, r Rule, depth int, leaf func(*errs.Fields, Rule) int) {
	if c.nodes++; c.nodes > MaxNodes {
		if c.nodes == MaxNodes+1 {
			f.Add("", "too_large", fmt.Sprintf("must have at most %d conditions", MaxNodes))
		}
		return
	}
	if depth > MaxDepth {
		f.Add("", "too_deep", fmt.Sprintf("must be nested at most %d deep", MaxDepth))
		return
	}
	set := leaf(f, r)
	if r.All != nil {
		set++
		c.list(f.At("all"), r.All, depth, leaf)
	}
	if r.Any != nil {
		set++
		c.list(f.At("any"), r.Any, depth, leaf)
	}
	if r.Not != nil {
		set++
		c.rule(f.At("not"), *r.Not, depth+1, leaf)
	}
	if set != 1 {
		f.Add("", "shape", "must be exactly one condition, or one of all, any and not")
	}
}

func (c *checker) list(f *errs.Fields, rules []Rule, depth int, leaf func(*errs.Fields, Rule) int) {
	for i, r := range rules {
		if c.full(f) {
			return
		}
		c.rule(f.At(fmt.Sprintf("[%d]", i)), r, depth+1, leaf)
	}
}

// top checks a condition on a contact and returns how many there are.
func (c *checker) top(f *errs.Fields, r Rule) int {
	set := 0
	when := func(present bool, f func()) {
		if present {
			set++
			f()
		}
	}
	when(r.Field != nil, func() { c.field(f.At("field"), *r.Field, recordScope) })
	when(r.Has != nil, func() { c.has(f.At("has"), *r.Has) })
	when(r.Activity != nil, func() { c.activity(f.At("activity"), *r.Activity) })
	when(r.Ratio != nil, func() { c.ratio(f.At("ratio"), *r.Ratio) })
	when(r.Sequence != nil, func() { c.sequence(f.At("sequence"), *r.Sequence) })
	when(r.Consent != nil, func() { checkConsent(f.At("consent"), *r.Consent) })
	when(r.Share != nil, func() { checkShare(f.At("share"), *r.Share) })
	when(r.Rank != nil, func() { c.rank(f.At("rank"), *r.Rank) })
	when(r.Segment != "", func() { check.Name(f, "segment", r.Segment) })
	return set
}

// where checks conditions on an activity or element.
func (c *checker) where(f *errs.Fields, r *Rule, s scope) {
	if r == nil {
		return
	}
	c.rule(f.At("where"), *r, 1, func(f *errs.Fields, r Rule) int {
		other := r
		other.All, other.Any, other.Not, other.Field = nil, nil, nil, nil
		if other.set() {
			f.Add("", "shape", "must be made of all, any, not and field only")
		}
		if r.Field != nil {
			c.field(f.At("field"), *r.Field, s)
			return 1
		}
		return 0
	})
}

// set reports whether any member is.
func (r Rule) set() bool {
	return r.All != nil || r.Any != nil || r.Not != nil || r.Field != nil || r.Has != nil || r.Activity != nil ||
		r.Ratio != nil || r.Sequence != nil || r.Consent != nil || r.Share != nil || r.Rank != nil || r.Segment != ""
}
