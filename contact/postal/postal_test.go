package postal_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/errs"
)

func TestNormalPostalCode(t *testing.T) {
	tests := []struct{ country, typed, want string }{
		{"DE", "10115", "10115"}, {"DE", "D-10115", "10115"}, {"DE", "d 10115", "10115"}, {"DE", "DE-10115", "10115"},
		{"DE", " 10115 ", "10115"}, {"DE", "１０１１５", "10115"}, {"DE", "D10115", "10115"},
		{"AT", "A-1010", "1010"}, {"CH", "CH-8001", "8001"}, {"LI", "FL-9490", "9490"}, {"LU", "L-4750", "4750"},
		{"FR", "F-75001", "75001"}, {"FR", "75 001", "75001"}, {"IT", "I-00144", "00144"}, {"ES", "E-28039", "28039"},
		{"BE", "B-1000", "1000"}, {"HU", "H-1037", "1037"}, {"FI", "FIN-00550", "00550"}, {"FO", "FO100", "100"},
		{"GB", "sw1a1aa", "SW1A 1AA"}, {"GB", "m25bq", "M2 5BQ"}, {"GB", "W1A  4ZZ", "W1A 4ZZ"}, {"GB", "gir0aa", "GIR 0AA"},
		{"GB", "bfpo61", "BFPO 61"}, {"GB", "GB-SW1A 1AA", "SW1A 1AA"}, {"JE", "je23xy", "JE2 3XY"}, {"GG", "gy101aa", "GY10 1AA"},
		{"IE", "d02af30", "D02 AF30"}, {"IE", "D6W XY00", "D6W XY00"},
		{"US", "95014", "95014"}, {"US", "22162 1010", "22162-1010"}, {"US", "221621010", "22162-1010"}, {"PR", "00930-1234", "00930-1234"},
		{"CA", "k1a0b1", "K1A 0B1"}, {"CA", "K1A-0B1", "K1A 0B1"},
		{"NL", "1234ab", "1234 AB"}, {"NL", "NL-1234 AB", "1234 AB"}, {"NL", "1234\u00a0AB", "1234 AB"},
		{"PL", "00950", "00-950"}, {"PL", "00\u2013950", "00-950"}, {"PL", "PL 00-950", "00-950"},
		{"PT", "1000205", "1000-205"}, {"PT", "P-1000-205", "1000-205"}, {"PT", "1000 205", "1000-205"},
		{"CZ", "11000", "110 00"}, {"SK", "SK-01001", "010 01"}, {"SE", "SE-114 55", "114 55"}, {"SE", "11455", "114 55"},
		{"GR", "GR 15124", "151 24"}, {"LT", "LT-04340", "04340"}, {"LV", "lv1073", "LV-1073"}, {"LV", "1073", "LV-1073"},
		{"JP", "1000001", "100-0001"}, {"JP", "〒100-0001", "100-0001"}, {"JP", "１００－０００１", "100-0001"},
		{"BR", "01310100", "01310-100"}, {"BR", "01.310-100", "01310-100"},
		{"KR", "06236", "06236"}, {"KR", "110110", "110-110"}, {"MT", "vct1753", "VCT 1753"}, {"IR", "1193612345", "11936-12345"},
		{"SV", "1101", "CP 1101"}, {"AR", "c1070aam", "C1070AAM"}, {"KY", "ky11100", "KY1-1100"}, {"BN", "bt 2328", "BT2328"},
		{"DE", "", ""}, {"DE", "  ", ""}, {"AE", " any  thing ", "any thing"},
	}
	for _, tt := range tests {
		got, err := postal.NormalPostalCode(tt.country, tt.typed)
		if err != nil || got != tt.want {
			t.Errorf("%s %q: %q, %v, want %q", tt.country, tt.typed, got, err, tt.want)
		}
	}
}

func TestNormalPostalCode_refuses(t *testing.T) {
	tests := []struct{ country, typed, want string }{
		{"DE", "1067", "must be a postal code such as 12345 [syntax]"}, // Dresden, 01067, after a spreadsheet
		{"DE", "101155", "must be a postal code such as 12345 [syntax]"},
		{"DE", "10 115", "must be a postal code such as 12345 [syntax]"},
		{"DE", "A-10115", "must be a postal code such as 12345 [syntax]"},
		{"DE", "D-", "must be a postal code such as 12345 [syntax]"},
		{"DE", strings.Repeat(" ", 1000) + "10115", "must be a postal code such as 12345 [syntax]"},
		{"DE", "1011\xff", "must be a postal code such as 12345 [syntax]"},
		{"GB", "RH6 OHP", "must be a postal code such as AB1 2AA [syntax]"}, // a letter for the zero
		{"GB", "QQ1 1AA", "must be a postal code such as AB1 2AA [syntax]"},
		{"GB", "SW1A", "must be a postal code such as AB1 2AA [syntax]"},
		{"NL", "1234", "must be a postal code such as 1234 AB [syntax]"},
		{"CA", "D1A 0B1", "must be a postal code such as A1A 2A3 [syntax]"},
		{"PL", "0-0950", "must be a postal code such as 12-345 [syntax]"},
		{"LV", "107", "must be a postal code such as LV-1234 [syntax]"},
		{"BR", "1310-100", "must be a postal code such as 12345-678 [syntax]"},
		{"IE", "Z99 AF30", "must be a postal code such as A12 AAAA [syntax]"},
		{"QQ", "10115", "must be an ISO 3166-1 alpha-2 code such as DE [unknown_country]"},
		{"", "10115", "must be an ISO 3166-1 alpha-2 code such as DE [unknown_country]"},
	}
	for _, tt := range tests {
		got, err := postal.NormalPostalCode(tt.country, tt.typed)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s %q: %q, %v, want %s", tt.country, tt.typed, got, err, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	whole := postal.Address{Street: "1 Main St", PostalCode: "95014", City: "Cupertino", Region: "CA", Country: "US"}
	tests := []struct {
		name   string
		change func(*postal.Address)
		want   string
	}{
		{"whole", func(*postal.Address) {}, ""},
		{"no street", func(a *postal.Address) { a.Street = " " }, "street required"},
		{"no postal code", func(a *postal.Address) { a.PostalCode = "" }, "postal_code required"},
		{"no city", func(a *postal.Address) { a.City = "" }, "city required"},
		{"no region", func(a *postal.Address) { a.Region = "" }, "region required"},
		{"several", func(a *postal.Address) { a.Region, a.City = "", "" }, "city required, region required"},
		{"other code", func(a *postal.Address) { a.PostalCode = "SW1A 1AA" }, "postal_code syntax"},
		{"other spelling", func(a *postal.Address) { a.PostalCode = "95014 1234" }, ""},
		{"no region needed", func(a *postal.Address) { a.Country, a.Region = "DE", "" }, ""},
		{"nothing needed", func(a *postal.Address) { *a = postal.Address{Country: "AE"} }, ""},
		{"code may be missing", func(a *postal.Address) { *a = postal.Address{Country: "BB", City: "Bridgetown"} }, ""},
		{"no country", func(a *postal.Address) { *a = postal.Address{PostalCode: "?"} }, ""},
		{"unknown country", func(a *postal.Address) { a.Country = "QQ" }, "country unknown_country"},
		{"small letters", func(a *postal.Address) { a.Country = "us" }, "country unknown_country"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			is := is.New(t)
			a := whole
			tt.change(&a)
			var f errs.Fields
			postal.Check(&f, a)
			var got []string
			for _, broken := range errs.FieldsOf(f.Err("test")) {
				got = append(got, broken.Path+" "+broken.Code)
			}
			is.Equal(strings.Join(got, ", "), tt.want)
		})
	}
}

func TestCountries(t *testing.T) {
	is := is.New(t)
	codes := postal.Countries()
	is.Equal(len(codes), 252) // 249 of ISO 3166-1, and AC, TA, XK
	is.True(slices.IsSorted(codes))
	is.Equal(len(slices.Compact(slices.Clone(codes))), len(codes))
	for _, c := range codes {
		is.True(postal.Known(c))
		is.True(postal.CountryName(c, "de") != "" && postal.CountryName(c, "en") != "")
	}
	codes[0] = "changed"
	is.Equal(postal.Countries()[0], "AC")
	for _, c := range []string{"", "QQ", "de", "DEU", "AN", "UK"} {
		is.True(!postal.Known(c))
		is.Equal(postal.CountryName(c, "de"), "")
	}
}

func TestCountryName(t *testing.T) {
	is := is.New(t)
	is.Equal(postal.CountryName("AT", "de"), "Österreich")
	is.Equal(postal.CountryName("AT", "de-CH"), "Österreich")
	is.Equal(postal.CountryName("AT", "DE"), "Österreich")
	is.Equal(postal.CountryName("AT", "en"), "Austria")
	is.Equal(postal.CountryName("AT", "den"), "Austria")
	is.Equal(postal.CountryName("AT", ""), "Austria")
}

func TestParseCountry(t *testing.T) {
	for want, names := range map[string]string{
		"DE": "DE, de, DEU, D, Germany, Deutschland, DEUTSCHLAND, germany , Bundesrepublik Deutschland, Allemagne",
		"AT": "Österreich, Oesterreich, OESTERREICH, Osterreich, O\u0308sterreich, Austria, A, AUT, Republik Österreich",
		"CH": "Schweiz, Switzerland, Suisse, Svizzera, CHE",
		"US": "USA, U.S.A., US, U.S., United States, United States of America, the united states, Vereinigte Staaten von Amerika",
		"GB": "United Kingdom, UK, U.K., GB, GBR, Great Britain, England, Großbritannien, GROSSBRITANNIEN, Vereinigtes Königreich, Vereinigtes Koenigreich",
		"FR": "France, Frankreich, F",
		"NL": "Holland, The Netherlands, Niederlande, Nederland",
		"CZ": "Czechia, Czech Republic, Tschechien, Tschechische Republik, Česko",
		"CI": "Côte d'Ivoire, Cote d’Ivoire, Ivory Coast, Elfenbeinküste, Elfenbeinkueste",
		"KR": "South Korea, Korea, Republic of Korea, Südkorea, Suedkorea, 대한민국",
		"TT": "Trinidad and Tobago, Trinidad & Tobago, Trinidad und Tobago",
		"LC": "St. Lucia, Saint Lucia, Sankt Lucia, St Lucia",
		"GR": "Greece, Griechenland, ΕΛΛΆΔΑ, EL",
		"IS": "Iceland, Island",
		"XK": "Kosovo, XKX",
		"TR": "Turkey, Türkei, Türkiye, Tuerkei",
		"CD": "Congo (DRC), DR Kongo, Zaire",
	} {
		for name := range strings.SplitSeq(names, ",") {
			if got, ok := postal.ParseCountry(name); !ok || got != want {
				t.Errorf("%q: %q, %t, want %s", name, got, ok, want)
			}
		}
	}
	for _, name := range []string{"", " ", "...", "and", "Atlantis", "QQ", "Q", "Virgin Islands", "DE DE", strings.Repeat("Germany", 100)} {
		if got, ok := postal.ParseCountry(name); ok {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func TestParseCountry_knows_what_CountryName_says(t *testing.T) {
	for _, code := range postal.Countries() {
		for _, name := range []string{code, postal.CountryName(code, "de"), postal.CountryName(code, "en")} {
			for _, spelling := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
				if got, _ := postal.ParseCountry(spelling); got != code {
					t.Errorf("%q: %q, want %s", spelling, got, code)
				}
			}
		}
	}
}

func FuzzNormalPostalCode(f *testing.F) {
	for _, seed := range [][2]string{
		{"DE", "D-10115"}, {"GB", "sw1a1aa"}, {"LV", "1073"}, {"BR", "01.310-100"}, {"JP", "〒１００－０００１"},
		{"CR", "1234567"}, {"PE", "callao 02"}, {"BH", "1017"}, {"AE", " a  b"}, {"US", "\xff\u00ad"}, {"FR", "\u2014"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, country, code string) {
		once, err := postal.NormalPostalCode(country, code)
		if err == nil {
			if twice, err := postal.NormalPostalCode(country, once); err != nil || twice != once {
				t.Errorf("%s %q: %q becomes %q, %v", country, code, once, twice, err)
			}
			return
		}
		// The text of the error is the same for every wrong code of a country.
		_, other := postal.NormalPostalCode(country, "!")
		if other == nil || err.Error() != other.Error() {
			t.Errorf("%s %q: %v, but %v for another", country, code, err, other)
		}
	})
}

func FuzzParseCountry(f *testing.F) {
	f.Add("Österreich")
	f.Add("St. Vincent & the Grenadines\xff")
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := postal.ParseCountry(s)
		if ok != postal.Known(code) {
			t.Errorf("%q: %q, %t", s, code, ok)
		}
	})
}
