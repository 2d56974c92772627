package bench

import "github.com/stammkunde/crm/activity"

// plainCustomer is what a program without a CRM might keep of a customer.
type plainCustomer struct{ purchases []plainPurchase }

type plainPurchase struct {
	at, amount int64
	lines      []plainLine
}

type plainLine struct {
	category string
	amount   int64
}

// plainCustomers makes all customers with the first n purchases.
func plainCustomers(z size, n int) []plainCustomer {
	index := make(map[[16]byte]int, z.contacts)
	for i := range z.contacts {
		index[contactID(i)] = i
	}
	list := make([]plainCustomer, z.contacts)
	for i := range n {
		a := z.purchase(i)
		c := &list[index[a.Contact]]
		c.purchases = append(c.purchases, plainPurchase{a.At.UnixMicro(), a.Amount.Amount, plainLines(a.Items)})
	}
	return list
}

func plainLines(items []activity.Item) []plainLine {
	lines := make([]plainLine, len(items))
	for i, it := range items {
		lines[i] = plainLine{it.Category, it.Amount.Amount}
	}
	return lines
}

// plainFurniture is the rule of the main job, written for this shape alone.
func plainFurniture(list []plainCustomer) int {
	year, quarter := now.AddDate(0, -12, 0).UnixMicro(), now.AddDate(0, -3, 0).UnixMicro()
	n := 0
	for i := range list {
		var amount, last int64
		for _, p := range list[i].purchases {
			amount += p.amount
			for _, l := range p.lines {
				if l.category == "Furniture" {
					last = max(last, p.at)
				}
			}
		}
		if len(list[i].purchases) <= 3 && amount >= 150_000 && last > year && last <= quarter {
			n++
		}
	}
	return n
}
