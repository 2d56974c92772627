package storagetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// What a store may lose must be seen, and what means the same must not be held
// against it.
func TestDifference(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("Berlin", 2*3600)
	visit := func(at time.Time) activity.Activity { return activity.Activity{At: at} }
	for what, c := range map[string]struct {
		got, want any
		shows     string // "" where there must be none
	}{
		"a currency":                {activity.Activity{}, activity.Activity{Amount: money.New(0, "EUR")}, "Amount.Currency"},
		"a zone":                    {visit(noon.In(berlin)), visit(noon), "UTC"},
		"a nanosecond":              {visit(noon), visit(noon.Add(1)), "At"},
		"the zone of a given text":  {visit(noon.In(berlin)), visit(noon.In(berlin)), ""},
		"an empty list of items":    {activity.Activity{Items: []activity.Item{}}, activity.Activity{}, ""},
		"a rule of no rules":        {segment.Rule{}, segment.All(), "All"},
		"an element":                {[]int{1, 2, 4}, []int{1, 2, 3, 4}, "[2:]"},
		"an element in the middle":  {[]string{"a", "x"}, []string{"a", "b"}, `[1]: got  "x"`},
		"a key too many":            {map[string]int{"a": 1}, map[string]int{}, `["a"]`},
		"a key too few":             {map[string]int{}, map[string]int{"a": 1}, `["a"]`},
		"a pointer to nothing":      {campaign.Campaign{Rule: &segment.Rule{}}, campaign.Campaign{}, "Rule"},
		"an id":                     {contact.Contact{ID: spread(1)}, contact.Contact{ID: spread(2)}, "ID"},
		"the type of a number":      {int64(3), 3, ""},
		"the type of a text":        {campaign.Sent, "sent", ""},
		"a number and a text":       {[]any{1}, []any{"1"}, "[0]"},
		"nothing and something":     {nil, 1, "nothing"},
		"a custom field of a value": {map[string]contact.Value{"a": contact.Int(1)}, map[string]contact.Value{"a": contact.Int(2)}, `["a"].Number`},
	} {
		got := difference(c.got, c.want)
		if (got == "") != (c.shows == "") || !strings.Contains(got, c.shows) {
			t.Errorf("%s: the difference is %q, must name %q", what, got, c.shows)
		}
	}
}
