package duplicate

import "strings"

// legalForms say what kind of company it is, not which. A name that ends with a
// sure one is that of a company.
var (
	sureForms = set("gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "ek", "ev", "eg", "ltd", "limited", "llc", "inc",
		"corp", "corporation", "plc", "llp", "sarl", "srl", "bv", "nv", "sa", "spa", "se", "gesmbh", "ggmbh", "partg",
		"pty", "company")
	otherForms = set("co", "cie", "und", "and", "haftungsbeschraenkt", "the", "holding", "gruppe", "group", "of")
)

// abbreviated joins the letters of legal forms that are written with dots.
var abbreviated = strings.NewReplacer("e. K.", "eK", "e.K.", "eK", "e. V.", "eV", "e.V.", "eV", "e. G.", "eG", "e.G.", "eG",
	"S.A.", "SA", "B.V.", "BV", "N.V.", "NV", "L.L.C.", "LLC", "m.b.H.", "mbH", "S.p.A.", "SpA", "S.r.l.", "Srl")

// company returns the plain name of a company without its legal form, and whether
// there was one.
func company(name string) (firm string, sure bool) {
	if name == "" {
		return "", false
	}
	if len(name) > rawLimit {
		name = name[:rawLimit]
	}
	words := strings.Fields(known(plain(abbreviated.Replace(name))))
	kept := words[:0:0]
	for i, word := range words {
		if sureForms[word] && i > 0 {
			sure = true
		} else if !otherForms[word] {
			kept = append(kept, word)
		}
	}
	if len(kept) == 0 {
		kept = words
	}
	return short(strings.Join(kept, " ")), sure
}

// looksCompany reports whether a plain name cannot be that of one person.
func looksCompany(words string) bool {
	n := 0
	for word := range strings.SplitSeq(words, " ") {
		if strings.ContainsAny(word, "0123456789") {
			return true
		}
		if !particles[word] && !titles[word] {
			n++
		}
	}
	return n > 4
}
