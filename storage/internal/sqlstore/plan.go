package sqlstore

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/segment"
)

// PlanRule implements segment.Planner.
func (s *Store) PlanRule(ctx context.Context, r segment.Resolved) (segment.Plan, error) {
	const op = "storage.PlanRule"
	c := s.compiler()
	c.notes = &notes{}
	population := c.countOf(r)
	p := segment.Plan{
		Population: segment.PlanForm{Method: "sets of contacts are made and intersected", Warnings: c.notes.warnings},
		Handful:    segment.PlanForm{Method: "each contact's own rows are looked up"},
		Rollup:     c.notes.rollup,
	}
	err := s.planned(ctx, op, func(ctx context.Context, tx *Store) error {
		var err error
		if p.Population.Reads, err = tx.reads(ctx, population); err != nil {
			return err
		}
		p.Handful.Reads, err = tx.reads(ctx, s.compiler().among(r, aDozen()))
		return err
	})
	if err != nil {
		return segment.Plan{}, err
	}
	return p, nil
}

// aDozen gives some ids, as good as any to plan with.
func aDozen() idList {
	list := make(idList, 12)
	for i := range list {
		list[i][15] = byte(i)
	}
	return list
}

// reads explains a query, and gives each read once, in the order of the names.
func (s *Store) reads(ctx context.Context, q frag) ([]segment.PlanRead, error) {
	list, err := s.d.explain(ctx, s, q)
	list = slices.DeleteFunc(list, func(r segment.PlanRead) bool { return r.Table == s.prefix+"restriction" }) // as with every rule
	for i := range list {
		r := &list[i]
		r.Table = strings.TrimPrefix(r.Table, s.prefix)
		r.Index = strings.TrimPrefix(r.Index, s.prefix)
		if r.Index == r.Table+"_pkey" || strings.HasPrefix(r.Index, "sqlite_autoindex_") {
			r.Index = primaryKey
		}
	}
	compare := func(a, b segment.PlanRead) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Index, b.Index), slices.Compare(a.By, b.By))
	}
	slices.SortFunc(list, compare)
	return slices.CompactFunc(list, func(a, b segment.PlanRead) bool { return compare(a, b) == 0 }), err
}

const primaryKey = "primary key"

var compared = regexp.MustCompile(`([a-z_]+)\)?(?:::\w+)? ?(?:=|<|>)`)

// narrowing gives the columns, beside the tenant, that a condition compares.
func narrowing(condition string) []string {
	var list []string
	for _, m := range compared.FindAllStringSubmatch(condition, -1) {
		if m[1] != "tenant_id" && !slices.Contains(list, m[1]) {
			list = append(list, m[1])
		}
	}
	return list
}
