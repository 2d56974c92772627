package cardnumber

// issuers are the ranges of leading digits, padded to six, in which payment cards
// are issued, with the lengths in use. They follow what the schemes publish for
// routing; ISO/IEC 7812 keeps the register itself closed.
//
// Left out on purpose, because they would take in far more other numbers than
// cards: Visa's 13 digits (obsolete), UATP (15 digits with a leading 1), and
// Maestro's 59, 61, 66, 68 and 69.
var issuers = [...]struct {
	from, to int
	lengths  uint // bit n: n digits
}{
	{400000, 499999, d16 | d18 | d19},       // Visa
	{510000, 559999, d16},                   // Mastercard
	{222100, 272099, d16},                   // Mastercard
	{340000, 349999, d15},                   // American Express
	{370000, 379999, d15},                   // American Express
	{300000, 305999, d14 | d16 | d19},       // Diners Club
	{309500, 309599, d14 | d16 | d19},       // Diners Club
	{360000, 369999, d14 | d16 | d19},       // Diners Club
	{380000, 399999, d14 | d16 | d19},       // Diners Club
	{352800, 358999, d16 | d17 | d18 | d19}, // JCB
	{600000, 609999, d16},                   // RuPay, Hipercard
	{601100, 601199, d16 | d17 | d18 | d19}, // Discover
	{644000, 659999, d16 | d17 | d18 | d19}, // Discover, RuPay, Elo
	{620000, 629999, d16 | d17 | d18 | d19}, // UnionPay
	{810000, 819999, d16 | d17 | d18 | d19}, // UnionPay, RuPay
	{820000, 829999, d16},                   // RuPay
	{353000, 353999, d16},                   // RuPay
	{356000, 356999, d16},                   // RuPay
	{220000, 220599, d16 | d17 | d18 | d19}, // Mir, Borica
	{979200, 979299, d16},                   // Troy
	{970400, 970499, d16 | d19},             // Napas
	{860000, 860099, d16},                   // Uzcard
	{986000, 986099, d16},                   // Humo
	{500000, 509999, d16 | d18 | d19},       // Maestro, Elo, Verve
	{560000, 589999, d16 | d18 | d19},       // Maestro
	{630000, 639999, d16 | d18 | d19},       // Maestro, InstaPayment, Elo, Hiper
	{670000, 679999, d16 | d18 | d19},       // Maestro
	{501800, 501899, dAny},                  // Maestro
	{502000, 502099, dAny},                  // Maestro
	{503800, 503899, dAny},                  // Maestro
	{589300, 589399, dAny},                  // Maestro
	{630400, 630499, dAny},                  // Maestro
	{675900, 675999, dAny},                  // Maestro
	{676100, 676399, dAny},                  // Maestro
}

// Sets of lengths.
const (
	d14 uint = 1 << (14 + iota)
	d15
	d16
	d17
	d18
	d19
	dAny = 1<<12 | 1<<13 | d14 | d15 | d16 | d17 | d18 | d19
)

// isCard reports whether the digits (values 0 to 9) are a card number.
func isCard(pan []byte) bool {
	return len(pan) >= minDigits && issued(pan) && luhn(pan)
}

// issued reports whether an issuer has numbers of this beginning and length.
func issued(pan []byte) bool {
	head := 0
	for _, d := range pan[:6] {
		head = head*10 + int(d)
	}
	for i := range issuers {
		r := &issuers[i]
		if r.from <= head && head <= r.to && r.lengths>>len(pan)&1 == 1 {
			return true
		}
	}
	return false
}

// luhn checks the last digit by ISO/IEC 7812-1, annex B: from the right, every
// second digit counts twice (with its cross sum), and the total ends in 0.
func luhn(pan []byte) bool {
	sum := 0
	for i, d := range pan {
		v := int(d)
		if (len(pan)-i)%2 == 0 {
			v *= 2
			if v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
