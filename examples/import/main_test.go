package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/internal/dbtest"
)

const childEnv = "CRM_IMPORT_CHILD"

// TestMain runs the example itself where a test has started it as a process of its
// own.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
		return
	}
	dbtest.Main(m)
}

// customers writes a file of n customers, of whom some are refused.
func customers(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Kundennummer;Vorname;Nachname;E-Mail;Telefon;Straße;PLZ;Ort;Land\n")
	for i := range n {
		mail := fmt.Sprintf("kunde%d@example.com", i)
		if i%50 == 7 {
			mail = "keine"
		}
		fmt.Fprintf(&b, "K-%d;Anna;Muster%d;%s;030 %07d;Hauptstraße %d;10115;Berlin;DE\n", i, i, mail, 2000000+i, i%200+1)
	}
	path := filepath.Join(t.TempDir(), "kunden.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// imported runs the example and reads what it tells.
func imported(t *testing.T, args ...string) exchange.Import {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), append(args, "-quiet"), &out); err != nil {
		t.Fatal(err)
	}
	return parse(t, out.Bytes())
}

func parse(t *testing.T, text []byte) (i exchange.Import) {
	t.Helper()
	if err := json.Unmarshal(text, &i); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return i
}

// killed starts the example and kills it after a while. It reports whether the example
// was quicker, and what it told.
func killed(t *testing.T, after time.Duration, args ...string) (quicker bool, told []byte) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, wrong bytes.Buffer
	cmd := exec.CommandContext(t.Context(), exe, append(args, "-quiet")...)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	err = cmd.Wait()
	timer.Stop()
	if wrong.Len() > 0 {
		t.Fatalf("%v: %s", err, &wrong)
	}
	return err == nil, out.Bytes()
}

func databases(t *testing.T) map[string]string {
	return map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "crm.db"), "postgres": dbtest.Postgres(t)}
}

// TestImport_killed_anywhere imports a file and takes it back, killed with SIGKILL
// again and again, and compares with an import that nobody disturbed.
func TestImport_killed_anywhere(t *testing.T) {
	const n = 6000
	file := customers(t, n)
	want := imported(t, "-db", "sqlite:"+filepath.Join(t.TempDir(), "undisturbed.db"), "-file", file)
	if want.Created != n-n/50 || want.Refused != n/50 {
		t.Fatalf("an undisturbed import: %+v", want)
	}
	for name, db := range databases(t) {
		t.Run(name, func(t *testing.T) {
			got := again(t, "-db", db, "-file", file, "-batch", "100")
			if diff := cmp.Diff(numbers(want), numbers(got)); diff != "" {
				t.Errorf("differs from an undisturbed import (-undisturbed +killed):\n%s", diff)
			}
			if left := exported(t, db); left != want.Created {
				t.Errorf("%d contacts are there, want %d", left, want.Created)
			}
			if back := again(t, "-db", db, "-undo", "-name", "kunden.csv"); back.State != exchange.Undone || back.Kept > 0 {
				t.Errorf("taken back: %+v", back)
			}
			if left := exported(t, db); left != 0 {
				t.Errorf("%d contacts are left after the import was taken back", left)
			}
		})
	}
}

// again runs the example, killed ever later, until it ends by itself.
func again(t *testing.T, args ...string) exchange.Import {
	t.Helper()
	for kills := 0; kills < 100; kills++ {
		quicker, told := killed(t, time.Duration(60+40*kills)*time.Millisecond, args...)
		if !quicker {
			continue
		}
		if t.Logf("killed %d times", kills); kills < 3 {
			t.Errorf("killed %d times only: the test tests too little", kills)
		}
		return parse(t, told)
	}
	t.Fatal("never ends")
	return exchange.Import{}
}

// numbers are what two imports of the same file have in common.
func numbers(i exchange.Import) []any {
	return []any{i.State, i.Position, i.Entries, i.Created, i.Updated, i.Unchanged, i.Refused, i.Problems, i.Changes}
}

// exported counts the contacts by an export.
func exported(t *testing.T, db string) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "all.jsonl")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-db", db, "-export", path, "-quiet"}, &out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}

// TestImport_formats imports every kind of file.
func TestImport_formats(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		text                string
		args                []string
		created, activities int
	}{
		"people.csv":   {"Vorname,Nachname,E-Mail\nAnna,Muster,anna@example.com\n", nil, 1, 0},
		"orders.csv":   {"Order ID,Order Date,Customer ID,Product Name,Sales\nA-1,2026-01-31,4711,Sofa,899.00\n", []string{"-format", "orders"}, 1, 1},
		"people.vcf":   {"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Muster;Anna;;;\r\nFN:Anna Muster\r\nUID:1\r\nEND:VCARD\r\n", nil, 1, 0},
		"people.jsonl": {`{"contact":{"name":{"given":"Anna","family":"Muster"},"identities":[{"source":"shop","key":"1"}]}}` + "\n", nil, 1, 0},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		args := append([]string{"-db", "sqlite:" + filepath.Join(dir, name+".db"), "-file", path}, c.args...)
		dry := imported(t, append(args, "-dry-run")...)
		got := imported(t, args...)
		if got.Created != c.created || got.Activities != c.activities || got.Refused > 0 {
			t.Errorf("%s: %+v", name, got)
		}
		if diff := cmp.Diff(numbers(dry), numbers(got)); diff != "" {
			t.Errorf("%s: the dry run differs (-dry +real):\n%s", name, diff)
		}
	}
}
