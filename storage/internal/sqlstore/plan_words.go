package sqlstore

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/segment"
)

var aggregateWords = map[segment.Aggregate]string{
	segment.Count: "a count", segment.Items: "a count of items", segment.Distinct: "a count of different values",
	segment.Sum: "a total", segment.Average: "an average", segment.Min: "a minimum", segment.Max: "a maximum",
	segment.First: "a first instant", segment.Last: "a last instant",
}

// words names what the test looks at: "a count of the activities of kind
// purchase".
func (t test) words() string {
	text := aggregateWords[t.Aggregate] + " of the " + t.rowWords()
	if some, ok := t.exists(); ok {
		text = map[bool]string{true: "some ", false: "none "}[some] + "of the " + t.rowWords()
	}
	if t.windowed() {
		text += " in a window"
	}
	return text
}

func (t test) windowed() bool { return t.From.After(ever) }

// rowWords names the rows that a test selects by an index.
func (t test) rowWords() string {
	text := fmt.Sprintf("activities of kind %s", t.Kind)
	if len(t.Categories) > 0 {
		text = fmt.Sprintf("items in %s of %s", strings.Join(t.Categories, ", "), text)
	} else if t.Items {
		text = "items of " + text
	}
	return text
}

// unindexed lists what a test looks at and the index of its rows does not hold.
func (t test) unindexed() []string {
	var list []string
	for _, x := range []struct {
		name string
		used bool
	}{
		{"direction", t.Direction != ""}, {"channel", len(t.Channels) > 0}, {"campaign", len(t.Campaigns) > 0}, {"item.sku", len(t.SKUs) > 0},
	} {
		if x.used {
			list = append(list, x.name)
		}
	}
	if t.Where != nil {
		list = t.outside(t.Where, list)
	}
	if t.Of != nil {
		list = t.outsideField(t.Of, list)
	}
	return list
}

func (t test) outside(n *segment.Node, list []string) []string {
	if n.Kind == segment.NodeField {
		list = t.outsideField(n.Field, list)
	}
	for i := range n.Children {
		list = t.outside(&n.Children[i], list)
	}
	return list
}

func (t test) outsideField(f *segment.FieldTest, list []string) []string {
	if f.Other != nil {
		list = t.outsideField(f.Other, list)
	}
	held := false
	switch name := f.Name; {
	case f.Custom:
	case t.Items:
		held = name == "item.category" || name == "item.amount"
	default:
		held = name == "kind" || name == "amount"
	}
	if !held {
		add(&list, fieldWords(f))
	}
	return list
}
