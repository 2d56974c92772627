package querybuilder_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/segment/querybuilder"
	"github.com/stammkunde/crm/storage/memory"
)

// heroes maps the fields of the query builder's own tests. The lists have
// become activities with data.
func heroes() querybuilder.Mapping {
	text := func(name string) querybuilder.Field {
		return querybuilder.Field{Name: name, Type: contact.TypeText}
	}
	return querybuilder.Mapping{Fields: map[string]querybuilder.Target{
		"firstName": text("name.given"), "lastName": text("name.family"),
		"madeUpName": text("custom.made_up_name"), "nickname": text("custom.nickname"),
		"enhanced":   querybuilder.Field{Name: "custom.enhanced", Type: contact.TypeBool},
		"powerUpAge": querybuilder.Field{Name: "custom.power_up_age", Type: contact.TypeNumber},
		"nicknames": querybuilder.List{
			Activities: &segment.Selection{Kind: "nickname"},
			Fields:     map[string]querybuilder.Field{"": text("data.value")},
		},
		"earlyPencilers": querybuilder.List{
			Activities: &segment.Selection{Kind: "penciler"},
			Fields: map[string]querybuilder.Field{
				"firstName": text("data.first_name"), "lastName": text("data.last_name"), "generationalSuffix": text("data.suffix"),
			},
		},
	}}
}

// hero is a record of the query builder's own tests.
type hero struct {
	FirstName, LastName, MadeUpName, Nickname string
	Enhanced                                  bool
	PowerUpAge                                *int64
	Nicknames                                 []string
	EarlyPencilers                            []struct{ FirstName, LastName, GenerationalSuffix string }
}

// theHeroes is a CRM with the heroes, and one who has no lists.
func theHeroes(t testing.TB, list []hero) *crm.CRM {
	t.Helper()
	c, err := crm.New(memory.New(), &crm.Config{
		Now: func() time.Time { return time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC) },
		Fields: []contact.Field{
			{Name: "made_up_name", Type: contact.TypeText}, {Name: "nickname", Type: contact.TypeText},
			{Name: "enhanced", Type: contact.TypeBool}, {Name: "power_up_age", Type: contact.TypeNumber},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range list {
		h.create(t, c)
	}
	return c
}

func (h hero) create(t testing.TB, c *crm.CRM) {
	t.Helper()
	custom := map[string]contact.Value{"made_up_name": contact.Text(h.MadeUpName), "enhanced": contact.Bool(h.Enhanced)}
	if h.Nickname != "" {
		custom["nickname"] = contact.Text(h.Nickname)
	}
	if h.PowerUpAge != nil {
		custom["power_up_age"] = contact.Int(*h.PowerUpAge)
	}
	who, err := c.Contacts.Create(t.Context(), contact.Contact{
		Name: contact.Name{Given: h.FirstName, Family: h.LastName}, Custom: custom,
		Identities: []contact.Identity{{Source: "comic", Key: h.MadeUpName}},
	})
	if err != nil {
		t.Fatal(err)
	}
	record := func(kind activity.Kind, data map[string]string) {
		a := activity.Activity{Contact: who.ID, Kind: kind, Data: map[string]contact.Value{}}
		for name, text := range data {
			if text != "" {
				a.Data[name] = contact.Text(text)
			}
		}
		if _, err := c.Activities.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range h.Nicknames {
		record("nickname", map[string]string{"value": n})
	}
	for _, p := range h.EarlyPencilers {
		record("penciler", map[string]string{"first_name": p.FirstName, "last_name": p.LastName, "suffix": p.GenerationalSuffix})
	}
}

// select gives the names of those whom a rule selects.
func selected(t testing.TB, c *crm.CRM, r segment.Rule) []string {
	t.Helper()
	page, err := c.Segments.Members(context.Background(), r, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, id := range page.Contacts {
		who, err := c.Contacts.Get(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, who.Custom["made_up_name"].Text)
	}
	slices.Sort(names)
	return names
}

// TestConformance evaluates the query builder's own test cases, whose answers
// were found by its formatters on foreign databases.
func TestConformance(t *testing.T) {
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA does not name the directory of the test data")
	}
	text, err := os.ReadFile(filepath.Join(dir, "segmentation", "rqb_conformance.json"))
	if err != nil {
		t.Fatal(err)
	}
	var suite struct {
		Records []hero
		Cases   []struct {
			Name     string
			Query    json.RawMessage
			Options  struct{ PreserveValueOrder bool }
			Expected []string
		}
	}
	if err := json.Unmarshal(text, &suite); err != nil {
		t.Fatal(err)
	}
	c := theHeroes(t, suite.Records)
	for _, tc := range suite.Cases {
		t.Run(strings.ReplaceAll(tc.Name, "/", " or "), func(t *testing.T) {
			m := heroes()
			m.PreserveValueOrder = tc.Options.PreserveValueOrder
			rule, err := querybuilder.Parse(tc.Query, m)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(tc.Expected)
			if d := cmp.Diff(tc.Expected, selected(t, c, rule)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			comesBack(t, rule, m)
		})
	}
	if len(suite.Cases) < 40 {
		t.Errorf("only %d cases", len(suite.Cases))
	}
}

// comesBack tests that a rule made by Parse survives Format and Parse.
func comesBack(t testing.TB, rule segment.Rule, m querybuilder.Mapping) {
	t.Helper()
	query, err := querybuilder.Format(rule, m)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	again, err := querybuilder.Parse(query, m)
	if err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, query)
	}
	want, _ := json.Marshal(rule)
	got, _ := json.Marshal(again)
	if string(want) != string(got) {
		t.Fatalf("written as %s, a rule changed\nfrom %s\n  to %s", query, want, got)
	}
}
