package contact

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/stammkunde/crm/contact/bank"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// Account is a way in which a customer pays, as the payment provider or the bank
// knows it. The CRM keeps no numbers of payment cards, and no IBAN that can be
// read without the host's key.
type Account struct {
	// Provider and Token are the payment provider's name and its token for the
	// card or the account.
	Provider string `json:"provider,omitempty"`
	Token    string `json:"token,omitempty"`
	// Mandate is the reference of a SEPA mandate.
	Mandate string `json:"mandate,omitempty"`
	// IBAN is given whole and comes back masked, as "DE89**************3000".
	// A masked one is written back as it is, together with Sealed.
	IBAN string `json:"iban,omitempty"`
	BIC  string `json:"bic,omitempty"`
	// Sealed is the whole IBAN, encrypted by Validation.Sealer. It is set by the
	// service, and empty without one: then the whole IBAN is gone.
	Sealed []byte `json:"sealed,omitempty"`
}

// Sealer encrypts what must not be read without the host's key. It must be safe
// for concurrent use.
type Sealer interface {
	Seal(plain []byte) ([]byte, error)
	// Open is the inverse of Seal. It fails for what was not sealed with the key,
	// or changed since.
	Open(sealed []byte) ([]byte, error)
}

// NewSealer makes a Sealer with AES-256 in Galois/Counter Mode (NIST SP
// 800-38D), with a random nonce of 12 bytes before the text. The key has 32
// bytes; whoever loses it loses what was sealed. After 2^32 texts the host takes
// another key.
func NewSealer(key []byte) (Sealer, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("contact: a key for sealing must have 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	return sealer{gcm}, err
}

type sealer struct{ cipher.AEAD }

func (s sealer) Seal(plain []byte) ([]byte, error) {
	nonce := make([]byte, s.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return s.AEAD.Seal(nonce, nonce, plain, nil), nil
}

func (s sealer) Open(sealed []byte) ([]byte, error) {
	if len(sealed) < s.NonceSize() {
		return nil, fmt.Errorf("contact: what is to be opened was not sealed")
	}
	return s.AEAD.Open(nil, sealed[:s.NonceSize()], sealed[s.NonceSize():], nil)
}

// IBAN opens the whole IBAN of an account of the contact, by its index. It
// returns errs.ErrNotFound where there is no such account, or none that was
// sealed, and errs.ErrConflict where the Sealer cannot open it or is missing.
func (s *Service) IBAN(ctx context.Context, contact ID, account int) (iban bank.IBAN, err error) {
	const op = "contact.IBAN"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", contact.String()); err != nil {
		return iban, err
	}
	list, err := living(ctx, s.store, []ID{contact})
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", errs.NotFound(op, "id")
	}
	c := list[0]
	if account < 0 || account >= len(c.Accounts) || len(c.Accounts[account].Sealed) == 0 {
		return "", errs.NotFound(op, "account")
	}
	if s.door.validation.Sealer == nil {
		return "", errs.Conflict(op, "account", "sealed", "cannot be opened without Validation.Sealer")
	}
	plain, err := s.door.validation.Sealer.Open(c.Accounts[account].Sealed)
	if err != nil {
		return "", errs.Conflict(op, "account", "sealed", "was sealed with another key, or changed since")
	}
	if err := s.env.Read(ctx, core.Note{Kind: "account", ID: strconv.Itoa(account), Contacts: [][16]byte{c.ID}}); err != nil {
		return "", err
	}
	return bank.IBAN(plain), nil
}

// trim drops the spaces around what an account says, and tells whether it says
// anything.
func (a *Account) trim() bool {
	says := false
	for _, s := range []*string{&a.Provider, &a.Token, &a.Mandate, &a.IBAN, &a.BIC} {
		*s = strings.TrimSpace(*s)
		says = says || *s != ""
	}
	return says
}

// masked are IBANs as bank.IBAN.Masked gives them: nothing but the country, the
// check digits and the last four characters can be read.
var masked = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}\*{7,26}[A-Z0-9]{4}$`)

// accounts checks the ways to pay, masks and seals.
func (d *door) accounts(f *errs.Fields, list []Account) {
	if len(list) > maxPoints {
		f.Add("accounts", "too_many", fmt.Sprintf("must be at most %d", maxPoints))
		return
	}
	for i := range list {
		a := &list[i]
		at := f.At(fmt.Sprintf("accounts[%d]", i))
		if a.Token+a.Mandate+a.IBAN == "" {
			at.Add("", "required", "must have a token, a mandate or an IBAN")
		}
		if a.Provider != "" || a.Token != "" {
			check.Name(at, "provider", a.Provider)
			check.Line(at, "token", a.Token, maxText)
			if a.Token == "" {
				at.Add("token", "required", "must not be empty beside a provider")
			}
		}
		if a.Mandate != "" {
			check.Key(at, "mandate", a.Mandate, 35) // as in ISO 20022
		}
		d.iban(at, a)
		if a.BIC != "" {
			bic, err := bank.ParseBIC(a.BIC)
			at.Report("bic", err)
			a.BIC = string(bic)
		}
	}
}

// iban masks an IBAN that was given whole, and seals it.
func (d *door) iban(f *errs.Fields, a *Account) {
	switch {
	case masked.MatchString(a.IBAN):
		return
	case a.IBAN == "":
		a.Sealed = nil
		return
	}
	iban, err := bank.ParseIBAN(a.IBAN)
	a.IBAN, a.Sealed = "", nil
	if f.Report("iban", err); err != nil {
		return
	}
	a.IBAN = iban.Masked()
	if d.validation.Sealer == nil {
		return
	}
	if a.Sealed, err = d.validation.Sealer.Seal([]byte(iban.Compact())); err != nil {
		a.Sealed = nil
		f.Add("iban", "sealed", "cannot be sealed")
	}
}
