package bank

import (
	"strings"
	"unicode"
)

// compact drops what stands between the characters of a number and makes small
// letters capital. It reports false if something else than ASCII letters and digits
// remains: a letter of another script only looks like one of ours.
func compact(s string) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case isGap(r):
		case 'a' <= r && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			b.WriteRune(r)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// isGap reports whether r only divides: white space and dashes of every width, the
// full stop, and invisible marks, which come along when people copy from a PDF.
func isGap(r rune) bool {
	return r == '.' || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf)
}

// isLetter reports whether c, which is a letter or digit of ASCII, is a letter.
func isLetter(c byte) bool { return c >= 'A' }
