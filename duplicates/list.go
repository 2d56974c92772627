package duplicates

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cursor"
)

const (
	defaultLimit = 100
	// maxMilliBits is more evidence than any pair has.
	maxMilliBits = 1_000_000_000
)

// PairsOptions says which pairs to list. Nil and the zero value mean all defaults.
type PairsOptions struct {
	// Cursor is the Next of the page before. Empty means from the beginning.
	Cursor string
	// Limit is how many, up to 1000. Defaults to 100.
	Limit int
	// MinP is the least probability, up to .999. Defaults to that of the scan.
	MinP float64
}

// Page is one page of pairs.
type Page struct {
	Pairs []Pair `json:"pairs"`
	// Next leads to the next page; it is empty on the last one.
	Next string `json:"next,omitempty"`
}

// Pairs lists what the last finished scan has found, the most certain first, and those
// of the same evidence by their ids. A pair that was dismissed is left out, as is one of
// which a contact was merged or deleted. Nil options mean all defaults. Before the first
// scan was finished the list is empty. When another one takes its place, the next page
// is of that, behind the same evidence.
func (s *Service) Pairs(ctx context.Context, o *PairsOptions) (p Page, err error) {
	const op = "duplicates.Pairs"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return p, err
	}
	q, err := query(op, o)
	if err != nil {
		return Page{}, err
	}
	err = s.steady(ctx, func(scan Scan) (err error) {
		own := q
		own.Scan, own.Least = scan.Number, max(q.Least, scan.MilliBits)
		p, err = s.page(ctx, own)
		return err
	})
	return p, err
}

// steady lets read look at the list, again where another scan has taken its place
// meanwhile, so that no page ends early because what it shows is being removed.
func (s *Service) steady(ctx context.Context, read func(Scan) error) error {
	for {
		scan, err := s.list(ctx)
		if err != nil || scan.Number == 0 {
			return err
		}
		failed := read(scan)
		now, err := s.list(ctx)
		if err != nil {
			return err
		}
		if now.Number == scan.Number {
			return failed
		}
	}
}

// page reads pairs until there are enough that are still to be looked at.
func (s *Service) page(ctx context.Context, q PairQuery) (p Page, err error) {
	limit := q.Limit
	q.Limit++ // one more tells whether there is another page
	model, err := s.model(ctx, q.Scan)
	if err != nil {
		return Page{}, err
	}
	for {
		found, err := s.store.DuplicatePairs(ctx, q)
		if err != nil {
			return Page{}, err
		}
		if err := s.show(ctx, &p, model, found); err != nil {
			return Page{}, err
		}
		switch {
		case len(p.Pairs) > limit:
			p.Pairs = p.Pairs[:limit]
			end := p.Pairs[limit-1]
			p.Next = cursor.EncodePair(milli(end.Bits), end.A, end.B)
			return p, nil
		case len(found) < q.Limit:
			return p, nil
		}
		q.After = found[len(found)-1]
	}
}

func query(op string, o *PairsOptions) (q PairQuery, err error) {
	var own PairsOptions
	if o != nil {
		own = *o
	}
	if own.Limit == 0 {
		own.Limit = defaultLimit
	}
	var f errs.Fields
	at := f.At("options")
	cursor.CheckLimit(at, own.Limit)
	if !(own.MinP >= 0 && own.MinP <= maxThreshold) {
		at.Add("min_p", "out_of_range", "must be from 0 to .999")
	}
	q.After.MilliBits, q.After.A, q.After.B = cursor.DecodePair[contact.Contact](at, "cursor", own.Cursor)
	q.After.MilliBits = min(max(q.After.MilliBits, -maxMilliBits), maxMilliBits)
	q.Least, q.Limit = evidence(max(own.MinP, .001)), own.Limit
	return q, f.Err(op)
}

// list returns the scan whose pairs are the list.
func (s *Service) list(ctx context.Context) (Scan, error) {
	scans, err := s.store.DuplicateScans(ctx)
	return last(scans, Finished), err
}

// model reads the model of a scan. It is nil where it cannot be read any more.
func (s *Service) model(ctx context.Context, number int) (*duplicate.Model, error) {
	text, err := s.store.DuplicateModel(ctx, number)
	if err != nil {
		return nil, err
	}
	m, err := duplicate.ParseModel(text, s.secret)
	if err != nil {
		return nil, nil
	}
	return m, nil
}

// show adds those pairs that are still to be looked at.
func (s *Service) show(ctx context.Context, p *Page, model *duplicate.Model, found []Found) error {
	there, apart, err := s.present(ctx, found)
	if err != nil {
		return err
	}
	for _, f := range found {
		a, thereA := there[f.A]
		b, thereB := there[f.B]
		if !thereA || !thereB || apart[[2]contact.ID{f.A, f.B}] {
			continue
		}
		pair := Pair{
			A: f.A, B: f.B, Bits: float64(f.MilliBits) / 1000, P: probability(f.MilliBits), Contradiction: f.Contradiction, Group: f.Group,
		}
		if model != nil {
			score := model.Compare(a, b)
			pair.Reasons = score.Reasons()
		}
		p.Pairs = append(p.Pairs, pair)
	}
	return nil
}

// present reads the contacts of pairs that are still there, and which of them were
// dismissed against each other.
func (s *Service) present(ctx context.Context, found []Found) (map[contact.ID]*duplicate.Prepared, map[[2]contact.ID]bool, error) {
	var ids []contact.ID
	for _, f := range found {
		ids = append(ids, f.A, f.B)
	}
	slices.SortFunc(ids, contact.ID.Compare)
	ids = slices.Compact(ids)
	list, err := s.store.Contacts(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	there := make(map[contact.ID]*duplicate.Prepared, len(list))
	for _, c := range list {
		record := duplicate.Prepare(c.DuplicateRecord())
		there[c.ID] = &record
	}
	dismissed, roots, err := dismissals(ctx, s.store, ids)
	apart := make(map[[2]contact.ID]bool, len(dismissed))
	for _, d := range dismissed {
		a, b := ordered(roots[d.A], roots[d.B])
		apart[[2]contact.ID{a, b}] = true
	}
	return there, apart, err
}
