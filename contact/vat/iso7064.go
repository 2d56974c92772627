package vat

// The numbers that follow ISO 7064.

func croatian(s string) verdict {
	if !digits(s, 11) {
		return misshapen
	}
	return checked(mod1110(s))
}

func german(s string) verdict {
	if !digits(s, 9) || s[0] == '0' {
		return misshapen
	}
	return checked(mod1110(s))
}

// dutch: nine digits, B and two digits. Until 2019 the first nine were the number of
// the person or company, which has a check digit of its own; since 2020 sole traders
// have a number by MOD 97-10 instead, which includes the prefix.
func dutch(s string) verdict {
	if len(s) != 12 || !digits(s[:9], 9) || s[9] != 'B' || !digits(s[10:], 2) {
		return misshapen
	}
	old := sum(s, 9, 8, 7, 6, 5, 4, 3, 2)%11 == digit(s, 8)
	const n, l, b = "23", "21", "11"
	return checked(old || mod97(n+l+s[:9]+b+s[10:]) == 1)
}

// mod1110 applies MOD 11-10.
func mod1110(s string) bool {
	p := 10
	for i := range len(s) - 1 {
		p = (p + digit(s, i)) % 10
		if p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return (p+last(s))%10 == 1
}

// mod97 gives the remainder by 97 of any number of digits.
func mod97(s string) int {
	rest := 0
	for i := range len(s) {
		rest = (rest*10 + digit(s, i)) % 97
	}
	return rest
}
