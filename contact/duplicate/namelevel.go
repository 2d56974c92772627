package duplicate

import (
	"slices"
	"strings"

	"github.com/stammkunde/crm/internal/similarity"
)

// sound is a name with its Cologne code.
type sound struct{ name, code string }

// compareNames returns the level of two given or two family names.
func compareNames(a, b sound) level {
	switch {
	case a.name == "" || b.name == "":
		return missing
	case a.name == b.name:
		return nameSame
	case len(a.name) == 1 || len(b.name) == 1:
		if a.name[0] == b.name[0] {
			return nameInitial
		}
		return nameElse
	}
	s := similarity.JaroWinklerFrom(.7, a.name, b.name)
	switch {
	case s >= .92:
		return nameNear
	case s >= .84, similarity.WithinOne(a.name, b.name), s >= .7 && len(a.code) > 1 && a.code == b.code, prefixed(a.name, b.name), shareWord(a.name, b.name):
		return nameSound
	case initials(a.name, b.name):
		return nameInitial
	}
	return nameElse
}

// prefixed reports whether one name is the beginning of the other.
func prefixed(a, b string) bool {
	return min(len(a), len(b)) > 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// shareWord reports whether a word of three letters or more is in both names, one of
// which has several.
func shareWord(a, b string) bool {
	if !strings.Contains(a, " ") && !strings.Contains(b, " ") {
		return false
	}
	return wordIn(a, b)
}

// wordIn reports whether a word of a, of three letters or more, is in b.
func wordIn(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	for word := range strings.SplitSeq(a, " ") {
		if len(word) > 2 && !particles[word] && has(b, word) {
			return true
		}
	}
	return false
}

// initials reports whether one name begins with an initial, as in "h p" for "hans
// peter" or "j m" for "james", and both with the same letter.
func initials(a, b string) bool {
	return a[0] == b[0] && (a[1] == ' ' || b[1] == ' ')
}

// compareGiven compares given names. Two well-known names that are no spellings of
// each other are different names, however near: those of brothers and sisters often
// are. Short forms are not.
func compareGiven(a, b sound) (l level, against bool) {
	l = compareNames(a, b)
	switch l {
	case missing, nameSame, nameInitial:
		return l, false
	case nameElse:
		if sameShortForm(a.name, b.name) {
			return nameSound, false
		}
		return l, len(a.name) > 1 && len(b.name) > 1
	}
	if wellKnown[a.name] && wellKnown[b.name] && !spelledAlike(a.name, b.name) && !sameShortForm(a.name, b.name) {
		return nameElse, true
	}
	return l, false
}

// twoGivenNames reports whether two names are well-known given names of two people.
func twoGivenNames(a, b sound) bool {
	if !wellKnown[a.name] || !wellKnown[b.name] {
		return false
	}
	_, against := compareGiven(a, b)
	return against
}

// spelledAlike reports whether two names differ in ways of writing the same sounds
// only, such as Stefan and Stephan, or Lucas and Lukas.
func spelledAlike(a, b string) bool {
	var x, y [fieldLimit * 2]byte
	return string(spelling(x[:0], a)) == string(spelling(y[:0], b))
}

func spelling(dst []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		switch {
		case c == 'p' && i+1 < len(name) && name[i+1] == 'h':
			c = 'f'
		case c == 'h' && i > 0, c == 'e' && i > 0 && in(name[i-1], "aou"):
			continue
		case c == 'c':
			c = 'k'
		case c == 'y', c == 'j':
			c = 'i'
		case c == 'z':
			c = 's'
		case c == 'v', c == 'w':
			c = 'f'
		}
		if len(dst) == 0 || dst[len(dst)-1] != c {
			dst = append(dst, c)
		}
	}
	return dst
}

func in(c byte, letters string) bool { return strings.IndexByte(letters, c) >= 0 }

// sameShortForm reports whether two names are forms of one, such as Bill and William.
func sameShortForm(a, b string) bool {
	for _, x := range forms[a] {
		if slices.Contains(forms[b], x) {
			return true
		}
	}
	return false
}

// gendered reports whether one name is the other with an ending that makes it one of
// the other sex, as in Paul and Paula, Christian and Christiane, or Mario and Maria.
func gendered(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 3 {
		return false
	}
	if ending, ok := strings.CutPrefix(b, a); ok {
		switch ending {
		case "a", "e", "ia", "in", "ine", "ina", "na", "ette", "lie":
			return true
		}
	}
	last, other := a[len(a)-1], b[len(b)-1]
	return len(a) == len(b) && a[:len(a)-1] == b[:len(b)-1] && (last == 'o' && other == 'a' || last == 'a' && other == 'o')
}
