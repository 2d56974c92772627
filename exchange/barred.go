package exchange

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// loadBarred reads which addresses of a batch are suppressed so that no contact may have
// them.
func (w *work) loadBarred(ctx context.Context, batch []ready) error {
	keys := w.run.s.env.Addresses
	if len(keys) == 0 {
		return nil
	}
	list := make([]contact.Contact, len(batch))
	for i, e := range batch {
		list[i] = e.Contact
	}
	found, err := contact.Suppressed(ctx, w.tx, keys, list)
	w.barred = map[contact.Reach]bool{}
	for _, of := range found {
		for r, s := range of {
			r.Path = ""
			w.barred[r] = w.barred[r] || s.Bars
		}
	}
	return err
}

// refuseBarred refuses an entry that brings a contact an address that no contact may have.
func (w *work) refuseBarred(p *plan) {
	if len(w.barred) == 0 {
		return
	}
	had := map[contact.Reach]bool{}
	for _, r := range p.subject.now.Reaches() {
		r.Path = ""
		had[r] = true
	}
	for _, r := range p.record.Reaches() {
		path := r.Path
		if r.Path = ""; w.barred[r] && !had[r] {
			p.refuse(errs.Field{Path: path, Code: "suppressed", Message: "is suppressed: no contact may be stored with it"})
		}
	}
}

// askLists asks external lists about those whom a batch has brought or changed. It is
// done behind the batch, because lists may lie outside of the house; when the process is
// killed in between, the planning of a campaign asks.
func (r *run) askLists(ctx context.Context, b *work) error {
	if r.o.DryRun {
		return nil
	}
	var ids []contact.ID
	for _, s := range b.order {
		if s.by != nil {
			ids = append(ids, s.now.ID)
		}
	}
	return r.s.with.Consents.ListChecker()(ctx, ids)
}
