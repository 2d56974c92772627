package sqlstore

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

func TestRollups(t *testing.T) {
	early, late := time.UnixMicro(100), time.UnixMicro(200)
	line := func(category string, amount int64) activity.Item {
		return activity.Item{Category: category, Quantity: 3, Amount: money.New(amount, "EUR")}
	}
	list := []activity.Activity{
		{Contact: contact.ID{2}, Kind: "purchase", At: late, Amount: money.New(70, "EUR"), Items: []activity.Item{line("b", 10), line("a", 20), line("b", 30), line("", 10)}},
		{Contact: contact.ID{2}, Kind: "purchase", At: early, Amount: money.New(5, "EUR"), Items: []activity.Item{line("b", 5)}},
		{Contact: contact.ID{2}, Kind: "purchase", At: late, Amount: money.New(9, "USD")},
		{Contact: contact.ID{1}, Kind: "call", At: early},
	}
	sums := make(rollups)
	for i := range list {
		sums.add(&list[i])
	}
	want := []rollupRow{
		{ContactID: dbID{1}, Kind: "call", Activities: 1, FirstAt: 100, LastAt: 100},
		{ContactID: dbID{2}, Kind: "purchase", Activities: 3, Amounts: 3, Currency: mixed, Total: 84, FirstAt: 100, LastAt: 200},
		{ContactID: dbID{2}, Kind: "purchase", Category: "a", Activities: 1, Amounts: 1, Currency: "EUR", Total: 20, FirstAt: 200, LastAt: 200},
		{ContactID: dbID{2}, Kind: "purchase", Category: "b", Activities: 2, Amounts: 3, Currency: "EUR", Total: 45, FirstAt: 100, LastAt: 200},
	}
	for i := range want {
		want[i].TenantID = "t"
	}
	if diff := cmp.Diff(want, sums.rows("t"), cmpopts.IgnoreFields(rollupRow{}, "BaseModel")); diff != "" {
		t.Error("rollup of a batch (-want +got):\n", diff)
	}
}
