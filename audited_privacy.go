package crm

import (
	"context"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/storage"
)

func (s auditedStore) EraseContacts(ctx context.Context, ids []contact.ID, at time.Time) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("EraseContacts", ids, itself), tx.EraseContacts(ctx, ids, at)
	})
}

func (s auditedStore) ReplaceCampaignRows(ctx context.Context, of []contact.ID, in campaign.ID, with privacy.CampaignRows) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("ReplaceCampaignRows", of, itself), tx.ReplaceCampaignRows(ctx, of, in, with)
	})
}

func (s auditedStore) PutRestriction(ctx context.Context, r privacy.Restriction) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("PutRestriction", []contact.ID{r.Contact}, itself), tx.PutRestriction(ctx, r)
	})
}

func (s auditedStore) DeleteRestriction(ctx context.Context, of contact.ID, at time.Time) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("DeleteRestriction", []contact.ID{of}, itself), tx.DeleteRestriction(ctx, of, at)
	})
}

func (s auditedStore) PutHold(ctx context.Context, h privacy.Hold) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("PutHold", []contact.ID{h.Contact}, itself), tx.PutHold(ctx, h)
	})
}

func (s auditedStore) DeleteHold(ctx context.Context, of contact.ID, hold privacy.HoldID) (was bool, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		if was, err = tx.DeleteHold(ctx, of, hold); !was {
			return about{}, err
		}
		return aboutContacts("DeleteHold", []contact.ID{of}, itself), err
	})
	return was, err
}

func (s auditedStore) DeleteHeld(ctx context.Context, of contact.ID, class privacy.Class) (n int64, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		n, err = tx.DeleteHeld(ctx, of, class)
		a := aboutContacts("DeleteHeld", []contact.ID{of}, itself)
		a.count = n
		return a, err
	})
	return n, err
}
