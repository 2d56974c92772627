package people_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// fields are custom fields of all types.
var fields = []contact.Field{
	{Name: "note", Type: contact.TypeText}, {Name: "points", Type: contact.TypeNumber}, {Name: "seen.at", Type: contact.TypeTime},
	{Name: "vip", Type: contact.TypeBool}, {Name: "wedding", Type: contact.TypeDate}, {Name: "balance", Type: contact.TypeMoney},
	{Name: "likes", Type: contact.TypeMany, OneOf: []string{"tea", "wine"}},
}

// now is the present of all tests.
func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// decoder reads a table with the mapping, or with that which is guessed.
func decoder(t testing.TB, file string, m people.Mapping, o people.Options) *people.Decoder {
	t.Helper()
	r, err := table.NewReader(strings.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		m, _ = people.Guess(r.Columns(), o.Fields)
	}
	if o.Now == nil {
		o.Now = now
	}
	d, err := people.NewDecoder(r, m, &o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// all collects the contacts, and the errors of broken rows.
func all(t testing.TB, d *people.Decoder) (contacts []contact.Contact, broken []string) {
	t.Helper()
	for r, err := range d.Contacts() {
		var row *table.RowError
		if errors.As(err, &row) {
			broken = append(broken, row.Error())
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		contacts = append(contacts, r.Contact)
	}
	return contacts, broken
}

// one reads a table of a single row that is not broken.
func one(t testing.TB, file string, m people.Mapping, o people.Options) contact.Contact {
	t.Helper()
	contacts, broken := all(t, decoder(t, file, m, o))
	if len(contacts) != 1 || len(broken) > 0 {
		t.Fatalf("%d contacts, broken: %v", len(contacts), broken)
	}
	return contacts[0]
}

// sameAs compares records exactly. Their own text hides what differs.
func sameAs(t *testing.T, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	g, _ := json.MarshalIndent(got, "", " ")
	w, _ := json.MarshalIndent(want, "", " ")
	t.Fatalf("want -, got +:\n%s", cmp.Diff(string(w), string(g)))
}

// data opens a file of CRM_DATA.
func data(t *testing.T, name string) *os.File {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
