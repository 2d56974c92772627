// Package textfold brings texts to a form in which those that people take for
// the same are the same bytes.
package textfold

import (
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the text without regard to case and to the ways of composing a
// character: toNFKC_Casefold without the removal of ignorable characters
// (Unicode Standard, section 3.13, D146). "STRASSE", "Straße" and "ｓtrasse" give
// "strasse". Folding twice changes nothing.
func Fold(s string) string {
	if plain(s) {
		return s
	}
	// A Caser holds state, so each call has its own. Folding can decompose and
	// composing can give what folds again, so both are done until nothing
	// changes; more than three rounds are never needed.
	folder := cases.Fold()
	for range 4 {
		next := norm.NFKC.String(folder.String(norm.NFKC.String(s)))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// plain reports whether the text is ASCII without capital letters.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}
