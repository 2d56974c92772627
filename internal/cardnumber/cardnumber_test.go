package cardnumber_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stammkunde/crm/internal/cardnumber"
)

// published are the test numbers that payment providers print in their manuals.
var published = []string{
	"4111111111111111", "4012888888881881", "4242424242424242", "4000056655665556",
	"5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222", "2223000048400011",
	"378282246310005", "371449635398431", "378734493671000", "343434343434343",
	"30569309025904", "38520000023237", "3056930009020004", "36227206271667",
	"6011111111111117", "6011000990139424", "6011000400000000", "3530111333300000", "3566002020360505",
	"6200000000000005", "6205500000000000004", "6759649826438453", "5019717010103742",
	"2200000000000004", "9792030394440796",
}

func TestContains_published_numbers(t *testing.T) {
	t.Parallel()
	for _, s := range published {
		if !cardnumber.Contains(s) {
			t.Errorf("%s is not found", s)
		}
	}
}

func TestContains(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"":                                   false,
		"4111 1111 1111 1111":                true,
		"4111-1111-1111-1111":                true,
		"4111.1111.1111.1111":                true,
		"4111\u00a01111\u00a01111\u00a01111": true,
		"4111\u20111111\u20111111\u20111111": true,
		"4111\u00ad1111\u200b1111\u20091111": true,
		"3782 822463 10005":                  true,
		"3056 930902 5904":                   true,
		"6205 5000 0000 0000 004":            true,
		"620550 0000000000004":               true,
		"Visa4111111111111111":               true,
		"4111111111111111x":                  true,
		"4111 1111 1111 1111 12/27":          true,
		"4111 1111 1111 1111 12 27":          true,
		"4111111111111111 123":               true,
		"4711 4111 1111 1111 1111 0815":      true,
		"am 3. 4111111111111111":             true,
		"٤١١١ ١١١١ ١١١١ ١١١١":                true,
		"４１１１　１１１１　１１１１　１１１１":                             true,
		"𝟺𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷𝟷":                                true,
		"41 11 11 11 11 11 11 11":                         true,
		"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1":                 true,
		"DE89370400440532013000 4111111111111111":         true,
		"DE89 3704 0044 0532 0130 00 4111 1111 1111 1111": true,
		"DE88 4111 1111 1111 1111":                        true, // no IBAN, so nothing to spare
		// With the words behind them these would be valid IBANs of Monaco.
		"MC43867224\u202f9898923430 EUR 20.00": true,
		"MC5020-142543-07311177 EUR 20.00":     true,
		// An IBAN begins and ends a word.
		"AT70 4111 1111 1111 1111":  false,
		"xAT70 4111 1111 1111 1111": true,
		"AT70 4111 1111 1111 1111x": true,

		"4111 1111 1111 1112":                  false, // check digit
		"4111 1111 1111 11":                    false, // length
		"4222222222222":                        false, // obsolete: Visa with 13 digits
		"1234567812345670":                     false, // no issuer
		"41111111111111110":                    false, // inside 17 digits
		"14111111111111111":                    false,
		"141111111111111112345":                false,
		"4111  1111  1111  1111":               false, // two separators
		"4111\n1111\n1111\n1111":               false,
		"4111\t1111\t1111\t1111":               false,
		"4111 1111 **** 1111":                  false,
		"41 11 11 11 11 11 11 11 12":           false, // pairs, but not alone
		"4³¹¹1111111111111":                    false, // superscripts are no digits
		"DE89 3704 0044 0532 0130 00":          false,
		"GB29 NWBK 6016 1331 9268 19":          false,
		"gb29nwbk60161331926819":               false,
		"2024-01-30 2024-02-15":                false,
		"0123456789012345678901234567890123":   false,
		"\xff4111\xff1111\xff1111\xff1111":     false,
		strings.Repeat("4111 1111 1111 ", 1e4): false,
	} {
		if got := cardnumber.Contains(s); got != want {
			t.Errorf("Contains(%.60q) = %v", s, got)
		}
	}
}

// Between AT and this account only one pair of check digits makes an IBAN, or two
// where 97 to 99 repeat 00 to 02: the account, a card number by itself, is found
// with all others.
func TestContains_spares_only_valid_IBANs(t *testing.T) {
	t.Parallel()
	spared := 0
	for check := range 100 {
		if !cardnumber.Contains(fmt.Sprintf("AT%02d 4111 1111 1111 1111", check)) {
			spared++
		}
		if !cardnumber.Contains(fmt.Sprintf("FI%02d 4111 1111 1111 1111", check)) {
			t.Errorf("FI%02d with 20 characters is taken for an IBAN", check)
		}
	}
	if spared < 1 || spared > 2 {
		t.Errorf("%d of 100 check digits count as an IBAN", spared)
	}
}

// Digits of one script follow each other in tens, so the n-th digit of Unicode
// counts n modulo 10.
func TestContains_digits_of_every_script(t *testing.T) {
	t.Parallel()
	var digits []rune
	for r := range rune(unicode.MaxRune) {
		if unicode.IsDigit(r) {
			digits = append(digits, r)
		}
	}
	if len(digits) < 600 || len(digits)%10 != 0 {
		t.Fatalf("%d digits", len(digits))
	}
	for zero := 0; zero < len(digits); zero += 10 {
		write := func(s string) string {
			return strings.Map(func(r rune) rune { return digits[zero+int(r-'0')] }, s)
		}
		if s := write("4929168374055635"); !cardnumber.Contains(s) {
			t.Errorf("%s is not found", s)
		}
		if s := write("4929168374055636"); cardnumber.Contains(s) {
			t.Errorf("%s is found", s)
		}
	}
}

const recallGoal, alarmGoal = 0.999, 0.005

// TestContains_recall measures how many card numbers in usual spellings are found.
func TestContains_recall(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7812, 1))
	const n = 5_000
	for _, b := range brands {
		found := 0
		for range n {
			s := in(r, spell(r, b.pan(r), b.groups))
			if cardnumber.Contains(s) {
				found++
			} else {
				t.Logf("%s: missed %q", b.name, s)
			}
		}
		t.Logf("%-16s %.3f %%", b.name, 100*float64(found)/n)
		if float64(found) < recallGoal*n {
			t.Errorf("%s: found %d of %d", b.name, found, n)
		}
	}
}

// TestContains_false_alarms measures how often other numbers are taken for cards.
func TestContains_false_alarms(t *testing.T) {
	t.Parallel()
	const n = 10_000
	for kind, generate := range harmless {
		r := rand.New(rand.NewPCG(7812, 2))
		alarms, last := 0, ""
		for range n {
			if s := generate(r); cardnumber.Contains(s) {
				alarms, last = alarms+1, s
			}
		}
		t.Logf("%-45s %.3f %% %s", kind, 100*float64(alarms)/n, last)
		if float64(alarms) > alarmGoal*n {
			t.Errorf("%s: %d false alarms in %d, for instance %q", kind, alarms, n, last)
		}
	}
}

// Without the right check digit hardly anything may be left of the recall, or the
// figures above would mean nothing.
func TestContains_wrong_check_digit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7812, 3))
	for range 10_000 {
		pan := []byte(pick(r, brands...).pan(r))
		i := r.IntN(len(pan))
		pan[i] = '0' + (pan[i]-'0'+byte(1+r.IntN(9)))%10
		if cardnumber.Contains(string(pan)) {
			t.Fatalf("%s passes the check", pan)
		}
	}
}

// data returns a file of the data directory, or skips the test.
func data(t *testing.T, path ...string) *os.File {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	f, err := os.Open(filepath.Join(append([]string{dir}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestContains_phone_numbers_of_the_world(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(data(t, "phone", "phone_vectors.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for _, s := range row[2:5] {
			if cardnumber.Contains(s) {
				t.Errorf("%q is a phone number", s)
			}
		}
	}
}

func TestContains_registered_IBANs(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(data(t, "iban", "test_iban.doctest").Name())
	if err != nil {
		t.Fatal(err)
	}
	valid, _, _ := strings.Cut(string(text), "broken checksums")
	ibans := regexp.MustCompile(`(?m)^\.\.\. ([A-Z]{2}[A-Z0-9 .]{13,})$`).FindAllStringSubmatch(valid, -1)
	if len(ibans) < 50 {
		t.Fatalf("only %d IBANs in the file", len(ibans))
	}
	for _, m := range ibans {
		if cardnumber.Contains(m[1]) || cardnumber.Contains("x "+strings.ToLower(m[1])+".") {
			t.Errorf("%q is an IBAN", m[1])
		}
	}
}

func TestContains_does_not_allocate(t *testing.T) {
	for _, s := range []string{
		"Kundin wünscht Rückruf unter 030 123456",
		"4111 1111 1111 1112, ٤١١١ ١١١١ ١١١١ ١١١٢, GB29 NWBK 6016 1331 9268 19",
		strings.Repeat("4111 1111 1111 1111 ", 10),
	} {
		if n := testing.AllocsPerRun(100, func() { cardnumber.Contains(s) }); n != 0 {
			t.Errorf("%v allocations for %q", n, s)
		}
	}
}

// FuzzContains: no panic, and the answer does not depend on what stands around a
// text or in other lines of it.
func FuzzContains(f *testing.F) {
	for _, s := range append(published, "DE89 3704 0044 0532 0130 00", "tel. +49 170 1234567", "٤١١١", "\xff", "FI21 1234 5600 0007 85") {
		f.Add(s, "4111 1111 1111 1111 12/27")
		f.Add("x"+s, "a\n"+s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		inA, inB := cardnumber.Contains(a), cardnumber.Contains(b)
		if cardnumber.Contains("Siehe ("+a+"), 2 Stück") != inA {
			t.Fatalf("the words around %q change the answer from %v", a, inA)
		}
		if cardnumber.Contains(a+"\n"+b) != (inA || inB) {
			t.Fatalf("lines %q (%v) and %q (%v) together answer otherwise", a, inA, b, inB)
		}
		if !cardnumber.Contains(a + "\n4111-1111 11111111;" + b) {
			t.Fatalf("a number between %q and %q is not found", a, b)
		}
	})
}

func BenchmarkContains(b *testing.B) {
	for name, s := range map[string]string{
		"no digits":   strings.Repeat("Die Kundin wünscht einen Rückruf am Nachmittag. ", 20),
		"some digits": strings.Repeat("Bestellung 4711 vom 03.05.2024 über 49.90 EUR. ", 20),
		"all digits":  strings.Repeat("4111 1111 1111 ", 64),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				cardnumber.Contains(s)
			}
		})
	}
}
