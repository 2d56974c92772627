package sqlstore

import (
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// notes are what a compiler tells about the population form. A compiler without
// them tells nothing.
type notes struct{ rollup, warnings []string }

func add(list *[]string, text string) {
	if !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}

func (n *notes) warn(text string) {
	if n != nil {
		add(&n.warnings, text)
	}
}

// tests notes conditions with one source, and whether the rollup answers them.
func (n *notes) tests(tests []test) {
	if n == nil {
		return
	}
	for _, t := range tests {
		why := t.beyondRollup()
		if why == "" {
			add(&n.rollup, t.words())
			continue
		}
		n.activities(t, why)
	}
}

// activities notes that the rows of a test are read, and why.
func (n *notes) activities(t test, why string) {
	if n == nil {
		return
	}
	if t.Kind == "" {
		n.warn("reads every activity: no index is over all kinds")
		return
	}
	if columns := t.unindexed(); len(columns) > 0 {
		n.warn("reads all " + t.rowWords() + ": no index holds " + strings.Join(columns, ", "))
	}
	n.warn("must look at the " + t.rowWords() + " themselves, because " + why)
}

// record notes that all contacts are read: for conditions on the record, or for
// there are only complements.
func (n *notes) record(plain []literal) {
	if n == nil {
		return
	}
	var names []string
	for _, l := range plain {
		names = recordFields(l.Node, names)
	}
	if len(names) > 0 {
		n.warn("reads every contact: no index holds " + strings.Join(names, ", "))
		return
	}
	n.warn("reads every contact: the rule tells at most who is not selected")
}

// recordFields adds the names of the fields that conditions on the record look
// at.
func recordFields(node *segment.Node, names []string) []string {
	switch node.Kind {
	case segment.NodeField:
		add(&names, fieldWords(node.Field))
		if node.Field.Other != nil {
			add(&names, fieldWords(node.Field.Other))
		}
	case segment.NodeShare:
		add(&names, "random shares")
	}
	for i := range node.Children {
		names = recordFields(&node.Children[i], names)
	}
	return names
}

func fieldWords(t *segment.FieldTest) string {
	switch {
	case t.Custom && t.Scope == segment.OfActivity:
		return segment.DataPrefix + t.Name
	case t.Custom:
		return segment.CustomPrefix + t.Name
	}
	return t.Name
}

// custom notes how a custom field is found.
func (n *notes) custom(t *segment.FieldTest) {
	switch {
	case n == nil:
	case t.Op == segment.Missing:
		n.warn("reads the custom fields of every contact: no index tells who lacks one")
	case t.Type == contact.TypeText:
		n.warn("reads " + fieldWords(t) + " of every contact: no index is in the order of texts")
	case t.Type == contact.TypeDate || t.Type == contact.TypeMoney:
		n.warn("reads the custom fields of every contact: no index is over those of type " + string(t.Type))
	case t.Op == segment.Anniversary:
		n.warn("reads " + fieldWords(t) + " of every contact: no index is in the order of anniversaries")
	}
}

// elements notes how the elements of a list are found.
func (n *notes) elements(t *segment.HasTest) {
	if n == nil {
		return
	}
	if t.Where.Kind == segment.NodeField {
		f := t.Where.Field
		exact := f.Op == segment.Equals || f.Op == segment.OneOf
		if isOfValues(t.List) && exact && !f.Folded && f.Other == nil {
			return
		}
	}
	n.warn("reads the " + string(t.List) + " of every contact")
}
