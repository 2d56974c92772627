package cardnumber

import (
	"unicode"
	"unicode/utf8"
)

// digit returns the value of the decimal digit at the beginning of s and its
// width in bytes, which is 0 if there is none.
func digit(s string) (value byte, width int) {
	if s == "" {
		return 0, 0
	}
	if c := s[0]; c < utf8.RuneSelf {
		if c-'0' > 9 {
			return 0, 0
		}
		return c - '0', 1
	}
	r, n := utf8.DecodeRuneInString(s)
	if !unicode.Is(unicode.Nd, r) {
		return 0, 0
	}
	return digitValue(r), n
}

// digitValue returns the value of a rune of the category Nd. Unicode keeps the ten
// digits of a script in one ascending stretch (The Unicode Standard, section 4.6),
// and adjacent stretches keep the beat.
func digitValue(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

// between returns the width in bytes of the single separator at the beginning of
// s if a digit follows it, else 0.
func between(s string) int {
	n := separator(s)
	if n == 0 {
		return 0
	}
	if _, width := digit(s[n:]); width == 0 {
		return 0
	}
	return n
}

// separator returns the width in bytes of the separator at the beginning of s, or
// 0. Tabs and line breaks are none: they divide columns and lines.
func separator(s string) int {
	if s == "" {
		return 0
	}
	if c := s[0]; c < utf8.RuneSelf {
		if c == ' ' || c == '-' || c == '.' {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case unicode.Is(unicode.Zs, r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r),
		r == '\u2212', // minus
		r == '\uFF0E': // full-width full stop
		return n
	}
	return 0
}

// isLetter reports whether a word goes on with r.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r)
}
