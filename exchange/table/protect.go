package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Protect keeps a spreadsheet from running a cell: a text that it might take for a
// formula gets an apostrophe in front, as OWASP recommends. Those are texts that
// begin with = + - or @, or with the full-width forms of these, also behind blanks
// and what cannot be seen, and all that begin with a tab or a line end.
//
// A plain negative number such as -12.50 or -1.234,56 is left alone. A phone number
// that begins with + gets the apostrophe, so it also stays a text and keeps its
// plus.
//
// A text that looks protected already gets another apostrophe, so that Unprotect
// always gives back what was there.
func Protect(s string) string {
	if guarded(s) {
		return "'" + s
	}
	return s
}

// Unprotect takes back Protect, and changes nothing else.
func Unprotect(s string) string {
	if s != "" && s[0] == '\'' && guarded(s[1:]) {
		return s[1:]
	}
	return s
}

// guarded reports whether s runs, or runs behind the apostrophes that it begins
// with: so it looks at s as at what Protect makes of it.
func guarded(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && !tame(s[0]) && runs(s)
}

// tame reports whether c is a letter or a digit, as most cells begin.
func tame(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func runs(s string) bool {
	if strings.IndexByte("\t\r\n", s[0]) >= 0 {
		return true
	}
	if s = strings.TrimLeftFunc(s, unseen); s == "" {
		return false
	}
	c, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("=+-@＝＋－＠", c) && !negative(s)
}

// unseen reports whether a program may pass over c at the beginning of a cell.
func unseen(c rune) bool {
	return unicode.IsSpace(c) || unicode.Is(unicode.C, c)
}

// negative reports whether s is a minus and digits, with points and commas between
// digits only.
func negative(s string) bool {
	if s[0] != '-' {
		return false
	}
	digit := false // the byte before is one
	for _, c := range []byte(s[1:]) {
		switch {
		case '0' <= c && c <= '9':
			digit = true
		case digit && (c == '.' || c == ','):
			digit = false
		default:
			return false
		}
	}
	return digit
}
