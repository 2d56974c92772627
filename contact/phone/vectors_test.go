package phone_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stammkunde/crm/contact/phone"
)

// TestParse_vectors compares with two other ports of libphonenumber where they
// agree, among 245 countries and territories.
func TestParse_vectors(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, v := range readVectors(t) {
		n, err := phone.Parse(v["national_input"], v["region"])
		if v["type"] == "INVALID" {
			if err == nil {
				t.Errorf("%s %s: %s is accepted", v["region"], v["national_input"], n)
			}
			_, err = phone.Parse(v["e164"], "")
			if err == nil {
				t.Errorf("%s is accepted", v["e164"])
			}
			counts["refused as "+code(t, err)]++
			continue
		}
		if err != nil || n.E164() != v["e164"] {
			t.Errorf("%s %s: %s, %v", v["region"], v["national_input"], n, err)
		}
		if n.International() != v["international"] && v["region"] != regrouped {
			t.Errorf("%s: %q, want %q", n, n.International(), v["international"])
		}
		if !slices.Contains(kinds[v["type"]], n.Kind()) {
			t.Errorf("%s %s: is %s, not %s", v["region"], v["national_input"], n.Kind(), v["type"])
		}
		if again, err := phone.Parse(v["international"], ""); err != nil || again != n {
			t.Errorf("%s is %s, %v", v["international"], again, err)
		}
		counts["accepted"]++
	}
	t.Log(counts)
}

// regrouped are the Faroe Islands: the release of the numbering plans that this
// module takes writes their six digits without a space, others in pairs.
const regrouped = "FO"

// kinds gives those that a number of a type can have: the digits do not always
// tell, and the examples of one type are in one country also those of another.
var kinds = map[string][]phone.Kind{
	"FIXED_LINE":           {phone.FixedLine, phone.FixedLineOrMobile},
	"MOBILE":               {phone.Mobile, phone.FixedLineOrMobile},
	"FIXED_LINE_OR_MOBILE": {phone.FixedLine, phone.FixedLineOrMobile},
	"TOLL_FREE":            {phone.TollFree},
	"PREMIUM_RATE":         {phone.PremiumRate},
	"SHARED_COST":          {phone.SharedCost},
	"VOIP":                 {phone.VoIP},
	"PERSONAL_NUMBER":      {phone.Personal},
	"PAGER":                {phone.Pager},
	"UAN":                  {phone.Company},
	"VOICEMAIL":            {phone.Voicemail},
}

// readVectors returns the rows on which both others agree, by column.
func readVectors(t *testing.T) []map[string]string {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	file, err := os.Open(filepath.Join(dir, "phone", "phone_vectors.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var vectors []map[string]string
	for _, row := range rows[1:] {
		v := map[string]string{}
		for i, name := range rows[0] {
			v[name] = row[i]
		}
		if v["both_agree"] == "1" {
			vectors = append(vectors, v)
		}
	}
	if len(vectors) == 0 {
		t.Fatal("the file has no rows")
	}
	return vectors
}
