package activity_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

// A store or an export may keep activities as JSON, so nothing may be lost on
// the way there and back: 0.00 EUR is not the same as no amount.
func TestActivity_survives_JSON(t *testing.T) {
	is := is.New(t)
	at := time.Date(2026, 5, 20, 12, 0, 0, 123456000, time.UTC)
	for _, amount := range []money.Money{{}, money.New(0, "EUR"), money.New(-5, "EUR"), money.New(1<<62+1, "JPY")} {
		want := activity.Activity{
			ID: id.New(), Contact: id.New(), Kind: activity.Purchase, Ref: activity.Ref{Source: "shop", Key: "1"},
			At: at, RecordedAt: at, Direction: activity.Inbound, Channel: "email", Subject: "s", Text: "t", Amount: amount,
			Items:   []activity.Item{{SKU: "a", Name: "b", Category: "c", Quantity: 1, Amount: amount}},
			Payment: &activity.Payment{Provider: "p", Token: "t", Status: activity.PaymentPending, Purchase: activity.Ref{Source: "shop", Key: "2"}},
		}
		for _, a := range []activity.Activity{want, {Amount: amount}} {
			text, err := json.Marshal(a)
			is.NoErr(err)
			var got activity.Activity
			is.NoErr(json.Unmarshal(text, &got))
			is.Equal(got, a)
		}
	}
}
