package vat

// The numbers whose check digit makes a sum divisible by 10, most of them by Luhn.

// austrian: U and eight digits. The sum is that of the first seven as if they ended
// with the check digit, and 4.
func austrian(s string) verdict {
	if s == "" || s[0] != 'U' || !digits(s[1:], 8) {
		return misshapen
	}
	return checked((luhnSum(s[1:8])+last(s)+4)%10 == 0)
}

func estonian(s string) verdict {
	if !digits(s, 9) {
		return misshapen
	}
	return checked(sum(s, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0)
}

func hungarian(s string) verdict {
	if !digits(s, 8) {
		return misshapen
	}
	return checked(sum(s, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0)
}

// italian: seven digits of the business, three of the province that registered it, and
// a check digit. The provinces go up to 201; 888 and 999 stand for offices without.
func italian(s string) verdict {
	if !digits(s, 11) {
		return misshapen
	}
	province := value(s[7:10])
	if value(s[:7]) == 0 || province == 0 || province > 201 && province != 888 && province != 999 {
		return misshapen
	}
	return checked(luhn(s))
}

// swedish: the ten digits of a person or organisation, and 01.
func swedish(s string) verdict {
	if !digits(s, 12) || s[10:] != "01" {
		return misshapen
	}
	return checked(luhn(s[:10]))
}

// luhn applies ISO/IEC 7812-1, annex B.
func luhn(s string) bool { return luhnSum(s)%10 == 0 }

// luhnSum doubles every second digit from the right, the last not, and adds up the
// digits of the results.
func luhnSum(s string) int {
	total := 0
	for i := range len(s) {
		d := digit(s, len(s)-1-i)
		if i%2 == 1 {
			d *= 2
		}
		total += d/10 + d%10
	}
	return total
}
