package querybuilder_test

import (
	"fmt"
	"log"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/segment/querybuilder"
)

// A query from the editor becomes a rule, and a rule becomes a query.
func Example() {
	m := querybuilder.Mapping{Fields: map[string]querybuilder.Target{
		"city": querybuilder.Field{Name: "address.city", Type: contact.TypeText},
		"news": querybuilder.Consent{Purpose: "newsletter", Channel: contact.ChannelEmail},
		"items": querybuilder.List{
			Items:  &segment.Selection{Kind: "purchase"},
			Fields: map[string]querybuilder.Field{"category": {Name: "item.category", Type: contact.TypeText}},
		},
	}}
	rule, err := querybuilder.Parse([]byte(`{"combinator": "and", "rules": [
		{"field": "city", "operator": "in", "value": "Bonn, Berlin"},
		{"field": "news", "operator": "=", "value": "granted"},
		{"field": "items", "operator": "=", "match": {"mode": "atLeast", "threshold": 0.5}, "value":
			{"combinator": "and", "rules": [{"field": "category", "operator": "=", "value": "Furniture"}]}}
	]}`), m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(rule.All), "conditions")

	query, err := querybuilder.Format(segment.Not(segment.Field("address.city").StartsWith("Bad ")), m)
	fmt.Println(string(query), err)

	_, err = querybuilder.Parse([]byte(`{"combinator": "and", "rules": [{"field": "city", "operator": "in", "value": ["Bonn", true]}]}`), m)
	fmt.Println(err)
	// Output:
	// 3 conditions
	// {"combinator":"and","rules":[{"field":"city","operator":"doesNotBeginWith","value":"Bad "}]} <nil>
	// querybuilder.Parse: invalid: rules[0].value[1]: must be of type text [wrong_type]
}
