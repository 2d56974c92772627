package cardnumber

import (
	"strings"
	"unicode/utf8"
)

// ibanLengths gives the number of characters of an IBAN by country (ISO 13616-1;
// the registry that SWIFT keeps for ISO, release 100).
var ibanLengths = lengths(map[int]string{
	15: "NO",
	16: "BE",
	18: "DK FI FK FO GL NL SD",
	19: "MK SI",
	20: "AT BA EE KZ LT LU MN XK",
	21: "CH HR LI LV",
	22: "BG BH CR DE GB GE IE ME RS VA",
	23: "AE GI IL IQ OM SO TL",
	24: "AD CZ ES MD PK RO SA SE SK TN VG",
	25: "LY PT ST",
	26: "IS TR",
	27: "BI DJ FR GR IT MC MR SM",
	28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
	29: "BR EG PS QA UA",
	30: "JO KW MU YE",
	31: "MT SC",
	32: "LC",
	33: "RU",
})

// lengths turns lists of countries by length into lengths by country.
func lengths(lists map[int]string) map[[2]byte]int {
	table := make(map[[2]byte]int)
	for length, list := range lists {
		for c := range strings.FieldsSeq(list) {
			table[[2]byte{c[0], c[1]}] = length
		}
	}
	return table
}

// iban returns the length in bytes of the valid IBAN at the beginning of s, or 0.
// Capital and small letters are alike, and one and the same separator may divide
// it into groups. (Were any mixture allowed, the words after a number could make an
// IBAN of it.)
func iban(s string) int {
	if len(s) < 2 || !isLetter(rune(s[0])) {
		return 0
	}
	want := ibanLengths[[2]byte{upper(s[0]), upper(s[1])}]
	if want == 0 {
		return 0
	}
	var chars [33]byte
	gap := ""
	i := 0
	for n := range want {
		if w := separator(s[i:]); w > 0 && n > 0 {
			if gap == "" {
				gap = s[i : i+w]
			}
			if s[i:i+w] != gap {
				return 0
			}
			i += w
		}
		if i == len(s) || base36(s[i]) > 35 {
			return 0
		}
		chars[n] = base36(s[i])
		i++
	}
	if !endsWord(s[i:]) || !mod97(chars[:want]) {
		return 0
	}
	return i
}

// endsWord reports whether s does not begin with a letter or digit.
func endsWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	_, width := digit(s)
	return width == 0 && !isLetter(r)
}

// mod97 applies the check of ISO 7064, MOD 97-10, to characters in base36: with
// the first four moved to the end and letters written as 10 to 35, the number is
// 1 modulo 97. The check digits themselves must be digits.
func mod97(chars []byte) bool {
	if chars[2] > 9 || chars[3] > 9 {
		return false
	}
	rest := 0
	for i := range chars {
		c := int(chars[(i+4)%len(chars)])
		if c > 9 {
			rest *= 10
		}
		rest = (rest*10 + c) % 97
	}
	return rest == 1
}

// base36 returns the value of an ASCII digit or letter, or 255.
func base36(c byte) byte {
	switch u := upper(c); {
	case c-'0' <= 9:
		return c - '0'
	case 'A' <= u && u <= 'Z':
		return u - 'A' + 10
	}
	return 255
}

// upper turns a small ASCII letter into a capital.
func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
