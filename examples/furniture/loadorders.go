package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// loadOrders records a batch of orders and returns what the CRM takes of them.
// Orders that it refuses are noted as problems.
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

// withoutRefused drops the orders that are refused. An order is imported as a whole,
// or not at all.
func (j *job) withoutRefused(batch []order, bad []refusal) []order {
	reasons := map[int]string{} // by order; the first is that of the line, if any
	for _, r := range bad {
		if reasons[r.index] == "" {
			reasons[r.index] = "order refused: " + r.reason
		}
	}
	var rest []order
	for i, o := range batch {
		if reasons[i] == "" {
			rest = append(rest, o)
			continue
		}
		for _, line := range o.lines {
			j.problems.add(line, reasons[i])
		}
	}
	return rest
}

// refusal is one reason why the CRM refuses an element of a batch.
type refusal struct {
	index  int
	reason string
}

// refusals reads from an error which elements of the list are refused: paths
// are such as activities[3].items[1].name.
func refusals(err error, list string) []refusal {
	var all []refusal
	for _, f := range errs.FieldsOf(err) {
		var r refusal
		if n, _ := fmt.Sscanf(f.Path, list+"[%d]", &r.index); n == 0 {
			continue
		}
		_, field, _ := strings.Cut(f.Path, "].")
		r.reason = field + " " + f.Message
		all = append(all, r)
	}
	return all
}

// summary is what was imported; of the orders, what was bought.
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
	if !o.isSale() {
		return
	}
	s.orders++
	seen := map[string]bool{}
	for _, i := range o.activity.Items {
		s.revenue.Amount += i.Amount.Amount
		c := s.categories[i.Category]
		if c == nil {
			c = &categorySummary{customers: map[string]bool{}, revenue: money.New(0, currency)}
			s.categories[i.Category] = c
		}
		c.revenue.Amount += i.Amount.Amount
		c.customers[o.customer] = true
		if !seen[i.Category] {
			seen[i.Category] = true
			c.orders++
		}
	}
}
