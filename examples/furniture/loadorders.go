package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// loadOrders records a batch of orders and returns what the CRM takes of them.
// Lines and orders that it refuses are noted as problems.
func (j *job) loadOrders(ctx context.Context, batch []order) ([]order, error) {
	for {
		_, err := j.crm.Activities.RecordMany(ctx, activities(batch))
		bad := refusals(err, "activities")
		if len(bad) == 0 {
			return batch, err
		}
		batch = j.withoutRefused(batch, bad)
	}
}

// withoutRefused drops the lines that are refused. Where the reason is none of
// an order's lines, it drops the whole order.
func (j *job) withoutRefused(batch []order, bad []refusal) []order {
	lines := map[[2]int]string{} // by order and line
	whole := map[int]string{}    // by order
	for _, r := range bad {
		if r.item >= 0 {
			lines[[2]int{r.index, r.item}] = r.reason
			// What is said of the whole may follow from the line.
			whole[r.index] = ""
		} else if _, known := whole[r.index]; !known {
			whole[r.index] = "order refused: " + r.reason
		}
	}
	var rest []order
	for i, o := range batch {
		var kept []orderLine
		for k, l := range o.lines {
			reason := cmp.Or(lines[[2]int{i, k}], whole[i])
			if reason == "" {
				kept = append(kept, l)
				continue
			}
			j.problems.add(l.number, reason)
		}
		if o.lines = kept; len(kept) > 0 {
			rest = append(rest, o)
		}
	}
	return rest
}

// refusal is one reason why the CRM refuses an element of a batch.
type refusal struct {
	index, item int // item is -1 where it is none
	reason      string
}

// refusals reads from an error which elements of the list are refused: paths
// are such as activities[3].items[1].name.
func refusals(err error, list string) []refusal {
	var all []refusal
	for _, f := range errs.FieldsOf(err) {
		r := refusal{item: -1}
		if n, _ := fmt.Sscanf(f.Path, list+"[%d]", &r.index); n == 0 {
			continue
		}
		_, field, _ := strings.Cut(f.Path, "].")
		if n, _ := fmt.Sscanf(field, "items[%d]", &r.item); n == 1 {
			_, field, _ = strings.Cut(field, "].")
		}
		r.reason = field + " " + f.Message
		all = append(all, r)
	}
	return all
}

// summary is what was imported.
type summary struct {
	customers, orders int
	revenue           money.Money
	categories        map[string]*categorySummary
}

type categorySummary struct {
	orders    int
	customers map[string]bool
	revenue   money.Money
}

func newSummary() summary {
	return summary{revenue: money.New(0, currency), categories: map[string]*categorySummary{}}
}

func (s *summary) add(o order) {
	s.orders++
	seen := map[string]bool{}
	for _, l := range o.lines {
		s.revenue.Amount += l.item.Amount.Amount
		c := s.categories[l.item.Category]
		if c == nil {
			c = &categorySummary{customers: map[string]bool{}, revenue: money.New(0, currency)}
			s.categories[l.item.Category] = c
		}
		c.revenue.Amount += l.item.Amount.Amount
		c.customers[o.customer] = true
		if !seen[l.item.Category] {
			seen[l.item.Category] = true
			c.orders++
		}
	}
}
