package bench

import "strings"

// query is one way to ask a question by hand, with words for the constants.
type query struct{ name, sql string }

// purchases and lines select what all queries are about.
const (
	purchases = " FROM raw_purchase AS p WHERE p.tenant_id = 'default' AND p.kind = 'purchase' "
	lines     = " FROM raw_line AS l WHERE l.tenant_id = 'default' AND l.kind = 'purchase' "
	contacts  = " FROM crm_contact AS c WHERE c.tenant_id = 'default' "

	// lapsed are those whose last furniture is of the past 12 months, but not
	// of the past 3.
	lapsed = "SELECT l.contact_id" + lines + "AND l.category = 'Furniture' AND l.at > :12months" +
		" GROUP BY l.contact_id HAVING MAX(l.at) <= :3months"
	// ofContact are the purchases of the contact f.
	ofContact = purchases + "AND p.contact_id = f.contact_id"
	// few is true for contacts f with at most 3 purchases; it looks at 4.
	few = "(SELECT COUNT(*) FROM (SELECT 1" + ofContact + " LIMIT 4) AS four) <= 3"
	// much is true for contacts f who paid at least 1500 EUR.
	much = "(SELECT SUM(p.amount)" + ofContact + ") >= 150000"

	grouped = "SELECT p.contact_id" + purchases + "AND p.contact_id IN (" + lapsed + ")" +
		" GROUP BY p.contact_id HAVING COUNT(*) <= 3 AND SUM(p.amount) >= 150000"
	limited = "SELECT f.contact_id FROM (" + lapsed + ") AS f WHERE " + few + " AND " + much
	onePass = "SELECT l.contact_id" + lines + "GROUP BY l.contact_id" +
		" HAVING COUNT(DISTINCT l.activity_id) <= 3 AND SUM(l.amount) >= 150000" +
		" AND MAX(CASE WHEN l.category = 'Furniture' THEN l.at END) > :12months" +
		" AND MAX(CASE WHEN l.category = 'Furniture' THEN l.at END) <= :3months"
	twoSets = "SELECT p.contact_id" + purchases +
		"AND p.contact_id IN (SELECT l.contact_id" + lines + "AND l.category = 'Furniture' AND l.at > :12months)" +
		" AND p.contact_id NOT IN (SELECT l.contact_id" + lines + "AND l.category = 'Furniture' AND l.at > :3months)" +
		" GROUP BY p.contact_id HAVING COUNT(*) <= 3 AND SUM(p.amount) >= 150000"
	correlated = "SELECT f.contact_id FROM (SELECT c.id AS contact_id" + contacts + ":among) AS f" +
		" WHERE EXISTS (SELECT 1" + lines + "AND l.contact_id = f.contact_id AND l.category = 'Furniture' AND l.at > :12months)" +
		" AND NOT EXISTS (SELECT 1" + lines + "AND l.contact_id = f.contact_id AND l.category = 'Furniture' AND l.at > :3months)" +
		" AND " + few + " AND " + much
	joined = "SELECT f.contact_id FROM (" + lapsed + ") AS f" +
		" JOIN (SELECT p.contact_id" + purchases + "GROUP BY p.contact_id HAVING COUNT(*) <= 3 AND SUM(p.amount) >= 150000) AS g" +
		" ON g.contact_id = f.contact_id"
)

// The queries, by question.
var (
	rawFurniture = []query{
		{"one pass", howMany(onePass)}, {"grouped", howMany(grouped)}, {"limited", howMany(limited)},
		{"two sets", howMany(twoSets)}, {"joined", howMany(joined)}, {"correlated", howMany(correlated)},
	}
	rawFurniturePage = []query{
		{"grouped", howMany(first(grouped, "p.contact_id"))}, {"limited", howMany(first(limited, "f.contact_id"))},
		{"correlated", howMany(first(correlated, "f.contact_id"))},
	}
	rawFurnitureAmong = []query{
		{"correlated", howMany(strings.ReplaceAll(correlated, ":among", "AND c.id IN (:ids)"))},
	}
	rawNever = []query{
		{"not exists", "SELECT COUNT(*)" + contacts + "AND NOT EXISTS (SELECT 1" + purchases + "AND p.contact_id = c.id)"},
		{"not in", "SELECT COUNT(*)" + contacts + "AND c.id NOT IN (SELECT p.contact_id" + purchases + ")"},
		{"difference", "SELECT (SELECT COUNT(*)" + contacts + ") - (SELECT COUNT(DISTINCT p.contact_id)" + purchases + ")"},
	}
	rawOften = []query{
		{"grouped", howMany("SELECT p.contact_id" + purchases + "AND p.at > :365days AND p.at <= :now GROUP BY p.contact_id HAVING COUNT(*) >= 3")},
	}
	rawAverage = []query{
		{"grouped", howMany("SELECT p.contact_id" + purchases + "GROUP BY p.contact_id HAVING SUM(p.amount) >= 20000 * COUNT(*)")},
	}
	rawAny = []query{
		{"union", howMany("SELECT l.contact_id" + lines + "AND l.category = 'Furniture' AND l.at > :90days AND l.at <= :now" +
			" UNION SELECT p.contact_id FROM (SELECT p.contact_id" + purchases + "GROUP BY p.contact_id HAVING COUNT(*) >= 20) AS p")},
	}
	rawElsewhere = []query{
		{"in", "SELECT COUNT(*)" + contacts + "AND (c.city <> 'Berlin' OR c.city IS NULL) AND c.id IN (" + spenders + ")"},
		{"joined", "SELECT COUNT(*) FROM (" + spenders + ") AS s JOIN crm_contact AS c" +
			" ON c.tenant_id = 'default' AND c.id = s.contact_id AND (c.city <> 'Berlin' OR c.city IS NULL)"},
	}
)

const spenders = "SELECT p.contact_id" + purchases + "AND p.at > :90days AND p.at <= :now GROUP BY p.contact_id HAVING SUM(p.amount) >= 50000"

func howMany(set string) string { return "SELECT COUNT(*) FROM (" + set + ") AS members" }

func first(set, column string) string { return set + " ORDER BY " + column + " LIMIT 1000" }
