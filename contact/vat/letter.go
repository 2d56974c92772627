package vat

import "strings"

// The numbers that are checked by a letter, and the Maltese one, whose modulus is as
// odd as theirs.

// cypriot: eight digits and a letter. The digits at odd places count by a table.
func cypriot(s string) verdict {
	if len(s) != 9 || !digits(s[:8], 8) || s[8] < 'A' || s[8] > 'Z' || s[:2] == "12" {
		return misshapen
	}
	odd := [10]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	total := 0
	for i := 0; i < 8; i += 2 {
		total += odd[digit(s, i)] + digit(s, i+1)
	}
	return checked('A'+byte(total%26) == s[8])
}

// irishLetters are the check letters by remainder. As a second letter, each stands for
// its place.
const irishLetters = "WABCDEFGHIJKLMNOPQRSTUV"

// irish: seven digits and a check letter, since 2013 with a second letter behind it;
// or the form until 2013, in which the second character is a letter, + or *, and the
// first digit belongs to the end.
func irish(s string) verdict {
	second := 0
	switch {
	case len(s) == 9 && digits(s[:7], 7) && strings.Contains(irishLetters, s[8:]):
		second = strings.Index(irishLetters, s[8:])
	case len(s) == 8 && digits(s[:7], 7):
	case len(s) == 8 && digits(s[:1]+s[2:7], 6):
		s = "0" + s[2:7] + s[:1] + s[7:]
	default:
		return misshapen
	}
	if !strings.Contains(irishLetters, s[7:8]) {
		return misshapen
	}
	rest := (sum(s, 8, 7, 6, 5, 4, 3, 2) + 9*second) % 23
	return checked(irishLetters[rest] == s[7])
}

func maltese(s string) verdict {
	if !digits(s, 8) || s[0] == '0' {
		return misshapen
	}
	return checked(sum(s, 3, 4, 6, 7, 8, 9, 10, 1)%37 == 0)
}

// spanish: nine characters, the last of which is the check. Citizens have digits in
// front of it, foreigners X, Y or Z, some persons K, L or M, and organisations the
// letter of their kind.
func spanish(s string) verdict {
	if len(s) != 9 || !digits(s[1:8], 7) {
		return misshapen
	}
	switch first := s[:1]; {
	case digits(first, 1):
		return spanishPerson(s[:8], s[8])
	case strings.Contains("XYZ", first):
		return spanishPerson(string('0'+first[0]-'X')+s[1:8], s[8])
	case strings.Contains("KLM", first):
		return spanishPerson(s[1:8], s[8])
	case strings.Contains("ABCDEFGHJNPQRSUVW", first):
		return spanishOrganisation(s[1:8], s[8])
	}
	return misshapen
}

func spanishPerson(number string, check byte) verdict {
	const letters = "TRWAGMYFPDXBNJZSQVHLCKE"
	if strings.IndexByte(letters, check) < 0 {
		return misshapen
	}
	return checked(letters[value(number)%23] == check)
}

// spanishOrganisation takes a digit or a letter as the check for every kind: sources
// do not agree on which kinds have which.
func spanishOrganisation(number string, check byte) verdict {
	const letters, figures = "JABCDEFGHI", "0123456789"
	if strings.IndexByte(letters+figures, check) < 0 {
		return misshapen
	}
	want := (10 - luhnSum(number+"0")%10) % 10
	return checked(check == letters[want] || check == figures[want])
}
