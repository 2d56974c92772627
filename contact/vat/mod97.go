package vat

import "strings"

// The numbers that are divided as a whole, by 97 in most countries.

// belgian: ten digits that begin with 0 or 1.
func belgian(s string) verdict {
	if !digits(s, 10) || s[0] > '1' {
		return misshapen
	}
	return checked(97-value(s[:8])%97 == value(s[8:]))
}

// british: nine digits, twelve with a branch, or five characters of an authority. The
// numbers since 2010 have 42 or 55 added to the sum.
func british(s string) verdict {
	switch {
	case len(s) == 5 && digits(s[2:], 3):
		if s[:2] == "GD" && s[2] < '5' || s[:2] == "HA" && s[2] >= '5' {
			return good
		}
		return misshapen
	case !digits(s, 9) && !digits(s, 12):
		return misshapen
	}
	rest := sum(s, 8, 7, 6, 5, 4, 3, 2, 10, 1) % 97
	return checked(rest == 0 || s[0] != '0' && (rest == 42 || rest == 55))
}

// keyLetters are the characters of a French key; I and O look too much like digits.
const keyLetters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// french: a key of two characters and the nine digits of a company (SIREN), with
// three zeros in front for Monaco.
func french(s string) verdict {
	if len(s) != 11 || !digits(s[2:], 9) {
		return misshapen
	}
	a, b := strings.IndexByte(keyLetters, s[0]), strings.IndexByte(keyLetters, s[1])
	if a < 0 || b < 0 {
		return misshapen
	}
	if s[2:5] != "000" && !luhn(s[2:]) {
		return wrong
	}
	company := value(s[2:])
	if a < 10 && b < 10 {
		return checked((company*100+12)%97 == a*10+b)
	}
	key := a*34 + b - 100
	if a < 10 {
		key = a*24 + b - 10
	}
	return checked((company+1+key/11)%11 == key%11)
}

// luxembourgish divides by 89.
func luxembourgish(s string) verdict {
	if !digits(s, 8) {
		return misshapen
	}
	return checked(value(s[:6])%89 == value(s[6:]))
}

// slovak: ten digits that divide by 11, or the personal number of somebody.
func slovak(s string) verdict {
	if !digits(s, 10) {
		return misshapen
	}
	if czechPerson(s) {
		return good
	}
	if s[0] == '0' || !strings.Contains("2346789", s[2:3]) {
		return misshapen
	}
	return checked(value(s)%11 == 0)
}
