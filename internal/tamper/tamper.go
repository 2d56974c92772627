// Package tamper changes the log of what was done behind the back of a SQL store, in every
// way that somebody can who writes its tables, and sees that each change is found.
package tamper

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/storage"
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

// victim is a log of six sealed entries and two that wait.
type victim struct {
	*testing.T
	ctx  context.Context
	db   *sql.DB
	bind func(*sql.Tx) storage.Store
	crm  *crm.CRM
}

// Run tampers with the log of an empty store. bind gives a handle of it within a
// transaction.
func Run(t *testing.T, store storage.Store, db *sql.DB, bind func(*sql.Tx) storage.Store) {
	t.Helper()
	c, err := crm.New(store, &crm.Config{Audit: &crm.Audit{Key: []byte("0123456789abcdef")}})
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{t, access.With(t.Context(), access.Actor{ID: "7"}), db, bind, c}
	anchor := v.fill()
	for _, act := range tampering {
		v.finds(act.does, false, audit.Break{Seq: act.seq, Why: act.why})
	}
	cut := tampering[len(tampering)-3].does
	v.finds(cut, false, audit.Break{Seq: 5, Why: audit.Missing}, anchor)
	// To seal a changed entry does not make it good.
	v.finds("UPDATE crm_audit SET actor = '8' WHERE resource = '7'", true, audit.Break{Seq: 8, Why: audit.Changed})
	if r := v.verify("", false, anchor); r.Broken != nil || r.Sealed != 6 || r.Unsealed != 2 || r.Head != anchor {
		t.Errorf("of a log as it should be: %+v", r)
	}
	if r := v.verify(tampering[len(tampering)-1].does, false); r.Erased != 1 {
		t.Errorf("of a log with an erased payload: %+v", r)
	}
}

// fill writes the log and returns its end.
func (v *victim) fill() audit.Head {
	v.Helper()
	for i := range 8 {
		if _, err := v.crm.Audit.Record(v.ctx, audit.Event{Action: "shop.Print", Kind: "page", Resource: fmt.Sprint(i)}); err != nil {
			v.Fatal(err)
		}
		if i == 5 {
			if n, err := v.crm.Audit.Seal(v.ctx); n != 6 || err != nil {
				v.Fatal(n, err)
			}
		}
	}
	anchor, err := v.crm.Audit.Head(v.ctx)
	if err != nil {
		v.Fatal(err)
	}
	return anchor
}

// finds checks which fault is found first; none where why is empty.
func (v *victim) finds(does string, seal bool, want audit.Break, anchors ...audit.Head) {
	v.Helper()
	var got audit.Break
	if b := v.verify(does, seal, anchors...).Broken; b != nil {
		got = *b
	}
	if got.Seq != want.Seq || got.Why != want.Why {
		v.Errorf("%s: found %q at %d, want %q at %d", does, got.Why, got.Seq, want.Why, want.Seq)
	}
}

// verify does something to the tables in a transaction that is undone, seals what waits if
// it is told to, and verifies.
func (v *victim) verify(does string, seal bool, anchors ...audit.Head) audit.Report {
	v.Helper()
	tx, err := v.db.BeginTx(v.ctx, nil)
	if err != nil {
		v.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(v.ctx, does); err != nil {
		v.Fatalf("%s: %v", does, err)
	}
	in := v.crm.In(v.bind(tx)).Audit
	if seal {
		_, err = in.Seal(v.ctx)
	}
	r, failed := in.Verify(v.ctx, anchors...)
	if err = errors.Join(err, failed); err != nil {
		v.Errorf("%s: %v", does, err)
	}
	return r
}
