package duplicates_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/sqlite"
)

// envScan holds the database of a process that is to scan, and to be killed.
const envScan = "CRM_DUPLICATES_SCAN"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(envScan); dsn != "" {
		if err := scanSlowly(dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// scanSlowly scans, and rests between two parts, so that it can be killed among few
// contacts, too.
func scanSlowly(dsn string) error {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	store, err := sqlite.New(db, nil)
	if err != nil {
		return err
	}
	c, err := crm.New(store, nil)
	if err != nil {
		return err
	}
	_, err = c.Duplicates.Scan(context.Background(), &duplicates.ScanOptions{
		Progress: func(duplicates.Scan) { time.Sleep(10 * time.Millisecond) },
	})
	return err
}

// TestScan_killed_anywhere kills processes that scan with SIGKILL, again and again,
// and compares with a scan that nobody disturbed.
func TestScan_killed_anywhere(t *testing.T) {
	undisturbed, _ := crowd(t)
	if _, err := undisturbed.Duplicates.Scan(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want := listed(t, undisturbed)
	c, dsn := crowd(t)
	kills, positions := 0, map[int]bool{}
	var done duplicates.Scan
	for done.State != duplicates.Finished { // it may have come to the end right before it was killed
		if kills == 100 {
			t.Fatal("the scan never ends")
		}
		if !scanned(t, dsn, time.Duration(60+rand.IntN(120+15*kills))*time.Millisecond) {
			kills++
		}
		var err error
		if done, err = c.Duplicates.Status(t.Context()); err != nil && !errors.Is(err, crm.ErrNotFound) {
			t.Fatal(err)
		}
		positions[done.Position] = true
	}
	t.Logf("killed %d times, behind %v", kills, positions)
	if kills < 3 || len(positions) < 3 {
		t.Errorf("killed %d times, behind %d different parts: the test tests too little", kills, len(positions))
	}
	if done.Number != 1 || done.State != duplicates.Finished {
		t.Errorf("killed, the scan ended as %+v", done)
	}
	if diff := cmp.Diff(want, listed(t, c)); diff != "" || len(want) < 30 {
		t.Errorf("%d pairs; the list differs from that of an undisturbed scan (-undisturbed +killed):\n%s", len(want), diff)
	}
}

// scanned starts a process that scans, and kills it after a while. It reports whether
// the scan was quicker.
func scanned(t *testing.T, dsn string, after time.Duration) bool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var wrong bytes.Buffer
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env, cmd.Stderr = append(os.Environ(), envScan+"="+dsn), &wrong
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	err = cmd.Wait()
	timer.Stop()
	if wrong.Len() > 0 {
		t.Fatalf("%v: %s", err, &wrong)
	}
	return err == nil
}

// crowd is a new database with some hundred people, always the same, of whom some
// stand there twice.
func crowd(t *testing.T) (*crm.CRM, string) {
	t.Helper()
	dsn := dbtest.SQLite(t)
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := sqlite.Migrate(t.Context(), db, nil); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := crm.New(store, nil)
	if err != nil {
		t.Fatal(err)
	}
	var people []contact.Contact
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 550 {
		p := someone(r)
		if i%11 == 10 {
			p = people[i-10]
			p.Emails = nil
		}
		p.ID, p.Identities = contact.ID{byte(i >> 8), byte(i), 1}, []contact.Identity{{Source: "shop", Key: fmt.Sprint(i)}}
		people = append(people, p)
	}
	if _, err := c.Contacts.UpsertMany(t.Context(), people); err != nil {
		t.Fatal(err)
	}
	return c, dsn
}

// someone makes somebody up.
func someone(r *rand.Rand) contact.Contact {
	of := func(list ...string) string { return list[r.IntN(len(list))] }
	front := of("Acker", "Birken", "Dorn", "Eich", "Fels", "Hasel", "Kirch", "Linden", "Mühl", "Rosen", "Stein")
	return contact.Contact{
		Name:   contact.Name{Given: of("Peter", "Sabine", "Jürgen", "Helga", "Oliver", "Mia", "Torsten"), Family: front + of("bach", "berg", "mann", "hof", "feld")},
		Born:   contact.Date{Year: 1940 + r.IntN(60), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)},
		Emails: []contact.Email{{Address: fmt.Sprintf("mail%d@example.com", r.IntN(1_000_000))}},
		Phones: []contact.Phone{{Number: fmt.Sprintf("+49 30 %07d", r.IntN(10_000_000))}},
		Addresses: []contact.Address{{
			Street: fmt.Sprintf("%sstraße %d", front, 1+r.IntN(99)), PostalCode: fmt.Sprint(10115 + r.IntN(80_000)), City: of("Berlin", "Bremen", "Erfurt"), Country: "DE",
		}},
	}
}

// listed gives the whole list, a line for each pair and group.
func listed(t *testing.T, c *crm.CRM) (lines []string) {
	t.Helper()
	add := func(v any) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(text))
	}
	o := duplicates.PairsOptions{Limit: 7}
	for more := true; more; more = o.Cursor != "" {
		page, err := c.Duplicates.Pairs(t.Context(), &o)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Pairs {
			add(p)
		}
		o.Cursor = page.Next
	}
	groups, err := c.Duplicates.Groups(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups.Groups {
		add(g)
	}
	return lines
}
