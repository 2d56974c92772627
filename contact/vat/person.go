package vat

import "time"

// The personal numbers that hold the day of birth, and what else states with such
// numbers have.

// isDay reports whether there is such a day.
func isDay(year, month, day int) bool {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Year() == year && int(t.Month()) == month && t.Day() == day
}

// bulgarianCitizen: the month has 20 added for people born before 1900 and 40 for
// those since 2000.
func bulgarianCitizen(s string) bool {
	year, month, day := 1900+value(s[:2]), value(s[2:4]), value(s[4:6])
	switch {
	case month > 40:
		year, month = year+100, month-40
	case month > 20:
		year, month = year-100, month-20
	}
	return isDay(year, month, day) && sum(s, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == last(s)
}

func bulgarianForeigner(s string) bool {
	return sum(s, 21, 19, 17, 13, 11, 9, 7, 3, 1)%10 == last(s)
}

// czech: eight digits of a company; nine that begin with 6 of a person without a
// personal number; else a personal number, which had nine digits before 1954.
func czech(s string) verdict {
	switch {
	case digits(s, 8) && s[0] != '9':
		rest := sum(s, 8, 7, 6, 5, 4, 3, 2) % 11
		want := (11 - rest) % 10 // so 1 for 0 and 0 for 1
		return checked(want == last(s))
	case digits(s, 9) && s[0] == '6':
		want := (sum(s[1:], 8, 7, 6, 5, 4, 3, 2)%11 + 8) % 10
		return checked(want == last(s))
	case digits(s, 9), digits(s, 10):
		return checked(czechPerson(s))
	}
	return misshapen
}

// czechPerson checks a personal number of the Czechs and the Slovaks, nine or ten
// digits. The month has 50 added for women, and 20 when a day ran out of numbers.
// Until 1984 a remainder of 10 was written as 0.
func czechPerson(s string) bool {
	year, month, day := 1900+value(s[:2]), value(s[2:4])%50, value(s[4:6])
	if month > 20 {
		month -= 20
	}
	if len(s) == 9 {
		if year >= 1980 {
			year -= 100
		}
		return year < 1954 && isDay(year, month, day)
	}
	if year < 1954 {
		year += 100
	}
	rest := value(s[:9]) % 11
	if year < 1985 {
		rest %= 10
	}
	return isDay(year, month, day) && rest == last(s)
}

// latvian: eleven digits, of a company if the first is above 3. Personal numbers begin
// with the day of birth, where the seventh digit is the century; those since 2017
// begin with 32 and mean nothing, and sources differ on whether the last digit still
// checks the others.
func latvian(s string) verdict {
	switch {
	case !digits(s, 11):
		return misshapen
	case s[0] > '3':
		return checked(sum(s, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3)
	case s[:2] == "32":
		return good
	}
	year := 1800 + 100*digit(s, 6) + value(s[4:6])
	check := (1 + sum(s, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9)) % 11 % 10
	return checked(isDay(year, value(s[2:4]), value(s[:2])) && check == last(s))
}
