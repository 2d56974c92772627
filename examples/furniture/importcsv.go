package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/money"
)

// The columns that are needed, by the names that the header gives them, and
// those that help. Their order does not matter, nor do capitals.
var (
	neededColumns = []string{
		"Order ID", "Order Date", "Customer ID", "Customer Name", "Product ID", "Category", "Product Name", "Sales", "Quantity",
	}
	otherColumns = []string{"Country", "City", "State", "Postal Code"}
)

// readOrders reads order lines. The lines of one order need not stand together.
// What is wrong with a line is noted in dataset.problems; an error is returned
// only when the file as a whole cannot be read.
func readOrders(r io.Reader, zone *time.Location) (dataset, error) {
	rows, err := table.NewReader(r, &table.Options{NumberNames: true})
	if err != nil {
		return dataset{}, err
	}
	columns, err := findColumns(rows.Columns())
	if err != nil {
		return dataset{}, err
	}
	g := grouping{orders: map[string]int{}, customers: map[string]int{}, latest: map[string]time.Time{}}
	for row, err := range rows.Rows() {
		var broken *table.RowError
		if err != nil && !errors.As(err, &broken) {
			return dataset{}, err
		}
		if err == nil {
			err = g.add(row, columns, zone)
		}
		switch {
		case broken != nil:
			g.data.problems.add(broken.Line, broken.Message)
		case err != nil:
			g.data.problems.add(row.Line, err.Error())
		}
	}
	return g.data, nil
}

// findColumns tells where each column stands; -1 where there is none.
func findColumns(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(name)
		if _, twice := at[name]; !twice {
			at[name] = i
		}
	}
	columns := map[string]int{}
	var missing []string
	for _, name := range neededColumns {
		i, ok := at[strings.ToLower(name)]
		if !ok {
			missing = append(missing, name)
		}
		columns[name] = i
	}
	if missing != nil {
		return nil, fmt.Errorf("the header lacks the columns %s", strings.Join(missing, ", "))
	}
	for _, name := range otherColumns {
		columns[name] = -1
		if i, ok := at[strings.ToLower(name)]; ok {
			columns[name] = i
		}
	}
	return columns, nil
}

// oneLine makes one line of a field: the CRM's names have no line breaks.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

// grouping puts lines together into orders and customers.
type grouping struct {
	data      dataset
	orders    map[string]int       // index in data.orders
	customers map[string]int       // index in data.customers
	latest    map[string]time.Time // latest order of each customer
}

// add takes one line, or tells what is wrong with it.
func (g *grouping) add(row table.Row, columns map[string]int, zone *time.Location) error {
	get := func(name string) string {
		if i := columns[name]; i >= 0 {
			return strings.TrimSpace(oneLine.Replace(row.At(i)))
		}
		return ""
	}
	at, item, err := parseLine(get, zone)
	if err != nil {
		return err
	}
	orderID, customerID := get("Order ID"), get("Customer ID")
	i, known := g.orders[orderID]
	if !known {
		i = len(g.data.orders)
		g.orders[orderID] = i
		g.data.orders = append(g.data.orders, order{id: orderID, customer: customerID, at: at})
	}
	o := &g.data.orders[i]
	switch {
	case o.customer != customerID:
		return errors.New("another customer than in the order's first line")
	case !o.at.Equal(at):
		return errors.New("another date than in the order's first line")
	}
	o.lines = append(o.lines, orderLine{row.Line, item})
	g.see(customerID, at, row.Line, get)
	return nil
}

// see notes what a line says about its customer. The latest order counts; of
// two on one day, the later line.
func (g *grouping) see(customerID string, at time.Time, line int, get func(string) string) {
	i, known := g.customers[customerID]
	if !known {
		i = len(g.data.customers)
		g.customers[customerID] = i
		g.data.customers = append(g.data.customers, customer{})
	}
	if known && at.Before(g.latest[customerID]) {
		return
	}
	g.latest[customerID] = at
	g.data.customers[i] = fileCustomer(customerID, line, get)
}

// parseLine reads date and item of a line.
func parseLine(get func(string) string, zone *time.Location) (time.Time, activity.Item, error) {
	var wrong []string
	for _, name := range []string{"Order ID", "Customer ID", "Product ID"} {
		if get(name) == "" {
			wrong = append(wrong, name+" is missing")
		}
	}
	at, err := time.ParseInLocation("1/2/2006", get("Order Date"), zone)
	if err != nil {
		wrong = append(wrong, "Order Date is not a date such as 12/31/2017")
	}
	amount, err := money.ParseRounded(get("Sales"), currency)
	if err != nil {
		wrong = append(wrong, "Sales is not an amount such as 261.96")
	}
	quantity, err := strconv.ParseInt(get("Quantity"), 10, 64)
	if err != nil || quantity < 1 {
		wrong = append(wrong, "Quantity is not a whole number from 1 on")
	}
	if wrong != nil {
		return time.Time{}, activity.Item{}, errors.New(strings.Join(wrong, "; "))
	}
	return at, activity.Item{
		SKU: get("Product ID"), Name: get("Product Name"), Category: get("Category"), Quantity: quantity, Amount: amount,
	}, nil
}

// fileCustomer makes a customer of a line. The file holds neither e-mail
// addresses nor streets nor consents, so they are made up: everybody agreed to
// letters, about half to e-mail.
func fileCustomer(customerID string, line int, get func(string) string) customer {
	c := customer{id: customerID, record: newRecord(customerID), line: line}
	c.agreed = []contact.Channel{contact.ChannelLetter}
	if draw("agrees to e-mail", customerID) < 0.5 {
		c.agreed = append(c.agreed, contact.ChannelEmail)
	}
	c.record.Name = splitName(get("Customer Name"))
	c.record.Emails = []contact.Email{{Address: sampleAddress(customerID)}}
	country := countryCode(get("Country"))
	c.record.Addresses = []contact.Address{{
		Street:     fmt.Sprintf("%d Sample Street", 1+int(200*draw("house", customerID))),
		PostalCode: postalCode(get("Postal Code"), country),
		City:       get("City"), Region: get("State"), Country: country,
	}}
	return c
}
