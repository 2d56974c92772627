package bench

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// now is the present of all shops.
var now = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// history is how far the shop's memory goes back.
const history = 4 * 365 * 24 * time.Hour

// size is how large a shop is. Everything in the shop follows from it.
type size struct{ contacts, purchases int }

// contactID gives the id of the i-th customer: a UUIDv7, one each millisecond.
func contactID(i int) (id contact.ID) {
	began := now.Add(-history).UnixMilli()
	binary.BigEndian.PutUint64(id[:8], uint64(began+int64(i))<<16|0x7000)
	binary.BigEndian.PutUint64(id[8:], rand.New(rand.NewPCG(1, uint64(i))).Uint64()>>2|1<<63)
	return id
}

// customer makes the i-th customer. One in eight lives in Berlin.
func customer(i int) contact.Contact {
	cities := []string{"Berlin", "Hamburg", "München", "Köln", "Frankfurt", "Leipzig", "Bremen", "Erfurt"}
	given := []string{"Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta"}
	family := []string{"Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Koch", "Wolf"}
	return contact.Contact{
		ID:     contactID(i),
		Name:   contact.Name{Given: given[i%len(given)], Family: family[i%len(family)]},
		Emails: []contact.Email{{Address: fmt.Sprintf("customer%d@example.com", i)}},
		Addresses: []contact.Address{{
			Street: fmt.Sprintf("Hauptstraße %d", i%200+1), PostalCode: fmt.Sprintf("%05d", 10000+i%89999),
			City: cities[i/7%len(cities)], Country: "DE",
		}},
		Identities: []contact.Identity{{Source: "shop", Key: fmt.Sprintf("C-%d", i)}},
	}
}

// agreed reports whether the i-th customer takes e-mails: four in five do.
func agreed(i int) bool { return i%5 != 0 }

// buyer draws a customer: a fifth of them make three fifths of the purchases.
func (z size) buyer(r *rand.Rand) int {
	u := r.Float64()
	return int(u*u*u*float64(z.contacts)) * 7919 % z.contacts
}

// purchase makes the i-th purchase. They follow each other in time; those
// behind the shop's size are of the last hour.
func (z size) purchase(i int) activity.Activity {
	r := rand.New(rand.NewPCG(2, uint64(i)))
	at := now.Add(-history + time.Duration(float64(history)*float64(i)/float64(z.purchases)))
	if i >= z.purchases {
		at = now.Add(-time.Duration(r.Int64N(int64(time.Hour))))
	}
	a := activity.Activity{
		Contact: contactID(z.buyer(r)), Kind: activity.Purchase, At: at.Truncate(time.Microsecond),
		Ref: activity.Ref{Source: "shop", Key: fmt.Sprintf("O-%d", i)}, Direction: activity.Inbound,
		Channel: []contact.Channel{"store", "web", contact.ChannelPhone, contact.ChannelLetter}[r.IntN(4)],
		Amount:  money.New(0, "EUR"),
	}
	for range []int{1, 1, 1, 1, 1, 2, 2, 2, 3, 3}[r.IntN(10)] {
		it := item(r)
		a.Items = append(a.Items, it)
		a.Amount.Amount += it.Amount.Amount
	}
	return a
}

// item draws one line: cheap things are bought more often than dear ones.
func item(r *rand.Rand) activity.Item {
	lines := []struct {
		category    string
		least, most float64 // cents, spread evenly over the orders of magnitude
	}{{"Furniture", 2000, 200000}, {"Technology", 3000, 100000}, {"Office Supplies", 200, 10000}}
	line := lines[[]int{0, 0, 1, 1, 2, 2, 2, 2, 2, 2}[r.IntN(10)]]
	sku := r.IntN(500)
	return activity.Item{
		SKU: fmt.Sprintf("%s-%03d", line.category[:3], sku), Name: fmt.Sprintf("%s no. %d", line.category, sku),
		Category: line.category, Quantity: int64(1 + r.IntN(3)),
		Amount: money.New(int64(line.least*math.Pow(line.most/line.least, r.Float64())), "EUR"),
	}
}

// purchaseList makes n purchases from the i-th on.
func (z size) purchaseList(i, n int) []activity.Activity {
	list := make([]activity.Activity, n)
	for k := range list {
		list[k] = z.purchase(i + k)
	}
	return list
}
