package sqlstore

import (
	"context"
	"regexp"

	"github.com/stammkunde/crm/segment"
)

// planLine is a row of SQLite's EXPLAIN QUERY PLAN.
type planLine struct {
	ID      int
	Parent  int
	Notused int
	Detail  string
}

var (
	// aliased finds the tables of a query and their aliases.
	aliased = regexp.MustCompile(`"([a-z0-9_]+)" AS ([a-z0-9]+)`)
	// visited reads a line on a table: the alias, the index, and the condition.
	visited = regexp.MustCompile(`^(?:SEARCH|SCAN) (\w+)(?: EXISTS)?(?: USING (?:(COVERING )?INDEX (\w+)|(PRIMARY KEY)))?(?: \((.*)\))?`)
)

// explainSQLite tells what SQLite reads for a query.
func explainSQLite(ctx context.Context, s *Store, q frag) ([]segment.PlanRead, error) {
	var lines []planLine
	if err := s.db.NewRaw("EXPLAIN QUERY PLAN "+q.sql, q.args...).Scan(ctx, &lines); err != nil {
		return nil, err
	}
	tables := map[string]string{}
	for _, m := range aliased.FindAllStringSubmatch(q.sql, -1) {
		tables[m[2]] = m[1]
	}
	var list []segment.PlanRead
	for _, l := range lines {
		m := visited.FindStringSubmatch(l.Detail)
		if m == nil || tables[m[1]] == "" {
			continue
		}
		r := segment.PlanRead{Table: tables[m[1]], Index: m[3], By: narrowing(m[5]), Covering: m[2] != ""}
		if m[4] != "" {
			r.Index = primaryKey
		}
		list = append(list, r)
	}
	return list, nil
}
