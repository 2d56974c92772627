package crm

import (
	"context"
	"time"

	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/privacy"
)

// suppressor suppresses the addresses of the erased.
type suppressor struct {
	keys addresskey.Keys
	now  func() time.Time
}

// SuppressErased implements privacy.Suppressor.
func (s suppressor) SuppressErased(ctx context.Context, store privacy.Stores, erased []contact.Contact) error {
	return consent.SuppressErased(ctx, store, s.keys, erased, core.Instant(s.now()))
}

// loggedPart empties what the log of what was done says about the erased. The chain of
// its hashes holds without that.
var loggedPart = privacy.Part{Name: "audit", Class: privacy.Measures, Erase: func(ctx context.Context, store privacy.Stores, ids []contact.ID) error {
	_, err := audit.ErasePayloads(ctx, store.(audit.Store), ids)
	return err
}}
