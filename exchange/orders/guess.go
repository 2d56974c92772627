package orders

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/people"
)

// Guess makes a mapping of the names of columns, and returns those that it could not
// place. It knows the paths of fields, the names of the values that are declared in
// Options.Data, and what the exports of shops call orders and lines in German and
// English, WooCommerce's and Shopify's among them. What is left is placed as
// [people.Guess] does, with the custom fields of Options.
//
// A column such as Amount is that of a line if the table has lines, and else that of
// the order. Discounts are mostly part of the amount already, so only those of
// Shopify's lines are placed. Consent is never guessed.
func Guess(columns []string, o *Options) (Mapping, []string) {
	g := &guesser{columns: columns, field: make([]string, len(columns)), key: make([]string, len(columns))}
	if o != nil {
		g.o = *o
	}
	for i, name := range columns {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(columns[:i], columns[i]) {
			g.key[i] = cell.Key(name)
		}
	}
	g.exact()
	g.shopify()
	g.place(lineWords(), lineRanks())
	g.place(orderWords(), orderRanks())
	g.amounts()
	g.place(buyerWords(), buyerRanks())
	return g.finish()
}

// guesser is the work of Guess.
type guesser struct {
	o       Options
	columns []string
	key     []string // of the names; "" for a column that nobody can name
	field   []string // of the columns; "-" for one that stays unplaced
}

func (g *guesser) has(field string) bool { return slices.Contains(g.field, field) }

// put places a column that is not placed in a field that is free.
func (g *guesser) put(i int, field string) {
	if g.field[i] == "" && g.key[i] != "" && !g.has(field) {
		g.field[i] = field
	}
}

// exact understands paths of fields, and the names of declared values.
func (g *guesser) exact() {
	for i, name := range g.columns {
		if slices.Contains(ownFields, name) {
			g.put(i, name)
		}
		for _, f := range g.o.Data {
			if k := cell.Key(f.Name); g.key[i] != "" && (g.key[i] == k || g.key[i] == "data"+k) {
				g.put(i, "data."+f.Name)
			}
		}
	}
}

// shopify knows the columns that mean something else in its exports.
func (g *guesser) shopify() {
	if !slices.Contains(g.key, "lineitemname") {
		return
	}
	for i, k := range g.key {
		switch k {
		case "name":
			g.put(i, "order.key")
		case "createdat":
			g.put(i, "order.at")
		case "id", "tags", "source", "shippingmethod", "location", "phone", "notes", "employee":
			g.put(i, "- "+k)
		}
	}
}

// place places columns by their names, the likeliest first.
func (g *guesser) place(words map[string]string, ranks map[string]int) {
	var found []int
	for i, k := range g.key {
		if words[k] != "" && k != "" {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(ranks[g.key[a]], ranks[g.key[b]]) })
	for _, i := range found {
		g.put(i, words[g.key[i]])
	}
}

// amounts decides on what may be of a line or of an order.
func (g *guesser) amounts() {
	lines := slices.ContainsFunc(g.field, func(f string) bool {
		return strings.HasPrefix(f, "item.") && f != "item.amount" && f != "item.price"
	})
	for i, k := range g.key {
		switch field := wholes()[k]; {
		case !lines && (g.field[i] == "item.amount" || g.field[i] == "item.price"):
			g.field[i] = ""
			if field == "order.amount" {
				g.put(i, field)
			}
		case lines && g.field[i] == "order.amount" && field == "item.amount" && !g.has("item.amount") && !g.has("item.price"):
			g.field[i] = field
		}
	}
}

// finish adds the customers.
func (g *guesser) finish() (Mapping, []string) {
	var rest []string
	for i, name := range g.columns {
		if g.field[i] == "" {
			rest = append(rest, name)
		}
	}
	guessed, _ := people.Guess(rest, g.o.Fields)
	var constants Mapping
	for _, c := range guessed {
		switch i := slices.Index(g.columns, c.Column); {
		case g.has(c.Field):
		case c.Column == "":
			constants = append(constants, c)
		default:
			g.field[i] = c.Field
		}
	}
	var m Mapping
	var unplaced []string
	for i, name := range g.columns {
		switch field := g.field[i]; {
		case field != "" && field[0] != '-':
			m = append(m, people.Column{Column: name, Field: field})
		case name != "":
			unplaced = append(unplaced, name)
		}
	}
	return append(m, constants...), unplaced
}
