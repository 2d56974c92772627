package segment

import (
	"fmt"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/money"
)

// Limits of a rule. Rules may come from users, so their cost is bounded before
// a store sees them.
const (
	MaxDepth  = 16
	MaxNodes  = 256
	MaxValues = 1000

	maxText   = 4000
	maxSpan   = 10_000
	maxNumber = 1_000_000_000
	maxSum    = 1_000_000_000_000_000
	maxAmount = 1_000_000_000_000
)

// Check tells whether the rule makes sense for records with the given custom
// fields. It returns errs.ErrInvalid with every mistake and its path inside
// the rule.
func Check(r Rule, custom map[string]contact.Type) error {
	var f errs.Fields
	checkRule(&f, r, custom)
	return f.Err("segment.Check")
}

func ruleSyntax(cause error) error {
	return &errs.Error{Op: "segment.ParseRule", Kind: errs.ErrInvalid, Cause: cause,
		Fields: []errs.Field{{Path: "rule", Code: "syntax", Message: "is not the JSON of a rule"}}}
}

func checkRule(f *errs.Fields, r Rule, custom map[string]contact.Type) {
	c := checker{custom: custom}
	c.rule(f.At("rule"), r, 1)
}

type checker struct {
	custom map[string]contact.Type
	nodes  int
}

func (c *checker) rule(f *errs.Fields, r Rule, depth int) {
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
	set := 0
	if r.All != nil {
		set++
		c.list(f.At("all"), r.All, depth)
	}
	if r.Any != nil {
		set++
		c.list(f.At("any"), r.Any, depth)
	}
	if r.Not != nil {
		set++
		c.rule(f.At("not"), *r.Not, depth+1)
	}
	if r.Field != nil {
		set++
		c.field(f.At("field"), *r.Field)
	}
	if r.Activity != nil {
		set++
		checkActivity(f.At("activity"), *r.Activity)
	}
	if set != 1 {
		f.Add("", "shape", "must be exactly one of all, any, not, field and activity")
	}
}

func (c *checker) list(f *errs.Fields, rules []Rule, depth int) {
	for i, r := range rules {
		if c.nodes > MaxNodes {
			return
		}
		c.rule(f.At(fmt.Sprintf("[%d]", i)), r, depth+1)
	}
}

func (c *checker) field(f *errs.Fields, cond FieldCondition) {
	typ, ok := fieldType(cond.Name, c.custom)
	if !ok {
		f.Add("name", "unknown_field", "is neither a field of the record nor a declared custom field")
		return
	}
	if !fieldOpFits(cond.Op, typ) {
		f.Add("op", "operator", "does not fit a field of type "+string(typ))
		return
	}
	switch n := len(cond.Values); {
	case cond.Op == Missing && n != 0:
		f.Add("values", "too_many", "must be empty")
	case cond.Op == OneOf && (n == 0 || n > MaxValues):
		f.Add("values", "out_of_range", fmt.Sprintf("must hold 1 to %d constants", MaxValues))
	case cond.Op != Missing && cond.Op != OneOf && n != 1:
		f.Add("values", "required", "must hold one constant")
	}
	for i, v := range cond.Values {
		if i == MaxValues {
			return
		}
		checkLiteral(f.At("values"), fmt.Sprintf("[%d]", i), v, typ)
	}
}

func fieldOpFits(op Op, t contact.Type) bool {
	switch op {
	case Equals, OneOf, Missing:
		return true
	case Less, AtMost, Greater, AtLeast:
		return t != contact.TypeBool
	case StartsWith, Contains:
		return t == contact.TypeText
	}
	return false
}

func checkLiteral(f *errs.Fields, path string, v Literal, typ contact.Type) {
	if v.Type != typ {
		f.Add(path, "wrong_type", "must be of type "+string(typ))
		return
	}
	switch typ {
	case contact.TypeText:
		if v.Text == "" {
			f.Add(path, "required", "must not be the empty text: use missing")
		}
		check.Text(f, path, v.Text, maxText)
	case contact.TypeNumber:
		if !contact.Value(v).Valid() {
			f.Add(path, "not_a_number", "must be a number up to 9.2e12")
		}
	case contact.TypeTime:
		check.Time(f, path, v.Time)
	}
}

func checkActivity(f *errs.Fields, c ActivityCondition) {
	check.Name(f, "kind", string(c.Kind))
	if c.Direction != "" && c.Direction != activity.Inbound && c.Direction != activity.Outbound {
		f.Add("direction", "unknown_direction", "must be inbound or outbound")
	}
	if len(c.Channels) > MaxValues || len(c.Categories) > MaxValues || len(c.SKUs) > MaxValues {
		f.Add("", "too_many", fmt.Sprintf("must list at most %d channels, categories and SKUs each", MaxValues))
		return
	}
	for i, ch := range c.Channels {
		check.Name(f, fmt.Sprintf("channels[%d]", i), string(ch))
	}
	checkTexts(f, "categories", c.Categories)
	checkTexts(f, "skus", c.SKUs)
	checkWindow(f.At("window"), c.Window)
	switch c.Op {
	case Equals, Less, AtMost, Greater, AtLeast:
	default:
		f.Add("op", "operator", "must be equals, less, at_most, greater or at_least")
	}
	checkConstant(f, c)
}

func checkTexts(f *errs.Fields, path string, list []string) {
	for i, s := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if s == "" {
			f.Add(at, "required", "must not be empty")
		}
		check.Text(f, at, s, maxText)
	}
}

// checkConstant checks that the constant is there, fits the aggregate, and is
// the only one.
func checkConstant(f *errs.Fields, c ActivityCondition) {
	wantAmount, wantTime := false, false
	switch c.Aggregate {
	case Count:
		if c.Number < 0 || c.Number > maxNumber {
			f.Add("number", "out_of_range", "must be 0 to 1,000,000,000")
		}
	case Sum, Average, Min, Max:
		wantAmount = true
	case First, Last:
		wantTime = true
	default:
		f.Add("aggregate", "unknown_aggregate", "must be count, sum, average, min, max, first or last")
		return
	}
	if c.Aggregate != Count && c.Number != 0 {
		f.Add("number", "unexpected", "belongs to count only")
	}
	if (c.Amount != nil) != wantAmount {
		f.Add("amount", "shape", "must be there for sum, average, min and max, and only then")
	}
	if (c.Time != nil) != wantTime {
		f.Add("time", "shape", "must be there for first and last, and only then")
	}
	if c.Amount != nil {
		checkAmount(f, c.Aggregate, *c.Amount)
	}
	if c.Time != nil {
		check.Time(f, "time", *c.Time)
	}
}

func checkAmount(f *errs.Fields, agg Aggregate, m money.Money) {
	if !money.Known(m.Currency) {
		f.Add("amount", "unknown_currency", "must be in an ISO 4217 currency")
	}
	limit := int64(maxAmount)
	if agg == Sum {
		limit = maxSum
	}
	if m.Amount > limit || m.Amount < -limit {
		f.Add("amount", "out_of_range", fmt.Sprintf("must be at most %d minor units", limit))
	}
}

func checkWindow(f *errs.Fields, w Window) {
	set := 0
	if w.From != nil || w.To != nil {
		set++
		checkAbsolute(f, w)
	}
	if w.Last != nil {
		set++
		if w.Last.N < 1 || w.Last.N > maxSpan {
			f.Add("last.n", "out_of_range", fmt.Sprintf("must be 1 to %d", maxSpan))
		}
		if !knownUnit(w.Last.Unit) {
			f.Add("last.unit", "unknown_unit", "must be hours, days, weeks, months, quarters or years")
		} else if w.Last.Unit == Years && w.Last.N > 200 || w.Last.Unit == Quarters && w.Last.N > 800 || w.Last.Unit == Months && w.Last.N > 2400 {
			f.Add("last.n", "out_of_range", "must be at most 200 years")
		}
	}
	if w.Calendar != nil {
		set++
		if w.Calendar.Offset > 0 || w.Calendar.Offset < -1000 {
			f.Add("calendar.offset", "out_of_range", "must be -1000 to 0")
		}
		if !knownUnit(w.Calendar.Unit) || w.Calendar.Unit == Hours {
			f.Add("calendar.unit", "unknown_unit", "must be days, weeks, months, quarters or years")
		} else if w.Calendar.Unit == Years && w.Calendar.Offset < -200 {
			f.Add("calendar.offset", "out_of_range", "must be at most 200 years")
		}
	}
	if set > 1 {
		f.Add("", "shape", "must have only one of from/to, last and calendar")
	}
}

func checkAbsolute(f *errs.Fields, w Window) {
	ok := true
	if w.From != nil {
		ok = check.Time(f, "from", *w.From) && ok
	}
	if w.To != nil {
		ok = check.Time(f, "to", *w.To) && ok
	}
	if ok && w.From != nil && w.To != nil && !w.From.Before(*w.To) {
		f.Add("", "empty", "must begin before it ends")
	}
}

func knownUnit(u Unit) bool {
	switch u {
	case Hours, Days, Weeks, Months, Quarters, Years:
		return true
	}
	return false
}
