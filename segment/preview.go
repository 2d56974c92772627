package segment

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// maxSample is the largest sample of a Preview.
const maxSample = 100

// Preview is how many contacts a rule selects, and some of them.
type Preview struct {
	Count int64 `json:"count"`
	// Sample holds contacts from all over the members, in ascending order of
	// id. While the members stay the same, so does the sample.
	Sample []contact.Contact `json:"sample"`
}

// Preview counts the contacts that the rule selects and returns n of them (0 to
// 100), or all where there are fewer. They are drawn by lot, and the lots stay
// the same: whoever is in the sample stays there as long as nobody with a better
// lot becomes a member. Their sensitive values are left out.
func (s *Service) Preview(ctx context.Context, r Rule, n int) (p Preview, err error) {
	const op = "segment.Preview"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return p, err
	}
	var f errs.Fields
	if n < 0 || n > maxSample {
		f.Add("n", "out_of_range", "must be 0 to 100")
	}
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return Preview{}, err
	}
	now := s.now()
	_, bound, err := s.bind(ctx, s.store, r, now)
	if err != nil {
		return Preview{}, err
	}
	count, err := EvaluatorOf(s.store).CountMembers(ctx, Resolve(bound, now, s.env.Zone))
	if err != nil || count == 0 || n == 0 {
		return Preview{Count: count}, err
	}
	ids, err := s.sample(ctx, count, n, func(share float64) Resolved {
		return Resolve(All(bound, RandomShare(sampleSeed, 0, share)), now, s.env.Zone)
	})
	if err != nil {
		return Preview{}, err
	}
	sample, err := s.store.Contacts(ctx, ids)
	for i, c := range sample {
		sample[i] = s.sealing.Withhold(c)
	}
	return Preview{count, sample}, err
}

// sampleSeed is the seed of the random share whose first places are the sample.
const sampleSeed = "preview"

// sample returns the n members with the least places in the random share, in
// ascending order of id. It looks at a share that most likely holds four times
// as many, and at a greater one where that was not enough.
func (s *Service) sample(ctx context.Context, count int64, n int, members func(share float64) Resolved) ([]contact.ID, error) {
	for share := 4 * float64(n) / float64(count); ; share *= 8 {
		share = max(min(share, 1), 1e-6)
		var ids []contact.ID
		err := walk(ctx, s.store, members(share), func(page []contact.ID) error {
			ids = append(ids, page...)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(ids) >= n || share == 1 {
			return least(ids, n), nil
		}
	}
}

// least returns the n ids with the least places.
func least(ids []contact.ID, n int) []contact.ID {
	t := ShareCondition{Seed: sampleSeed}.test()
	place := func(id contact.ID) int64 { return (Bucket(id)*t.Factor + t.Addend) % Modulus }
	slices.SortFunc(ids, func(a, b contact.ID) int { return cmp.Or(cmp.Compare(place(a), place(b)), a.Compare(b)) })
	ids = ids[:min(n, len(ids))]
	slices.SortFunc(ids, contact.ID.Compare)
	return ids
}
