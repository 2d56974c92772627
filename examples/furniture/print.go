package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// printer writes what people read.
type printer struct {
	w        io.Writer
	progress *progress
}

func (p printer) linef(format string, args ...any) {
	p.progress.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
}

func (p printer) head(step int, title string) { p.linef("\n%d. %s\n", step, title) }

// summary tells what was imported.
func (p printer) summary(j *job, s summary) {
	p.linef("Today is %s. Database: %s", j.o.today.Format("2 January 2006"), j.db.name)
	p.linef("%s placed %s worth %s.\n", plural(int64(s.customers), "customer"), plural(int64(s.orders), "order"), euro(s.revenue))
	p.linef("  %-20s %10s %10s %18s", "category", "orders", "customers", "revenue")
	for _, name := range slices.Sorted(maps.Keys(s.categories)) {
		c := s.categories[name]
		p.linef("  %-20s %10s %10s %18s", name, count(c.orders), count(len(c.customers)), euro(c.revenue))
	}
}

// history shows the newest part of one customer's history.
func (p printer) history(who contact.Contact, page activity.Page, zone *time.Location) {
	a := who.Address()
	town := strings.TrimSpace(a.PostalCode + " " + a.City)
	if town != "" {
		town = " of " + town
	}
	p.linef("\n%s (%s)%s, newest first:", who.Name, who.Key(source), town)
	for _, a := range page.Activities {
		p.linef("  %s  %-8s %-7s %16s  %s", a.At.In(zone).Format(time.DateOnly), a.Kind, a.Channel, euro(a.Amount), itemNames(a.Items))
	}
	if page.Next != "" {
		p.linef("  ... and older ones")
	}
}

func itemNames(items []activity.Item) string {
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Name
		if it.Quantity > 1 {
			names[i] = fmt.Sprintf("%d x %s", it.Quantity, it.Name)
		}
	}
	return strings.Join(names, "; ")
}

// indent moves a text to the right.
func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// count writes a number with commas between the thousands.
func count[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// plural writes a number of things.
func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}

// euro writes an amount; nothing where there is none.
func euro(m money.Money) string {
	if m == (money.Money{}) {
		return ""
	}
	whole, cents, _ := strings.Cut(m.Decimal(), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n == 0 {
		return m.String() // also -0.05, which has no whole part to write a sign on
	}
	return count(n) + "." + cents + " " + m.Currency
}
