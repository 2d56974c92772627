package orders_test

import (
	"compress/gzip"
	"slices"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/storage/memory"
)

// The CRM takes what a Decoder delivers, and takes it again without a change.
func TestData_orders_are_recorded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	is := is.New(t)
	z, err := gzip.NewReader(data(t, "online-retail/online_retail.csv.gz"))
	is.NoErr(err)
	c, err := crm.New(memory.New(), &crm.Config{Now: func() time.Time { return time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC) }})
	is.NoErr(err)
	o := &orders.Options{Options: people.Options{Source: "shop", Currency: "GBP", Missing: noCountries}}
	known := make(map[string]contact.ID)
	var list []activity.Activity
	for order, err := range decoder(t, z, o).Orders() {
		if err != nil {
			continue
		}
		key := order.Customer.Key("shop")
		if known[key].IsZero() {
			order.Customer.Addresses = nil // a country alone is none
			stored, _, err := c.Contacts.Upsert(t.Context(), order.Customer)
			is.NoErr(err)
			known[key] = stored.ID
		}
		order.Activity.Contact = known[key]
		list = append(list, order.Activity)
	}
	is.Equal(len(list), 22190)
	for range 2 {
		for batch := range slices.Chunk(list, 1000) {
			_, err := c.Activities.RecordMany(t.Context(), batch)
			is.NoErr(err)
		}
	}
}
