package table_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in      string
		decimal rune
		want    string // empty for an error
		unit    string
	}{
		{"0", 0, "0", ""}, {"-0", 0, "0", ""}, {"007", 0, "7", ""},
		{"1234", 0, "1234", ""}, {"1234.5", 0, "1234.5", ""}, {"1234,5", 0, "1234.5", ""},
		{"1.234,56", 0, "1234.56", ""}, {"1,234.56", 0, "1234.56", ""},
		{"1.234.567", 0, "1234567", ""}, {"1,234,567", 0, "1234567", ""}, {"1,234,567.8", 0, "1234567.8", ""},
		{"1 234,56", 0, "1234.56", ""}, {"1\u00a0234,56", 0, "1234.56", ""}, {"1\u202f234.56", 0, "1234.56", ""},
		{"1'234.50", 0, "1234.50", ""}, {"1’234.50", 0, "1234.50", ""}, {"1 234", 0, "1234", ""},
		{"0.123", 0, "0.123", ""}, {"0,123", 0, "0.123", ""}, {"1 234,567", 0, "1234.567", ""},
		{".5", 0, "0.5", ""}, {"-,5", 0, "-0.5", ""},
		{"-12,5", 0, "-12.5", ""}, {"12,5-", 0, "-12.5", ""}, {"\u221212.5", 0, "-12.5", ""},
		{"(12.50)", 0, "-12.50", ""}, {"( 12.50 )", 0, "-12.50", ""}, {"+3", 0, "3", ""}, {"- 3", 0, "-3", ""},
		{"€ 1.234,56", 0, "1234.56", "€"}, {"12.50 EUR", 0, "12.50", "EUR"}, {"EUR12.50", 0, "12.50", "EUR"},
		{"-€5,00", 0, "-5.00", "€"}, {"€-5,00", 0, "-5.00", "€"}, {"($1,234.50)", 0, "-1234.50", "$"},
		{"$ (5)", 0, "-5", "$"}, {"12,5\u00a0€", 0, "12.5", "€"}, {"50,00 kr.", 0, "50.00", "kr."}, {"Fr. 12.50", 0, "12.50", "Fr."},
		{"5,00- €", 0, "-5.00", "€"},
		{" 12.5\t", 0, "12.5", ""}, {"\ufeff5", 0, "5", ""},
		{"1.234", '.', "1.234", ""}, {"1.234", ',', "1234", ""}, {"1,234", ',', "1.234", ""}, {"1,234", '.', "1234", ""},
		{"0.1", ',', "", ""}, {"12,50", '.', "", ""}, {"12.50", ',', "", ""},
		{"1.234", 0, "", ""}, {"12,345", 0, "", ""},
		{"9223372036854775807", 0, "9223372036854775807", ""}, {"-92233720368547758.08", 0, "-92233720368547758.08", ""},
		{"9223372036854775808", 0, "", ""}, {"0.0000000000000000001", 0, "", ""},
		{"", 0, "", ""}, {" ", 0, "", ""}, {"-", 0, "", ""}, {".", 0, "", ""}, {"5.", 0, "", ""}, {"()", 0, "", ""}, {"€", 0, "", ""},
		{"1,2.3", 0, "", ""}, {"1234.567,8", 0, "", ""}, {"12.34.56", 0, "", ""}, {"1,234 567", 0, "", ""}, {"1.234 567,8", 0, "", ""},
		{"--5", 0, "", ""}, {"-5-", 0, "", ""}, {"(-5)", 0, "", ""}, {"1e5", 0, "", ""}, {"12%", 0, "", ""}, {"n/a", 0, "", ""},
		{"5 XYZ", 0, "", ""}, {"€5€", 0, "", ""}, {"2024-01-02", 0, "", ""}, {"12,-", 0, "", ""}, {"١٢", 0, "", ""},
		{"5", 'x', "", ""}, {strings.Repeat("1", 101), 0, "", ""},
	} {
		t.Run(test.in, func(t *testing.T) {
			is := is.New(t)
			n, err := table.ParseNumber(test.in, test.decimal)
			if test.want == "" {
				var p *errs.Problem
				is.True(errors.As(err, &p))
				return
			}
			is.NoErr(err)
			is.Equal(n.String(), test.want)
			is.Equal(n.Currency, test.unit)
		})
	}
}

func TestGuessDecimal(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		values string // between blanks
		want   rune
		sure   bool
	}{
		{"", '.', true}, {"1 2 -3", '.', true}, {"1.5 1.234 7", '.', true}, {"1,5 1.234", ',', true},
		{"1.234", 0, false}, {"1.234 2,345", 0, false}, {"1.5 2,5", '.', false}, {"1.5 2,5 3,5", ',', false},
		{"1.234.567 1.234", ',', true}, {"n/a 22.368 261.96", '.', true}, {"12.5.6", '.', true},
	} {
		t.Run(test.values, func(t *testing.T) {
			is := is.New(t)
			got, sure := table.GuessDecimal(strings.Fields(test.values))
			is.Equal(got, test.want)
			is.Equal(sure, test.sure)
		})
	}
}

func TestGuessDateLayout(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		values    string // between bars
		want      string
		ambiguous bool
	}{
		{"2024-01-02|2024-12-31", "2006-01-02", false},
		{"2024-1-2|2024-12-31", "2006-1-2", false},
		{"20240102", "20060102", false},
		{"2024/01/02", "2006/1/2", false},
		{"01.02.2024|31.12.2024", "2.1.2006", false},
		{"1.2.24| 3.4.24 |", "2.1.06", false},
		{"1/2/2024|12/31/2024", "1/2/2006", false},
		{"11/08/2016|6/12/2016|10/11/2015", "2/1/2006", true},
		{"31/12/2024|1/2/2024", "2/1/2006", false},
		{"31/12/2024|12/31/2024|1/13/2024", "1/2/2006", true},
		{"5/5/2024", "2/1/2006", true},
		{"12/31/99", "1/2/06", false},
		{"31-12-2024", "2-1-2006", false},
		{"2010-12-01 08:26:00|2010-12-01 8:26:01", "2006-01-02 15:04:05", false},
		{"2010-12-01T08:26:00Z|2010-12-01T08:26:00.5+02:00", "2006-01-02T15:04:05Z07:00", false},
		{"12/31/2024 3:04 PM", "1/2/2006 3:04 PM", false},
		{"31.12.2024, 15:04", "2.1.2006, 15:04", false},
		{"31.12.2024|n/a|30.02.2024|1.1.2024", "2.1.2006", false},
		{"n/a|n/a|1.1.2024", "", false}, {"", "", false}, {"|", "", false},
	} {
		t.Run(test.values, func(t *testing.T) {
			is := is.New(t)
			got, ambiguous := table.GuessDateLayout(strings.Split(test.values, "|"))
			is.Equal(got, test.want)
			is.Equal(ambiguous, test.ambiguous)
		})
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got, err := table.ParseDate(" 9.02.2024 ", "2.1.2006", nil)
	is.NoErr(err)
	is.Equal(got, time.Date(2024, 2, 9, 0, 0, 0, 0, time.UTC))
	zone := time.FixedZone("here", 3600)
	got, err = table.ParseDate("9.2.2024 12:00", "2.1.2006 15:04", zone)
	is.NoErr(err)
	is.Equal(got.UTC(), time.Date(2024, 2, 9, 11, 0, 0, 0, time.UTC))
	got, err = table.ParseDate("2024-02-09T12:00:00+02:00", "2006-01-02T15:04:05Z07:00", zone)
	is.NoErr(err)
	is.Equal(got.UTC(), time.Date(2024, 2, 9, 10, 0, 0, 0, time.UTC))

	_, err = table.ParseDate("30.02.2024", "2.1.2006", nil)
	var p *errs.Problem
	is.True(errors.As(err, &p))
	is.Equal(p.Code, "not_a_date")
	is.True(!strings.Contains(err.Error(), "30")) // no value
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1.234,56", "(12.50)", "€ -5", "1'234", "50 kr.", ".5", "-92233720368547758.08"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, decimal := range []rune{0, '.', ','} {
			n, err := table.ParseNumber(s, decimal)
			if err != nil {
				continue
			}
			again, err := table.ParseNumber(n.String(), '.')
			if n.Currency = ""; err != nil || again != n {
				t.Fatalf("%q is %v, which is %v, %v", s, n, again, err)
			}
		}
		table.GuessDecimal([]string{s})
		if layout, _ := table.GuessDateLayout([]string{s}); layout != "" {
			if _, err := table.ParseDate(s, layout, nil); err != nil {
				t.Fatalf("%q does not have the layout %q", s, layout)
			}
		}
	})
}
