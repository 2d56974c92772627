package storagetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// sensitiveBreakages are what goes wrong with sensitive values and their keys.
var sensitiveBreakages = []breakage{
	{name: "calls_all_tenants_the_same", fails: storagetest.SensitiveSealed, wrap: func(s storage.Store) storage.Store { return nameless{s} }},
	{name: "replaces_secrets_that_are_there", fails: storagetest.SensitiveContract, wrap: func(s storage.Store) storage.Store { return overwrites{s} }},
	{name: "keeps_old_wrappings", fails: storagetest.SensitiveKeys, wrap: func(s storage.Store) storage.Store { return keepsWrapping{s} }},
	{name: "revives_deleted_secrets", fails: storagetest.SensitiveContract, wrap: func(s storage.Store) storage.Store { return revives{s} }},
	{name: "gives_secrets_without_their_order", fails: storagetest.SensitiveContract, wrap: func(s storage.Store) storage.Store { return byVersion{s} }},
	{name: "lists_one_secret_of_each_contact", fails: storagetest.SensitiveContract, wrap: func(s storage.Store) storage.Store { return oneEach{s} }},
	{name: "keeps_the_keys_of_the_erased", fails: storagetest.SensitiveKeys, wrap: func(s storage.Store) storage.Store { return keepsSecrets{s} }},
	{name: "deletes_the_keys_of_the_merged", fails: storagetest.SensitiveMerge, wrap: func(s storage.Store) storage.Store { return forgetsLosers{s} }},
	{name: "looks_for_holders_in_records_only", fails: storagetest.SensitiveMerge, wrap: func(s storage.Store) storage.Store { return recordsOnly{s} }},
	{name: "leaves_copies_as_they_are", fails: storagetest.SensitiveDestroy, wrap: func(s storage.Store) storage.Store { return leavesCopies{s} }},
}

type nameless struct{ storage.Store }

func (nameless) Tenant() string { return "" }

type overwrites struct{ storage.Store }

func (s overwrites) InsertSecrets(ctx context.Context, list []contact.Secret) error {
	for _, n := range list {
		if err := s.Store.InsertSecrets(ctx, []contact.Secret{n}); err != nil && !errs.Has(err, "exists") {
			return err
		}
	}
	return nil
}

type keepsWrapping struct{ storage.Store }

func (keepsWrapping) UpdateSecrets(context.Context, []contact.Secret) error { return nil }

type revives struct{ storage.Store }

func (s revives) UpdateSecrets(ctx context.Context, list []contact.Secret) error {
	for _, n := range list {
		if err := s.InsertSecrets(ctx, []contact.Secret{n}); err != nil && !errs.Has(err, "exists") {
			return err
		}
	}
	return s.Store.UpdateSecrets(ctx, list)
}

type byVersion struct{ storage.Store }

func (s byVersion) Secrets(ctx context.Context, contacts []contact.ID) ([]contact.Secret, error) {
	list, err := s.Store.Secrets(ctx, contacts)
	slices.SortFunc(list, func(a, b contact.Secret) int { return int(a.Version - b.Version) })
	return list, err
}

type oneEach struct{ storage.Store }

func (s oneEach) ListSecrets(ctx context.Context, after contact.Secret, limit int) ([]contact.Secret, error) {
	list, err := s.Store.ListSecrets(ctx, after, limit)
	return slices.CompactFunc(list, func(a, b contact.Secret) bool { return a.Contact == b.Contact }), err
}

type keepsSecrets struct{ storage.Store }

func (keepsSecrets) DeleteSecrets(context.Context, []contact.ID, []int64) error { return nil }

type forgetsLosers struct{ storage.Store }

func (s forgetsLosers) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) ([]contact.ID, error) {
	gone, err := s.Store.DeleteContacts(ctx, ids, at)
	if err != nil {
		return nil, err
	}
	return gone, s.DeleteSecrets(ctx, gone, nil)
}

type recordsOnly struct{ storage.Store }

func (s recordsOnly) HoldersOf(ctx context.Context, fields []string, after contact.ID, limit int) ([]contact.ID, error) {
	list, err := s.Store.HoldersOf(ctx, fields, after, limit)
	if err != nil {
		return nil, err
	}
	records, err := s.Contacts(ctx, list)
	var holders []contact.ID
	for _, c := range records {
		if slices.ContainsFunc(fields, func(name string) bool { _, there := c.Custom[name]; return there }) {
			holders = append(holders, c.ID)
		}
	}
	return holders, err
}

type leavesCopies struct{ storage.Store }

func (leavesCopies) EditCopies(context.Context, []contact.ID, func(contact.Contact) contact.Contact) error {
	return nil
}
