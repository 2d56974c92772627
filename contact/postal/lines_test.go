package postal_test

import (
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/stammkunde/crm/contact/postal"
)

// blocks are addresses as the posts of the countries print them in their guides, at
// home and in a letter from Germany.
var blocks = []struct {
	a            postal.Address
	home, abroad string
}{
	{postal.Address{"Hauptstr. 5", "c/o Beispiel", "20095", "Hamburg", "", "DE"},
		"Muster|c/o Beispiel|Hauptstr. 5|20095 Hamburg", "Muster|c/o Beispiel|Hauptstr. 5|20095 Hamburg"},
	{postal.Address{"Pazmaniteng. 24-9", "", "1020", "Wien", "", "AT"},
		"Muster|Pazmaniteng. 24-9|1020 Wien", "Muster|Pazmaniteng. 24-9|1020 WIEN|ÖSTERREICH"},
	{postal.Address{"Grafenauweg 10", "", "CH-6300", "Zug", "ZG", "CH"},
		"Muster|Grafenauweg 10|6300 Zug", "Muster|Grafenauweg 10|6300 ZUG|SCHWEIZ"},
	{postal.Address{"Aeulestr. 5", "", "9490", "Vaduz", "", "LI"},
		"Muster|Aeulestr. 5|9490 Vaduz", "Muster|Aeulestr. 5|9490 VADUZ|LIECHTENSTEIN"},
	{postal.Address{"25 rue de l'Église", "Appartement 12", "33380", "Mios", "", "FR"},
		"Muster|Appartement 12|25 rue de l'Église|33380 MIOS", "Muster|Appartement 12|25 rue de l'Église|33380 MIOS|FRANKREICH"},
	{postal.Address{"10 Downing Street", "", "sw1a2aa", "London", "England", "GB"},
		"Muster|10 Downing Street|LONDON|SW1A 2AA", "Muster|10 Downing Street|LONDON|SW1A 2AA|VEREINIGTES KÖNIGREICH"},
	{postal.Address{"28 Clare Street", "", "d02af30", "Dublin 2", "", "IE"},
		"Muster|28 Clare Street|Dublin 2|D02 AF30", "Muster|28 Clare Street|DUBLIN 2|D02 AF30|IRLAND"},
	{postal.Address{"1600 Amphitheatre Pkwy", "Apt 4", "94043-1351", "Mountain View", "CA", "US"},
		"Muster|Apt 4|1600 Amphitheatre Pkwy|MOUNTAIN VIEW CA 94043-1351",
		"Muster|Apt 4|1600 Amphitheatre Pkwy|MOUNTAIN VIEW CA 94043-1351|VEREINIGTE STAATEN"},
	{postal.Address{"111 Wellington St", "", "k1a0a9", "Ottawa", "ON", "CA"},
		"MUSTER|111 WELLINGTON ST|OTTAWA ON K1A 0A9", "MUSTER|111 WELLINGTON ST|OTTAWA ON K1A 0A9|KANADA"},
	{postal.Address{"Prins Bernhardplein 200", "", "1097JB", "Amsterdam", "", "NL"},
		"Muster|Prins Bernhardplein 200|1097 JB Amsterdam", "Muster|Prins Bernhardplein 200|1097 JB AMSTERDAM|NIEDERLANDE"},
	{postal.Address{"Rue Wiertz 60", "", "1047", "Brussel", "", "BE"},
		"Muster|Rue Wiertz 60|1047 Brussel", "Muster|Rue Wiertz 60|1047 BRUSSEL|BELGIEN"},
	{postal.Address{"Viale Europa 22", "", "00144", "Roma", "RM", "IT"},
		"Muster|Viale Europa 22|00144 ROMA RM", "Muster|Viale Europa 22|00144 ROMA RM|ITALIEN"},
	{postal.Address{"Calle de Alcalá 1", "", "28039", "Madrid", "Madrid", "ES"},
		"Muster|Calle de Alcalá 1|28039 MADRID", "Muster|Calle de Alcalá 1|28039 MADRID|SPANIEN"},
	{postal.Address{"Rua Augusta 1", "", "1100048", "Lisboa", "", "PT"},
		"Muster|Rua Augusta 1|1100-048 Lisboa", "Muster|Rua Augusta 1|1100-048 LISBOA|PORTUGAL"},
	{postal.Address{"ul. Świętokrzyska 31/33", "", "00940", "Warszawa", "", "PL"},
		"Muster|ul. Świętokrzyska 31/33|00-940 Warszawa", "Muster|ul. Świętokrzyska 31/33|00-940 WARSZAWA|POLEN"},
	{postal.Address{"Politických vězňů 909/4", "", "22599", "Praha 1", "", "CZ"},
		"Muster|Politických vězňů 909/4|225 99 Praha 1", "Muster|Politických vězňů 909/4|225 99 PRAHA 1|TSCHECHIEN"},
	{postal.Address{"Partizánska cesta 9", "", "97599", "Banská Bystrica", "", "SK"},
		"Muster|Partizánska cesta 9|975 99 Banská Bystrica", "Muster|Partizánska cesta 9|975 99 BANSKÁ BYSTRICA|SLOWAKEI"},
	{postal.Address{"Tietgensgade 37", "", "1566", "København V", "", "DK"},
		"Muster|Tietgensgade 37|1566 København V", "Muster|Tietgensgade 37|1566 KØBENHAVN V|DÄNEMARK"},
	{postal.Address{"Nybohovsgränd 12", "", "11763", "Stockholm", "", "SE"},
		"Muster|Nybohovsgränd 12|117 63 Stockholm", "Muster|Nybohovsgränd 12|SE-117 63 STOCKHOLM|SCHWEDEN"},
	{postal.Address{"Karl Johans gate 22", "", "0026", "Oslo", "", "NO"},
		"Muster|Karl Johans gate 22|0026 Oslo", "Muster|Karl Johans gate 22|0026 OSLO|NORWEGEN"},
	{postal.Address{"Mannerheimintie 1", "", "00100", "Helsinki", "", "FI"},
		"Muster|Mannerheimintie 1|00100 Helsinki", "Muster|Mannerheimintie 1|FI-00100 HELSINKI|FINNLAND"},
	{postal.Address{"1-3-2 Otemachi", "", "1000004", "Chiyoda-ku", "Tokyo", "JP"},
		"Muster|1-3-2 Otemachi|Chiyoda-ku, TOKYO|100-0004", "Muster|1-3-2 Otemachi|CHIYODA-KU, TOKYO|100-0004|JAPAN"},
	{postal.Address{"大手町一丁目3-2", "", "100-0004", "千代田区", "東京都", "JP"},
		"〒100-0004|東京都千代田区|大手町一丁目3-2|Muster", "〒100-0004|東京都千代田区|大手町一丁目3-2|Muster|JAPAN"},
	{postal.Address{"Avenida Paulista 1000", "", "01310100", "São Paulo", "SP", "BR"},
		"Muster|Avenida Paulista 1000|SÃO PAULO-SP|01310-100", "Muster|Avenida Paulista 1000|SÃO PAULO-SP|01310-100|BRASILIEN"},
	{postal.Address{"48 Pirrama Road", "", "2009", "Pyrmont", "NSW", "AU"},
		"Muster|48 Pirrama Road|PYRMONT NSW 2009", "Muster|48 Pirrama Road|PYRMONT NSW 2009|AUSTRALIEN"},
	{postal.Address{"Hollandi út 4", "", "1037", "Budapest", "", "HU"},
		"MUSTER|BUDAPEST|HOLLANDI ÚT 4|1037", "MUSTER|BUDAPEST|HOLLANDI ÚT 4|1037|UNGARN"},
	{postal.Address{"71 route de Longwy", "", "L-4750", "Pétange", "", "LU"},
		"Muster|71 route de Longwy|L-4750 Pétange", "Muster|71 route de Longwy|L-4750 PÉTANGE|LUXEMBURG"},
	{postal.Address{"Απελλού 1", "", "10551", "Αθήνα", "", "GR"},
		"Muster|Απελλού 1|105 51 Αθήνα", "Muster|Απελλού 1|105 51 ΑΘΗΝΑ|GRIECHENLAND"},
	{postal.Address{"Cumhuriyet Bulvarı 1", "", "35250", "İzmir", "", "TR"},
		"Muster|Cumhuriyet Bulvarı 1|35250 İzmir", "Muster|Cumhuriyet Bulvarı 1|35250 İZMİR|TÜRKEI"},
	{postal.Address{"Brīvības iela 1", "", "1010", "Rīga", "", "LV"},
		"Muster|Brīvības iela 1|Rīga, LV-1010", "Muster|Brīvības iela 1|RĪGA, LV-1010|LETTLAND"},
	{postal.Address{"1 Nanjing Road", "", "200001", "Shanghai", "", "CN"},
		"Muster|1 Nanjing Road|Shanghai|200001", "Muster|1 Nanjing Road|SHANGHAI|200001|CHINA"},
	{postal.Address{"улица Абая 1", "кв. 2", "050000", "Алматы", "", "KZ"},
		"050000|Алматы|улица Абая 1|кв. 2|Muster", "050000|АЛМАТЫ|улица Абая 1|кв. 2|Muster|KASACHSTAN"},
	{postal.Address{"Sheikh Zayed Road 1", "", "", "", "Dubai", "AE"},
		"Muster|Sheikh Zayed Road 1|Dubai", "Muster|Sheikh Zayed Road 1|Dubai|VEREINIGTE ARABISCHE EMIRATE"},
}

func TestLines(t *testing.T) {
	for _, tt := range blocks {
		t.Run(tt.a.Country, func(t *testing.T) {
			is := is.New(t)
			is.Equal(strings.Join(postal.Lines([]string{"Muster"}, tt.a, tt.a.Country), "|"), tt.home)
			is.Equal(strings.Join(postal.Lines([]string{"Muster"}, tt.a, "DE"), "|"), tt.abroad)
		})
	}
}

func TestLines_special_cases(t *testing.T) {
	hamburg := postal.Address{Street: "Hauptstr. 5", PostalCode: "20095", City: "Hamburg", Country: "DE"}
	tests := []struct {
		name   string
		change func(*postal.Address)
		from   string
		want   string
	}{
		{"from a country of another language", nil, "FR", "Hauptstr. 5|20095 HAMBURG|GERMANY"},
		{"from nowhere", nil, "", "Hauptstr. 5|20095 HAMBURG|GERMANY"},
		{"no country", func(a *postal.Address) { a.Country = "" }, "GB", "Hauptstr. 5|HAMBURG|20095"},
		{"no country at all", func(a *postal.Address) { a.Country = "" }, "", "Hauptstr. 5|20095 Hamburg"},
		{"unknown country", func(a *postal.Address) { a.Country = "QQ" }, "DE", "Hauptstr. 5|20095 HAMBURG|QQ"},
		{"wrong postal code", func(a *postal.Address) { a.PostalCode = " 1067 " }, "DE", "Hauptstr. 5|1067 Hamburg"},
		{"no postal code", func(a *postal.Address) { a.PostalCode = "" }, "DE", "Hauptstr. 5|Hamburg"},
		{"no postal code where a prefix stands before it",
			func(a *postal.Address) { a.PostalCode, a.Country = "", "FI" }, "DE", "Hauptstr. 5|HAMBURG|FINNLAND"},
		{"no city", func(a *postal.Address) { a.City, a.Country, a.Region = "", "BR", "SP" }, "BR", "Hauptstr. 5|SP|20095"},
		{"nothing", func(a *postal.Address) { *a = postal.Address{} }, "DE", ""},
		{"sharp s", func(a *postal.Address) { a.City = "Gießen" }, "AT", "Hauptstr. 5|20095 GIESSEN|DEUTSCHLAND"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			is := is.New(t)
			a := hamburg
			if tt.change != nil {
				tt.change(&a)
			}
			is.Equal(strings.Join(postal.Lines(nil, a, tt.from), "|"), tt.want)
		})
	}
}

func TestLines_keeps_the_recipient(t *testing.T) {
	is := is.New(t)
	a := postal.Address{Street: "Hauptstr. 5", PostalCode: "20095", City: "Hamburg", Country: "DE"}
	recipient := []string{"Muster GmbH", "", " Erika Muster "}
	is.Equal(postal.Lines(recipient, a, "DE"), []string{"Muster GmbH", "Erika Muster", "Hauptstr. 5", "20095 Hamburg"})
	is.Equal(recipient, []string{"Muster GmbH", "", " Erika Muster "}) // the caller's own
}

func TestLines_show_street_code_and_city_in_every_country(t *testing.T) {
	for _, country := range append(postal.Countries(), "QQ") {
		a := postal.Address{Street: "STREET 1", Extra: "EXTRA 1", PostalCode: "CODE?", City: "CITY 1", Region: "REGION 1", Country: country}
		for _, from := range []string{"DE", country} {
			got := strings.Join(postal.Lines([]string{"NAME 1"}, a, from), "|")
			for _, want := range []string{"NAME 1", "STREET 1", "EXTRA 1", "CODE?", "CITY 1"} {
				if strings.Count(got, want) != 1 {
					t.Errorf("%s from %s: %s does not stand once in %s", country, from, want, got)
				}
			}
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add("Erika Muster", "Hauptstr. 5", "", "20095", "Hamburg", "", "DE", "AT")
	f.Add("山田", "大手町", "", "1000004", "千代田区", "東京都", "JP", "\xff")
	f.Fuzz(func(t *testing.T, name, street, extra, code, city, region, country, from string) {
		a := postal.Address{street, extra, code, city, region, country}
		for _, line := range postal.Lines([]string{name}, a, from) {
			if line == "" {
				t.Errorf("%v from %q has an empty line", a, from)
			}
		}
	})
}
