// Package email reads e-mail addresses and brings them to a form in which they
// can be compared.
//
// An address is the addr-spec of RFC 5321 and RFC 5322, with letters of every
// script as RFC 6531 allows them. The grammar of those RFCs takes in more than
// people have: [Parse] refuses what is a typing mistake, or an attack, far more
// often than a customer's address. Nothing is looked up in the DNS.
//
// # The name before the @
//
// It is a dot-atom: letters, digits and !#$%&'*+-/=?^_`{|}~ in one or more parts
// with single dots between them, at most 64 octets of UTF-8 in all. Beyond ASCII,
// what can be seen may stand in it (Unicode's letters, marks, numbers, punctuation
// and symbols), and the two joiners of scripts that need them. Spaces of all kinds,
// format characters such as the zero width space, characters without a meaning in
// Unicode, U+FFFD (the trace of a broken encoding) and the pictures of control
// characters from U+2400 may not.
//
// # The domain
//
// It is a host name of at least two labels: letters, digits and inner hyphens,
// each label of at most 63 octets as the DNS has it. Beyond ASCII, it is valid by
// UTS #46 with the rules for right-to-left scripts and joiners (nontransitional:
// straße.de is not strasse.de). A label that begins with xn-- is taken as it is:
// if it stands for nothing, that is as if it did not exist.
//
// The last label may have any length and may hold a hyphen, since the list of top
// level domains changes, but it is not a number. One label alone is accepted if it
// consists of two ASCII letters: some countries have mailboxes at their top level
// domain, and ICANN forbids them to all others.
//
// # Refused
//
//   - quoted names ("John Smith"@example.com): RFC 5321, section 4.1.2, warns
//     hosts not to hand them out, and much software breaks on them
//   - addresses of machines (name@[192.0.2.1]), with or without the brackets
//   - comments, folding white space, and all obsolete forms of RFC 5322
//   - a name for display and angle brackets; use net/mail for header fields
//   - a dot at the end of the domain
//   - more than 254 octets in all, as written or in the normal form
//   - white space around the address: trim it if it comes from a form
//
// # Codes
//
// Parse returns an *errs.Problem with one of these codes: syntax, too_long,
// domain (the part behind the @ is no domain), control_character and
// invalid_utf8. Its text never repeats the address.
package email

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/stammkunde/crm/internal/textfold"
)

// Address is an e-mail address that Parse accepted. Two that lead to the same
// mailbox can differ under ==, so compare what Normal gives. The zero Address is
// none, and its methods give "".
type Address struct {
	local, domain string // as written
	ascii         string // the domain in small A-labels
}

// Local gives the part before the @, as written.
func (a Address) Local() string { return a.local }

// Domain gives the part behind the @, as written.
func (a Address) Domain() string { return a.domain }

// String gives the address as written. Logs take Masked instead.
func (a Address) String() string { return join(a.local, a.domain) }

// Normal gives the form by which two spellings are compared: the domain in small
// letters and as A-labels ("xn--mnchen-3ya.de"), which are what the DNS compares;
// the part before the @ in Unicode's form NFC and otherwise as written, because
// only the host of the mailbox may say that case does not matter there (RFC 5321,
// section 2.4). Parse takes it, and its normal form is itself.
func (a Address) Normal() string { return join(norm.NFC.String(a.local), a.ascii) }

// Key gives a form in which the addresses of one person are likely the same, to
// find duplicates with: as Normal, but without regard to case before the @, as
// nearly all hosts have it, and to the ways of writing a character. It need not
// be an address, so never send to it.
func (a Address) Key() string { return join(textfold.Fold(a.local), a.ascii) }

// ASCII gives the address for a mail server without SMTPUTF8 (RFC 6531), with the
// domain as A-labels. It reports false if there is none, because the part before
// the @ has no form in ASCII.
func (a Address) ASCII() (string, bool) {
	if a == (Address{}) || !isASCII(a.local) {
		return "", false
	}
	return join(a.local, a.ascii), true
}

// Masked gives the address with the part before the @ hidden but for its first
// character, as in "a***@example.com". It is for logs: who has a domain to
// themselves can still be known by it.
func (a Address) Masked() string {
	if a == (Address{}) {
		return ""
	}
	_, n := utf8.DecodeRuneInString(a.local)
	return join(a.local[:n]+"***", a.domain)
}

func join(local, domain string) string {
	if domain == "" {
		return ""
	}
	return local + "@" + domain
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
