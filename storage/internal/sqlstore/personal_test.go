package sqlstore

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stammkunde/crm/privacy"
)

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE \$\{prefix\}(\w+) \((.*?)\n\)`)
	columnOf    = regexp.MustCompile(`(?m)^    ([a-z_]+) (?:TEXT|BLOB|INTEGER|text|uuid|bigint|boolean|bytea)\b(.*)$`)
	// namesContact is how columns are called that name a contact.
	namesContact = regexp.MustCompile(`(^|_)contact(_|$)|^(origin|winner|loser|subject|person|a|b)_id$`)
)

// migrated reads the tables of the migrations of one engine, with their columns, and with
// those that name a contact or hold records of contacts.
func migrated(t *testing.T, engine string) (columns, naming map[string][]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", engine, "migrations", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations for", engine, err)
	}
	columns, naming = map[string][]string{}, map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range createTable.FindAllStringSubmatch(string(text), -1) {
			for _, c := range columnOf.FindAllStringSubmatch(table[2], -1) {
				columns[table[1]] = append(columns[table[1]], c[1])
				record := strings.HasSuffix(c[1], "record")
				if namesContact.MatchString(c[1]) || record {
					naming[table[1]] = append(naming[table[1]], c[1])
				}
			}
		}
	}
	return columns, naming
}

// Every table of the migrations is either known to name contacts, with all columns that
// do, or known to name none. So nothing is left out of an erasure by accident.
func TestPersonal_knows_every_table(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		columns, naming := migrated(t, engine)
		if len(columns) < 30 {
			t.Fatalf("%s: only %d tables were found in the migrations", engine, len(columns))
		}
		for _, complaint := range complaints(columns, naming, personal, impersonal) {
			t.Errorf("%s: %s", engine, complaint)
		}
		for _, name := range tables {
			if columns[name] == nil {
				t.Errorf("%s: the table %s is not in the migrations", engine, name)
			}
		}
	}
}

// complaints says what is wrong with the two lists.
func complaints(columns, naming map[string][]string, known []personalTable, others map[string]string) (list []string) {
	by := map[string]personalTable{}
	for _, p := range known {
		by[p.name] = p
		if !slices.Contains(privacy.Classes, p.class) {
			list = append(list, "the table "+p.name+" belongs to no class")
		}
		if (p.shown == "") == (p.hidden == "") || p.shown != "" && !slices.Contains(keys(), p.shown) {
			list = append(list, "nothing, or not where, is said of the table "+p.name+" in an export")
		}
		for _, c := range slices.Concat(p.by, p.also) {
			if !slices.Contains(columns[p.name], c) {
				list = append(list, "the table "+p.name+" has no column "+c)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		p, isPersonal := by[name]
		_, isOther := others[name]
		switch {
		case isPersonal == isOther:
			list = append(list, "the table "+name+" must be in one of the lists personal and impersonal")
		case isOther && len(naming[name]) > 0:
			list = append(list, "the table "+name+" names contacts, with "+strings.Join(naming[name], ", "))
		}
		for _, c := range naming[name] {
			if isPersonal && !slices.Contains(p.by, c) && !slices.Contains(p.also, c) {
				list = append(list, "nothing is said of the column "+name+"."+c)
			}
		}
	}
	return list
}

// keys are those of an export.
func keys() (list []string) {
	document := reflect.TypeFor[privacy.Document]()
	for i := range document.NumField() {
		name, _, _ := strings.Cut(document.Field(i).Tag.Get("json"), ",")
		list = append(list, name)
	}
	return list
}

// The test above finds what is forgotten.
func TestPersonal_complains(t *testing.T) {
	columns := map[string][]string{"new": {"tenant_id", "contact_id"}, "old": {"contact_id", "origin_id"}, "rules": {"rule"}, "odd": {"lost_record"}}
	naming := map[string][]string{"new": {"contact_id"}, "old": {"contact_id", "origin_id"}, "odd": {"lost_record"}}
	known := []personalTable{
		{name: "old", class: privacy.Record, by: []string{"contact_id", "gone"}, shown: "record"}, {name: "odd", class: "none", shown: "nowhere"},
	}
	got := complaints(columns, naming, known, map[string]string{"rules": "rules"})
	want := []string{
		"the table old has no column gone", "the table odd belongs to no class",
		"nothing, or not where, is said of the table odd in an export",
		"the table new must be in one of the lists personal and impersonal",
		"nothing is said of the column odd.lost_record", "nothing is said of the column old.origin_id",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the complaints are\n%s\nmust be\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What is looked at to find rows, and what others refer to, is erased behind them.
func TestPersonal_order(t *testing.T) {
	place := func(name string) int {
		return slices.IndexFunc(personal, func(p personalTable) bool { return p.name == name })
	}
	for _, pair := range [][2]string{{"rollup", "activity"}, {"activity_ref", "activity"}, {"activity", "contact"}, {"consent_event", "contact"}} {
		if place(pair[0]) > place(pair[1]) {
			t.Errorf("%s must be erased before %s", pair[0], pair[1])
		}
	}
}
