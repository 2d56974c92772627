package people

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stammkunde/crm/contact"
)

// SplitName takes a full name apart, by these rules:
//
//   - What stands before the first comma is the family name, and the rest the given
//     name: "Müller, Anna".
//   - Without a comma the last word is the family name, together with the particles
//     before it, such as von, van der and de la: "Ludwig van Beethoven".
//   - A name that begins with a particle in small letters has no given name: "von
//     Berg". A single word is a family name.
//   - Salutations and titles at the beginning, of the given name too, stand for
//     themselves: "Frau Dr. Anna Müller".
func SplitName(full string) contact.Name {
	family, given, comma := strings.Cut(full, ",")
	if !comma {
		var n contact.Name
		var words []string
		n.Salutation, n.Title, words = cutTitles(strings.Fields(full))
		i := beginOfFamily(words)
		n.Given, n.Family = strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		return n
	}
	salutation, title, words := cutTitles(strings.Fields(family))
	more, other, rest := cutTitles(strings.FieldsFunc(given, func(r rune) bool { return unicode.IsSpace(r) || r == ',' }))
	return contact.Name{
		Salutation: joined(" ", salutation, more), Title: joined(" ", title, other),
		Given: strings.Join(rest, " "), Family: strings.Join(words, " "),
	}
}

// beginOfFamily is the index of the word with which the family name begins.
func beginOfFamily(words []string) int {
	i := max(0, len(words)-1)
	for i > 0 && particles[strings.ToLower(words[i-1])] && (i > 1 || isSmall(words[0])) {
		i--
	}
	return i
}

func isSmall(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

var particles = set(`von vom van vander de den der des del della dei degli da das do dos di du la las le les lo los
	zu zum zur ten ter te op aan af av 't d' el al ben bin ibn st. auf und`)

var salutations = set(`herr herrn hr. hr frau fr. fr fräulein familie fam. mr mr. mrs mrs. ms ms. miss mx mx. sir madam madame mme mme. monsieur señor señora sr. sra.
	signor signora sig. dhr. mevr.`)

var titles = set(`dr dr. ddr. dres. prof prof. professor doktor dipl. mag. mmag. ing. ddipl. lic. priv.-doz. pd h.c. med. jur. phil. rer. nat. pol. habil. dent. vet. univ.-prof. ao. em.`)

// cutTitles takes salutations and titles from the beginning.
func cutTitles(words []string) (salutation, title string, rest []string) {
	var own, degrees []string
	for len(words) > 0 {
		switch w := strings.ToLower(words[0]); {
		case salutations[w] && len(degrees) == 0:
			own = append(own, words[0])
		case titles[w], strings.HasPrefix(w, "dipl.-"):
			degrees = append(degrees, words[0])
		default:
			return strings.Join(own, " "), strings.Join(degrees, " "), words
		}
		words = words[1:]
	}
	return strings.Join(own, " "), strings.Join(degrees, " "), nil
}

// set makes a set of words between blanks.
func set(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
