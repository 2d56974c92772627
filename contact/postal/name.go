package postal

import (
	"strings"
	"sync"
	"unicode"

	"github.com/stammkunde/crm/internal/textfold"
	"golang.org/x/text/unicode/norm"
)

// Known reports whether code is the ISO 3166-1 alpha-2 code of a country.
func Known(code string) bool {
	_, ok := find(code)
	return ok
}

// Countries returns the codes of all countries, sorted.
func Countries() []string {
	codes := make([]string, len(countries))
	for i := range countries {
		codes[i] = countries[i].code
	}
	return codes
}

// CountryName returns the name of a country as it stands on letters: in German for
// a language tag such as "de" or "de-AT", else in English. It is "" for an unknown
// code.
func CountryName(code, lang string) string {
	c, _ := find(code)
	if base, _, _ := strings.Cut(lang, "-"); strings.EqualFold(base, "de") {
		return c.german
	}
	return c.english
}

// ParseCountry returns the ISO 3166-1 alpha-2 code of a country that people or other
// programs wrote down: the alpha-2 or alpha-3 code, the sign of its cars, its name
// in German or English, or another common name, "Holland" for instance. Capitals,
// accents and punctuation do not matter.
func ParseCountry(s string) (code string, ok bool) {
	if len(s) > maxName {
		return "", false
	}
	code, ok = names()[nameKey(s)]
	return code, ok
}

// maxName is more than the longest name in bytes.
const maxName = 200

// names holds the code by nameKey of all names. It is made when it is first needed.
var names = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 5*len(countries))
	for _, c := range countries {
		for _, name := range []string{c.code, c.alpha3, c.english, c.german, withoutUmlauts.Replace(c.german)} {
			m[nameKey(name)] = c.code
		}
	}
	for _, s := range carSigns {
		m[nameKey(s.sign)] = s.code
	}
	for line := range strings.Lines(otherNames) {
		code, list, _ := strings.Cut(strings.TrimSpace(line), " ")
		for name := range strings.SplitSeq(list, ",") {
			m[nameKey(name)] = code
			m[nameKey(withoutUmlauts.Replace(name))] = code
		}
	}
	delete(m, "")
	return m
})

// withoutUmlauts spells German as people do who have no umlauts on their keyboard.
var withoutUmlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue")

// nameKey returns what is left of a name without the things in which spellings of
// one and the same name differ.
func nameKey(name string) string {
	var b strings.Builder
	isSpace := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) }
	for word := range strings.FieldsFuncSeq(norm.NFKD.String(textfold.Fold(name)), isSpace) {
		switch word {
		case "and", "und", "the":
		case "saint", "sankt":
			b.WriteString("st")
		default:
			for _, r := range word {
				if !unicode.Is(unicode.Mn, r) {
					b.WriteRune(r)
				}
			}
		}
	}
	return b.String()
}

// carSigns are the distinguishing signs of vehicles in international traffic (United
// Nations, Convention on Road Traffic of 1968) that differ from the ISO codes, where
// they still stand in addresses.
var carSigns = [...]struct{ sign, code string }{
	{"A", "AT"}, {"B", "BE"}, {"CDN", "CA"}, {"D", "DE"}, {"E", "ES"}, {"EST", "EE"}, {"F", "FR"}, {"FIN", "FI"},
	{"FL", "LI"}, {"H", "HU"}, {"I", "IT"}, {"IRL", "IE"}, {"L", "LU"}, {"N", "NO"}, {"P", "PT"}, {"RSM", "SM"},
	{"S", "SE"}, {"SLO", "SI"}, {"UK", "GB"}, {"V", "VA"},
}

// otherNames holds a country a line: its code and names that people use besides
// those of the table, at home or before the name changed.
const otherNames = `
AE UAE, VAE, Emirates, Emirate
AT Autriche, Republik Österreich, Republic of Austria
AU Commonwealth of Australia
AX Åland
BA Bosnia, Bosnien, Bosna i Hercegovina
BE België, Belgique, Kingdom of Belgium, Königreich Belgien
BG България, Bulgarija
BN Brunei Darussalam
BQ Bonaire, Bonaire Sint Eustatius and Saba
BR Brasil
BY Weißrussland, Belorussia, Republic of Belarus
CC Keeling Islands, Cocos Islands
CD Congo-Kinshasa, Kongo-Kinshasa, DR Congo, DR Kongo, Congo (DRC), Zaire
CG Congo, Kongo, Congo-Brazzaville, Kongo-Brazzaville
CH Suisse, Svizzera, Svizra, Swiss, Helvetia, Swiss Confederation, Schweizerische Eidgenossenschaft
CI Ivory Coast
CN People's Republic of China, PR China, Volksrepublik China, VR China, 中国, 中國
CV Cape Verde, Kapverden
CZ Czech Republic, Czech Rep., Tschechische Republik, Tschechei, Česko, Česká republika
DE Allemagne, Alemania, Germania, Duitsland, Federal Republic of Germany, Bundesrepublik Deutschland, BRD, Niemcy
DK Danmark, Kingdom of Denmark
DO Dominican Rep.
EE Eesti
ES España, Kingdom of Spain
FI Suomi
FK Malvinas, Falkland Islands (Malvinas)
FO Faeroe Islands, Färöer-Inseln
FR République française, French Republic
GB Great Britain, Großbritannien, Britain, England, Scotland, Schottland, Wales, Northern Ireland, Nordirland, United Kingdom of Great Britain and Northern Ireland, Vereinigtes Königreich Großbritannien und Nordirland
GR Hellas, Ελλάδα, Ellada, EL, Hellenic Republic
HK Hong Kong SAR, Hong Kong SAR China
HR Hrvatska
HU Magyarország
IE Eire, Republic of Ireland, Republik Irland
IN Bharat
IR Islamic Republic of Iran, Iran (Islamic Republic of)
IT Italia, Italie
JP Nippon, Nihon, 日本, 日本国
KG Kyrgyz Republic, Kirgistan, Kirgisien
KP Democratic People's Republic of Korea, DPRK, Korea North
KR Korea, Republic of Korea, Republik Korea, Korea South, Korea (Republic of), 대한민국, 한국
LA Lao People's Democratic Republic
LI Fürstentum Liechtenstein
LT Lietuva
LU Lëtzebuerg
LV Latvija
MA Maroc
MC Principality of Monaco
MD Republic of Moldova, Moldova (Republic of), Republik Moldau, Moldawien
ME Crna Gora
MK Macedonia, Mazedonien, FYROM, Republic of North Macedonia
MM Burma, Birma, Myanmar (Burma)
MO Macao SAR
NL Holland, Nederland, Pays-Bas, Kingdom of the Netherlands
NO Norge, Noreg
NZ Aotearoa
PL Polska, Republic of Poland
PS Palestinian Territories, Palestinian Territory, State of Palestine, Palästinensische Gebiete
PT Portuguese Republic
RE La Réunion
RS Srbija, Serbija, Republic of Serbia
RU Russian Federation, Russische Föderation, Rossija, Россия
SA Kingdom of Saudi Arabia, KSA
SE Sverige
SI Slovenija
SJ Spitzbergen, Svalbard
SK Slovak Republic, Slowakische Republik, Slovensko
SM Republic of San Marino
SX St. Maarten
SY Syrian Arab Republic
SZ Swaziland, Swasiland
TL East Timor, Osttimor
TR Türkiye
TW Taiwan R.O.C., Republic of China, Chinese Taipei, 台灣, 臺灣
TZ United Republic of Tanzania
UA Україна, Ukraina
US United States of America, Vereinigte Staaten von Amerika, America, Amerika, Estados Unidos
VA Vatican, Vatikan, Holy See, Heiliger Stuhl
VE Bolivarian Republic of Venezuela
VG Virgin Islands (British)
VI Virgin Islands (U.S.)
XK Kosova
ZA Republic of South Africa, RSA
`
