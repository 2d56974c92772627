package segment

import (
	"context"
	"fmt"
	"time"

	"github.com/stammkunde/crm/errs"
)

// maxOverlap is how many rules Overlap compares.
const maxOverlap = 8

// Overlap tells how many contacts several rules have in common.
type Overlap struct {
	// Pairs holds in [i][j] how many contacts both the i-th and the j-th rule
	// select, and in [i][i] how many the i-th one selects.
	Pairs [][]int64 `json:"pairs"`
	// All is how many contacts all of the rules select.
	All int64 `json:"all"`
}

// Overlap counts what two to eight rules have in common, as of one instant.
func (s *Service) Overlap(ctx context.Context, rules ...Rule) (o Overlap, err error) {
	const op = "segment.Overlap"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return o, err
	}
	now := s.now()
	bound, err := s.bindAll(ctx, op, rules, now)
	if err != nil {
		return Overlap{}, err
	}
	count := func(rules ...Rule) (int64, error) {
		return EvaluatorOf(s.store).CountMembers(ctx, Resolve(All(rules...), now, s.env.Zone))
	}
	o.Pairs = make([][]int64, len(bound))
	for i := range bound {
		o.Pairs[i] = make([]int64, len(bound))
		for j := range i + 1 {
			n, err := count(bound[i], bound[j])
			if err != nil {
				return Overlap{}, err
			}
			o.Pairs[i][j], o.Pairs[j][i] = n, n
		}
	}
	if len(bound) == 2 {
		o.All = o.Pairs[0][1]
		return o, nil
	}
	o.All, err = count(bound...)
	return o, err
}

// bindAll checks and binds the rules of an Overlap.
func (s *Service) bindAll(ctx context.Context, op string, rules []Rule, now time.Time) ([]Rule, error) {
	var f errs.Fields
	if len(rules) < 2 || len(rules) > maxOverlap {
		f.Add("rules", "out_of_range", "must be 2 to 8")
		return nil, f.Err(op)
	}
	for i, r := range rules {
		s.ready(f.At(fmt.Sprintf("rules[%d]", i)), r)
	}
	if err := f.Err(op); err != nil {
		return nil, err
	}
	bound := make([]Rule, len(rules))
	for i, r := range rules {
		var err error
		if _, bound[i], err = s.bind(ctx, s.store, r, now); err != nil {
			return nil, err
		}
	}
	return bound, nil
}
