// Package cell has what those packages have in common that make something of the
// cells of tables: contacts, orders.
package cell

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/stammkunde/crm/internal/textfold"
)

// Key is what is left of a word or a header without the things in which spellings
// of one and the same differ: capitals, accents, punctuation and blanks.
func Key(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFKD.String(textfold.Fold(s)))
}

// Umlauts spells German as people do who have no umlauts on their keyboard.
var Umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss")

// Dictionary reads lines of a meaning, a colon, and the words for it, between
// commas. It gives the meaning of each word. It is made when it is first needed.
func Dictionary(text string) func() map[string]string {
	return sync.OnceValue(func() map[string]string {
		m := make(map[string]string)
		each(text, func(meaning string, _ int, k string) { m[k] = meaning })
		return m
	})
}

// Ranks tells how early a word stands in its line: of two columns for one field the
// earlier is the likelier.
func Ranks(text string) func() map[string]int {
	return sync.OnceValue(func() map[string]int {
		m := make(map[string]int)
		each(text, func(_ string, rank int, k string) { m[k] = rank })
		return m
	})
}

// each passes on the words of a dictionary, in both spellings.
func each(text string, f func(meaning string, rank int, k string)) {
	for line := range strings.Lines(text) {
		meaning, list, _ := strings.Cut(strings.TrimSpace(line), ":")
		for rank, word := range strings.Split(list, ",") {
			for _, spelling := range []string{word, Umlauts.Replace(word)} {
				if k := Key(spelling); k != "" {
					f(meaning, rank, k)
				}
			}
		}
	}
}
