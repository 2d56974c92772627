package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/id"
)

// source names the shop in identities and references.
const source = "shop"

// dataset is what a shop knows of its customers.
type dataset struct {
	customers []customer
	orders    []order
	problems  problems
}

// customer is a customer as the shop knows him.
type customer struct {
	id      string
	record  contact.Contact
	agreed  []contact.Channel
	revoked []contact.Channel // agreed to first and withdrawn later
	bounced []contact.Channel // the address turned out not to work
	line    int               // of the file
}

// order is what a customer bought, or gave back.
type order struct {
	customer string
	lines    []int // of the file
	activity activity.Activity
}

// contactID derives the contact's id from the shop's, so that every store and
// every run has the same one.
func contactID(customer string) contact.ID { return id.Derived("furniture", customer) }

// newRecord begins the record of a customer.
func newRecord(customer string) contact.Contact {
	return contact.Contact{
		ID:         contactID(customer),
		Kind:       contact.Person,
		Identities: []contact.Identity{{Source: source, Key: customer}},
	}
}

// draw gives a number in [0, 1) that is the same for the same purpose and
// customer: our dice, which fall the same way in every run.
func draw(purpose, customer string) float64 {
	sum := sha256.Sum256([]byte(purpose + ":" + customer))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

// problem is a line that could not be imported.
type problem struct {
	line   int
	reason string
}

type problems []problem

func (p *problems) add(line int, reason string) { *p = append(*p, problem{line, reason}) }

// addRows takes what is wrong with an order that cannot be read.
func (p *problems) addRows(rows []*table.RowError) {
	for _, r := range rows {
		p.add(r.Line, strings.TrimPrefix(r.Column+" "+r.Message, " "))
	}
}

// print lists the broken lines in the order of the file.
func (p problems) print(w io.Writer) {
	if len(p) == 0 {
		return
	}
	slices.SortStableFunc(p, func(a, b problem) int { return a.line - b.line })
	lines := map[int]bool{}
	for _, b := range p {
		fmt.Fprintf(w, "line %d: %s\n", b.line, b.reason)
		lines[b.line] = true
	}
	fmt.Fprintf(w, "Not imported: %s. The rest was.\n", plural(int64(len(lines)), "line"))
}
