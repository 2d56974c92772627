package exchange

import (
	"context"

	"github.com/stammkunde/crm/contact"
)

// maxLinkers is how many links to a contact are looked at. With more of them, others
// surely know it.
const maxLinkers = 100

// links finds out whether others link to a contact that the import created: not such
// as it has created too.
func (u *undo) links(ctx context.Context, d *doing) error {
	if d.created == nil {
		return nil
	}
	list, err := u.tx.LinkedTo(ctx, d.contact.ID, "", contact.ID{}, maxLinkers)
	d.linked = len(list) == maxLinkers
	for _, from := range list {
		if err != nil || d.linked {
			break
		}
		var ours bool
		ours, err = u.creates(ctx, from)
		d.linked = !ours
	}
	return err
}

// creates reports whether the import has created a contact that is still there.
func (u *undo) creates(ctx context.Context, c contact.ID) (bool, error) {
	if d := u.did[c]; d != nil {
		return d.created != nil, nil
	}
	list, err := u.tx.ImportChanges(ctx, u.of, before(c), 1)
	for _, change := range list {
		if change.Contact == c && change.Kind == ChangeCreated {
			return true, err
		}
	}
	return false, err
}

// before gives the id before one.
func before(c contact.ID) contact.ID {
	for i := len(c) - 1; i >= 0; i-- {
		if c[i]--; c[i] != 0xff {
			break
		}
	}
	return c
}
