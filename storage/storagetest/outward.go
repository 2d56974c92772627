package storagetest

import (
	"context"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

// txNoSending tries to send and to charge inside transactions. A transaction of
// the host's shows only on stores with the ability storage.Binding.
func txNoSending(k *kit) {
	c, people := k.audience(2, nil)
	k.record(order(people[0].ID, 1, noon))
	k.ok(k.crm.Atomic(k.ctx, func(ctx context.Context, in *crm.CRM) error {
		k.staysIn(in, c.ID, "in crm.Atomic")
		return in.Atomic(ctx, func(_ context.Context, in *crm.CRM) error {
			k.staysIn(in, c.ID, "in a crm.Atomic within another one")
			return nil
		})
	}), "Atomic in which sending was refused")
	tx, commit, _ := k.hostTx()
	if _, able := tx.(storage.Binding); able {
		k.staysIn(k.crm.In(tx), c.ID, "in a transaction of the host's")
		k.staysIn(k.on(tx), c.ID, "in a transaction of the host's, by crm.New")
	} else {
		k.Log("the store does not implement storage.Binding: it cannot be told that a transaction of the host's is one")
	}
	k.ok(k.crm.In(tx).Campaigns.Plan(k.ctx, c.ID), "planning in a transaction of the host's")
	k.ok(commit(), "committing")
	k.run(k.crm, c.ID)
	k.eachOnce(c.ID, people, "after the transactions")
	_, err := k.crm.Payments.Charge(k.ctx, ref(1), "pm_1")
	k.ok(err, "charging after the transactions")
}

// staysIn checks that nothing leaves through a CRM that is bound to a
// transaction.
func (k *kit) staysIn(c *crm.CRM, of campaign.ID, where string) {
	k.Helper()
	_, run := c.Campaigns.Run(k.ctx, of, nil)
	var work error
	c.Campaigns.Work(k.ctx, nil, func(err error) { work = err })
	_, charge := c.Payments.Charge(k.ctx, ref(1), "pm_1")
	_, refund := c.Payments.Refund(k.ctx, ref(1), "1", euro(1))
	for what, err := range map[string]error{"Run": run, "Work": work, "Charge": charge, "Refund": refund} {
		if !errs.Has(err, "in_transaction") {
			k.Errorf("%s %s must be refused with the code in_transaction, but it gives %v", what, where, err)
		}
		k.fails(err, errs.ErrConflict, what+" "+where)
	}
	k.equal(len(k.post.letters()), 0, "how many messages went out "+where)
}
