package cardnumber_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// brand is how one scheme's numbers look, kept apart from the table under test.
type brand struct {
	name     string
	prefixes []string
	lengths  []int
	groups   []int // as printed; the last one takes what is left
}

var (
	fours = []int{4, 4, 4, 4, 4}

	brands = []brand{
		{"Visa", []string{"4"}, []int{16, 18, 19}, fours},
		{"Mastercard", []string{"51", "52", "53", "54", "55"}, []int{16}, fours},
		{"Mastercard 2", []string{"2221", "2299", "23", "24", "25", "26", "270", "271", "2720"}, []int{16}, fours},
		{"American Express", []string{"34", "37"}, []int{15}, []int{4, 6, 5}},
		{"Diners Club", []string{"300", "305", "3095", "36", "38", "39"}, []int{14, 16, 19}, []int{4, 6, 9}},
		{"Discover", []string{"6011", "644", "649", "65"}, []int{16, 19}, fours},
		{"JCB", []string{"3528", "3530", "3566", "3589"}, []int{16, 17, 18, 19}, fours},
		{"UnionPay", []string{"62"}, []int{16, 17, 18, 19}, []int{6, 13}},
		{"Maestro", []string{"5018", "5020", "5038", "6304", "6759", "6761", "6763"}, []int{13, 14, 15, 16, 17, 18, 19}, fours},
		{"Mir", []string{"2200", "2201", "2202", "2203", "2204"}, []int{16, 19}, fours},
		{"RuPay", []string{"508", "60", "65", "81", "82", "353", "356"}, []int{16}, fours},
		{"Troy", []string{"9792"}, []int{16}, fours},
	}
)

// doubled holds what Luhn's doubling makes of each digit, written out rather than
// computed.
var doubled = [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}

// withCheck appends the Luhn check digit to a payload.
func withCheck(payload string) string {
	sum := 0
	for i := len(payload) - 1; i >= 0; i -= 2 {
		sum += doubled[payload[i]-'0']
		if i > 0 {
			sum += int(payload[i-1] - '0')
		}
	}
	return payload + string(rune('0'+(10-sum%10)%10))
}

// digits returns n random digits.
func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// pick returns one element.
func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// pan returns a valid number of the brand.
func (b brand) pan(r *rand.Rand) string {
	prefix := pick(r, b.prefixes...)
	return withCheck(prefix + digits(r, pick(r, b.lengths...)-1-len(prefix)))
}

// split cuts s into groups, the last of which takes what is left.
func split(s string, groups []int) []string {
	var parts []string
	for _, n := range groups {
		if n >= len(s) {
			break
		}
		parts, s = append(parts, s[:n]), s[n:]
	}
	return append(parts, s)
}

// script writes ASCII digits in another script.
func script(s string, zero rune) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return c
		}
		return zero + c - '0'
	}, s)
}

// spell writes a number in one of the usual ways.
func spell(r *rand.Rand, pan string, printed []int) string {
	groups := pick(r, printed, fours, []int{4, 6, 9}, []int{8, 11})
	parts := split(pan, groups)
	s := strings.Join(parts, pick(r, "", "", " ", " ", "-", ".", "\u00a0", "\u202f", "\u2011"))
	if r.IntN(10) == 0 {
		s = script(s, pick(r, '٠', '۰', '०', '０'))
	}
	return s
}

// in sets a number into the text around it.
func in(r *rand.Rand, s string) string {
	before := pick(r, "", "Card: ", "Visa", "MC", "Kunde 4711: ", "seine Nummer\n", "am 12. ", "2024-05-01 ", "tel +49 170 1234567, ", "(", "№")
	after := pick(r, "", ".", ", danke", " 12/27", " 123", " 12/27 123", "\n0815", ")", " EUR 20.00", "x")
	return before + s + after
}

// harmless generates texts without card numbers, by kind.
var harmless = map[string]func(r *rand.Rand) string{
	"order number CA-2016-152156": func(r *rand.Rand) string {
		return fmt.Sprintf("%s-%d-%s", pick(r, "CA", "US", "DE", "Bestellung"), 2010+r.IntN(20), digits(r, 6))
	},
	"order number of 8 to 12 digits": func(r *rand.Rand) string {
		return pick(r, "", "Order ", "#", "INV-") + digits(r, 8+r.IntN(5))
	},
	"order number of the form 123-1234567-1234567": func(r *rand.Rand) string {
		return fmt.Sprintf("30%d-%s-%s", r.IntN(10), digits(r, 7), digits(r, 7))
	},
	"date": func(r *rand.Rand) string {
		return day(r).Format(pick(r, "2006-01-02", "02.01.2006", "1/2/2006", "20060102", "02 01 2006"))
	},
	"span of dates": func(r *rand.Rand) string {
		form := pick(r, "2006-01-02", "02.01.2006", "20060102", "02-01-2006")
		return day(r).Format(form) + pick(r, " ", "-", " - ", " – ", "–") + day(r).Format(form)
	},
	"timestamp": func(r *rand.Rand) string {
		return day(r).Format(pick(r, time.RFC3339, time.RFC3339Nano, time.DateTime, "20060102T150405Z",
			"20060102150405", "20060102150405.000000", "2006-01-02 15:04:05.000000-07"))
	},
	"Unix time": func(r *rand.Rand) string {
		t := day(r)
		return fmt.Sprint(pick(r, t.Unix(), t.UnixMilli(), t.UnixMicro(), t.UnixNano()))
	},
	"phone number": phone,
	"phone numbers": func(r *rand.Rand) string {
		return phone(r) + pick(r, ", ", " / ", "\n", " ", "; ") + phone(r)
	},
	"IBAN": func(r *rand.Rand) string { return bank(r) },
	"IBAN and more": func(r *rand.Rand) string {
		return "IBAN: " + bank(r) + pick(r, " BIC COBADEFFXXX", ".", " 2024", ", Kto 1234567890", " "+bank(r))
	},
	"EAN-13":  func(r *rand.Rand) string { return gtin(r, 13) },
	"GTIN-14": func(r *rand.Rand) string { return gtin(r, 14) },
	"UUID": func(r *rand.Rand) string {
		hex := fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
		return strings.Join([]string{hex[:8], hex[8:12], "4" + hex[13:16], pick(r, "8", "9", "a", "b") + hex[17:20], hex[20:]}, "-")
	},
	"prices": func(r *rand.Rand) string {
		return fmt.Sprintf("%d.%02d EUR, %d x %d.%02d = %s", r.IntN(1e5), r.IntN(100), r.IntN(50), r.IntN(1e3), r.IntN(100), digits(r, 5))
	},
	"coordinates": func(r *rand.Rand) string {
		return fmt.Sprintf("%.6f %.6f", 47+8*r.Float64(), 6+9*r.Float64())
	},
}

// day returns an instant of the years 2001 to 2033.
func day(r *rand.Rand) time.Time {
	return time.Unix(1e9+r.Int64N(1e9), r.Int64N(1e9)).UTC()
}

// phone returns a number in international spelling, E.164: 15 digits at most.
func phone(r *rand.Rand) string {
	code := pick(r, "1", "7", "20", "30", "33", "34", "36", "39", "44", "49", "55", "62", "81", "86", "91", "351", "380", "420", "971")
	n := digits(r, 8+r.IntN(16-8-len(code)))
	sep := pick(r, "", " ", "-", ".", "\u00a0")
	switch r.IntN(3) {
	case 0:
		return "+" + code + sep + n
	case 1:
		return "+" + code + sep + strings.Join(split(n, []int{3, 3, 8}), sep)
	}
	return "00" + code + sep + strings.Join(split(n, []int{3, 4, 8}), sep)
}

// bank returns a valid IBAN with a numeric account part.
func bank(r *rand.Rand) string {
	type form struct {
		country string
		length  int
	}
	f := pick(r, form{"DE", 22}, form{"AT", 20}, form{"CH", 21}, form{"FR", 27}, form{"ES", 24}, form{"BE", 16},
		form{"FI", 18}, form{"PL", 28}, form{"SE", 24}, form{"HU", 28}, form{"NO", 15}, form{"PT", 25})
	account := digits(r, f.length-4)
	rest := 0
	number := account + fmt.Sprint(int(f.country[0]-'A'+10), int(f.country[1]-'A'+10)) + "00"
	for _, c := range strings.ReplaceAll(number, " ", "") {
		rest = (rest*10 + int(c-'0')) % 97
	}
	s := fmt.Sprintf("%s%02d%s", f.country, 98-rest, account)
	if r.IntN(2) == 0 {
		s = strings.Join(split(s, []int{4, 4, 4, 4, 4, 4, 4}), pick(r, " ", "\u00a0"))
	}
	return pick(r, s, strings.ToLower(s))
}

// gtin returns a trade item number of n digits with its check digit.
func gtin(r *rand.Rand, n int) string {
	s := fmt.Sprint(1+r.IntN(8)) + digits(r, n-2)
	sum := 0
	for i := range s {
		weight := 3
		if (len(s)-i)%2 == 0 {
			weight = 1
		}
		sum += weight * int(s[i]-'0')
	}
	return s + fmt.Sprint((10-sum%10)%10)
}
