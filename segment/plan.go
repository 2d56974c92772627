package segment

import (
	"context"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/errs"
)

// Plan tells how the store evaluates a rule. It is for developers, who want to
// know it before the rule runs over a million contacts.
type Plan struct {
	// Population is how Count, Members and the like find all that the rule
	// selects, and Handful how Among looks at a few contacts.
	Population, Handful PlanForm
	// Rollup lists the conditions for the population that are answered by the
	// sums which the store keeps for each contact, and not by the activities.
	Rollup []string
}

// PlanForm is one of the two forms of a rule.
type PlanForm struct {
	// Method says in a few words what is done.
	Method string
	// Reads lists what is read, by table and index. Databases choose by the
	// statistics that they have at the moment: where there are a few rows, they
	// may well read them all.
	Reads []PlanRead
	// Warnings say in words what costs more than the rule seems to. They
	// follow from the rule alone, and not from what is in the database.
	Warnings []string
}

// PlanRead is one way in which a table is read.
type PlanRead struct {
	// Table is its name without the prefix.
	Table string
	// Index is the name of the index, likewise, or "primary key". It is empty
	// where the table is read from one end to the other.
	Index string
	// By lists the columns, beside the tenant, that narrow down what is read.
	By []string
	// Covering is true where the index holds all that is asked.
	Covering bool
}

// Whole reports whether all rows of the tenant are read.
func (r PlanRead) Whole() bool { return len(r.By) == 0 }

func (r PlanRead) String() string {
	text := r.Table
	switch {
	case r.Index == "":
		return text + " as a whole"
	case r.Index == "primary key":
		text += " by the primary key"
	default:
		text += " by " + r.Index
	}
	if r.Whole() {
		text += " as a whole"
	} else {
		text += " (" + strings.Join(r.By, ", ") + ")"
	}
	if r.Covering {
		text += ", index only"
	}
	return text
}

// String gives the plan in lines of text.
func (p Plan) String() string {
	var b strings.Builder
	form := func(name string, f PlanForm) {
		fmt.Fprintf(&b, "%s: %s\n", name, f.Method)
		for _, r := range f.Reads {
			fmt.Fprintf(&b, "  reads %s\n", r)
		}
		for _, w := range f.Warnings {
			fmt.Fprintf(&b, "  warning: %s\n", w)
		}
	}
	form("population", p.Population)
	form("handful", p.Handful)
	for _, c := range p.Rollup {
		fmt.Fprintf(&b, "from the rollup: %s\n", c)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Planner is what a store may offer beside Evaluator: to tell how it evaluates.
type Planner interface {
	// PlanRule tells how the store would evaluate the rule now.
	PlanRule(ctx context.Context, r Resolved) (Plan, error)
}

// matcherPlan is the plan of a store that does not tell.
func matcherPlan() Plan {
	const method = "the facts are read and matched one by one"
	return Plan{
		Population: PlanForm{Method: method, Warnings: []string{"every contact's facts are read and matched"}},
		Handful:    PlanForm{Method: method},
	}
}

// Plan tells which form, which tables and which indexes the store uses for the
// rule, and warns where it has to read much. The rule is not evaluated, except
// that the value of a rank in it is looked up.
func (s *Service) Plan(ctx context.Context, r Rule) (p Plan, err error) {
	const op = "segment.Plan"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return p, err
	}
	var f errs.Fields
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return Plan{}, err
	}
	resolved, err := s.resolve(ctx, r, s.now())
	if err != nil {
		return Plan{}, err
	}
	if planner, ok := able[Planner](s.store); ok {
		return planner.PlanRule(ctx, resolved)
	}
	return matcherPlan(), nil
}
