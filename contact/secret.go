package contact

import (
	"context"
	"time"
)

// Secret is a key of one contact, wrapped; see package vault. The rows of contacts and
// those of secrets are kept apart, so that a host can keep the backups of the secrets for
// a shorter time: without its secret a sealed value cannot be read any more.
type Secret struct {
	Contact ID
	// Version is a random number above zero, no two secrets have the same.
	Version int64
	// Wrapped is the key as the host's wrapper has encrypted it, under the key
	// encryption key KEK.
	Wrapped []byte
	KEK     string
	// CreatedAt is when the key was made. New values are sealed with the latest.
	CreatedAt time.Time
}

// SecretStore persists the keys with which sensitive values are sealed, and reaches the
// places where such values are kept.
type SecretStore interface {
	// Tenant returns the name of the tenant that the handle is bound to.
	Tenant() string
	// InsertSecrets stores new secrets; the contacts need not exist. It returns
	// errs.ErrConflict (path "version", code "exists"), and stores nothing, when a
	// contact has one of that version.
	InsertSecrets(ctx context.Context, list []Secret) error
	// UpdateSecrets replaces Wrapped and KEK of secrets, found by Contact and
	// Version. Those that are not there are passed over.
	UpdateSecrets(ctx context.Context, list []Secret) error
	// Secrets returns the secrets of the contacts, ordered by contact, CreatedAt and
	// Version.
	Secrets(ctx context.Context, contacts []ID) ([]Secret, error)
	// ListSecrets returns up to limit secrets behind one, of which only Contact and
	// Version count, ordered by contact and version. Pass the zero Secret first.
	ListSecrets(ctx context.Context, after Secret, limit int) ([]Secret, error)
	// DeleteSecrets removes the secrets of the contacts, except those with a version
	// to keep.
	DeleteSecrets(ctx context.Context, contacts []ID, keep []int64) error
	// HoldersOf returns up to limit ids greater than after of the contacts that have a
	// value of one of the custom fields, in their record, or in one that a merge into
	// them keeps (Before, Lost, After); each once, in ascending order.
	HoldersOf(ctx context.Context, fields []string, after ID, limit int) ([]ID, error)
	// EditCopies calls edit with each record that a merge, of which one of the contacts
	// is winner or loser, or a change that an import made to one of them, keeps, and
	// stores what edit returns in its place. edit may be called in any order, and
	// must not use the store.
	EditCopies(ctx context.Context, contacts []ID, edit func(Contact) Contact) error
}
