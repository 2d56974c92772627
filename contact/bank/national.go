package bank

// nationals holds the national check digits, of the part that follows the check
// digits of the IBAN. The structure of that part has been checked before.
var nationals = map[string]func(string) bool{
	"BE": belgian,
	"ES": spanish,
	"ME": montenegrin,
	"NO": norwegian,
}

// belgian compares the last two digits with the remainder of the others by 97, for
// which 97 stands in place of 0.
func belgian(s string) bool {
	last := len(s) - 2
	want := mod97(s[:last])
	if want == 0 {
		want = 97
	}
	return number(s[last:]) == want
}

// montenegrin applies MOD 97-10, so the check digits of the IBAN are always 25.
func montenegrin(s string) bool { return mod97(s) == 1 }

// spanish checks the two digits of the Código Cuenta Corriente: the first is for bank
// and branch, the second for the account.
func spanish(s string) bool {
	digit := func(part string) int {
		switch d := 11 - sum(part, 1, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11; d {
		case 10:
			return 1
		case 11:
			return 0
		default:
			return d
		}
	}
	return number(s[8:9]) == digit("00"+s[:8]) && number(s[9:10]) == digit(s[10:])
}

// norwegian applies modulo 11. Two kinds of accounts are checked otherwise as well:
// those of the former post bank, 0000, have seven digits by Luhn, and with 00 for
// the kind of account only the five digits behind it count.
func norwegian(s string) bool {
	switch {
	case sum(s, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0:
		return true
	case s[:4] == "0000" && luhn(s[4:]):
		return true
	}
	return s[4:6] == "00" && sum(s[6:], 5, 4, 3, 2, 1)%11 == 0
}

// sum adds up the digits times their weights.
func sum(digits string, weights ...int) int {
	total := 0
	for i, w := range weights {
		total += w * int(digits[i]-'0')
	}
	return total
}

// luhn applies ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	total := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		total += d/10 + d%10
	}
	return total%10 == 0
}

// number gives the value of a few digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
