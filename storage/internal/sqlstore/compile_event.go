package sqlstore

import (
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// event is a row of the table activity_item under the alias s, with its
// activity beside it, or of the table activity.
type event struct {
	s     string
	items bool
}

// activityAlias is the alias of the activity beside an item, dataAlias that of
// the datum which is aggregated.
func activityAlias(s string) string { return s + "a" }
func dataAlias(s string) string     { return s + "d" }

// eventColumns maps the fields of activities and items to columns.
var eventColumns = map[string]string{
	"kind": "kind", "channel": "channel", "direction": "direction", "subject": "subject", "source": "ref_source",
	"amount": "amount", "item.sku": "sku", "item.name": "name", "item.category": "category",
	"item.quantity": "quantity", "item.amount": "amount",
}

// row gives the alias of the row that a field stands in.
func (p event) row(field string) string {
	if p.items && !strings.HasPrefix(field, "item.") {
		return activityAlias(p.s)
	}
	return p.s
}

// column makes the empty text, and the amount without a currency, NULL.
func (p event) column(t *segment.FieldTest) (value, currency string) {
	row := p.row(t.Name)
	value = row + "." + eventColumns[t.Name]
	switch t.Type {
	case contact.TypeText:
		return "NULLIF(" + value + ", '')", ""
	case contact.TypeNumber:
		return value + " * 1000000", ""
	}
	return "CASE WHEN " + row + ".currency <> '' THEN " + value + " END", row + ".currency"
}

func (p event) rows(f string) (table, link string) {
	return "activity_data", p.tie(f)
}

// tie ties rows with an activity_id, under the alias f, to the activity.
func (p event) tie(f string) string {
	id := p.s + ".id"
	if p.items {
		id = p.s + ".activity_id"
	}
	return f + ".contact_id = " + p.s + ".contact_id AND " + f + ".activity_id = " + id
}

// rowsAreItems reports whether the test is computed over items. Sums of what
// belongs to an activity as a whole are not, though one of its items has to be
// selected: they would be added up once per item.
func (t test) rowsAreItems() bool {
	return t.Items && (t.Of == nil || !t.Of.Custom || t.Aggregate == segment.Distinct)
}

// fromRaw selects activities, or their items.
func (c *compiler) fromRaw(t test, s, contact string) frag {
	if t.Items && !t.rowsAreItems() {
		i := c.alias()
		from := c.activities(t, s, contact)
		return cat(from, raw(" AND EXISTS (SELECT 1 FROM "+c.table("activity_item")+" AS "+i+
			c.besideItem(t, i)+" WHERE "+i+".tenant_id = "+s+".tenant_id AND "+event{s, false}.tie(i)+" AND "), c.itemFilter(t, i), raw(")"))
	}
	if t.Items {
		return c.items(t, s, contact)
	}
	from := c.activities(t, s, contact)
	if t.Where == nil {
		return from
	}
	return cat(from, raw(" AND "), c.where(t.Where, event{s, false}))
}

// activities selects activities by all but their items and Where.
func (c *compiler) activities(t test, s, contact string) frag {
	hint := ""
	if contact == "" && t.Kind != "" {
		hint = c.hint(t.activityIndex())
	}
	return cat(raw("FROM "+c.table("activity")+" AS "+s+hint), c.datum(t, event{s, false}), raw(" WHERE "),
		c.span(t, s, contact), c.envelope(t, s))
}

// longWindow is the length of windows from which on a shop's history is read as
// a whole. Of a history of four years, sorting an eighth costs as much as
// reading all of it in the order of the contacts.
const longWindow = 180 * 24 * time.Hour

// activityIndex names the index by which the activities of one kind are read
// for all contacts. SQLite cannot tell how much lies in a window.
func (t test) activityIndex() string {
	if t.To.Sub(t.From) < longWindow {
		return "activity_kind"
	}
	return "activity_contact"
}

// items selects items by all that the test says.
func (c *compiler) items(t test, s, contact string) frag {
	from := cat(raw("FROM "+c.table("activity_item")+" AS "+s+c.besideItem(t, s)), c.datum(t, event{s, true}), raw(" WHERE "),
		c.span(t, s, contact), c.envelope(t, activityAlias(s)))
	return cat(from, raw(" AND "), c.itemFilter(t, s))
}

// itemFilter tests an item, with the activity beside it.
func (c *compiler) itemFilter(t test, s string) frag {
	where := oneOf(nil, s+".category", t.Categories)
	where = oneOf(where, s+".sku", t.SKUs)
	if t.Where != nil {
		where = append(where, c.where(t.Where, event{s, true}))
	}
	if len(where) == 0 {
		return raw("1=1")
	}
	return join(" AND ", where...)
}

// besideItem joins the activity of an item, where the test looks at it.
func (c *compiler) besideItem(t test, s string) string {
	a := activityAlias(s)
	needed := t.Direction != "" || len(t.Channels) > 0 || len(t.Campaigns) > 0 ||
		t.Where != nil && ofActivity(t.Where) || t.Of != nil && !t.Of.Custom && !strings.HasPrefix(t.Of.Name, "item.")
	if !needed {
		return ""
	}
	return " JOIN " + c.table("activity") + " AS " + a + " ON " + a + ".tenant_id = " + s + ".tenant_id AND " +
		a + ".contact_id = " + s + ".contact_id AND " + a + ".id = " + s + ".activity_id"
}

// ofActivity reports whether conditions look at the activity as a whole.
func ofActivity(n *segment.Node) bool {
	if n.Kind == segment.NodeField {
		f := n.Field
		return !f.Custom && !strings.HasPrefix(f.Name, "item.") || f.Other != nil && !strings.HasPrefix(f.Other.Name, "item.")
	}
	for i := range n.Children {
		if ofActivity(&n.Children[i]) {
			return true
		}
	}
	return false
}

// datum joins the datum that is aggregated; where there is none, its columns
// are NULL.
func (c *compiler) datum(t test, p event) frag {
	if t.Of == nil || !t.Of.Custom {
		return frag{}
	}
	d := dataAlias(p.s)
	return raw(" LEFT JOIN "+c.table("activity_data")+" AS "+d+" ON "+d+".tenant_id = "+p.s+".tenant_id AND "+p.tie(d)+
		" AND "+d+".name = ? AND "+d+".type = ?", t.Of.Name, string(t.Of.Type))
}

// span tests kind and instant, which items share with their activity. For
// one contact the indexes that begin with the kind are of no use, and SQLite
// must be told so.
func (c *compiler) span(t test, s, contact string) frag {
	kind := s + ".kind"
	if contact != "" {
		kind = c.dialect.unindexed + kind
	}
	f := raw(s+".tenant_id = ?", c.tenant)
	if t.Kind != "" {
		f = cat(f, raw(" AND "+kind+" = ?", string(t.Kind)))
	}
	return cat(f, raw(" AND "+s+".at >= ? AND "+s+".at < ?", t.From.UnixMicro(), t.To.UnixMicro()), c.ofContact(s, contact))
}

// envelope tests what else is said of the activity.
func (c *compiler) envelope(t test, a string) frag {
	var where []frag
	if t.Direction != "" {
		where = append(where, raw(a+".direction = ?", string(t.Direction)))
	}
	channels := make([]string, len(t.Channels))
	for i, ch := range t.Channels {
		channels[i] = string(ch)
	}
	where = oneOf(where, a+".channel", channels)
	if len(t.Campaigns) > 0 {
		ids := make(idList, len(t.Campaigns))
		for i, id := range t.Campaigns {
			ids[i] = dbID(id)
		}
		where = append(where, raw(a+".campaign_id IN (?)", ids))
	}
	if len(where) == 0 {
		return frag{}
	}
	return cat(raw(" AND "), join(" AND ", where...))
}

// oneOf adds "column IN (list)" where the list is not empty.
func oneOf(where []frag, column string, list []string) []frag {
	switch len(list) {
	case 0:
		return where
	case 1:
		return append(where, raw(column+" = ?", list[0]))
	}
	values := make([]any, len(list))
	for i, v := range list {
		values[i] = v
	}
	return append(where, raw(column+" IN (?"+strings.Repeat(", ?", len(list)-1)+")", values...))
}
