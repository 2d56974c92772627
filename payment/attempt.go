package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/errs"
)

// maxKey is how long a key may be, in characters.
const maxKey = 200

// key names a charge or refund of a purchase, towards the provider and in the
// history. Different ones never have the same key: each part is escaped, so
// that a slash only ever stands between two parts, and what gets too long is
// hashed, which leaves one slash instead of three.
func key(kind string, purchase activity.Ref, number string) string {
	parts := []string{kind, purchase.Source, purchase.Key, number}
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	k := strings.Join(parts, "/")
	if len(k) <= maxKey {
		return k
	}
	sum := sha256.Sum256([]byte(k))
	return kind + "/" + hex.EncodeToString(sum[:])
}

// attempts are the charges of one purchase, in their order. All but the last
// have failed.
type attempts struct {
	list []activity.Activity
	// next is the reference of the one to come.
	next activity.Ref
}

// last is the charge that counts, nil where there is none.
func (a attempts) last() *activity.Activity {
	if len(a.list) == 0 {
		return nil
	}
	return &a.list[len(a.list)-1]
}

// attempts reads the charges of a purchase, with their status as settled.
func (s *Service) attempts(ctx context.Context, purchase activity.Ref) (attempts, error) {
	var all attempts
	for {
		n := strconv.Itoa(len(all.list) + 1)
		all.next = activity.Ref{Source: "crm.charge", Key: key("charge", purchase, n)}
		a, err := s.find(ctx, all.next)
		if err != nil || a == nil {
			return all, err
		}
		if a.Payment.Status == activity.PaymentPending {
			settled, err := s.find(ctx, settlementOf(*a))
			if err != nil {
				return all, err
			}
			if settled != nil {
				a.Payment.Status = settled.Payment.Status
			}
		}
		all.list = append(all.list, *a)
	}
}

// find returns the activity under a reference, nil where there is none.
func (s *Service) find(ctx context.Context, ref activity.Ref) (*activity.Activity, error) {
	a, err := s.activities.ByRef(ctx, ref)
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &a, nil
}
