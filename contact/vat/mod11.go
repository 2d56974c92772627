package vat

// The numbers whose check digit is a sum with weights by 11. A remainder of 10 has no
// digit; the countries differ in what becomes of it.

// bulgarian: nine digits of a company, or ten of a person.
func bulgarian(s string) verdict {
	switch {
	case digits(s, 9):
		rest := sum(s, 1, 2, 3, 4, 5, 6, 7, 8) % 11
		if rest == 10 {
			rest = sum(s, 3, 4, 5, 6, 7, 8, 9, 10) % 11 % 10
		}
		return checked(rest == last(s))
	case digits(s, 10):
		return checked(bulgarianCitizen(s) || bulgarianForeigner(s) ||
			sum(s, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0)
	}
	return misshapen
}

func danish(s string) verdict {
	if !digits(s, 8) {
		return misshapen
	}
	return checked(sum(s, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0)
}

func finnish(s string) verdict {
	if !digits(s, 8) {
		return misshapen
	}
	return checked(sum(s, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0)
}

func greek(s string) verdict {
	if !digits(s, 9) {
		return misshapen
	}
	return checked(sum(s, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == last(s))
}

// lithuanian: nine digits, or twelve of somebody who is registered for a time. The
// last digit but one is always 1.
func lithuanian(s string) verdict {
	if !digits(s, 9) && !digits(s, 12) || s[len(s)-2] != '1' {
		return misshapen
	}
	body := len(s) - 1
	first, second := 0, 0
	for i := range body {
		first += (1 + i%9) * digit(s, i)
		second += (1 + (i+2)%9) * digit(s, i)
	}
	rest := first % 11
	if rest == 10 {
		rest = second % 11 % 10
	}
	return checked(rest == last(s))
}

func norwegian(s string) verdict {
	if !digits(s, 9) {
		return misshapen
	}
	return checked(sum(s, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0)
}

func polish(s string) verdict {
	if !digits(s, 10) {
		return misshapen
	}
	return checked(sum(s, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == last(s))
}

func portuguese(s string) verdict {
	if !digits(s, 9) || s[0] == '0' {
		return misshapen
	}
	want := 11 - sum(s, 9, 8, 7, 6, 5, 4, 3, 2)%11
	if want > 9 {
		want = 0
	}
	return checked(want == last(s))
}

// romanian: two to ten digits, to which the weights are aligned at the right.
func romanian(s string) verdict {
	if len(s) < 2 || len(s) > 10 || !digits(s, len(s)) || s[0] == '0' {
		return misshapen
	}
	weights := []int{7, 5, 3, 2, 1, 7, 5, 3, 2}
	return checked(10*sum(s, weights[10-len(s):]...)%11%10 == last(s))
}

func slovenian(s string) verdict {
	if !digits(s, 8) || s[0] == '0' {
		return misshapen
	}
	rest := sum(s, 8, 7, 6, 5, 4, 3, 2) % 11
	return checked(rest != 0 && (11-rest)%10 == last(s))
}

// swiss: the letter E and nine digits, since the number of a company begins with CHE.
func swiss(s string) verdict {
	if s == "" || s[0] != 'E' || !digits(s[1:], 9) {
		return misshapen
	}
	return checked(sum(s[1:], 5, 4, 3, 2, 7, 6, 5, 4, 1)%11 == 0)
}
