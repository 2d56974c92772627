package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm/internal/dbtest"
)

// childEnv makes this test binary be the example itself, so that a test can
// kill it.
const childEnv = "CRM_FURNITURE_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
		return
	}
	dbtest.Main(m)
}

// stores names the databases on which the example must do the same.
var stores = map[string]func(*testing.T) string{
	"memory":   func(*testing.T) string { return "memory" },
	"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "a shop.db") },
	"postgres": postgresURL,
}

func postgresURL(t *testing.T) string {
	dsn := dbtest.Postgres(t)
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		t.Skip("the server of CRM_TEST_POSTGRES is not named by a URL, which the example wants")
	}
	q := u.Query()
	q.Del("default_query_exec_mode") // the example adds it
	u.RawQuery = q.Encode()
	return u.String()
}

// runJSON runs the example and gives its figures and what it said beside them.
func runJSON(t *testing.T, args ...string) (result, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append([]string{"-json"}, args...), &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	return decode(t, stdout.Bytes()), stderr.String()
}

// decode reads what must be one JSON object and nothing else, and checks what
// holds in every one.
func decode(t *testing.T, out []byte) result {
	t.Helper()
	var r result
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if d.More() {
		t.Errorf("more than one object: %s", out)
	}
	sum, deliveries := r.HoldOut, int64(0)
	for _, n := range r.Excluded {
		sum += n
	}
	for _, n := range r.Deliveries {
		deliveries += n
	}
	if r.Segment != sum+deliveries || int(r.Segment) != len(r.SegmentIDs) {
		t.Errorf("segment %d is not hold-out + excluded + deliveries, or not that of the ids: %+v", r.Segment, r)
	}
	if r.Sent != deliveries || r.Redeemed > r.Sent {
		t.Errorf("%d deliveries, %d sent, %d redeemed", deliveries, r.Sent, r.Redeemed)
	}
	return r
}

// written gives the files of the messages below a directory.
func written(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && e.Name() != "call-list.csv" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestRun_every_store_gives_the_same(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	want, _ := runJSON(t, "-db", "memory", "-out", t.TempDir())
	if want.Customers != shopCustomers || want.Segment < 100 || want.HoldOut == 0 || len(want.Excluded) < 3 ||
		len(want.Deliveries) != 3 || want.Redeemed == 0 {
		t.Errorf("the shop of our own shows too little: %+v", want)
	}
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			got, _ := runJSON(t, "-db", stores[name](t), "-out", out)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("differs from memory (-memory +got):\n%s", diff)
			}
			if n := len(written(t, out)); n != int(want.Sent) {
				t.Errorf("%d files, want %d", n, want.Sent)
			}
		})
	}
}

func TestRun_twice_changes_nothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			args := []string{"-db", stores[name](t), "-out", out, "-orders", shopFile(t), "-today", "2017-12-31"}
			first, _ := runJSON(t, args...)
			before, held := written(t, out), contents(t, args[1])
			second, _ := runJSON(t, args...)
			if diff := cmp.Diff(held, contents(t, args[1])); diff != "" {
				t.Errorf("the database changed:\n%s", diff)
			}
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("-first +second:\n%s", diff)
			}
			if diff := cmp.Diff(before, written(t, out)); diff != "" || len(before) != int(first.Sent) {
				t.Errorf("%d files for %d messages; then:\n%s", len(before), first.Sent, diff)
			}
		})
	}
}

// contents gives all rows of an SQLite database, by table; nothing for others.
func contents(t *testing.T, name string) map[string][]string {
	t.Helper()
	path, ok := strings.CutPrefix(name, "sqlite:")
	if !ok {
		return nil
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]string{}
	for _, table := range column(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		names := column(t, db, `SELECT 'quote("' || name || '")' FROM pragma_table_info('`+table+`')`)
		all[table] = column(t, db, "SELECT "+strings.Join(names, " || ',' || ")+` FROM "`+table+`" ORDER BY 1`)
	}
	return all
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRun_text(t *testing.T) {
	var stdout, stderr bytes.Buffer
	out := t.TempDir()
	file := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(file, []byte(sampleOrders), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-db", "memory", "-out", out, "-orders", file, "-today", "2017-12-31", "-min-revenue", "100"}
	if code := run(t.Context(), args, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	for _, want := range []string{
		"Today is 31 December 2017", "3 customers placed 4 orders worth 1,272.37 EUR",
		"Claire Van Gute (CG-1) of 42420 Henderson", "at most 3 purchases", "CG-1) is in:", "It selects 1 customer.",
		"Sent: 1 of 1 message.",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &stdout)
		}
	}
}

func TestRun_flags(t *testing.T) {
	for _, args := range [][]string{
		{"-today", "31.12.2017"}, {"-orders", "x.csv"}, {"-min-revenue", "1.500,00"}, {"-max-orders", "-1"}, {"-category", ""},
		{"-zone", "Local"}, {"-zone", "Nowhere"}, {"extra"}, {"-unknown"},
	} {
		var stdout, stderr bytes.Buffer
		args = append([]string{"-db", "memory", "-out", t.TempDir()}, args...)
		if code := run(t.Context(), args, &stdout, &stderr); code != 2 || stderr.Len() == 0 || stdout.Len() > 0 {
			t.Errorf("%v: exit code %d, %q", args, code, &stderr)
		}
	}
	for _, db := range []string{"mysql:x", "sqlite:", "sqlite", ""} {
		t.Chdir(t.TempDir())
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"-db", db, "-out", "out", "-orders", "missing.csv", "-today", "2017-12-31"}, &stdout, &stderr)
		if code == 0 || stderr.Len() == 0 {
			t.Errorf("-db %q: exit code %d", db, code)
		}
	}
}

func TestSetPlaces_keeps_runs_apart(t *testing.T) {
	t.Chdir(t.TempDir())
	places := map[string]bool{}
	for _, args := range [][]string{
		{}, {}, {"-today", "2025-06-30"}, {"-category", "Garden"}, {"-max-orders", "4"}, {"-min-revenue", "1"}, {"-zone", "UTC"},
	} {
		o, err := parseFlags(args, os.Stderr)
		if err != nil {
			t.Fatal(err)
		}
		places[o.db+" "+o.out] = true
	}
	if len(places) != 6 {
		t.Errorf("%d places: %v", len(places), places)
	}
	if text, err := os.ReadFile(filepath.Join(demoDir, ".gitignore")); err != nil || string(text) != "*\n" {
		t.Errorf(".gitignore: %q, %v", text, err)
	}
}
