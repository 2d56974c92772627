package sqlite_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/sqlite"
)

// planner makes a CRM on a store with the custom fields of the rules below.
func planner(t *testing.T, s storage.Store) *segment.Service {
	t.Helper()
	c, err := crm.New(s, &crm.Config{Fields: []contact.Field{
		{Name: "points", Type: contact.TypeNumber}, {Name: "nick", Type: contact.TypeText}, {Name: "signed", Type: contact.TypeDate},
		{Name: "interests", Type: contact.TypeMany, OneOf: []string{"vip"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Segments
}

// planCases are the main shapes of rules: what is read for the population, what
// is read for a handful beside the contacts by their ids, and what is warned of.
var planCases = []struct {
	name                          string
	rule                          segment.Rule
	population, handful, warnings []string
}{
	{
		"furniture buyers who lapsed", segment.All(
			segment.Purchases().In("Furniture").Sum(segment.AtLeast, money.New(150000, "EUR")),
			segment.Purchases().In("Furniture").InLast(12, segment.Months).None()),
		[]string{"activity_item by the primary key (contact_id)", "rollup by the primary key (kind, category)"},
		[]string{"activity_item by the primary key (contact_id)", "rollup by the primary key (kind, category, contact_id)"}, nil,
	}, {
		"a count in a window", segment.Purchases().InLast(90, segment.Days).AtLeast(3),
		[]string{"activity by activity_kind (kind, at), index only"}, []string{"activity by activity_history (contact_id, at)"},
		[]string{"must look at the activities of kind purchase themselves, because no rollup answers a count in a window"},
	}, {
		"a count in a window that holds much of the history", segment.Purchases().InLast(1, segment.Years).AtLeast(3),
		[]string{"activity by activity_contact (kind), index only"}, []string{"activity by activity_history (contact_id, at)"},
		[]string{"must look at the activities of kind purchase themselves, because no rollup answers a count in a window"},
	}, {
		"a total of a category in a window", segment.Purchases().In("Furniture").InLast(90, segment.Days).Sum(segment.AtLeast, money.New(1, "EUR")),
		[]string{"activity_item by activity_item_category (kind, category, at), index only"}, []string{"activity_item by the primary key (contact_id)"},
		[]string{"must look at the items in Furniture of activities of kind purchase themselves, because no rollup answers a total in a window"},
	}, {
		"a condition on what no index holds", segment.Activities("visit").Where(segment.Field("subject").Equals("x")).AtLeast(2),
		[]string{"activity by activity_contact (kind)"}, []string{"activity by activity_history (contact_id, at)"},
		[]string{
			"reads all activities of kind visit: no index holds subject",
			"must look at the activities of kind visit themselves, because no rollup knows single fields",
		},
	}, {
		"all kinds", segment.Activities("").AtLeast(1),
		[]string{"activity by activity_history as a whole, index only"}, []string{"activity by activity_history (contact_id, at), index only"},
		[]string{"reads every activity: no index is over all kinds"},
	}, {
		"a custom field", segment.Field("custom.points").Equals(3),
		[]string{"contact_field by contact_field_number (name, number_value)"}, []string{"contact_field by the primary key (contact_id, name)"}, nil,
	}, {
		"a custom date", segment.Field("custom.signed").Missing(),
		[]string{"contact by the primary key as a whole, index only", "contact_field by the primary key as a whole"},
		[]string{"contact_field by the primary key (contact_id, name)"},
		[]string{
			"reads the custom fields of every contact: no index tells who lacks one",
			"reads every contact: the rule tells at most who is not selected",
		},
	}, {
		"consent", segment.Consented("marketing", contact.ChannelEmail),
		[]string{"consent_event by the primary key (contact_id)", "consent_state by consent_state_cell (purpose, channel, layer), index only"},
		[]string{"consent_event by the primary key (contact_id)", "consent_state by the primary key (contact_id, purpose, channel, layer)"}, nil,
	}, {
		"a tag", segment.Has(segment.Tags).Where(segment.Field("name").Equals("vip")).AtLeast(1),
		[]string{"contact_element by contact_element_value (list, value), index only"},
		[]string{"contact_element by contact_element_value (list, value, contact_id), index only"}, nil,
	}, {
		"an e-mail address", segment.Has(segment.Emails).Where(segment.Field("address").Equals("a@example.com")).AtLeast(1),
		[]string{"contact by contact_email (email), index only", "contact_element by contact_element_value (list, value), index only"},
		[]string{"contact_element by contact_element_value (list, value, contact_id), index only"}, nil,
	}, {
		"a phone", segment.Has(segment.Phones).Where(segment.Field("number").Equals("030 1")).AtLeast(1),
		[]string{"contact by contact_phone (phone), index only", "contact_element by contact_element_value (list, value), index only"},
		[]string{"contact_element by contact_element_value (list, value, contact_id), index only"}, nil,
	}, {
		"one of many texts", segment.Chosen("interests", "vip"),
		[]string{"contact_element by contact_element_value (list, value), index only"},
		[]string{"contact_element by contact_element_value (list, value, contact_id), index only"}, nil,
	}, {
		"a sequence", segment.Purchases().Then(segment.Activities("call"), 48),
		[]string{"activity by activity_contact (kind), index only", "activity by activity_history (contact_id, at)"},
		[]string{"activity by activity_history (contact_id, at)"},
		[]string{"must look at the activities of kind purchase themselves, because for each of them it is looked up what followed"},
	}, {
		"a field of the record", segment.Field("address.city").Equals("Berlin"),
		[]string{"contact by the primary key as a whole"}, nil, []string{"reads every contact: no index holds address.city"},
	},
}

// The main shapes are answered by their indexes, without statistics too, and
// what is not is warned of.
func TestPlan_uses_the_indexes(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t)
	segments := planner(t, s)
	for _, c := range planCases {
		t.Run(c.name, func(t *testing.T) {
			p, err := segments.Plan(t.Context(), c.rule)
			if err != nil {
				t.Fatal(err)
			}
			handful := slices.DeleteFunc(shown(p.Handful), func(read string) bool { return strings.HasPrefix(read, "contact by the primary key (id)") })
			if got := shown(p.Population); !slices.Equal(got, c.population) || !slices.Equal(handful, c.handful) || !slices.Equal(p.Population.Warnings, c.warnings) {
				t.Errorf("the plan is\n%s\nmust be\n%q\n%q\n%q", p, c.population, c.handful, c.warnings)
			}
		})
	}
}

func shown(f segment.PlanForm) []string {
	list := make([]string, len(f.Reads))
	for i, r := range f.Reads {
		list[i] = r.String()
	}
	return list
}

// A prefix is no part of the names, and a transaction of the host's sees the
// same.
func TestPlan_is_the_same_with_a_prefix_and_in_a_transaction(t *testing.T) {
	t.Parallel()
	_, db := fresh(t)
	s, _ := prepared(t, db, &sqlite.Config{Prefix: "shop_"})
	rule := planCases[0].rule
	want, err := planner(t, s).Plan(t.Context(), rule)
	if err != nil || want.Population.Reads[1].Index != "primary key" {
		t.Fatalf("%s, error %v", want, err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	got, err := planner(t, s.WithTx(tx)).Plan(t.Context(), rule)
	if err != nil || got.String() != want.String() {
		t.Errorf("%s, error %v, must be %s", got, err, want)
	}
}
