package crm_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// threeCustomers makes a CRM with Anna, Ben and Cleo, who bought in November,
// in January and not at all.
func threeCustomers() (*crm.CRM, map[string]contact.Contact) {
	c := newCRM(nil)
	people := map[string]contact.Contact{
		"Anna": customer(c, "4711", "Anna", "Müller"), "Ben": customer(c, "4712", "Ben", "Schulz"), "Cleo": customer(c, "4713", "Cleo", "Wolf"),
	}
	for name, at := range map[string]time.Time{"Anna": today.AddDate(0, -4, 0), "Ben": today.AddDate(0, -2, 0)} {
		if _, err := c.Activities.Record(context.Background(), order(people[name].ID, "O-"+name, at, "Furniture", 180000)); err != nil {
			log.Fatal(err)
		}
	}
	return c, people
}

// recent selects who bought in the last quarter of a year.
func recent() segment.Rule { return segment.Purchases().InLast(3, segment.Months).AtLeast(1) }

// A preview shows a few of those whom a rule selects.
func ExampleCRM_preview() {
	c, _ := threeCustomers()
	p, err := c.Segments.Preview(context.Background(), recent(), 5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Count, "for instance", p.Sample[0].Name)
	// Output:
	// 1 for instance Ben Schulz
}

// A rule can be evaluated as of an instant that is past.
func ExampleCRM_asOf() {
	ctx := context.Background()
	c, people := threeCustomers()
	then := c.Segments.AsOf(time.Date(2025, 12, 31, 23, 0, 0, 0, time.UTC))
	n, err := then.Count(ctx, recent())
	fmt.Println(n, err)
	why, err := then.Explain(ctx, recent(), people["Anna"].ID)
	fmt.Println(why.Matched, why.Seen, err)
	// Output:
	// 1 <nil>
	// true 1, last on 2025-11-02 09:00:00 UTC <nil>
}

// An export streams the records of all members.
func ExampleCRM_export() {
	c, _ := threeCustomers()
	for who, err := range c.Segments.Export(context.Background(), segment.Not(recent())) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(who.Name)
	}
	// Output:
	// Anna Müller
	// Cleo Wolf
}

// Snapshots keep whom a rule selected, so that one can tell later who came and
// who went.
func ExampleCRM_snapshots() {
	ctx := context.Background()
	c, _ := threeCustomers()
	winter, err := c.Segments.AsOf(today.AddDate(0, -3, 0)).Freeze(ctx, "december", recent())
	if err != nil {
		log.Fatal(err)
	}
	spring, err := c.Segments.Freeze(ctx, "march", recent())
	if err != nil {
		log.Fatal(err)
	}
	for _, who := range []segment.Movement{segment.Entered, segment.Left, segment.Stayed} {
		page, err := c.Segments.CompareSnapshots(ctx, winter.ID, spring.ID, who, "", 100)
		if err != nil {
			log.Fatal(err)
		}
		for _, id := range page.Contacts {
			p, err := c.Contacts.Get(ctx, id)
			fmt.Println(who, p.Name, err)
		}
	}
	// Output:
	// entered Ben Schulz <nil>
	// left Anna Müller <nil>
}

// Several rules can be compared with each other.
func ExampleCRM_overlap() {
	c, _ := threeCustomers()
	o, err := c.Segments.Overlap(context.Background(), recent(), segment.Purchases().AtLeast(1), segment.Everyone())
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range o.Pairs {
		fmt.Println(row)
	}
	fmt.Println("all of them:", o.All)
	// Output:
	// [1 1 1]
	// [1 2 2]
	// [1 2 3]
	// all of them: 1
}
