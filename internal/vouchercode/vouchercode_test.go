package vouchercode_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/internal/vouchercode"
)

const symbols = "23456789BCDFGHJKLMNPQRSTVWXYZ"

// source returns reproducible random bytes.
func source(seed byte) io.Reader {
	return mathrand.NewChaCha8([32]byte{seed})
}

// draw returns a new code.
func draw(t testing.TB, random io.Reader) string {
	t.Helper()
	code, err := vouchercode.New(random)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func Example() {
	code, _ := vouchercode.New(bytes.NewReader([]byte("a reader of randomness, such as crypto/rand.Reader")))
	fmt.Println(vouchercode.Format(code))

	typed, err := vouchercode.Parse(" " + strings.ToLower(vouchercode.Format(code)))
	fmt.Println(typed == code, err)

	_, err = vouchercode.Parse("O" + code[1:])
	fmt.Println(err)
	// Output:
	// D5YJ-DHJY-5VB
	// true <nil>
	// vouchercode: codes hold no 0, 1, A, E, I, O, U, only 2 to 9 and consonants
}

func TestNew_form(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile("^[" + symbols + "]{11}$")
	seen := make(map[string]bool)
	for range 100_000 {
		code := draw(t, rand.Reader)
		if !form.MatchString(code) || seen[code] {
			t.Fatalf("code %q (seen before: %v)", code, seen[code])
		}
		seen[code] = true
		if back, err := vouchercode.Parse(vouchercode.Format(code)); err != nil || back != code {
			t.Fatalf("%q is read back as %q, %v", code, back, err)
		}
	}
}

// Check symbols worked out by hand: value 1 in one place only, so that the check
// symbol is 29 less the weight of that place.
func TestParse_check_symbols_by_hand(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, code := range []string{
		"22222222222",      // all values are 0
		"3222222222Y",      // 29 - 2 = 27
		"2322222222X",      // 29 - 3 = 26
		"2222222223N",      // 29 - 11 = 18
		"Z222222222" + "4", // 28 is -1, so the check value is +2
	} {
		got, err := vouchercode.Parse(code)
		is.NoErr(err)
		is.Equal(got, code)
	}
}

func TestParse_as_typed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, s := range []string{
		"3222-2222-22Y", "3222 2222 22y", " 3222222222y\r\n", "3222\u00a02222\u201322Y", "3-2-2-2-2-2-2-2-2-2-Y", "32222\t2222 2——Y",
	} {
		got, err := vouchercode.Parse(s)
		is.NoErr(err)
		is.Equal(got, "3222222222Y")
	}
	for s, want := range map[string]error{
		"":                             vouchercode.ErrLength,
		"---":                          vouchercode.ErrLength,
		"3222222222":                   vouchercode.ErrLength,
		"3222222222YY":                 vouchercode.ErrLength,
		"222222222222":                 vouchercode.ErrLength,
		"3222222222Z":                  vouchercode.ErrCheck,
		"O222222222Y":                  vouchercode.ErrSymbol,
		"3222222222Y!":                 vouchercode.ErrSymbol,
		"3222222222Y\x00":              vouchercode.ErrSymbol,
		"3222222222Y\xff":              vouchercode.ErrSymbol,
		"3222222222_Y":                 vouchercode.ErrSymbol,
		"３222222222Y":                  vouchercode.ErrSymbol, // full-width
		"222222ſ2222":                  vouchercode.ErrSymbol, // its capital is S
		"222222\u212a2222":             vouchercode.ErrSymbol, // kelvin, its small letter is k
		strings.Repeat("2", 1e6) + "0": vouchercode.ErrSymbol,
	} {
		got, err := vouchercode.Parse(s)
		if !errors.Is(err, want) || got != "" {
			t.Errorf("Parse(%.20q) = %q, %v, want %v", s, got, err, want)
		}
	}
	for _, c := range "01AEIOU" {
		_, err := vouchercode.Parse("222222222" + strings.ToLower(string(c)) + "2")
		is.Equal(err, vouchercode.ErrSymbol)
		is.True(strings.ContainsRune(err.Error(), c)) // the message names the symbol
	}
}

// TestParse_detects_every_slip tries all single substitutions and all swaps of two
// symbols, 308 and at most 55 for each of 1,000 codes.
func TestParse_detects_every_slip(t *testing.T) {
	t.Parallel()
	random := source(1)
	for range 1000 {
		code := draw(t, random)
		tries := 0
		for _, wrong := range append(substitutions(code), swaps(code)...) {
			tries++
			if got, err := vouchercode.Parse(wrong); !errors.Is(err, vouchercode.ErrCheck) || got != "" {
				t.Fatalf("%s instead of %s passes: %q, %v", wrong, code, got, err)
			}
		}
		if tries < 11*28+1 {
			t.Fatalf("only %d slips tried for %s", tries, code)
		}
	}
}

// substitutions returns code with one symbol replaced, in every way.
func substitutions(code string) []string {
	var out []string
	for i := range code {
		for _, s := range symbols {
			if wrong := code[:i] + string(s) + code[i+1:]; wrong != code {
				out = append(out, wrong)
			}
		}
	}
	return out
}

// swaps returns code with two different symbols exchanged, in every way.
func swaps(code string) []string {
	var out []string
	for i := range code {
		for j := range i {
			b := []byte(code)
			if b[i], b[j] = b[j], b[i]; string(b) != code {
				out = append(out, string(b))
			}
		}
	}
	return out
}

// A random text of the right form passes once in 29 times, not more often.
func TestParse_random_texts(t *testing.T) {
	t.Parallel()
	r := mathrand.New(mathrand.NewPCG(1, 1))
	const n = 290_000
	passed := 0
	for range n {
		var b [11]byte
		for i := range b {
			b[i] = symbols[r.IntN(len(symbols))]
		}
		if _, err := vouchercode.Parse(string(b[:])); err == nil {
			passed++
		}
	}
	if passed < 9_500 || passed > 10_500 { // 5 standard deviations of 98
		t.Errorf("%d of %d pass, want about %d", passed, n, n/29)
	}
}

// Every symbol is equally likely in every place: the chi-square statistic with 28
// degrees of freedom stays below 71.9 with a probability of 0.99999. The first 24
// symbols would be 12.5 % likelier than the rest without rejection, and the
// statistic about 560.
func TestNew_is_unbiased(t *testing.T) {
	t.Parallel()
	random := source(2)
	const n = 290_000
	var counts [11][256]int
	for range n {
		code := draw(t, random)
		for i := range code {
			counts[i][code[i]]++
		}
	}
	for place := range counts {
		chi := 0.0
		for _, s := range []byte(symbols) {
			d := float64(counts[place][s] - n/29)
			chi += d * d / (n / 29)
		}
		if chi > 71.9 {
			t.Errorf("place %d: chi-square %.1f", place, chi)
		}
	}
}

func TestNew_bad_sources(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := vouchercode.New(bytes.NewReader([]byte("too short")))
	is.True(errors.Is(err, io.ErrUnexpectedEOF))
	_, err = vouchercode.New(iotest.ErrReader(io.ErrClosedPipe))
	is.True(errors.Is(err, io.ErrClosedPipe))
	_, err = vouchercode.New(stuck{})
	is.True(err != nil) // returns at all
	is.Equal(draw(t, iotest.OneByteReader(source(3))), draw(t, source(3)))
}

// stuck is a source that returns the same byte for ever.
type stuck struct{}

func (stuck) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0xFF
	}
	return len(p), nil
}

func TestFormat(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(vouchercode.Format("3222222222Y"), "3222-2222-22Y")
	is.Equal(vouchercode.Format(""), "")
	is.Equal(vouchercode.Format("3222-2222-22Y"), "3222-2222-22Y") // already
}

// FuzzParse: what is accepted is canonical and stable, whatever was typed.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"3222-2222-22Y", "3222222222y ", "", "O", "３", "\xff", "22222222222222"} {
		f.Add(s)
	}
	form := regexp.MustCompile("^[" + symbols + "]{11}$")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := vouchercode.Parse(s)
		if err != nil {
			if code != "" {
				t.Fatalf("Parse(%q) = %q with %v", s, code, err)
			}
			return
		}
		if !form.MatchString(code) {
			t.Fatalf("Parse(%q) = %q", s, code)
		}
		if again, err := vouchercode.Parse(vouchercode.Format(code)); err != nil || again != code {
			t.Fatalf("Parse(%q) = %q, but then %q, %v", s, code, again, err)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		draw(b, rand.Reader)
	}
}
