package crm

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
)

func (s auditedStore) DeleteSecrets(ctx context.Context, ids []contact.ID, keep []int64) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("DeleteSecrets", ids, itself), tx.DeleteSecrets(ctx, ids, keep)
	})
}
