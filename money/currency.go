package money

import "strings"

// The active codes of ISO 4217 (list one of its maintenance agency, with the
// funds codes) by the number of decimal digits of their minor unit, as of January
// 2026. ANG and BGN, withdrawn in 2025 and 2026, stay because the purchases of
// those years are counted in them.
//
// Not here: codes without a minor unit (XDR, XSU, XUA, the bond market units),
// precious metals, XTS and XXX, and everything withdrawn before 2025.
const (
	digits0 = `BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF`

	digits2 = `
		AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD
		BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP
		ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
		JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
		MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR
		RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
		TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
		ZWG`

	digits3 = `BHD IQD JOD KWD LYD OMR TND`

	digits4 = `CLF UYW`
)

var exponents = table(map[int]string{0: digits0, 2: digits2, 3: digits3, 4: digits4})

// table turns lists of codes by exponent into exponents by code.
func table(lists map[int]string) map[string]int {
	codes := make(map[string]int)
	for exponent, list := range lists {
		for code := range strings.FieldsSeq(list) {
			codes[code] = exponent
		}
	}
	return codes
}

// Exponent returns how many decimal digits the currency's minor unit has by ISO
// 4217: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF. It reports false for a code
// that is not in the list; codes are in capital letters.
func Exponent(currency string) (int, bool) {
	e, ok := exponents[currency]
	return e, ok
}

// Known reports whether currency is a code that [Exponent] knows.
func Known(currency string) bool {
	_, ok := exponents[currency]
	return ok
}
