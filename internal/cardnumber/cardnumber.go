// Package cardnumber finds payment card numbers in free text, so that none gets
// stored by accident.
//
// A hit is a primary account number by ISO/IEC 7812-1: the length and the leading
// digits of a known issuer, and a correct Luhn check digit. Digits count in every
// script, and single separators may stand between groups of them. Numbers that
// merely stand next to other digits are found ("4111 1111 1111 1111 12/27"), but
// a stretch inside a longer row of digits is no card number, and neither is a part
// of a valid IBAN.
//
// Accuracy is bounded from below: one number in ten passes the Luhn check, so an
// order number of 16 digits that begins like a card is taken for one now and then.
package cardnumber

import "unicode/utf8"

// Lengths of card numbers in digits: ISO/IEC 7812-1 ends at 19, and none in use has
// fewer than 12.
const (
	minDigits = 12
	maxDigits = 19
)

// minGroup is the least number of digits in a group other than the last, as cards
// are printed and people type them. Dates, which have groups of two, stay out.
const minGroup = 4

// Contains reports whether s holds a payment card number. It takes any bytes,
// needs time linear in len(s), does not allocate, and is safe for concurrent use.
//
// The number may be written without a break or in groups with one separator
// between two groups: a space or dash of any width, a full stop, or an invisible
// mark such as a soft hyphen. Every group but the last has four or more digits;
// smaller ones (such as pairs) count if all have one size and nothing else stands
// in the row.
func Contains(s string) bool {
	if !enough(s) {
		return false
	}
	inWord := false // the character before s[i] is a letter or digit
	for i := 0; i < len(s); {
		if _, n := digit(s[i:]); n > 0 {
			n, found := row(s[i:])
			if found {
				return true
			}
			i, inWord = i+n, true
			continue
		}
		if !inWord {
			if n := iban(s[i:]); n > 0 {
				i, inWord = i+n, true
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i, inWord = i+n, isLetter(r)
	}
	return false
}

// firstWide is the byte with which the first digit beyond ASCII begins in UTF-8,
// U+0660. The common letters of Latin, Greek and Cyrillic begin with a smaller one,
// so texts in them are dismissed quickly.
const firstWide = 0xD9

// enough reports whether s can hold a card number at all. It counts ASCII digits
// and whatever may begin a digit beyond ASCII.
func enough(s string) bool {
	count := 0
	for i := 0; i < len(s) && count < minDigits; i++ {
		if c := s[i]; c-'0' <= 9 || c >= firstWide {
			count++
		}
	}
	return count == minDigits
}

// row examines the row of digit groups at the beginning of s, which begins with a
// digit. It returns the row's length in bytes and whether a card number begins at
// one of its groups.
func row(s string) (n int, found bool) {
	for {
		if begins(s[n:], n == 0) {
			return n, true
		}
		n += group(s[n:])
		gap := between(s[n:])
		if gap == 0 {
			return n, false
		}
		n += gap
	}
}

// group returns the length in bytes of the digits at the beginning of s.
func group(s string) int {
	for i := 0; ; {
		_, n := digit(s[i:])
		if n == 0 {
			return i
		}
		i += n
	}
}

// begins reports whether the first one or more digit groups of s are a card
// number. The flag first says that no group stands before them in their row.
func begins(s string, first bool) bool {
	var pan [maxDigits]byte
	var shape shape
	for n, i := 0, 0; ; {
		d, width := digit(s[i:])
		if width == 0 {
			gap := between(s[i:])
			if shape.ok(first && gap == 0) && isCard(pan[:n]) {
				return true
			}
			if gap == 0 {
				return false
			}
			shape.next()
			i += gap
			continue
		}
		if n == maxDigits {
			return false
		}
		pan[n] = d
		shape.last++
		n, i = n+1, i+width
	}
}

// shape follows how a number is divided into groups.
type shape struct {
	last    int // digits in the current group
	size    int // digits in the first group, once it is complete
	small   bool
	unequal bool
}

// next completes the current group and begins another.
func (h *shape) next() {
	if h.size == 0 {
		h.size = h.last
	}
	h.small = h.small || h.last < minGroup
	h.unequal = h.unequal || h.last != h.size
	h.last = 0
}

// ok reports whether card numbers are divided like this; alone says that the row
// has no other groups.
func (h *shape) ok(alone bool) bool {
	return !h.small || alone && !h.unequal && h.last <= h.size
}
