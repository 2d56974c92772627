package bank_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/bank"
	"github.com/stammkunde/crm/errs"
)

// examples are the numbers that banks and the registry print to explain an IBAN. No
// account has them.
const examples = `
	AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741
	AT611904300234573201 AZ21NABZ00000000137010001944 BA391290079401028494
	BE68539007547034 BG80BNBG96611020345678 BH67BMAG00001299123456
	BI4210000100010000332045181 BR1800360305000010009795493C1
	BY13NBRB3600900000002Z00AB00 CH9300762011623852957 CR05015202001026284066
	CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000
	DJ2100010000000154000100186 DK5000400440116243 DO28BAGR00000001212453611324
	EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332
	FI2112345600000785 FK88SC123456789012 FO6264600001631634
	FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917
	GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695
	GT82TRAJ01020000001210029690 HN88CABF00000000000250005469 HR1210010051863000160
	HU42117730161111101800000000 IE29AIBK93115212345678 IL620108000000099999999
	IQ98NBIQ850123456789012 IS140159260076545510730339 IT60X0542811101000000123456
	JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101 KZ86125KZT5004100100
	LB62099900000001001901229114 LC55HEMM000100010012001200023015
	LI21088100002324013AA LT121000011101001000 LU280019400644750000
	LV80BANK0000435195001 LY83002048000020100120361 MC5811222000010123456789030
	MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984
	MN121234123456789123 MR1300020001010000123456753
	MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR
	NI45BAPR00000013000003558124 NL91ABNA0417164300 NO9386011117947
	OM810180000001299123456 PK36SCBL0000001123456702 PL61109010140000071219812874
	PS92PALS000000000400123456702 PT50000201231234567890154
	QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RS35260005601001611379
	RU0304452522540817810538091310419 SA0380000000608010167519
	SC18SSCB11010000000000001497USD SD2129010501234001 SE4550000000058398257466
	SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100
	SO211000001001000100141 ST23000100010051845310146 SV62CENR00000000000000700025
	TL380080012345678910157 TN5910006035183598478831 TR330006100519786457841326
	UA213223130000026007233566001 VA59001123000012345678 VG96VPVG0000012345678901
	XK051212012345678906 YE15CBYE0001018861234567891234`

// countries is the number of countries in the registry.
const countries = 89

func TestParseIBAN_of_every_country(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	seen := make(map[string]bool)
	for s := range strings.FieldsSeq(examples) {
		n, err := bank.ParseIBAN(s)
		is.NoErr(err) // s
		is.Equal(n.Compact(), s)
		is.Equal(n.Country(), s[:2])
		seen[s[:2]] = true
		for _, wrong := range []string{s[:len(s)-1], s + "0"} {
			_, err := bank.ParseIBAN(wrong)
			is.True(code(err) == "too_short" || code(err) == "too_long") // wrong length
		}
	}
	is.Equal(len(seen), countries)
}

// Every wrong digit and every swap of neighbouring digits must be found: this is what
// MOD 97-10 is for. (A letter that changes places with a digit may go unnoticed.)
func TestParseIBAN_finds_slips(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	for s := range strings.FieldsSeq(examples) {
		for i := 2; i < len(s); i++ {
			if !digit(s[i]) {
				continue
			}
			for _, c := range strings.ReplaceAll("0123456789", s[i:i+1], "") {
				_, err := bank.ParseIBAN(s[:i] + string(c) + s[i+1:])
				is.Equal(code(err), "check_digits") // a digit is wrong
			}
			if i+1 < len(s) && digit(s[i+1]) && s[i] != s[i+1] {
				_, err := bank.ParseIBAN(s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:])
				is.Equal(code(err), "check_digits") // neighbours are swapped
			}
		}
	}
}

func TestParseIBAN_forms(t *testing.T) {
	t.Parallel()
	const want = "DE89370400440532013000"
	for _, s := range []string{
		"DE89 3704 0044 0532 0130 00",
		"de89370400440532013000",
		"  DE89-3704-0044-0532-0130-00\r\n",
		"DE89.3704.0044.0532.0130.00",
		"DE89\u00a03704\u202f0044\u20090532\u20110130\u201300",
		"\ufeffDE89\u00ad370400440532013000",
		"IBAN DE89 3704 0044 0532 0130 00",
		"iban:DE89370400440532013000",
		"IBANDE89370400440532013000",
		"\u00a0IBAN : DE89370400440532013000",
	} {
		is := is.New(t)
		n, err := bank.ParseIBAN(s)
		is.NoErr(err)
		is.Equal(n, bank.IBAN(want))
	}
}

func TestParseIBAN_refuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, s, code string }{
		{"nothing", "", "syntax"},
		{"the word alone", "IBAN", "syntax"},
		{"the word twice", "IBAN IBAN DE89370400440532013000", "unknown_country"},
		{"a digit of another script", "DE8937040044053201300٠", "syntax"},
		{"a Cyrillic letter", "АT611904300234573201", "syntax"},
		{"a long s, which is an S in capitals", "E\u017f9121000418450200051332", "syntax"},
		{"invalid UTF-8", "DE89\xff370400440532013000", "syntax"},
		{"a slash", "DE89/370400440532013000", "syntax"},
		{"a colon inside", "DE89:370400440532013000", "syntax"},
		{"an account without its country", "89370400440532013000", "syntax"},
		{"a country without IBAN", "US64SVBKUS6S3300958879", "unknown_country"},
		{"no country", "XX431234", "unknown_country"},
		{"a country alone", "DE", "too_short"},
		{"too short", "DE8937040044053201300", "too_short"},
		{"too long", "DE893704004405320130000", "too_long"},
		{"a letter in the check digits", "DEA9370400440532013000", "shape"},
		{"a letter among digits", "DE8937040044053201300O", "shape"},
		{"a digit among letters", "NL91ABN00417164300", "shape"},
		{"check digits of another", "DE88370400440532013000", "check_digits"},
		// These three pass the division: 00 is 97, 01 is 98, 99 is 02.
		{"check digits 00", "DE00100000000000000022", "check_digits"},
		{"check digits 01", "DE01100000000000000061", "check_digits"},
		{"check digits 99", "DE99100000000000000045", "check_digits"},
		{"Belgian", "BE41091811735141", "check_digits"},
		{"Spanish, of the account", "ES2121000418450200051331", "check_digits"},
		{"Spanish, of the bank", "ES8931831500950001210562", "check_digits"},
		{"Montenegrin", "ME52510000000006234132", "check_digits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			n, err := bank.ParseIBAN(c.s)
			is.Equal(code(err), c.code)
			is.Equal(n, bank.IBAN(""))
		})
	}
}

func TestParseIBAN_Norwegian(t *testing.T) {
	t.Parallel()
	for account, good := range map[string]bool{
		"86011117947": true,
		"86011117949": false,
		"00004090403": true,  // post bank
		"00004090404": false, // post bank
	} {
		is := is.New(t)
		_, err := bank.ParseIBAN(withCheckDigits("NO", account))
		is.Equal(err == nil, good)
	}
}

// withCheckDigits makes an IBAN of an account that has no letters.
func withCheckDigits(country, account string) string {
	rest := 0
	for _, c := range account + fmt.Sprintf("%d%d00", country[0]-'A'+10, country[1]-'A'+10) {
		rest = (rest*10 + int(c-'0')) % 97
	}
	return fmt.Sprintf("%s%02d%s", country, 98-rest, account)
}

func TestIBAN_hides_itself(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	n, err := bank.ParseIBAN("DE89370400440532013000")
	is.NoErr(err)
	const masked = "DE89**************3000"
	is.Equal(n.Masked(), masked)
	is.Equal(fmt.Sprintf("%s %v %#v", n, n, n), strings.Repeat(masked+" ", 2)+masked)
	is.Equal(fmt.Sprintf("%q", n), `"`+masked+`"`)
	is.Equal(fmt.Sprint([]any{n}, struct{ N bank.IBAN }{n}), "["+masked+"] {"+masked+"}")

	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("paid", "to", n)
	slog.New(slog.NewTextHandler(&log, nil)).Info("paid", "to", n)
	is.Equal(strings.Count(log.String(), masked), 2)
	is.True(!strings.Contains(log.String(), n.Compact()))

	whole, err := json.Marshal(n)
	is.NoErr(err)
	is.Equal(string(whole), `"DE89370400440532013000"`)
}

func TestIBAN_made_by_hand(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(bank.IBAN("").Masked(), "")
	is.Equal(bank.IBAN("").Country(), "")
	is.Equal(bank.IBAN("").Grouped(), "")
	is.Equal(bank.IBAN("12345678901").Masked(), "***********") // too short to show any of it
}

// code gives the code of a refusal, or nothing for nil.
func code(err error) string {
	var p *errs.Problem
	if !errors.As(err, &p) {
		return ""
	}
	return p.Code
}
