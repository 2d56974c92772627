package campaign_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// JSON keeps the currency of an amount of nothing.
func TestAmounts_survive_JSON(t *testing.T) {
	is := is.New(t)
	nothing := money.New(0, "EUR")
	for _, want := range []any{
		&campaign.Redemption{Amount: nothing, Discount: nothing},
		&campaign.Report{Total: campaign.ChannelReport{Revenue: nothing}, Effect: campaign.Effect{Addressed: campaign.Group{Revenue: nothing}}},
		&segment.ActivityCondition{Amount: &nothing},
	} {
		text, err := json.Marshal(want)
		is.NoErr(err)
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
		is.NoErr(json.Unmarshal(text, got))
		is.Equal(got, want)
	}
}
