package exchange

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// full is a record with something in every field, so that a field which is new is
// forgotten nowhere.
func full(t *testing.T) contact.Contact {
	t.Helper()
	c := contact.Contact{
		ID: contact.ID(id.New()), Kind: contact.Company, Name: contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Anna", Family: "Muster", Company: "Muster AG"},
		Language: "de", TimeZone: "Europe/Berlin", PreferredChannel: contact.ChannelEmail, Born: contact.Date{Year: 1990},
		Occupation: "carpenter", Education: "school", MaritalStatus: "single", Owner: "kim", VATNumber: "DE136695976", VATNormal: "DE136695976", Tags: []string{"a"}, Hobbies: []string{"b"}, Memberships: []string{"c"},
		Emails: []contact.Email{{Address: "anna@example.com"}}, Phones: []contact.Phone{{Number: "+49 30 123456"}},
		Addresses: []contact.Address{{City: "Berlin"}}, Identities: []contact.Identity{{Source: "shop", Key: "1"}},
		Links: []contact.Link{{Kind: contact.WorksFor, To: contact.ID(id.New())}}, Origins: []contact.Origin{{Source: "fair"}},
		Accounts: []contact.Account{{Token: "t"}}, Custom: map[string]contact.Value{"points": contact.Int(1)},
		CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(2, 0), Version: 3,
	}
	for _, v := range []reflect.Value{reflect.ValueOf(c), reflect.ValueOf(c.Name)} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Fatalf("the record of this test has nothing in %s", v.Type().Field(i).Name)
			}
		}
	}
	return c
}

func TestMerge_keeps_every_field(t *testing.T) {
	old := full(t)
	for _, known := range []Known{Update, Fill} {
		if diff := cmp.Diff(old, merge(known, contact.Origin{}, old, contact.Contact{Kind: contact.Person}, "")); diff != "" {
			t.Errorf("%s with an entry that says nothing (-was +is):\n%s", known, diff)
		}
	}
	stored := contact.Contact{ID: old.ID, Kind: contact.Person, CreatedAt: old.CreatedAt, UpdatedAt: old.UpdatedAt, Version: old.Version}
	for _, known := range []Known{Update, Replace} {
		if diff := cmp.Diff(old, merge(known, contact.Origin{}, stored, old, old.Kind)); diff != "" {
			t.Errorf("%s of a record that says nothing (-want +got):\n%s", known, diff)
		}
	}
}

func TestUnmerge_takes_back_every_field(t *testing.T) {
	none, all := contact.Contact{ID: contact.ID(id.New())}, full(t)
	for what, c := range map[string]struct{ before, after contact.Contact }{"all": {none, all}, "nothing": {all, none}} {
		was, changed := unmerge(c.after, c.before, c.after)
		want := c.before
		was.ID, was.Identities, was.CreatedAt, was.UpdatedAt, was.Version = want.ID, want.Identities, want.CreatedAt, want.UpdatedAt, want.Version
		if diff := cmp.Diff(want, was); diff != "" || len(changed) > 0 {
			t.Errorf("an import that brought %s (-before +taken back), changed %v:\n%s", what, changed, diff)
		}
	}
	edited := full(t)
	was, changed := unmerge(edited, none, all)
	if len(changed) == 0 || !cmp.Equal(was.Links, edited.Links) {
		t.Errorf("what was edited since was taken back: %v", changed)
	}
}
