package sqlite_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
)

// tampering is what somebody does to the tables who can write them, and the fault that
// Verify then names: the number of the entry and why; "" where it finds none. sealed is
// how many entries there are, and two more wait.
var tampering = []struct {
	does string // statements
	seq  int64
	why  audit.Why
}{
	{"", 0, ""},
	{"UPDATE crm_audit SET actor = '8' WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET actor = '8' WHERE seq IN (5, 4, 2)", 2, audit.Changed},
	{"UPDATE crm_audit SET at = at + 1 WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET action = 'shop.print' WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET kind = 'pages' WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET resource = '' WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET contact_id = id WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET many = NOT many WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET id = salt WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET mac = digest WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET digest = mac WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET hash = 'x' WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET hash = mac WHERE seq = 6", 6, audit.Changed},
	{"UPDATE crm_audit SET prev = hash WHERE seq = 3", 3, audit.Changed},
	{"UPDATE crm_audit SET payload = '{\"count\":1}' WHERE seq = 3", 3, audit.PayloadChanged},
	{"UPDATE crm_audit SET salt = id WHERE seq = 3", 3, audit.PayloadChanged},
	{"DELETE FROM crm_audit WHERE seq = 3", 3, audit.Missing},
	{"DELETE FROM crm_audit WHERE seq = 1", 1, audit.Missing},
	{"DELETE FROM crm_audit WHERE seq = 6", 6, audit.Missing},
	{"DELETE FROM crm_audit WHERE seq > 2", 3, audit.Missing},
	{"UPDATE crm_audit SET seq = 9 WHERE seq = 3; UPDATE crm_audit SET seq = 3 WHERE seq = 4; UPDATE crm_audit SET seq = 4 WHERE seq = 9", 3, audit.Reordered},
	{"DELETE FROM crm_audit WHERE seq = 3; UPDATE crm_audit SET seq = 3 WHERE seq = 6", 3, audit.Reordered},
	{"DELETE FROM crm_audit WHERE seq = 6; UPDATE crm_audit SET seq = 6 WHERE resource = '6'", 6, audit.Reordered},
	{"UPDATE crm_audit_head SET seq = 2", 2, audit.HeadChanged},
	{"UPDATE crm_audit_head SET hash = (SELECT mac FROM crm_audit WHERE seq = 6)", 6, audit.HeadChanged},
	{"DELETE FROM crm_audit_head", 6, audit.HeadChanged},
	{"UPDATE crm_audit_head SET seq = 8", 7, audit.Missing},
	{"UPDATE crm_audit SET actor = '8' WHERE resource = '7'", 0, audit.UnsealedChanged},
	{"UPDATE crm_audit SET payload = '{}  ' WHERE resource = '7'", 0, audit.UnsealedChanged},
	{"INSERT INTO crm_audit SELECT tenant_id, salt, at, actor, action, kind, resource, contact_id, many, payload, salt, digest, mac, 0, prev, hash FROM crm_audit WHERE seq = 2", 0, audit.UnsealedChanged},
	// What cannot be seen without an anchor, or not at all.
	{"DELETE FROM crm_audit WHERE seq > 4; UPDATE crm_audit_head SET seq = 4, hash = (SELECT hash FROM crm_audit WHERE seq = 4)", 0, ""},
	{"DELETE FROM crm_audit WHERE seq = 0", 0, ""},
	{"UPDATE crm_audit SET payload = '' WHERE seq = 3", 0, ""},
}

// Verify names the first fault, whatever was done to the tables.
func TestVerify_finds_what_was_done_to_the_tables(t *testing.T) {
	store, db := fresh(t)
	c, err := crm.New(store, &crm.Config{Audit: &crm.Audit{Key: []byte("0123456789abcdef")}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := access.With(t.Context(), access.Actor{ID: "7"})
	for i := range 8 {
		if _, err := c.Audit.Record(ctx, audit.Event{Action: "shop.Print", Kind: "page", Resource: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
		if i == 5 {
			if n, err := c.Audit.Seal(ctx); n != 6 || err != nil {
				t.Fatal(n, err)
			}
		}
	}
	anchor, err := c.Audit.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sealed := false // whether to seal before verifying
	verify := func(does string, anchors ...audit.Head) audit.Report {
		t.Helper()
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, does); err != nil {
			t.Fatalf("%s: %v", does, err)
		}
		in := c.In(store.WithTx(tx)).Audit
		if sealed {
			_, err = in.Seal(ctx)
		}
		r, failed := in.Verify(ctx, anchors...)
		if err = errors.Join(err, failed); err != nil {
			t.Errorf("%s: %v", does, err)
		}
		return r
	}
	for _, act := range tampering {
		var seq int64
		var why audit.Why
		if b := verify(act.does).Broken; b != nil {
			seq, why = b.Seq, b.Why
		}
		if seq != act.seq || why != act.why {
			t.Errorf("%s: found %q at %d, want %q at %d", act.does, why, seq, act.why, act.seq)
		}
	}
	cut := tampering[len(tampering)-3].does
	if b := verify(cut, anchor).Broken; b == nil || *b != (audit.Break{Seq: 5, Why: audit.Missing}) {
		t.Errorf("with an anchor, found %+v where the end was cut off", b)
	}
	if r := verify("", anchor); r.Broken != nil || r.Sealed != 6 || r.Unsealed != 2 || r.Head != anchor {
		t.Errorf("of a log as it should be: %+v", r)
	}
	if r := verify(tampering[len(tampering)-1].does); r.Erased != 1 {
		t.Errorf("of a log with an erased payload: %+v", r)
	}
	sealed = true // does not make it good
	if b := verify("UPDATE crm_audit SET actor = '8' WHERE resource = '7'").Broken; b == nil || b.Seq != 8 || b.Why != audit.Changed {
		t.Errorf("found %+v where a changed entry was sealed", b)
	}
}
