package vat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/vat"
	"github.com/stammkunde/crm/errs"
)

// examples are numbers by the published rules, some of them those of well-known
// companies, with every form that a country has.
const examples = `
	ATU13585627 BE0428759497 BE1000000021 BG175074752 BG7523169263 BG7111042925
	CHE100155212 CY10259033P CZ25123891 CZ7103192745 CZ640903926 CZ8155120039 DE136695976
	DK13585628 EE100931558 EL094259216 ESA13585625 ESB58378431 ES54362315K ESX2482300W
	ESP2800000H ESM1234567L FI20774740 FR40303265045 FR83404833048 FRK7399859412 FR53000004605
	GB980780684 GB100190874 GBGD001 GBHA500 HR33392005961 HU12892312 IE6433435F
	IE6433435OA IE8D79739I IT00743110157 LT119511515 LT100001919017 LU15027442
	LV40003521600 LV16117519997 MT11679112 NL004495445B01 NL123456789B13 NO995525828
	PL8567346215 PT501964843 RO18547290 SE123456789701 SI50223054 SK2022749619
	XI980780684 BG100000086 BG0545121002 BG8528151000
	LV32000000000 SK8155120039`

// memberStates are the prefixes of the Union, by VIES.
const memberStates = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

func TestParse_examples(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	seen := make(map[string]bool)
	for s := range strings.FieldsSeq(examples) {
		n, err := vat.Parse(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		is.Equal(string(n), s)
		is.Equal(n.Prefix(), s[:2])
		seen[s[:2]] = true

		bare, err := vat.ParseIn(n.Country(), s[2:])
		is.NoErr(err)
		if s[:2] != "XI" { // without the prefix it is one of GB
			is.Equal(bare, n)
		}
	}
	for prefix := range strings.FieldsSeq(memberStates + " XI GB NO CH") {
		is.True(seen[prefix]) // has an example
	}
}

// A wrong last digit must be found, wherever a number has check digits at all.
func TestParse_finds_a_wrong_last_character(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for s := range strings.FieldsSeq(examples) {
		end := s[len(s)-1]
		set := "0123456789"
		switch {
		case strings.HasPrefix(s, "GBGD"), strings.HasPrefix(s, "GBHA"), s[:2] == "SE", strings.HasPrefix(s, "NL00"), strings.HasPrefix(s, "LV32"):
			continue // what stands at the end is no check digit
		case strings.HasPrefix(s, "ES") && end >= 'A':
			set = "TRWAGMYFPDXBNJZSQVHLCKE"
		case end >= 'A':
			set = "ABCDEFGHIJKLMNOPQRSTUVW"
		}
		passed := 0
		for _, c := range set {
			if n, err := vat.Parse(s[:len(s)-1] + string(c)); err == nil {
				passed++
				is.Equal(s[:len(s)-1], string(n)[:len(s)-1])
			}
		}
		most := 1
		switch {
		case s[:2] == "BG" && len(s) == 12:
			most = 3 // by the rules of citizens, foreigners and others
		case s[:2] == "GB", s[:2] == "XI":
			most = 3 // by the sums since 2010
		case s[:2] == "NL":
			most = 2
		}
		if passed < 1 || passed > most {
			t.Errorf("%s: %d last characters are right", s, passed)
		}
	}
}

// What is no number of its country by its look is told apart from a slip.
func TestParse_finds_a_wrong_shape(t *testing.T) {
	t.Parallel()
	for s := range strings.FieldsSeq(examples) {
		list := []string{s[:2], s[:3], s + "0000000"}
		if !strings.Contains("ES FR IE", s[:2]) { // which have letters there
			list = append(list, s[:2]+"Q"+s[3:], s[:len(s)-2]+"Q"+s[len(s)-1:])
		}
		for _, wrong := range list {
			_, err := vat.Parse(wrong)
			if code(err) != "shape" {
				t.Errorf("%s made of %s: %v", wrong, s, err)
			}
		}
	}
}

func TestParse_forms(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"de 136 695 976":                "DE136695976",
		" DE-136.695/976\n":             "DE136695976",
		"DE\u00a0136\u202f695\u2013976": "DE136695976",
		"\ufeffDE136695976":             "DE136695976",
		"GR094259216":                   "EL094259216",
		"EL 94259216":                   "EL094259216",  // of eight digits
		"BE 428.759.497":                "BE0428759497", // of nine digits
		"CHE-100.155.212 MWST":          "CHE100155212",
		"CHE-100.155.212 TVA":           "CHE100155212",
		"NO 995 525 828 MVA":            "NO995525828",
		"ATU 135 856 27":                "ATU13585627",
	} {
		is := is.New(t)
		n, err := vat.Parse(s)
		is.NoErr(err) // s
		is.Equal(string(n), want)
	}
}

func TestParseIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, s, want, code string }{
		{"DE", "136695976", "DE136695976", ""},
		{"de", "DE136695976", "DE136695976", ""},
		{"GR", "094259216", "EL094259216", ""},
		{"EL", "GR094259216", "EL094259216", ""},
		{"GR", "EL094259216", "EL094259216", ""},
		{"AT", "U13585627", "ATU13585627", ""},
		{"ES", "B58378431", "ESB58378431", ""},
		{"CH", "CHE-100.155.212", "CHE100155212", ""},
		{"GB", "XI980780684", "XI980780684", ""},
		{"XI", "980780684", "XI980780684", ""},
		{"XI", "GB980780684", "GB980780684", ""},
		{"DE", "ATU13585627", "", "shape"},
		{"DE", "136695977", "", "check_digits"},
		{"DE", "", "", "syntax"},
		{"DE", "136695976?", "", "syntax"},
		{"US", "136695976", "", "unknown_country"},
		{"", "DE136695976", "", "unknown_country"},
		{"DEU", "136695976", "", "unknown_country"},
		{"Ä", "136695976", "", "unknown_country"},
	} {
		is := is.New(t)
		n, err := vat.ParseIn(c.country, c.s)
		is.Equal(string(n), c.want)
		is.Equal(code(err), c.code)
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, s, code string }{
		{"nothing", "", "syntax"},
		{"separators only", " -./ ", "syntax"},
		{"an Arabic digit", "DE13669597٦", "syntax"},
		{"a Greek letter", "ΕL094259216", "syntax"},
		{"invalid UTF-8", "DE136695976\xff", "syntax"},
		{"no prefix", "136695976", "unknown_country"},
		{"one letter", "D", "unknown_country"},
		{"no member", "US136695976", "unknown_country"},
		{"one-stop shop", "EU372000041", "unknown_country"},
		{"a prefix alone", "DE", "shape"},
		{"too short", "DE13669597", "shape"},
		{"too long", "DE1366959760", "shape"},
		{"a letter inside", "DE13669597O", "shape"},
		{"a check digit", "DE136695977", "check_digits"},
		{"no U", "AT13585627", "shape"},
		{"Belgian with 2", "BE2428759497", "shape"},
		{"Cypriot with 12", "CY12000033P", "shape"},
		{"Dutch without B", "NL004495445001", "shape"},
		{"Dutch with letters", "NLABCDEFGHIB01", "shape"},
		{"French with I", "FRI0303265045", "shape"},
		{"French company", "FR40303265044", "check_digits"},
		{"French key", "FR41303265045", "check_digits"},
		{"French key with letters", "FRK8399859412", "check_digits"},
		{"Irish second letter", "IE6433435OB", "check_digits"},
		{"Italian province", "IT00743113004", "shape"},
		{"Lithuanian without 1", "LT119511525", "shape"},
		{"Swedish without 01", "SE123456789702", "shape"},
		{"Swedish", "SE123456789801", "check_digits"},
		{"a day that never was, Czech", "CZ7102302745", "check_digits"},
		{"nine digits after 1953, Czech", "CZ540102123", "check_digits"},
		{"a day that never was, Latvian", "LV16137519997", "check_digits"},
		{"British office out of range", "GBGD500", "shape"},
		{"British office", "GBHA499", "shape"},
		{"Romanian of one digit", "RO1", "shape"},
		{"Romanian of eleven digits", "RO12345678901", "shape"},
		{"Irish check letter", "IE6433435X", "shape"},
		{"Portuguese with 0", "PT012345678", "shape"},
		{"Spanish letter of a person", "ES54362315O", "shape"},
		{"Spanish kind", "ESI1234567A", "shape"},
		{"Swiss without E", "CH100155212", "shape"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			n, err := vat.Parse(c.s)
			is.Equal(code(err), c.code)
			is.Equal(n, vat.Number(""))
		})
	}
}

func TestNumber_Country(t *testing.T) {
	t.Parallel()
	for n, want := range map[vat.Number]string{
		"DE136695976":  "DE",
		"EL094259216":  "GR",
		"XI980780684":  "GB",
		"CHE100155212": "CH",
		"":             "",
		"D":            "",
		"ZZ1":          "",
	} {
		is := is.New(t)
		is.Equal(n.Country(), want)
	}
}

// code gives the code of a refusal, or nothing for nil.
func code(err error) string {
	var p *errs.Problem
	if !errors.As(err, &p) {
		return ""
	}
	return p.Code
}
