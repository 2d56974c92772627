package money_test

import (
	"encoding/csv"
	"errors"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		decimal, currency string
		want              int64
	}{
		{"1500.00", "EUR", 150000},
		{"1500", "EUR", 150000},
		{"-12.5", "EUR", -1250},
		{"-0.05", "EUR", -5},
		{"0", "EUR", 0},
		{"-0.00", "EUR", 0},
		{"007.10", "EUR", 710},
		{"1500", "JPY", 1500},
		{"1.234", "KWD", 1234},
		{"1.2345", "CLF", 12345},
		{"92233720368547758.07", "EUR", math.MaxInt64},
		{"-92233720368547758.08", "EUR", math.MinInt64},
		{strings.Repeat("0", 1000) + "1", "EUR", 100},
	} {
		t.Run(c.decimal+c.currency, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := money.Parse(c.decimal, c.currency)
			is.NoErr(err)
			is.Equal(got, money.New(c.want, c.currency))
			got, err = money.ParseRounded(c.decimal, c.currency)
			is.NoErr(err)
			is.Equal(got, money.New(c.want, c.currency)) // nothing to round
		})
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for want, cases := range map[error][]string{
		money.ErrSyntax: {
			"", "-", ".", "-.", "1.", ".5", "-.5", "+1", "--1", " 1", "1 ", "1e3", "1,5", "1.5.0",
			"1'000", "0x10", "1_000", "NaN", "Inf", "١", "１", "1\x00", "1.-5", "1.500", "1.000", "1.5x",
		},
		money.ErrOverflow: {
			"92233720368547758.08", "-92233720368547758.09", "92233720368547759",
			"18446744073709551616", "184467440737095516.19", strings.Repeat("9", 1000),
		},
	} {
		for _, s := range cases {
			got, err := money.Parse(s, "EUR")
			if !errors.Is(err, want) || got != (money.Money{}) {
				t.Errorf("%.30q: got %+v, %v, want %v", s, got, err, want)
			}
		}
	}
	for _, currency := range []string{"", "eur", "EURO", "XXX", "XTS", "XAU", "XDR", "DEM", "€", "E R"} {
		if _, err := money.Parse("1", currency); !errors.Is(err, money.ErrCurrency) {
			t.Errorf("currency %q: got %v", currency, err)
		}
	}
}

func TestParse_errors_keep_the_text_to_themselves(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"4711x", "4711.4711", "471147114711471147114711"} {
		_, err := money.Parse(s, "EUR")
		if err == nil || strings.Contains(err.Error(), "4711") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestParseRounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		decimal, currency string
		want              int64
	}{
		{"261.9650", "EUR", 26197},
		{"-0.005", "EUR", -1},
		{"0.005", "EUR", 1},
		{"0.00499999999999999999999999999", "EUR", 0},
		{"-0.004", "EUR", 0},
		{"0.995", "EUR", 100},
		{"1.005", "EUR", 101}, // 1.00499... as a float
		{"0.5", "JPY", 1},
		{"1.49", "JPY", 1},
		{"-1.5", "JPY", -2},
		{"0.00005", "CLF", 1},
		{"92233720368547758.074", "EUR", math.MaxInt64},
		{"-92233720368547758.084", "EUR", math.MinInt64},
	} {
		is := is.New(t)
		got, err := money.ParseRounded(c.decimal, c.currency)
		is.NoErr(err)
		is.Equal(got, money.New(c.want, c.currency))
	}
	for _, s := range []string{"92233720368547758.075", "-92233720368547758.085"} {
		if _, err := money.ParseRounded(s, "EUR"); !errors.Is(err, money.ErrOverflow) {
			t.Errorf("%s: got %v, want ErrOverflow", s, err)
		}
	}
	for _, s := range []string{"1.00x", "1.", "1.005-", "1.0050 ", "1.00.5"} {
		if _, err := money.ParseRounded(s, "EUR"); !errors.Is(err, money.ErrSyntax) {
			t.Errorf("%s: got %v, want ErrSyntax", s, err)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for want, m := range map[string]money.Money{
		"1500.00 EUR":               money.New(150000, "EUR"),
		"-0.05 EUR":                 money.New(-5, "EUR"),
		"0.00 EUR":                  money.New(0, "EUR"),
		"-92233720368547758.08 EUR": money.New(math.MinInt64, "EUR"),
		"1500 JPY":                  money.New(1500, "JPY"),
		"0 JPY":                     money.New(0, "JPY"),
		"0.007 KWD":                 money.New(7, "KWD"),
		"-0.0001 CLF":               money.New(-1, "CLF"),
		"12345 ???":                 money.New(12345, "???"),
		"0":                         {},
	} {
		is.Equal(m.String(), want)
	}
}

// The superstore's 9,994 sales have up to four decimals, as many as CLF. Their
// exact sum is published with the data.
func TestParse_sums_a_shop(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, "superstore", "superstore.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var sum money.Money
	for _, row := range rows[1:] {
		sale, err := money.Parse(row[17], "CLF")
		if err != nil {
			t.Fatal(err)
		}
		if sum, err = sum.Add(sale); err != nil {
			t.Fatal(err)
		}
	}
	if got := sum.Decimal(); len(rows) != 9995 || got != "2297200.8603" {
		t.Errorf("%d rows sum up to %s, want 2297200.8603", len(rows)-1, got)
	}
}

// exact reads a decimal with math/big: the minor units as an exact fraction, or
// nil for what is no plain decimal.
func exact(s, currency string) *big.Rat {
	exponent, ok := money.Exponent(currency)
	if !ok || strings.Trim(s, "0123456789.-") != "" || len(s) > 100 {
		return nil
	}
	if strings.HasPrefix(s, "-.") || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") {
		return nil // big.Rat reads these
	}
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
	return x.Mul(x, new(big.Rat).SetInt(scale))
}

// FuzzParse compares both parsers with math/big and reads back what Decimal
// writes.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1500.00", "-12.5", "261.9650", "-0.005", "", "1.", "92233720368547758.08", "184467440737095516.19"} {
		for _, currency := range []string{"EUR", "JPY", "KWD", "CLF", "XXX"} {
			f.Add(s, currency)
		}
	}
	f.Fuzz(func(t *testing.T, s, currency string) {
		if len(s) > 100 {
			return
		}
		want := exact(s, currency)
		rounded, err := money.ParseRounded(s, currency)
		if (want == nil || !halfAway(want).IsInt64()) != (err != nil) {
			t.Fatalf("ParseRounded(%q, %q) = %v, exactly %v", s, currency, err, want)
		}
		if err == nil && rounded.Amount != halfAway(want).Int64() {
			t.Fatalf("ParseRounded(%q, %q) = %v, exactly %v", s, currency, rounded, want)
		}
		m, err := money.Parse(s, currency)
		if err != nil {
			return
		}
		if m != rounded || !want.IsInt() {
			t.Fatalf("Parse(%q, %q) = %v, exactly %v", s, currency, m, want)
		}
		if back, err := money.Parse(m.Decimal(), currency); err != nil || back != m {
			t.Fatalf("%v is read back as %v, %v", m, back, err)
		}
	})
}
