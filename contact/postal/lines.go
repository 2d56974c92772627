package postal

import (
	"slices"
	"strings"
	"unicode"

	"github.com/stammkunde/crm/internal/textfold"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Lines returns the address of a letter, from top to bottom, as the post of its
// country wants it. The recipient's lines are kept in their order, a company above
// a person as a rule. Lines and fields without text are left out.
//
// From is the country in which the letter is posted. Abroad the city is written in
// capitals, as the Universal Postal Union recommends, and the last line names the
// country: in German in a letter from Germany, Austria, Switzerland or
// Liechtenstein, else in English. An address without a country is at home.
//
// A postal code gets its normal form; one that the country does not have is written
// as it is. So is a country that is not known.
func Lines(recipient []string, a Address, from string) []string {
	home := a.Country == "" || a.Country == from
	if a.Country == "" {
		a.Country = from
	}
	c, ok := find(a.Country)
	if !ok {
		c = country{code: a.Country, lines: "n|a|z c"}
	}
	if code, err := c.normal(a.PostalCode); err == nil {
		a.PostalCode = code
	}
	if local, ok := localOrder(a); ok {
		c.lines = local
	}
	b := block{country: c, address: a, abroad: !home}
	lines := b.lines(recipient)
	if !home {
		lines = append(lines, cases.Upper(language.Und).String(b.countryName(from)))
	}
	return lines
}

// block lays out one address.
type block struct {
	country
	address Address
	abroad  bool
}

// lines follows country.lines: its parts, divided by |, make a line each, only the
// recipient and the street may make several. Letters of the fields stand for their
// text. What stands before the first of a line belongs to it, in braces only
// abroad; what stands between two is written if both are there.
func (b block) lines(recipient []string) []string {
	var lines []string
	for part := range strings.SplitSeq(b.country.lines, "|") {
		switch part {
		case "n":
			for _, r := range recipient {
				lines = append(lines, b.capital("n", r))
			}
		case "a":
			street := []string{b.capital("a", b.address.Extra), b.capital("a", b.address.Street)}
			if strings.HasSuffix(b.country.lines, "n") {
				slices.Reverse(street) // from the large to the small
			}
			lines = append(lines, street...)
		default:
			lines = append(lines, b.line(part))
		}
	}
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

func (b block) line(part string) string {
	var line, between strings.Builder
	first, quiet := true, false
	for _, r := range part {
		switch {
		case r == '{':
			quiet = !b.abroad
		case r == '}':
			quiet = false
		case 'a' <= r && r <= 'z':
			if text := b.field(string(r)); text != "" {
				if first || line.Len() > 0 {
					line.WriteString(between.String())
				}
				line.WriteString(text)
			}
			between.Reset()
			first = false
		case !quiet:
			between.WriteRune(r)
		}
	}
	return line.String()
}

// field returns the text of the field with that letter.
func (b block) field(letter string) string {
	a := b.address
	switch letter {
	case "a":
		return b.capital("a", strings.TrimSpace(a.Extra+" "+a.Street))
	case "c":
		return b.capital("c", a.City)
	case "s":
		// A province is not repeated after its capital: 28039 MADRID.
		if strings.Contains(b.country.lines, "z c s") && textfold.Fold(a.Region) == textfold.Fold(a.City) {
			return ""
		}
		return b.capital("s", a.Region)
	}
	return strings.TrimSpace(a.PostalCode)
}

// capital writes the text of a field in capitals if it has to be.
func (b block) capital(letter, text string) string {
	text = strings.TrimSpace(text)
	if !strings.Contains(b.capitals, letter) && (letter != "c" || !b.abroad) {
		return text
	}
	return cases.Upper(b.language()).String(text)
}

// language returns the one whose capitals are others than those of the rest: with
// a dot on the I, or without accents.
func (b block) language() language.Tag {
	switch b.code {
	case "TR", "AZ":
		return language.Turkish
	case "GR", "CY":
		return language.Greek
	}
	return language.Und
}

func (b block) countryName(from string) string {
	lang := "en"
	switch from {
	case "DE", "AT", "CH", "LI":
		lang = "de"
	}
	if name := CountryName(b.code, lang); name != "" {
		return name
	}
	return b.code
}

// localOrder returns the order of lines for an address in the script of a country
// that has another one for Latin letters.
func localOrder(a Address) (lines string, ok bool) {
	isLocal := func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	}
	if !strings.ContainsFunc(a.Street+a.City, isLocal) {
		return "", false
	}
	switch a.Country {
	case "JP":
		return "〒z|sc|a|n", true
	case "CN", "TW":
		return "z|sc|a|n", true
	case "KR":
		return "s c|a|n|z", true
	case "KP":
		return "z|s|c|a|n", true
	case "HK", "MO":
		return "s|c|a|n", true
	}
	return "", false
}
