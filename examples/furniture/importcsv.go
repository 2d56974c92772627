package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// readOrders reads a file of order lines, with the headers that package orders knows.
// What is wrong with an order is noted in dataset.problems; an error is returned only
// when the file as a whole cannot be read.
func readOrders(r io.Reader, zone *time.Location) (dataset, error) {
	rows, err := table.NewReader(r, &table.Options{NumberNames: true})
	if err != nil {
		return dataset{}, err
	}
	o := &orders.Options{Options: people.Options{Source: source, Currency: currency, Location: zone, Layout: "1/2/2006"}}
	m, _ := orders.Guess(rows.Columns(), o)
	d, err := orders.NewDecoder(rows, m, o)
	if err != nil {
		return dataset{}, err
	}
	g := grouping{customers: map[string]int{}, latest: map[string]time.Time{}}
	for next, err := range d.Orders() {
		var broken *table.RowError
		switch {
		case err == nil:
			g.add(next)
		case errors.As(err, &broken):
			g.data.problems.addRows(next.Broken)
		default:
			return dataset{}, err
		}
	}
	return g.data, nil
}

// grouping finds the customers of the orders.
type grouping struct {
	data      dataset
	customers map[string]int       // index in data.customers
	latest    map[string]time.Time // latest order of each customer
}

// unfit tells why the shop cannot use an order, or nothing.
func unfit(o orders.Order) string {
	switch {
	case o.Customer.Key(source) == "":
		return "order refused: has no customer number"
	case len(o.Activity.Items) == 0:
		return "order refused: has no lines"
	case o.Activity.Amount.Currency != currency:
		return "order refused: is not in " + currency
	}
	return ""
}

// add takes one order. The latest order tells about its customer; of two on one
// day, the later one in the file.
func (g *grouping) add(o orders.Order) {
	if reason := unfit(o); reason != "" {
		for _, line := range o.Lines {
			g.data.problems.add(line, reason)
		}
		return
	}
	id, at := o.Customer.Key(source), o.Activity.At
	g.data.orders = append(g.data.orders, order{customer: id, lines: o.Lines, activity: o.Activity})
	i, known := g.customers[id]
	if !known {
		i = len(g.data.customers)
		g.customers[id] = i
		g.data.customers = append(g.data.customers, customer{})
	}
	if known && at.Before(g.latest[id]) {
		return
	}
	g.latest[id] = at
	g.data.customers[i] = fileCustomer(id, o)
}

// fileCustomer completes the record of a customer. The file holds neither e-mail
// addresses nor streets nor consents, so they are made up: everybody agreed to
// letters, about half to e-mail.
func fileCustomer(id string, o orders.Order) customer {
	c := customer{id: id, record: newRecord(id), line: o.Line}
	c.agreed = []contact.Channel{contact.ChannelLetter}
	if draw("agrees to e-mail", id) < 0.5 {
		c.agreed = append(c.agreed, contact.ChannelEmail)
	}
	c.record.Name = o.Customer.Name
	c.record.Emails = []contact.Email{{Address: sampleAddress(id)}}
	home := o.Customer.Address()
	home.Street = fmt.Sprintf("%d Sample Street", 1+int(200*draw("house", id)))
	home.PostalCode = postalCode(home.PostalCode, home.Country)
	c.record.Addresses = []contact.Address{home}
	return c
}

// isSale tells orders from what was given back.
func (o order) isSale() bool { return o.activity.Kind == activity.Purchase }
