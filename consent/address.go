package consent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/internal/check"
)

// Addresses are the addresses of somebody who need not be a contact.
type Addresses struct {
	Emails []string
	Phones []string
	// Name and Postal make the addresses for letters: the family name, or the company,
	// the code and the street count.
	Name   contact.Name
	Postal []contact.Address
}

// AddressSuppression asks for addresses to be suppressed.
type AddressSuppression struct {
	Addresses
	// Bars refuses contacts that come with one of the addresses, by Create, Update,
	// Upsert and imports, with errs.ErrConflict (suppressed). Without it they are only
	// not written to.
	Bars bool
	// Source says why, for instance "complaint". Required. Keep the address itself out
	// of it.
	Source string
}

// SuppressAddresses suppresses addresses until ReleaseAddresses, whoever has them now or
// later. Nothing is kept of them but keyed digests, so that the suppression may outlast
// the erasure of the contact: Articles 17 (3) and 21 (3) GDPR. It needs
// Config.Suppression, else the error is errs.ErrConflict (off). Campaigns look at it when
// they are planned and before each message; what passes that while it is noted is still
// sent. It returns errs.ErrInvalid with all broken fields.
func (s *Service) SuppressAddresses(ctx context.Context, a AddressSuppression) (err error) {
	const op = "consent.SuppressAddresses"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "address", ""); err != nil {
		return err
	}
	var f errs.Fields
	if a.Source == "" {
		f.Add("source", "required", "must say why")
	}
	check.Line(&f, "source", a.Source, maxText)
	record := s.record(&f, a.Addresses)
	if err := s.suppressible(&f, op, record); err != nil {
		return err
	}
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		as := contact.Suppression{Bars: a.Bars, Source: a.Source, At: s.env.Now()}
		return suppressAll(ctx, store, s.env.Addresses, []contact.Contact{record}, as)
	})
}

// ReleaseAddresses ends the suppression of addresses. Those that are not suppressed are
// passed over. Errors are those of SuppressAddresses.
func (s *Service) ReleaseAddresses(ctx context.Context, a Addresses) (err error) {
	const op = "consent.ReleaseAddresses"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "address", ""); err != nil {
		return err
	}
	var f errs.Fields
	record := s.record(&f, a)
	if err := s.suppressible(&f, op, record); err != nil {
		return err
	}
	var digests []addresskey.Digest
	for _, r := range record.Reaches() {
		digests = append(digests, s.env.Addresses.Digests(s.store.Tenant(), string(r.Kind), r.Normal)...)
	}
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		return store.DeleteSuppressions(ctx, digests)
	})
}

// SuppressedAddresses returns the suppressions that there are of the addresses. Errors
// are those of SuppressAddresses.
func (s *Service) SuppressedAddresses(ctx context.Context, a Addresses) (list []contact.Suppression, err error) {
	const op = "consent.SuppressedAddresses"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "address", ""); err != nil {
		return nil, err
	}
	var f errs.Fields
	record := s.record(&f, a)
	if err := s.suppressible(&f, op, record); err != nil {
		return nil, err
	}
	found, err := contact.Suppressed(ctx, s.store, s.env.Addresses, []contact.Contact{record})
	if err != nil {
		return nil, err
	}
	for _, r := range record.Reaches() {
		if one, there := found[0][r]; there && !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list, nil
}

// SuppressErased suppresses the addresses of contacts that are erased, in the
// transaction of the store, so that they do not come back by an import. Without keys it
// does nothing. Other rooms call it; hosts have SuppressAddresses.
func SuppressErased(ctx context.Context, store contact.Tenanted, keys addresskey.Keys, erased []contact.Contact, now time.Time) error {
	if len(keys) == 0 {
		return nil
	}
	return suppressAll(ctx, store, keys, erased, contact.Suppression{Bars: true, Source: "erasure", At: now})
}

// suppressAll stores the digests of all addresses of records.
func suppressAll(ctx context.Context, store contact.Tenanted, keys addresskey.Keys, records []contact.Contact, as contact.Suppression) error {
	tenant := store.Tenant()
	var list []contact.Suppression
	for _, c := range records {
		for _, r := range c.Reaches() {
			as.Digest, as.Kind = keys[:1].Digests(tenant, string(r.Kind), r.Normal)[0], r.Kind
			list = append(list, as)
		}
	}
	return store.PutSuppressions(ctx, list)
}

// record makes a record of addresses, in their normal forms.
func (s *Service) record(f *errs.Fields, a Addresses) contact.Contact {
	c := contact.Contact{Kind: contact.Person, Name: a.Name, Addresses: slices.Clone(a.Postal)}
	for _, e := range a.Emails {
		c.Emails = append(c.Emails, contact.Email{Address: e})
	}
	for _, p := range a.Phones {
		c.Phones = append(c.Phones, contact.Phone{Number: p})
	}
	c, err := s.contacts.Check(c)
	for _, broken := range errs.FieldsOf(err) {
		if strings.HasPrefix(broken.Path, "emails[") || strings.HasPrefix(broken.Path, "phones[") {
			f.Add(broken.Path, broken.Code, broken.Message)
		}
	}
	for i, p := range c.Addresses {
		if contact.NormalPost(c.Name, p) == "" {
			f.Add(fmt.Sprintf("postal[%d]", i), "required", "must have a street and a postal code, and name a family name or a company")
		}
	}
	return c
}

// suppressible refuses where there is no address, or suppressions are off.
func (s *Service) suppressible(f *errs.Fields, op string, c contact.Contact) error {
	if len(s.env.Addresses) == 0 {
		return errs.Conflict(op, "", "off", "needs Config.Suppression")
	}
	if len(c.Reaches()) == 0 && f.Len() == 0 {
		f.Add("emails", "required", "must hold an address, or another list must")
	}
	return f.Err(op)
}
