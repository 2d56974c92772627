package storagetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// world is a random population with its histories, kept in Go: what the suite
// compares a store with. It is never read back from the store.
type world struct {
	r       *rand.Rand
	seed    uint64
	zones   []*time.Location
	nows    []time.Time
	windows []segment.Window
	// instants are the first and last moments of the windows, as seen from
	// every now in its zone, and their neighbours.
	instants []time.Time
	facts    []segment.Facts // ascending by contact
}

// ruleCases reads how many rules to draw, and the seed, and gives them time.
func ruleCases(k *kit) (n int, seed uint64) {
	k.Helper()
	n, seed = k.number("CRM_RULE_CASES", 300), uint64(k.number("CRM_RULE_SEED", 1))
	k.within(patience + time.Duration(n)*time.Second)
	return n, seed
}

// number reads a number from the environment.
func (k *kit) number(name string, otherwise int) int {
	k.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	v, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		k.Fatalf("%s must be a number, but it is %q", name, text)
	}
	return int(v)
}

const (
	worldPeople = 120
	worldIdle   = 10 // people without any activity
)

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{r: rand.New(rand.NewPCG(seed, 1)), seed: seed, windows: worldWindows()}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatalf("loading the time zone %s: %v", name, err)
		}
		w.zones = append(w.zones, zone)
	}
	w.nows = []time.Time{
		time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),            // summer time begins in Berlin
		time.Date(2026, 10, 25, 0, 30, 0, 1000, time.UTC),       // the hour that comes twice there
		time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC),           // the month before has no such day
		time.Date(2026, 5, 20, 22, 0, 0, 0, time.UTC),           // midnight in Berlin
		time.Date(2024, 2, 29, 23, 59, 59, 999999000, time.UTC), // a leap day
	}
	w.drawInstants()
	for range worldPeople {
		w.facts = append(w.facts, w.person())
	}
	slices.SortFunc(w.facts, func(a, b segment.Facts) int { return a.Contact.ID.Compare(b.Contact.ID) })
	n := 0
	for i := range w.facts[worldIdle:] {
		w.drawHistory(&w.facts[worldIdle+i], &n)
		w.drawLedger(&w.facts[worldIdle+i])
	}
	return w
}

func worldWindows() []segment.Window {
	list := []segment.Window{{}}
	for _, s := range []segment.Span{
		{N: 1, Unit: segment.Hours}, {N: 24, Unit: segment.Hours}, {N: 1, Unit: segment.Days}, {N: 90, Unit: segment.Days},
		{N: 2, Unit: segment.Weeks}, {N: 1, Unit: segment.Months}, {N: 12, Unit: segment.Months}, {N: 1, Unit: segment.Quarters}, {N: 1, Unit: segment.Years},
	} {
		list = append(list, segment.Window{Last: &s})
	}
	for _, u := range []segment.Unit{segment.Days, segment.Weeks, segment.Months, segment.Quarters, segment.Years} {
		for _, offset := range []int{0, -1, -3} {
			list = append(list, segment.Window{Calendar: &segment.CalendarUnit{Unit: u, Offset: offset}})
		}
	}
	from, to := time.Date(2025, 11, 3, 4, 5, 6, 7000, time.UTC), time.Date(2026, 3, 29, 3, 0, 0, 0, time.FixedZone("", 2*3600))
	return append(list, segment.Window{From: &from}, segment.Window{To: &to}, segment.Window{From: &from, To: &to})
}

// zoneOf is the zone that goes with the n-th now.
func (w *world) zoneOf(n int) *time.Location { return w.zones[[]int{0, 0, 1, 0, 2}[n]] }

// drawInstants collects where windows begin and end.
func (w *world) drawInstants() {
	around := func(t time.Time) {
		for _, d := range []time.Duration{-time.Microsecond, 0, time.Microsecond} {
			if t := t.Add(d); t.Year() > 1800 && t.Year() < 2290 {
				w.instants = append(w.instants, t)
			}
		}
	}
	for i, now := range w.nows {
		around(now)
		around(now.Add(24 * time.Hour))
		around(now.Add(time.Hour))
		for _, window := range w.windows {
			none := &segment.ActivityCondition{Op: segment.Equals}
			none.Kind, none.Aggregate, none.Window = activity.Purchase, segment.Count, window
			rule := segment.Rule{Activity: none}
			test := segment.Resolve(rule, now, w.zoneOf(i)).Root.Activity
			around(test.From)
			around(test.To)
		}
	}
}

// pick draws one element.
func pick[E any](r *rand.Rand, list []E) E { return list[r.IntN(len(list))] }

// maybe draws one element, or often nothing.
func maybe[E any](r *rand.Rand, list []E) (none E) {
	if r.IntN(3) == 0 {
		return none
	}
	return pick(r, list)
}

// worldTexts trap comparisons that are not bytewise.
var worldTexts = []string{
	"Berlin", "berlin", "BERLIN", "Berlin%", "Ber_in", "Straße", "Strasse", "STRAẞE", "İzmir", "izmir", "é", "e\u0301", "\uffff", "\U00010000",
	"a", "A", "Z", "z", "ä", "100%", "a_b", "a\\b", "it's", `"q"`, "?", "$1", ":n", "NULL", "0", "00", "🪑",
}

var (
	worldKinds      = []activity.Kind{activity.Purchase, activity.Purchase, activity.Purchase, activity.Return, activity.Call, activity.Email, "visit"}
	worldCategories = []string{"Furniture", "furniture", "Möbel", "Lamps", "Lamps%"}
	worldSKUs       = []string{"s1", "S1", "s_1"}
	worldCurrencies = []string{"EUR", "EUR", "EUR", "USD", "JPY"}
	worldAmounts    = []int64{0, 1, 2, 50, 100, 100, 999, 1000, 150_000, 999_999_999, 300_000_000_000}
	worldNumbers    = []contact.Value{
		contact.Int(0), contact.Int(1), contact.Int(-1), contact.Float(0.1), contact.Float(0.000001), contact.Float(-0.000001), contact.Int(1 << 40),
		contact.Int(9_000_000_000_000), contact.Int(-9_000_000_000_000), {Type: contact.TypeNumber, Number: 1<<53 + 1}, {Type: contact.TypeNumber, Number: 1 << 53},
	}
)

// person draws a contact without activities.
func (w *world) person() segment.Facts {
	r := w.r
	text := func() string { return maybe(r, worldTexts) }
	c := contact.Contact{
		Kind: pick(r, []contact.Kind{contact.Person, contact.Company}), Language: maybe(r, []string{"de", "de-AT", "DE"}),
		Name:             contact.Name{Title: text(), Given: text(), Family: text(), Company: text()},
		TimeZone:         maybe(r, []string{"Europe/Berlin", "UTC"}),
		PreferredChannel: maybe(r, []contact.Channel{"", contact.ChannelEmail, "email2"}),
		CreatedAt:        pick(r, w.nows), Custom: map[string]contact.Value{},
		Born: maybe(r, worldDates), Owner: maybe(r, []string{"ann", "Ann", "bob"}), Tags: w.tags(),
	}
	c.Name.Salutation, c.Occupation, c.Education, c.MaritalStatus, c.VATNumber = text(), text(), text(), text(), text()
	c.Hobbies, c.Memberships = w.tags(), w.tags()
	for i := range c.ID {
		c.ID[i] = byte(r.Uint32())
	}
	c.Identities = []contact.Identity{{Source: "world", Key: c.ID.String()}}
	for range r.IntN(3) {
		c.Emails = append(c.Emails, contact.Email{Address: pick(r, []string{"a@example.com", "A@example.com", "b@example.org"})})
		c.Phones = append(c.Phones, contact.Phone{Number: pick(r, []string{"030 12345", "+49 30 12345"})})
	}
	for range r.IntN(3) {
		a := contact.Address{Street: text(), PostalCode: maybe(r, []string{"01067", "1067"}), City: text(), Region: text(), Country: maybe(r, []string{"DE", "AT"})}
		if a != (contact.Address{}) {
			c.Addresses = append(c.Addresses, a)
		}
	}
	for _, f := range []struct {
		name   string
		values []contact.Value
	}{
		{"points", worldNumbers}, {"vip", []contact.Value{contact.Bool(true), contact.Bool(false)}},
		{"member_since", []contact.Value{contact.Time(pick(r, w.instants)), contact.Time(w.nows[0]), contact.Time(time.UnixMicro(-1).UTC())}},
		{"nickname", []contact.Value{contact.Text(pick(r, worldTexts)), contact.Text(pick(r, worldTexts))}},
		{"alias", []contact.Value{contact.Text(pick(r, worldTexts)), contact.Text("er")}},
		{"signed", worldDays()}, {"renewed", worldDays()},
		{"limit", []contact.Value{contact.Amount(money.New(pick(r, worldAmounts), pick(r, worldCurrencies)))}},
	} {
		if v := maybe(r, f.values); v.Type != "" {
			c.Custom[f.name] = v
		}
	}
	if list := w.tags(); len(list) > 0 {
		c.Custom["interests"] = contact.Many(list...)
	}
	return segment.Facts{Contact: c}
}

// drawHistory gives a contact up to eleven activities, most of them at the edge
// of some window, some at the same instant.
func (w *world) drawHistory(f *segment.Facts, n *int) {
	r := w.r
	for range r.IntN(12) {
		a := activity.Activity{
			Contact: f.Contact.ID, Kind: pick(r, worldKinds), At: pick(r, w.instants),
			Ref:     activity.Ref{Source: "world", Key: fmt.Sprint(*n)},
			Channel: maybe(r, channels[:2]), Direction: pick(r, []activity.Direction{activity.Inbound, activity.Outbound}),
		}
		if r.IntN(3) == 0 {
			a.Campaign = pick(r, worldCampaigns)
		}
		a.Subject, a.Data = maybe(r, worldTexts), w.data()
		*n++
		if len(f.Activities) > 0 && r.IntN(4) == 0 {
			a.At = pick(r, f.Activities).At
		}
		w.drawAmount(&a)
		f.Activities = append(f.Activities, a)
	}
}

// drawAmount gives an activity items, an amount, or neither. The lines of one
// activity are in one currency; some are rebates.
func (w *world) drawAmount(a *activity.Activity) {
	r, currency := w.r, pick(w.r, worldCurrencies)
	trade := a.Kind == activity.Purchase || a.Kind == activity.Return
	switch r.IntN(4) {
	case 0:
		a.Amount = money.New(pick(r, worldAmounts), currency)
		return
	case 1:
		if !trade {
			return
		}
	}
	total := int64(0)
	for range 1 + r.IntN(3) {
		it := activity.Item{SKU: maybe(r, worldSKUs), Category: maybe(r, worldCategories), Quantity: 1 + r.Int64N(3)}
		amount := pick(r, worldAmounts)
		if r.IntN(4) == 0 && amount <= total {
			amount = -amount
		}
		total += amount
		it.Amount = money.New(amount, currency)
		a.Items = append(a.Items, it)
	}
	a.Amount = money.New(total, currency)
}
