package duplicate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How many bytes of texts count. What is longer is no name and no street.
const (
	rawLimit   = 512
	fieldLimit = 64
)

// plain returns the words of a text in small letters without accents, with one space
// between them: a to z and 0 to 9, and the letters of other scripts as they are.
// Apostrophes and the dots of abbreviations vanish, "ä" becomes "ae".
func plain(s string) string {
	if len(s) > rawLimit {
		s = s[:rawLimit]
	}
	var stack [128]byte
	b := stack[:0]
	if rest := ascii(&b, s); rest < len(s) {
		b = foreign(b[:0], norm.NFKC.String(s))
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return string(b)
}

// ascii appends the plain form of a text up to its first byte that is not ASCII, and
// returns the place of that byte.
func ascii(b *[]byte, s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return i
		}
		*b = appendPlain(*b, s[i])
	}
	return len(s)
}

func appendPlain(b []byte, c byte) []byte {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return append(b, c)
	case c >= 'A' && c <= 'Z':
		return append(b, c+'a'-'A')
	case c == '\'' || c == '`':
		return b
	case len(b) > 0 && b[len(b)-1] != ' ':
		return append(b, ' ')
	}
	return b
}

// spelt is how letters that are more than a letter with an accent are written in
// ASCII.
var spelt = map[rune]string{
	'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'ø': "oe", 'å': "a",
	'ð': "d", 'đ': "d", 'þ': "th", 'ł': "l", 'ı': "i", '’': "", '‘': "", '´': "",
}

// foreign appends the plain form of a text in NFKC.
func foreign(b []byte, s string) []byte {
	for _, r := range s {
		if r < utf8.RuneSelf {
			b = appendPlain(b, byte(r))
			continue
		}
		r = unicode.ToLower(r)
		if text, ok := spelt[r]; ok {
			b = append(b, text...)
			continue
		}
		b = unaccented(b, r)
	}
	return b
}

// unaccented appends a letter without its accents, and a space for what is no letter.
func unaccented(b []byte, r rune) []byte {
	if r == utf8.RuneError {
		return appendPlain(b, ' ')
	}
	for _, part := range norm.NFD.String(string(r)) {
		switch {
		case part < utf8.RuneSelf:
			b = appendPlain(b, byte(part))
		case unicode.Is(unicode.Mn, part):
		case unicode.IsLetter(part) || unicode.IsDigit(part):
			b = utf8.AppendRune(b, unicode.ToLower(part))
		default:
			b = appendPlain(b, ' ')
		}
	}
	return b
}

// short cuts a plain text to what counts.
func short(s string) string {
	if len(s) <= fieldLimit {
		return s
	}
	cut := fieldLimit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.TrimRight(s[:cut], " ")
}

// nothing are the plain forms of what people and programs write where they know
// nothing.
var nothing = set("n a", "na", "n n", "nn", "none", "null", "nil", "nan", "unknown", "unbekannt", "unbek", "keine",
	"keine angabe", "keine angaben", "k a", "ka", "not available", "not applicable", "not known", "no name", "missing",
	"undefined", "anonymous", "anonym", "dummy", "test", "tester", "testing", "asdf", "asdfgh", "qwertz", "qwerty",
	"tbd", "tba", "entfaellt", "ohne", "leer", "empty", "privat", "private", "fehlt", "name", "vorname", "nachname",
	"max mustermann", "erika mustermann", "john doe", "jane doe")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// known returns a plain text, or nothing for a placeholder.
func known(s string) string {
	if nothing[s] || strings.Trim(s, "x ") == "" || strings.Trim(s, "0 ") == "" {
		return ""
	}
	return s
}

// value is the plain form of a field of free text.
func value(s string) string {
	if s == "" {
		return ""
	}
	return short(known(plain(s)))
}

// sequence reports whether digits are a row such as 0000 or 1234567, which people
// type where they must type something.
func sequence(digits string) bool {
	same, up, down := true, true, true
	for i := 1; i < len(digits); i++ {
		step := int(digits[i]) - int(digits[i-1])
		same = same && step == 0
		up = up && (step == 1 || step == -9)
		down = down && (step == -1 || step == 9)
	}
	return same || len(digits) > 3 && (up || down)
}

// has reports whether word is one of the words of a plain text.
func has(text, word string) bool {
	for rest := range strings.SplitSeq(text, " ") {
		if rest == word {
			return true
		}
	}
	return false
}
