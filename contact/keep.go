package contact

import (
	"context"
	"maps"

	"github.com/stammkunde/crm/errs"
)

// keepSensitive gives the records that are stored next, of those that a host gives and of
// the stored ones in their places, which are zero for new contacts. Sensitive values are
// the stored ones, given or not: whoever was not shown a value cannot take it away or
// change it by giving back what was read. A value that is given must be the one that can
// be read, else it is refused with consent_required; so nobody can find out by trying
// what is hidden. path is that of the list, empty for one record.
func (s *Service) keepSensitive(ctx context.Context, store Stores, r *ring, op string, stored, given []Contact, path string) ([]Contact, error) {
	var f errs.Fields
	shown, err := s.shown(ctx, store, r, stored, given)
	if err != nil {
		return nil, err
	}
	kept := make([]Contact, len(given))
	for i, c := range given {
		at := f.At(elementPath(path, i))
		s.door.unproven(at, shown[i].Custom, c.Custom)
		if kept[i] = s.sealing.Kept(stored[i], c); len(kept[i].Custom) > maxCustom {
			addTooManyValues(at)
		}
	}
	return kept, f.Err(op)
}

// shown gives the stored records as they can be read, as far as something sensitive is to
// be compared with them.
func (s *Service) shown(ctx context.Context, store Stores, r *ring, stored, given []Contact) ([]Contact, error) {
	shown := make([]Contact, len(stored))
	var asked []Contact
	var places []int
	for i, c := range given {
		if s.sealing.holds(c) {
			asked, places = append(asked, stored[i]), append(places, i)
		}
	}
	asked, err := s.revealBy(ctx, store, r, asked)
	if err != nil {
		return nil, err
	}
	for j, i := range places {
		shown[i] = asked[j]
	}
	return shown, nil
}

// Kept gives a record with the sensitive values of the stored one, and no others.
func (s *Sealing) Kept(stored, next Contact) Contact {
	next = s.Withhold(next)
	own := false
	for name, v := range stored.Custom {
		if !v.IsSealed() && !s.IsSensitive(name) {
			continue
		}
		if !own {
			if next.Custom, own = maps.Clone(next.Custom), true; next.Custom == nil {
				next.Custom = map[string]Value{}
			}
		}
		next.Custom[name] = v
	}
	return next
}
