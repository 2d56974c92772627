package duplicate

import "strings"

// streets are the short forms of words in the names of streets.
var streets = map[string]string{
	"strasse": "str", "street": "st", "avenue": "av", "ave": "av", "road": "rd", "drive": "dr", "drv": "dr", "place": "pl",
	"platz": "pl", "court": "ct", "crt": "ct", "crescent": "cr", "cres": "cr", "boulevard": "bl", "blvd": "bl", "blv": "bl",
	"lane": "ln", "square": "sq", "terrace": "tce", "terr": "tce", "highway": "hwy", "parade": "pde", "circuit": "cct",
	"close": "cl", "allee": "al", "weg": "wg", "north": "n", "south": "s", "east": "e", "west": "w", "sankt": "st",
	"saint": "st", "parkway": "pkwy", "apartment": "apt", "suite": "ste",
}

// endings are words that German streets are joined with.
var endings = [...][2]string{{"strasse", "str"}, {"platz", "pl"}, {"allee", "al"}, {"weg", "wg"}}

// lane returns the plain name of a street without spaces, so that "Goethe-Straße",
// "Goethestr." and "Goethe Strasse" are the same, and the house number in it. The
// number is only looked for where none is known.
func lane(street, number string) (name, house string) {
	words := strings.Fields(value(street))
	house = strings.ReplaceAll(value(number), " ", "")
	if house == "" && len(words) > 1 {
		words, house = numbered(words)
	}
	var b strings.Builder
	for _, word := range words {
		b.WriteString(streetWord(word))
	}
	return short(b.String()), short(house)
}

// numbered takes the house number from either end of a street: "12a Main St" or
// "Hauptstr. 12 a".
func numbered(words []string) (rest []string, house string) {
	last := len(words) - 1
	switch {
	case digit(words[0]):
		return words[1:], words[0]
	case digit(words[last]):
		return words[:last], words[last]
	case last > 1 && len(words[last]) == 1 && digit(words[last-1]):
		return words[:last-1], words[last-1] + words[last]
	}
	return words, ""
}

func digit(word string) bool { return word[0] >= '0' && word[0] <= '9' }

func streetWord(word string) string {
	if s, ok := streets[word]; ok {
		return s
	}
	for _, e := range endings {
		if len(word) > len(e[0]) && strings.HasSuffix(word, e[0]) {
			return word[:len(word)-len(e[0])] + e[1]
		}
	}
	return word
}

// postal returns a postal code without spaces and without the country before it.
func postal(s string) string {
	code := value(s)
	if country, rest, ok := strings.Cut(code, " "); ok && len(country) <= 2 && rest != "" && !digit(country) && digit(rest) && len(rest) >= 4 {
		code = rest
	}
	code = strings.ReplaceAll(code, " ", "")
	if len(code) > 16 || len(code) > 4 && sequence(code) {
		return ""
	}
	return code
}
