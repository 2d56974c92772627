package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

const (
	shopCustomers = 2000
	shopYears     = 4
	// channelWeb is a channel of the shop's own: customers come by it, but
	// no campaign goes out on it.
	channelWeb contact.Channel = "web"
)

// generate makes up a shop that has been open for four years today. It is the
// same one every time.
func generate(today time.Time) dataset {
	g := generator{dice: rand.New(rand.NewPCG(2025, 1231)), today: today}
	var d dataset
	for i := range shopCustomers {
		c, home := g.customer(i)
		d.customers = append(d.customers, c)
		d.orders = append(d.orders, g.ordersOf(c, home)...)
	}
	return d
}

type generator struct {
	dice  *rand.Rand
	today time.Time
}

func (g *generator) chance(percent int) bool { return g.dice.IntN(100) < percent }

func pick[T any](g *generator, list []T) T { return list[g.dice.IntN(len(list))] }

// customer makes up a customer, and the channel on which that customer likes
// to order.
func (g *generator) customer(i int) (customer, contact.Channel) {
	id := fmt.Sprintf("K%05d", 10001+i)
	c := customer{id: id, record: newRecord(id)}
	r := &c.record
	r.Name = contact.Name{Given: pick(g, givenNames), Family: pick(g, familyNames)}
	r.Language = "de"
	if g.chance(82) {
		local := asciiName.Replace(strings.ToLower(r.Name.Given + "." + r.Name.Family))
		r.Emails = []contact.Email{{Address: fmt.Sprintf("%s.%d@example.com", local, 10001+i)}}
	}
	if g.chance(70) {
		r.Phones = []contact.Phone{{Number: fmt.Sprintf("%s %03d", pick(g, phonePrefixes), g.dice.IntN(1000))}}
	}
	if g.chance(95) {
		town := pick(g, towns)
		street := fmt.Sprintf("%s %d", pick(g, streetNames), 1+g.dice.IntN(120))
		r.Addresses = []contact.Address{{Street: street, PostalCode: town.postalCode, City: town.name, Country: "DE"}}
	}
	g.wishes(&c)
	home := pick(g, []contact.Channel{channelWeb, channelWeb, channelWeb, contact.ChannelEmail, contact.ChannelLetter, contact.ChannelPhone})
	return c, home
}

var asciiName = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// wishes makes up what a customer agreed to, took back, and asked for.
func (g *generator) wishes(c *customer) {
	for _, w := range []struct {
		channel contact.Channel
		agrees  int // percent
	}{{contact.ChannelEmail, 62}, {contact.ChannelLetter, 70}, {contact.ChannelPhone, 28}} {
		if !g.chance(w.agrees) {
			continue
		}
		c.agreed = append(c.agreed, w.channel)
		switch {
		case g.chance(6):
			c.revoked = append(c.revoked, w.channel)
		case g.chance(4):
			c.bounced = append(c.bounced, w.channel)
		}
	}
	if g.chance(20) {
		c.record.PreferredChannel = pick(g, campaignChannels)
	}
}

// ordersOf makes up the orders of one customer, oldest first. Most customers
// order seldom.
func (g *generator) ordersOf(c customer, home contact.Channel) []order {
	n := pick(g, []int{1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 10})
	var days []int
	for range n {
		days = append(days, g.dice.IntN(shopYears*365))
	}
	slices.Sort(days)
	slices.Reverse(days) // days ago
	var list []order
	for i, ago := range days {
		a := activity.Activity{Kind: activity.Purchase, Channel: home, Ref: activity.Ref{Source: source, Key: fmt.Sprintf("%s-%02d", c.id, i+1)}}
		if g.chance(20) {
			a.Channel = channelWeb
		}
		// In the evening, but before now.
		a.At = g.today.AddDate(0, 0, -ago-1).Add(time.Duration(8*60+g.dice.IntN(14*60)) * time.Minute)
		for range 1 + g.dice.IntN(3) {
			a.Items = append(a.Items, g.line())
		}
		list = append(list, order{customer: c.id, activity: a})
	}
	return list
}

func (g *generator) line() activity.Item {
	p := pick(g, assortment)
	quantity := int64(1)
	if p.dearest < 10000 {
		quantity += g.dice.Int64N(4)
	}
	price := p.cheapest + g.dice.Int64N((p.dearest-p.cheapest)/1000+1)*1000
	return activity.Item{
		SKU:  fmt.Sprintf("%s-%04d", strings.ToUpper(p.category[:2]), price/10%10000),
		Name: p.name, Category: p.category, Quantity: quantity, Amount: money.New(price*quantity, currency),
	}
}
