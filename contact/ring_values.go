package contact

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
)

// sealAll seals the sensitive values of records that are in clear, each with the key of
// its contact. It changes the records in place.
func (r *ring) sealAll(ctx context.Context, list []*Contact, now time.Time) error {
	if r.Sealing.keys == nil {
		return nil
	}
	var clear []*Contact
	var owners []ID
	for _, c := range list {
		if r.HasClear(*c) {
			clear, owners = append(clear, c), append(owners, c.ID)
		}
	}
	if len(clear) == 0 {
		return nil
	}
	of, err := r.latest(ctx, owners, now)
	if err != nil {
		return err
	}
	for _, c := range clear {
		c.Custom = maps.Clone(c.Custom)
		for name, v := range c.Custom {
			if !r.Seals(name) || v.IsSealed() {
				continue
			}
			if c.Custom[name], err = r.seal(r.keys[of[c.ID]], r.place(of[c.ID], name), v); err != nil {
				return err
			}
		}
	}
	return nil
}

// ready unwraps the keys of the sealed values of records.
func (r *ring) ready(ctx context.Context, list []Contact) error {
	var wanted []keyID
	for _, c := range list {
		for _, v := range c.Custom {
			if k, ok := keyOf(v); ok && !slices.Contains(wanted, k) {
				wanted = append(wanted, k)
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	if r.Sealing.keys == nil {
		return errs.Conflict("contact.Keys", "custom", "sealed", "cannot be opened without crm.Config.Keys")
	}
	return r.unwrap(ctx, wanted)
}

// keyOf tells with which key a value was sealed.
func keyOf(v Value) (keyID, bool) {
	if !v.IsSealed() {
		return keyID{}, false
	}
	owner, version, err := vault.OwnerOf(v.Sealed)
	return keyID{owner, version}, err == nil
}

// open opens a sealed value whose key is ready, and reports whether it opens.
func (r *ring) open(field string, v Value) (Value, bool) {
	k, ok := keyOf(v)
	if !ok {
		return Value{}, false
	}
	out, err := opened(r.keys[k], r.place(k, field), v)
	return out, err == nil
}
