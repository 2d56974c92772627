package segment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/money"
)

// maxBound is how many conditions a rule may have with all the segments that
// it names.
const maxBound = 4 * MaxNodes

// RankTest is a resolved RankCondition.
type RankTest struct {
	// Of is the measure. Only contacts with a value count: one that is above
	// zero for Count, Items and Distinct, and one that is not missing, made of
	// at least one amount or number, for Sum, Min and Max.
	Of *ActivityTest
	// Percent of them in millionths, rounded up, where it is not zero; else
	// Number of them.
	Percent int64
	Number  int64
	Least   bool
}

// Place gives the place, from 1, of the last one of the rank among n contacts
// that have a value.
func (t RankTest) Place(n int64) int64 {
	place := t.Number
	if t.Percent > 0 {
		const all = 100 * contact.NumberScale
		place = (n*t.Percent + all - 1) / all
	}
	return min(place, n)
}

// Bind puts in the rules of the segments that r names, and the bounds of the
// ranks in it as of now, so that Resolve can follow. It returns errs.ErrInvalid
// when a segment does not exist, when segments name each other in a circle, or
// when the whole is too large.
func Bind(ctx context.Context, store Stores, r Rule, now time.Time, zone *time.Location) (Rule, error) {
	b := binder{ctx: ctx, store: store, v: resolver{core.Instant(now), zone}}
	r, err := b.rule(r, "rule")
	if err != nil {
		return Rule{}, err
	}
	return r, nil
}

// Frozen returns the bound rule without segments and ranks: what they stood
// for when it was bound stands in their place. Windows stay relative.
func (r Rule) Frozen() Rule {
	if r.bound != nil {
		return r.bound.Frozen()
	}
	r.All, r.Any = frozen(r.All), frozen(r.Any)
	if r.Not != nil {
		not := r.Not.Frozen()
		r.Not = &not
	}
	return r
}

func frozen(rules []Rule) []Rule {
	if rules == nil {
		return nil
	}
	list := make([]Rule, len(rules))
	for i, r := range rules {
		list[i] = r.Frozen()
	}
	return list
}

type binder struct {
	ctx    context.Context
	store  Stores
	v      resolver
	nodes  int
	within []string // the segments around
	// unranked leaves ranks as they are.
	unranked bool
}

// checkCircle refuses a rule that, saved under the name, would name itself, or
// a segment that does not exist.
func checkCircle(ctx context.Context, store Stores, name string, r Rule) error {
	b := binder{ctx: ctx, store: store, within: []string{name}, unranked: true}
	_, err := b.rule(r, "rule")
	return err
}

func (b *binder) rule(r Rule, path string) (Rule, error) {
	if b.nodes++; b.nodes > maxBound {
		return Rule{}, refuseRule(path, "too_large", fmt.Sprintf("must have at most %d conditions with the segments that it names", maxBound))
	}
	var err error
	switch {
	case r.All != nil:
		r.All, err = b.list(r.All, path+".all")
	case r.Any != nil:
		r.Any, err = b.list(r.Any, path+".any")
	case r.Not != nil:
		var not Rule
		not, err = b.rule(*r.Not, path+".not")
		r.Not = &not
	case r.Segment != "":
		r.bound, err = b.segment(r.Segment, path+".segment")
	case r.Rank != nil && !b.unranked:
		r.bound, err = b.rank(*r.Rank)
	}
	return r, err
}

func (b *binder) list(rules []Rule, path string) ([]Rule, error) {
	list := make([]Rule, len(rules))
	for i, r := range rules {
		var err error
		if list[i], err = b.rule(r, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (b *binder) segment(name, path string) (*Rule, error) {
	for _, outer := range b.within {
		if outer == name {
			return nil, refuseRule(path, "cycle", "leads back to itself: "+strings.Join(append(b.within, name), " > "))
		}
	}
	saved, err := b.store.SegmentByName(b.ctx, name)
	if errors.Is(err, errs.ErrNotFound) {
		return nil, refuseRule(path, "unknown_segment", "is not the name of a saved segment")
	}
	if err != nil {
		return nil, err
	}
	b.within = append(b.within, name)
	defer func() { b.within = b.within[:len(b.within)-1] }()
	r, err := b.rule(saved.Rule, path+"("+name+")")
	return &r, err
}

func refuseRule(path, code, message string) error {
	var f errs.Fields
	f.Add(path, code, message)
	return f.Err("segment.Bind")
}

// rank turns a rank into a comparison with the value of the last one in it.
func (b *binder) rank(c RankCondition) (*Rule, error) {
	t := RankTest{Of: b.v.measure(c.Measure, sumCurrency(c.Measure, c.Currency)), Number: c.Number, Least: c.Least}
	if c.Percent != nil {
		t.Percent = c.Percent.Number
	}
	bound, ok, err := EvaluatorOf(b.store).RankBound(b.ctx, t)
	if err != nil {
		return nil, err
	}
	if !ok {
		return &Rule{Any: []Rule{}}, nil
	}
	op := AtLeast
	if c.Least {
		op = AtMost
	}
	compare := c.compare(c.Aggregate, op, bound)
	if c.Aggregate == Min || c.Aggregate == Max {
		return &compare, nil // both are missing where there is no value
	}
	rule := All(c.present(), compare)
	return &rule, nil
}

// compare makes the condition that the measure, with the aggregate, compares
// with the value of a RankBound.
func (c RankCondition) compare(agg Aggregate, op Op, bound int64) Rule {
	a := ActivityCondition{Measure: c.Measure, Op: op}
	a.Aggregate = agg
	switch {
	case a.Aggregate == Count || a.Aggregate == Items || a.Aggregate == Distinct:
		a.Number = bound
	case a.Of == quantity:
		v := Literal(contact.Int(bound))
		a.Value = &v
	case a.Of != "":
		a.Value = &Literal{Type: contact.TypeNumber, Number: bound}
	default:
		m := money.New(bound, c.Currency)
		a.Amount = &m
	}
	return Rule{Activity: &a}
}

// present makes the condition that there is a value.
func (c RankCondition) present() Rule {
	if c.Aggregate == Sum {
		return c.compare(Max, AtLeast, lowest)
	}
	return c.compare(c.Aggregate, AtLeast, 1)
}

// lowest is below every amount and number.
const lowest = -1 << 60
