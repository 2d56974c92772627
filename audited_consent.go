package crm

import (
	"context"
	"strings"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/storage"
)

func (s auditedStore) InsertNotice(ctx context.Context, n consent.Notice) (stored consent.Notice, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		stored, err = tx.InsertNotice(ctx, n)
		return about{call: "InsertNotice", kind: "notice", resource: strings.Join([]string{n.Name, n.Version, n.Locale}, " ")}, err
	})
	return stored, err
}

func (s auditedStore) PutSuppressions(ctx context.Context, list []contact.Suppression) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "PutSuppressions", kind: "suppression", count: int64(len(list))}, tx.PutSuppressions(ctx, list)
	})
}

func (s auditedStore) DeleteSuppressions(ctx context.Context, digests []addresskey.Digest) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "DeleteSuppressions", kind: "suppression", count: int64(len(digests))}, tx.DeleteSuppressions(ctx, digests)
	})
}

func (s auditedStore) PutOptIn(ctx context.Context, r consent.OptInRow) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutContacts("PutOptIn", []contact.ID{r.Contact}, itself), tx.PutOptIn(ctx, r)
	})
}

func (s auditedStore) DeleteOptIns(ctx context.Context, ids []consent.OptInID) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "DeleteOptIns", kind: "opt-in", count: int64(len(ids))}, tx.DeleteOptIns(ctx, ids)
	})
}
