package phone

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"github.com/stammkunde/crm/errs"
)

// maxInput is more octets than any spelling of a number needs.
const maxInput = 200

// maxDigits is how many digits a number has at most with its country's code
// (E.164, 6.2.1).
const maxDigits = 15

// Parse reads a number. Country says where a number without a calling code
// belongs, as an ISO 3166-1 alpha-2 code in capitals; if it is "", only the
// international form is accepted. White space around the number does not matter.
func Parse(s, country string) (Number, error) {
	parsed, e164, extension, err := read(s, country)
	if err != nil {
		return Number{}, err
	}
	region := phonenumbers.GetRegionCodeForNumber(parsed)
	if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		region = ""
	}
	return Number{
		e164:          e164,
		extension:     extension,
		international: phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL),
		country:       region,
		kind:          kinds[phonenumbers.GetNumberType(parsed)],
	}, nil
}

// read reads and checks a number, and does not ask what it takes as long to tell
// besides.
func read(s, country string) (parsed *phonenumbers.PhoneNumber, e164, extension string, err error) {
	if country != "" && phonenumbers.GetCountryCodeForRegion(country) == 0 {
		return nil, "", "", errs.Refuse("unknown_country", "must go with an ISO 3166-1 alpha-2 code such as DE")
	}
	if len(s) > maxInput {
		return nil, "", "", tooLong()
	}
	s, extension = cutExtension(strings.TrimSpace(s))
	dialled, ok := digits(s)
	if !ok {
		return nil, "", "", errs.Refuse("syntax", "must be a telephone number such as +49 30 123456")
	}
	if country == "" && dialled[0] != '+' {
		return nil, "", "", errs.Refuse("unknown_country", "must begin with + and the calling code of its country")
	}
	// With all signs gone, the library has nothing to guess at.
	if parsed, err = phonenumbers.Parse(dialled, country); err != nil {
		return nil, "", "", problem(err)
	}
	if !phonenumbers.IsValidNumber(parsed) {
		return nil, "", "", unassigned(parsed)
	}
	e164 = phonenumbers.Format(parsed, phonenumbers.E164)
	if len(e164) > maxDigits+len("+") { // Germany's plan knows longer ones
		return nil, "", "", tooLong()
	}
	return parsed, e164, extension, nil
}

// kinds has no row for what is of no known kind: such a number is not valid.
var kinds = map[phonenumbers.PhoneNumberType]Kind{
	phonenumbers.FIXED_LINE:           FixedLine,
	phonenumbers.MOBILE:               Mobile,
	phonenumbers.FIXED_LINE_OR_MOBILE: FixedLineOrMobile,
	phonenumbers.TOLL_FREE:            TollFree,
	phonenumbers.PREMIUM_RATE:         PremiumRate,
	phonenumbers.SHARED_COST:          SharedCost,
	phonenumbers.VOIP:                 VoIP,
	phonenumbers.PERSONAL_NUMBER:      Personal,
	phonenumbers.PAGER:                Pager,
	phonenumbers.UAN:                  Company,
	phonenumbers.VOICEMAIL:            Voicemail,
}

// extensionAt finds an extension of up to 8 digits at the end. Durchwahl is not
// among the words: it is dialled as a part of the number.
var extensionAt = regexp.MustCompile(
	`(?i)(?:;ext=|[\s\p{Zs},;]*(?:extension|extensión|extn|ext|anexo|interno|int|доб|x|#)[.:]?[\s\p{Zs}]*)([0-9]{1,8})$`)

// cutExtension separates the digits of an extension from the number.
func cutExtension(s string) (rest, extension string) {
	if !strings.ContainsFunc(s, marksExtension) { // the usual case, which the pattern is slow to see
		return s, ""
	}
	at := extensionAt.FindStringSubmatchIndex(s)
	if at == nil {
		return s, ""
	}
	return s[:at[0]], s[at[2]:]
}

// marksExtension reports whether a sign can stand before an extension.
func marksExtension(r rune) bool { return r == '#' || unicode.IsLetter(r) }

// digits returns the digits of a number in ASCII, after a + if there is one before
// them. It reports false if there is none, or anything that does not belong into
// a number.
func digits(s string) (string, bool) {
	const scheme = "tel:"
	if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
		s = s[len(scheme):]
	}
	var b strings.Builder
	for _, r := range s {
		d, ok := digit(r)
		switch {
		case ok:
			b.WriteByte(d)
		case (r == '+' || r == '＋') && b.Len() == 0:
			b.WriteByte('+')
		case !isSign(r):
			return "", false
		}
	}
	out := b.String()
	return out, out != "" && out != "+"
}

// digit gives a digit of one of the scripts in which people have numbers.
func digit(r rune) (byte, bool) {
	for _, zero := range [...]rune{'0', '٠', '۰', '０'} {
		if zero <= r && r <= zero+9 {
			return '0' + byte(r-zero), true
		}
	}
	return 0, false
}

// isSign reports whether r may stand between digits.
func isSign(r rune) bool {
	return strings.ContainsRune("./()[]·−．／（）", r) || unicode.In(r, unicode.Zs, unicode.Pd, unicode.Cf)
}

func tooLong() error {
	return errs.Refuse("too_long", "must not have more digits than the numbers of its country")
}

func tooShort() error {
	return errs.Refuse("too_short", "must not have fewer digits than the numbers of its country")
}

// problem says in our words what the library refused.
func problem(err error) error {
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return errs.Refuse("unknown_country", "must begin with the calling code of a country")
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return tooLong()
	}
	return tooShort() // digits were found, so only their number can be wrong
}

// unassigned says why a number is not valid.
func unassigned(n *phonenumbers.PhoneNumber) error {
	switch phonenumbers.IsPossibleNumberWithReason(n) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return tooShort()
	case phonenumbers.TOO_LONG:
		return tooLong()
	}
	return errs.Refuse("not_assigned", "must lie in a range of numbers that its country hands out")
}
