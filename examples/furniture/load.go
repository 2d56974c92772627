package main

import (
	"context"
	"slices"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// batchSize is how many records go to the CRM at once.
const batchSize = 1000

// load brings the shop's customers and orders into the CRM. What is there
// already stays as it is, so an import that was cut off is simply run again.
func (j *job) load(ctx context.Context, d dataset) (summary, error) {
	j.problems = d.problems
	s := newSummary()
	known := map[string]bool{}
	for batch := range slices.Chunk(d.customers, batchSize) {
		stored, err := j.loadCustomers(ctx, batch)
		if err != nil {
			return s, err
		}
		for _, c := range stored {
			known[c.id] = true
		}
		j.out.progress.show("customers", len(known), len(d.customers))
	}
	s.customers = len(known)
	orders := slices.DeleteFunc(d.orders, func(o order) bool { return !known[o.customer] })
	// The file may hold orders from after today. They are history all the
	// same, so the clock stands behind them while they are recorded.
	defer j.clock.set(j.o.today)
	for _, o := range orders {
		if o.activity.At.After(j.clock.now()) {
			j.clock.set(o.activity.At)
		}
	}
	for batch := range slices.Chunk(orders, batchSize) {
		stored, err := j.loadOrders(ctx, batch)
		if err != nil {
			return s, err
		}
		for _, o := range stored {
			s.add(o)
		}
		j.out.progress.show("orders", s.orders, len(orders))
	}
	return s, nil
}

// loadCustomers stores a batch of customers and returns those that the CRM
// takes. The others are noted as problems.
func (j *job) loadCustomers(ctx context.Context, batch []customer) ([]customer, error) {
	for {
		bad, err := j.storeCustomers(ctx, batch)
		if len(bad) == 0 {
			return batch, err
		}
		var rest []customer
		for i, c := range batch {
			reason, refused := bad[i]
			if !refused {
				rest = append(rest, c)
				continue
			}
			j.problems.add(c.line, "customer and orders: "+reason)
		}
		batch = rest
	}
}

// storeCustomers stores new and changed customers, and what the new ones
// declared, in one transaction. It returns what the CRM refuses, by index.
func (j *job) storeCustomers(ctx context.Context, batch []customer) (bad map[int]string, err error) {
	err = j.crm.Atomic(ctx, func(ctx context.Context, c *crm.CRM) error {
		bad = nil
		changed, err := compare(ctx, c, batch)
		if err != nil {
			return err
		}
		records := make([]contact.Contact, len(changed))
		for i, at := range changed {
			records[i] = batch[at].record
		}
		stored, err := c.Contacts.UpsertMany(ctx, records)
		if err != nil {
			bad = map[int]string{}
			for _, r := range refusals(err, "contacts") {
				bad[changed[r.index]] = r.reason
			}
			return err
		}
		var fresh []customer
		for i, at := range changed {
			if stored[i].Created {
				fresh = append(fresh, batch[at])
			}
		}
		return declare(ctx, c, fresh)
	})
	return bad, err
}

// compare tells which customers of the batch the CRM does not know, or knows
// otherwise (as indices).
func compare(ctx context.Context, c *crm.CRM, batch []customer) ([]int, error) {
	ids := make([]contact.ID, len(batch))
	for i := range batch {
		ids[i] = batch[i].record.ID
	}
	stored, err := c.Contacts.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[contact.ID]contact.Contact, len(stored))
	for _, s := range stored {
		known[s.ID] = s
	}
	var changed []int
	for i, b := range batch {
		if old, found := known[b.record.ID]; !found || !contact.SameData(old, b.record) {
			changed = append(changed, i)
		}
	}
	return changed, nil
}

// declare notes what new customers agreed to, and what they took back. The
// ledger has no references of the host's, so it is written together with the
// contact, or not at all.
func declare(ctx context.Context, c *crm.CRM, fresh []customer) error {
	var grants []consent.Declaration
	for _, f := range fresh {
		if len(f.agreed) > 0 {
			grants = append(grants, declaration(f, f.agreed))
		}
	}
	if err := c.Consents.GrantMany(ctx, grants); err != nil {
		return err
	}
	for _, f := range fresh {
		if len(f.revoked) > 0 {
			if err := c.Consents.Withdraw(ctx, declaration(f, f.revoked)); err != nil {
				return err
			}
		}
		if len(f.bounced) > 0 {
			if err := c.Consents.Suppress(ctx, declaration(f, f.bounced)); err != nil {
				return err
			}
		}
	}
	return nil
}

func declaration(c customer, channels []contact.Channel) consent.Declaration {
	return consent.Declaration{
		Contact: c.record.ID, Channels: channels, Source: "import",
		Wording: "I agree that the shop tells me about its offers.",
	}
}

// activities gives what happened, with whom.
func activities(batch []order) []activity.Activity {
	list := make([]activity.Activity, len(batch))
	for i, o := range batch {
		list[i] = o.activity
		list[i].Contact = contactID(o.customer)
	}
	return list
}
