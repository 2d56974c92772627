package people

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/internal/cell"
)

// Guess makes a mapping of the names of columns, and returns those that it could
// not place. It knows what an Encoder wrote, the exports of Google Contacts and
// Outlook, the names of the custom fields, and what people call the fields in
// German and English. A column goes into one field at most, and consent is never
// guessed. Of two columns for one field the likelier is taken.
//
// E-mail addresses, phones and addresses are put into the order that Outlook and
// people expect: what has no role, then mobile, business, private and other ones,
// faxes last.
func Guess(columns []string, fields []contact.Field) (Mapping, []string) {
	g := &guesser{columns: columns, fields: fields, placed: make([]bool, len(columns))}
	g.recognise()
	for i, name := range columns {
		if strings.TrimSpace(name) == "" || slices.Contains(columns[:i], name) {
			continue // nobody can name such a column
		}
		if path, ok := g.own(name); ok {
			g.add(i, Column{Field: path, Exact: g.exact})
		} else if m, ok := g.understand(name); ok {
			g.found = append(g.found, candidate{m, i})
		}
	}
	g.resolve()
	var unplaced []string
	for i, name := range columns {
		if !g.placed[i] && name != "" {
			unplaced = append(unplaced, name)
		}
	}
	slices.SortStableFunc(g.mapping, func(a, b Column) int { return cmp.Compare(g.index(a), g.index(b)) })
	return g.mapping, unplaced
}

// guesser is the work of Guess.
type guesser struct {
	columns                []string
	fields                 []contact.Field
	exact, google, outlook bool
	found                  []candidate
	placed                 []bool
	mapping                Mapping
}

// candidate is a column that may be placed.
type candidate struct {
	meaning
	column int
}

// recognise tells whose file it is.
func (g *guesser) recognise() {
	g.exact = len(g.columns) >= len(singles) && slices.Equal(g.columns[:len(singles)], singles)
	for _, name := range g.columns {
		switch cell.Key(name) {
		case "email1value", "email1wert", "phone1value", "telefon1wert":
			g.google = true
		case "businessstreet", "strassegeschaftlich", "strassegeschaeftlich", "emaildisplayname", "emailangezeigtername":
			g.outlook = true
		}
	}
}

// own understands the path of a field, and the name of a custom field. What the
// service sets is read only from what an Encoder wrote.
func (g *guesser) own(name string) (string, bool) {
	k := cell.Key(name)
	for _, d := range g.fields {
		if own := cell.Key(d.Name); k == own && k != "" || k == "custom"+own {
			return "custom." + d.Name, !g.has("custom." + d.Name)
		}
	}
	p, ok := parsePlace(name)
	switch {
	case !ok || p.list == "custom" || g.has(name):
		return "", false
	case name == "id" || slices.Contains(stamps, name):
		return name, g.exact
	}
	return name, true
}

func (g *guesser) understand(name string) (meaning, bool) {
	k := cell.Key(name)
	if g.outlook {
		switch k {
		case "location", "ort": // that of the calendar
			return meaning{}, false
		case "title", "titel", "anrede":
			return meaning{member: "name.prefix"}, true
		}
	}
	m, ok := understand(k)
	if g.outlook && m.list == "emails" && m.member == "role" { // SMTP or EX
		return m, false
	}
	return m, ok
}

func (g *guesser) has(path string) bool {
	return slices.ContainsFunc(g.mapping, func(c Column) bool { return c.Field == path })
}

// index is where the column of the table stands. Those that are second choice, and
// constants, stand behind all.
func (g *guesser) index(c Column) int {
	if c.Column == "" || c.Else {
		return len(g.columns)
	}
	return slices.Index(g.columns, c.Column)
}

// add places the column with the index.
func (g *guesser) add(i int, c Column) {
	c.Column = g.columns[i]
	g.placed[i] = true
	p, _ := parsePlace(c.Field)
	if g.google && (p.isPoint() || p.isList() && p.list == "" || c.Field == "occupation" || c.Field == "name.company") {
		c.Separator = " ::: "
	}
	if g.google && c.Field == "tags" {
		c.Missing = []string{"* myContacts", "* starred"}
	}
	g.mapping = append(g.mapping, c)
}

// resolve places the candidates.
func (g *guesser) resolve() {
	slices.SortStableFunc(g.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.n, b.n), cmp.Compare(a.rank, b.rank))
	})
	for _, c := range g.found {
		if c.list == "" {
			g.single(c)
		}
	}
	for _, list := range []string{"emails", "phones", "addresses"} {
		g.points(list)
	}
}

func (g *guesser) single(c candidate) {
	p, _ := parsePlace(c.member)
	switch twice := g.has(c.member); {
	case !twice || p.list == "" && p.isList():
		g.add(c.column, Column{Field: c.member})
	case c.member == "occupation": // Outlook has a profession and a position
		g.add(c.column, Column{Field: c.member, Else: true})
	}
}

// points places the candidates for the elements of a list. Each element begins with
// the first candidate of its group.
func (g *guesser) points(list string) {
	next := g.free(list)
	index := make(map[string]int)
	for _, c := range g.found {
		if c.list != list || c.member == "role" {
			continue
		}
		element := fmt.Sprint(c.group, " ", c.n)
		i, there := index[element]
		if !there || list != "addresses" { // two columns of phones are two phones
			i = next
			next++
		}
		path := fmt.Sprintf("%s[%d].%s", list, i, c.member)
		if i >= maxPoints || g.has(path) {
			continue
		}
		g.add(c.column, Column{Field: path})
		if !there {
			index[element] = i
		}
		if role := fmt.Sprintf("%s[%d].role", list, i); c.role != "" && !g.has(role) {
			g.mapping = append(g.mapping, Column{Field: role, Constant: c.role})
		}
	}
	g.roles(list, index)
}

// roles places the columns that tell the roles of elements.
func (g *guesser) roles(list string, index map[string]int) {
	for _, c := range g.found {
		i, ok := index[fmt.Sprint(c.group, " ", c.n)]
		path := fmt.Sprintf("%s[%d].role", list, i)
		if c.list == list && c.member == "role" && ok && !g.has(path) {
			g.add(c.column, Column{Field: path})
		}
	}
}

// free is the first index of a list that no column has.
func (g *guesser) free(list string) int {
	next := 0
	for _, c := range g.mapping {
		if p, ok := parsePlace(c.Field); ok && p.list == list {
			next = max(next, p.index+1)
		}
	}
	return next
}
