package sqlstore

import (
	"context"
	"encoding/json"
	"regexp"

	"github.com/stammkunde/crm/segment"
)

// planNode is a node of PostgreSQL's EXPLAIN (FORMAT JSON).
type planNode struct {
	Type     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Index    string     `json:"Index Name"`
	Cond     string     `json:"Index Cond"`
	Plans    []planNode `json:"Plans"`
}

// quoted finds the texts in a condition. They may hold anything.
var quoted = regexp.MustCompile(`'(?:[^']|'')*'`)

// explainPostgres tells what PostgreSQL reads for a query.
func explainPostgres(ctx context.Context, s *Store, q frag) ([]segment.PlanRead, error) {
	var text string
	if err := s.db.NewRaw("EXPLAIN (FORMAT JSON) "+q.sql, q.args...).Scan(ctx, &text); err != nil {
		return nil, err
	}
	var explained []struct{ Plan planNode }
	if err := json.Unmarshal([]byte(text), &explained); err != nil {
		return nil, err
	}
	var list []segment.PlanRead
	for i := range explained {
		list = explained[i].Plan.reads("", list)
	}
	return list, nil
}

// reads adds what a node reads. The index of a bitmap stands below the table.
func (n *planNode) reads(table string, list []segment.PlanRead) []segment.PlanRead {
	if n.Relation != "" {
		table = n.Relation
	}
	switch {
	case n.Index != "":
		list = append(list, segment.PlanRead{
			Table: table, Index: n.Index, By: narrowing(quoted.ReplaceAllString(n.Cond, "''")), Covering: n.Type == "Index Only Scan",
		})
	case n.Type == "Seq Scan":
		list = append(list, segment.PlanRead{Table: table})
	}
	for i := range n.Plans {
		list = n.Plans[i].reads(table, list)
	}
	return list
}
