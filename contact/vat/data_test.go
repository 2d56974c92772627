package vat_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/vat"
)

// TestParse_others compares with what python-stdnum and jsvat say, where they agree.
func TestParse_others(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA names no directory")
	}
	f, err := os.Open(filepath.Join(dir, "vat", "vat_de_at.csv"))
	is.NoErr(err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	is.NoErr(err)
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	good, bad := 0, 0
	for _, row := range rows[1:] {
		if row[column["agree"]] != "1" {
			continue
		}
		want := row[column["stdnum_valid"]] == "1"
		raw := row[column["raw"]]
		n, err := vat.Parse(raw)
		if (err == nil) != want {
			t.Errorf("%q of %s: valid is %v, want %v", raw, row[column["country"]], err == nil, want)
		}
		if want {
			good++
			is.Equal(string(n), row[column["compact"]])
		} else {
			bad++
		}
	}
	is.True(good > 0 && bad > 0)
	t.Log(good, "good,", bad, "bad")
}
