package contact

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/internal/textfold"
)

// AddressKind is what kind of address is suppressed.
type AddressKind string

// The kinds. Text messages go to telephones.
const (
	EmailAddress  AddressKind = "email"
	PhoneNumber   AddressKind = "phone"
	PostalAddress AddressKind = "post"
)

// Suppression is an address of which nothing is kept but a keyed digest.
type Suppression struct {
	Digest addresskey.Digest `json:"digest"`
	Kind   AddressKind       `json:"kind"`
	// Bars is true where no contact may be stored with the address; else it only
	// is not written to.
	Bars bool `json:"bars"`
	// Source says why, for instance "erasure" or "complaint".
	Source string    `json:"source"`
	At     time.Time `json:"at"`
}

// SuppressionStore persists suppressed addresses.
type SuppressionStore interface {
	// PutSuppressions stores suppressions. One with the same digest is replaced,
	// unless that one bars and the new one does not.
	PutSuppressions(ctx context.Context, list []Suppression) error
	// DeleteSuppressions removes suppressions. Unknown ones are passed over.
	DeleteSuppressions(ctx context.Context, digests []addresskey.Digest) error
	// FindSuppressions returns those with the digests, each once, ascending by digest.
	FindSuppressions(ctx context.Context, digests []addresskey.Digest) ([]Suppression, error)
	// ListSuppressions returns up to limit suppressions with a greater digest than
	// after, ascending by it.
	ListSuppressions(ctx context.Context, after addresskey.Digest, limit int) ([]Suppression, error)
}

// Reach is an address of a record in the form in which it is compared.
type Reach struct {
	Kind   AddressKind
	Normal string
	// Path is where it stands in the record.
	Path string
}

// Reaches lists the addresses of a record.
func (c Contact) Reaches() []Reach {
	var list []Reach
	for i, e := range c.Emails {
		list = append(list, Reach{EmailAddress, NormalEmail(e), fmt.Sprintf("emails[%d].address", i)})
	}
	for i, p := range c.Phones {
		list = append(list, Reach{PhoneNumber, NormalPhone(p), fmt.Sprintf("phones[%d].number", i)})
	}
	for i, a := range c.Addresses {
		if normal := NormalPost(c.Name, a); normal != "" {
			list = append(list, Reach{PostalAddress, normal, fmt.Sprintf("addresses[%d]", i)})
		}
	}
	return list
}

// KindOf is the kind of address that a channel goes to, and whether there is one.
func KindOf(ch Channel) (AddressKind, bool) {
	switch ch {
	case ChannelEmail:
		return EmailAddress, true
	case ChannelPhone, ChannelSMS:
		return PhoneNumber, true
	case ChannelLetter:
		return PostalAddress, true
	}
	return "", false
}

// NormalEmail is the form in which e-mail addresses are compared: in lower case as a whole,
// because hardly any mail server tells local parts apart by their case.
func NormalEmail(e Email) string {
	if e.Normal != "" {
		return strings.ToLower(e.Normal)
	}
	return strings.ToLower(strings.TrimSpace(e.Address))
}

// NormalPhone is the form in which telephone numbers are compared.
func NormalPhone(p Phone) string {
	if p.Normal != "" {
		return p.Normal
	}
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, p.Number)
}

// NormalPost is the form in which postal addresses are compared: the family name, or
// that of the company, with the code and the street. It is empty where one of them is.
func NormalPost(n Name, a Address) string {
	who := n.Family
	if who == "" {
		who = n.Company
	}
	parts := []string{who, a.PostalCode, a.Street}
	for i, p := range parts {
		if parts[i] = squeeze(p); parts[i] == "" {
			return ""
		}
	}
	return strings.Join(parts, "\n") + "\n" + a.Country
}

// squeeze folds a text and takes out everything but letters and digits.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == ',' || r == '-' || r == '\t' {
			return -1
		}
		return r
	}, textfold.Fold(s))
}

// Tenanted keeps the suppressions of a tenant that it can name.
type Tenanted interface {
	SuppressionStore
	Tenant() string
}

// Suppressed returns, for each of the records, the addresses that are suppressed, and
// the suppression that it found. Without keys nothing is.
func Suppressed(ctx context.Context, store Tenanted, keys addresskey.Keys, list []Contact) ([]map[Reach]Suppression, error) {
	found := make([]map[Reach]Suppression, len(list))
	if len(keys) == 0 {
		return found, nil
	}
	type place struct {
		record int
		reach  Reach
	}
	tenant := store.Tenant()
	places := map[addresskey.Digest][]place{}
	var digests []addresskey.Digest
	for i, c := range list {
		for _, r := range c.Reaches() {
			for _, d := range keys.Digests(tenant, string(r.Kind), r.Normal) {
				if places[d] == nil {
					digests = append(digests, d)
				}
				places[d] = append(places[d], place{i, r})
			}
		}
	}
	suppressions, err := store.FindSuppressions(ctx, digests)
	for _, s := range suppressions {
		for _, p := range places[s.Digest] {
			if found[p.record] == nil {
				found[p.record] = map[Reach]Suppression{}
			}
			if old := found[p.record][p.reach]; !old.Bars {
				found[p.record][p.reach] = s
			}
		}
	}
	return found, err
}

// barred returns, for each of the records, what keeps it from being stored: addresses
// that are suppressed so that no contact may have them, and that the stored record with
// the same id does not have already.
func (s *Service) barred(ctx context.Context, store Tenanted, stored map[ID]Contact, next []Contact) ([][]errs.Field, error) {
	found, err := Suppressed(ctx, store, s.env.Addresses, next)
	if err != nil {
		return nil, err
	}
	list := make([][]errs.Field, len(next))
	for i, c := range next {
		if found[i] == nil {
			continue
		}
		had := map[string]bool{}
		for _, r := range stored[c.ID].Reaches() {
			had[string(r.Kind)+r.Normal] = true
		}
		for _, r := range c.Reaches() {
			if found[i][r].Bars && !had[string(r.Kind)+r.Normal] {
				list[i] = append(list[i], errs.Field{Path: r.Path, Code: "suppressed", Message: "is suppressed: no contact may be stored with it"})
			}
		}
	}
	return list, nil
}

// refuseBarred returns errs.ErrConflict with the addresses that must not be stored.
func (s *Service) refuseBarred(ctx context.Context, store Store, op string, stored map[ID]Contact, next []Contact, path string) error {
	if len(s.env.Addresses) == 0 {
		return nil
	}
	barred, err := s.barred(ctx, store, stored, next)
	if err != nil {
		return err
	}
	var fields []errs.Field
	for i, list := range barred {
		for _, f := range list {
			f.Path = underRecord(path, i, f.Path)
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &errs.Error{Op: op, Kind: errs.ErrConflict, Fields: fields}
}
