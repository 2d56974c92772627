package email

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/stammkunde/crm/errs"
)

// Limits in octets of UTF-8.
const (
	maxTotal = 254 // RFC 5321, section 4.5.3.1.3: a path of 256, less its angle brackets
	maxLocal = 64  // RFC 5321, section 4.5.3.1.1
	maxLabel = 63  // RFC 1035, section 2.3.4
)

// Parse reads an address, by the rules that the package's comment states.
func Parse(s string) (Address, error) {
	if err := checkText(s); err != nil {
		return Address{}, err
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || strings.Contains(domain, "@") {
		return Address{}, notAddress()
	}
	if err := checkLocal(local); err != nil {
		return Address{}, err
	}
	ascii, err := toASCII(domain)
	if err != nil {
		return Address{}, err
	}
	a := Address{local, domain, ascii}
	if len(a.Normal()) > maxTotal {
		return Address{}, tooLong()
	}
	return a, nil
}

// notAddress gives the same text for every mistake, since a person sees at once
// what is missing, and no text can then repeat a part of the address.
func notAddress() error {
	return errs.Refuse("syntax", "must be an e-mail address such as name@example.com")
}

func tooLong() error {
	return errs.Refuse("too_long", "must have at most 254 octets, and 64 before the @")
}

func notDomain() error {
	return errs.Refuse("domain", "must have a domain such as example.com behind the @")
}

// checkText makes the checks that need no grammar. The length comes first, so
// that the others are cheap on any input.
func checkText(s string) error {
	switch {
	case len(s) > maxTotal:
		return tooLong()
	case !utf8.ValidString(s):
		return errs.Refuse("invalid_utf8", "must be valid UTF-8")
	case strings.ContainsFunc(s, unicode.IsControl):
		return errs.Refuse("control_character", "must not contain control characters")
	}
	return nil
}

// checkLocal checks the part before the @ as written and in its normal form,
// which can be longer and hold other characters: U+037E becomes a semicolon.
func checkLocal(local string) error {
	for _, form := range []string{local, norm.NFC.String(local)} {
		if len(form) > maxLocal {
			return tooLong()
		}
		if !isDotAtom(form) {
			return notAddress()
		}
	}
	return nil
}

// isDotAtom checks the dot-atom-text of RFC 5322, section 3.2.3, with the
// addition of RFC 6531, section 3.3.
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtext(r) }) {
			return false
		}
	}
	return true
}

func isAtext(r rune) bool {
	if r >= utf8.RuneSelf {
		return isVisible(r)
	}
	return isLetterDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

// isVisible reports whether a character beyond ASCII may stand in an address.
func isVisible(r rune) bool {
	const zwnj, zwj = '\u200C', '\u200D'
	switch {
	case r == zwnj, r == zwj:
		return true
	case r == unicode.ReplacementChar, r >= '\u2400' && r <= '\u243F':
		return false
	}
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r)
}

// isLetterDigit reports whether r is an ASCII letter or digit.
func isLetterDigit(r rune) bool { return isLetter(r) || isDigit(r) }

func isLetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// domains is UTS #46 for lookup. (Its limits of length are checked here, because
// it checks them only when all is ASCII.)
var domains = idna.New(
	idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true),
	idna.BidiRule(), idna.CheckJoiners(true), idna.CheckHyphens(true),
)

// toASCII returns the domain in small A-labels. The errors of idna quote the
// label, so they go nowhere.
func toASCII(domain string) (string, error) {
	ascii := domain
	if !isASCII(domain) {
		// What cannot be seen would be dropped without a word.
		if strings.ContainsFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf && !isVisible(r) }) {
			return "", notDomain()
		}
		mapped, err := domains.ToASCII(domain)
		if err != nil {
			return "", notDomain()
		}
		ascii = mapped
	}
	ascii = strings.ToLower(ascii)
	if !isHost(ascii) {
		return "", notDomain()
	}
	return ascii, nil
}

// isHost reports whether s in ASCII is a host name to which mail can go (RFC 1123,
// section 2.1).
func isHost(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if !isLabel(l) {
			return false
		}
	}
	last := labels[len(labels)-1]
	if len(labels) == 1 {
		return len(last) == 2 && isLetter(rune(last[0])) && isLetter(rune(last[1]))
	}
	return strings.ContainsFunc(last, func(r rune) bool { return !isDigit(r) })
}

func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !isLetterDigit(r) && r != '-' })
}
