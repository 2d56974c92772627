package crm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/stammkunde/crm/segment"
)

// A rule can be counted, listed, and asked why.
func ExampleCRM_segments() {
	ctx := context.Background()
	c := newCRM(nil)
	anna := customer(c, "4711", "Anna", "Müller")
	ben := customer(c, "4712", "Ben", "Schulz")
	if _, err := c.Activities.Record(ctx, order(anna.ID, "O-1", today.AddDate(0, -2, 0), "Furniture", 180000)); err != nil {
		log.Fatal(err)
	}

	rule := segment.All(
		segment.Purchases().InLast(3, segment.Months).AtLeast(1),
		segment.Not(segment.Field("address.city").Equals("Berlin")),
	)
	n, err := c.Segments.Count(ctx, rule)
	fmt.Println("members:", n, err)

	for _, who := range []struct{ name string }{{"Anna"}, {"Ben"}} {
		id := anna.ID
		if who.name == "Ben" {
			id = ben.ID
		}
		why, err := c.Segments.Explain(ctx, rule, id)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s:\n%s\n", who.name, why)
	}
	// Output:
	// members: 1 <nil>
	// Anna:
	// yes  all of (changes 2026-04-02 09:00:00 UTC)
	//   yes  at least 1 purchase in the last 3 months: 1, last on 2026-01-02 09:00:00 UTC (changes 2026-04-02 09:00:00 UTC)
	//   yes  not
	//     no   address.city is "Berlin": missing
	// Ben:
	// no   all of
	//   no   at least 1 purchase in the last 3 months: none
	//   yes  not
	//     no   address.city is "Berlin": missing
}

// A rule is read from and written to JSON. Mistakes are named with their path.
func ExampleCRM_segments_json() {
	c := newCRM(nil)
	rule := segment.Purchases().In("Furniture").InPrevious(segment.Quarters).AtLeast(2)
	text, err := json.Marshal(rule)
	fmt.Println(string(text), err)

	rule, err = segment.ParseRule([]byte(`{"all": [{"field": {"name": "shoe_size", "op": "equals", "values": [39]}}]}`))
	fmt.Println(err)
	fmt.Println(c.Segments.Check(rule))
	// Output:
	// {"activity":{"kind":"purchase","categories":["Furniture"],"window":{"calendar":{"unit":"quarters","offset":-1}},"aggregate":"count","op":"at_least","number":2}} <nil>
	// <nil>
	// segment.Check: invalid: rule.all[0].field.name: is neither a field of the record nor a declared custom field [unknown_field]
}
