package bench

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// privacyStores open the stores on which the rights of persons are measured.
var privacyStores = []struct {
	name string
	open opener
}{{"Memory", openMemory}, {"SQLite", openSQLite}, {"Postgres", openPostgres}}

// BenchmarkPrivacy exports and erases, in a small shop, one contact with 10,000 activities.
// The export is written as JSON and as a page. 5 seconds are the most that an export may
// take.
func BenchmarkPrivacy(b *testing.B) {
	n := scale(b, "CRM_BENCH_ACTIVITIES", 10_000)
	for _, store := range privacyStores {
		b.Run(store.name, func(b *testing.B) {
			s := store.open(b, size{})
			settle(b, s.CRM, 1000)
			i := 1000
			for b.Loop() {
				b.StopTimer()
				who := busy(b, s.CRM, i, n)
				i++
				b.StartTimer()
				exported, shown, erased := rights(b, s.CRM, who)
				b.ReportMetric(float64(exported.Milliseconds()), "ms-export")
				b.ReportMetric(float64(shown.Milliseconds()), "ms-page")
				b.ReportMetric(float64(erased.Milliseconds()), "ms-erase")
			}
		})
	}
}

// TestPrivacy plays the benchmark through with few activities.
func TestPrivacy(t *testing.T) {
	for _, store := range privacyStores {
		t.Run(store.name, func(t *testing.T) {
			s := store.open(t, size{})
			settle(t, s.CRM, 10)
			rights(t, s.CRM, busy(t, s.CRM, 10, 100))
		})
	}
}

// busy makes the i-th customer with n activities: purchases of two lines, and letters.
func busy(tb testing.TB, c *crm.CRM, i, n int) contact.ID {
	tb.Helper()
	who, err := c.Contacts.Create(ctx, customer(i))
	must(tb, err)
	list := make([]activity.Activity, 0, 1000)
	for k := range n {
		a := activity.Activity{
			Contact: who.ID, Kind: activity.Purchase, At: now.Add(-time.Duration(k) * time.Hour), Ref: activity.Ref{Source: "shop", Key: fmt.Sprintf("B-%d-%d", i, k)},
			Items: []activity.Item{
				{SKU: "chair", Name: "Chair", Category: "Furniture", Quantity: 1, Amount: money.New(9900, "EUR")},
				{SKU: "lamp", Name: "Lamp", Category: "Lighting", Quantity: 2, Amount: money.New(4900, "EUR")},
			},
		}
		if k%2 == 1 {
			a.Kind, a.Items, a.Subject, a.Text = activity.Letter, nil, "Delivery", "Where is the chair that I have ordered?"
		}
		if list = append(list, a); len(list) == cap(list) || k == n-1 {
			_, err := c.Activities.RecordMany(ctx, list)
			must(tb, err)
			list = list[:0]
		}
	}
	return who.ID
}

// rights exports a contact, writes the page, and erases it.
func rights(tb testing.TB, c *crm.CRM, who contact.ID) (exported, shown, erased time.Duration) {
	tb.Helper()
	began := time.Now()
	doc, err := c.Privacy.Export(ctx, who)
	must(tb, err)
	exported = time.Since(began)
	began = time.Now()
	var page bytes.Buffer
	must(tb, doc.WriteHTML(&page, "de"))
	shown = time.Since(began)
	began = time.Now()
	_, err = c.Privacy.Erase(ctx, who, nil)
	must(tb, err)
	return exported, shown, time.Since(began)
}
