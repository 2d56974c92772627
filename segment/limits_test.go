package segment_test

import (
	"slices"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// TestCheck_counts_all_constants: whatever lists them, and wherever they stand,
// one more than permitted is refused, once and for the rule as a whole.
func TestCheck_counts_all_constants(t *testing.T) {
	t.Parallel()
	list := make([]string, segment.MaxValues)
	for i := range list {
		list[i] = "a"
	}
	channels, campaigns := make([]contact.Channel, len(list)), make([]activity.CampaignID, len(list))
	for i := range list {
		channels[i], campaigns[i] = "email", activity.CampaignID{1}
	}
	p := segment.Purchases().In(list...).WithSKU(list...)
	p = p.Via(channels...).OfCampaign(campaigns...)
	field := segment.Field("name.given").OneOf(texts(segment.MaxValues)...)
	full := []segment.Rule{
		p.AtLeast(1), segment.Not(field), segment.Any(field, field),
		segment.Has(segment.Tags).Where(segment.Field("name").OneOf(texts(segment.MaxValues)...)).AtLeast(1),
		segment.Purchases().Where(segment.Field("subject").OneOf(texts(segment.MaxValues)...)).Then(segment.Purchases().In(list...), 1),
	}
	if err := segment.Check(segment.All(full...), nil); err != nil {
		t.Errorf("a rule with %d constants is refused: %v", segment.MaxConstants, err)
	}
	one := segment.Field("name.given").Equals("a")
	got := errs.FieldsOf(segment.Check(segment.All(append(full, one, one, one)...), nil))
	want := []errs.Field{{Path: "rule", Code: "too_many", Message: "must have at most 10000 constants in all"}}
	if !slices.Equal(got, want) {
		t.Errorf("a rule with more constants is refused with %v, must be %v", got, want)
	}
}
