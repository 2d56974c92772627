package duplicate_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/stammkunde/crm/contact/duplicate"
)

// sample are records of which it is known which are of one person.
type sample struct {
	name    string
	records []Record
	truth   []string
}

// readCSV reads a file of CRM_DATA.
func readCSV(t testing.TB, name string) []map[string]string {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, "duplicates", name))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.LazyQuotes, r.TrimLeadingSpace, r.FieldsPerRecord = true, true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := make([]map[string]string, 0, len(rows))
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, cell := range row {
			m[strings.TrimSpace(rows[0][i])] = strings.TrimSpace(cell)
		}
		all = append(all, m)
	}
	return all
}

func digits(t testing.TB, s string) int {
	t.Helper()
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func compact(t testing.TB, s string) Date {
	if len(s) != 8 {
		return Date{}
	}
	return Date{digits(t, s[:4]), digits(t, s[4:6]), digits(t, s[6:])}
}

func rldata(t testing.TB) sample {
	s := sample{name: "RLdata500"}
	for _, row := range readCSV(t, "RLdata500.csv") {
		s.records = append(s.records, Record{Given: row["fname_c1"], Family: row["lname_c1"],
			Born: Date{digits(t, row["by"]), digits(t, row["bm"]), digits(t, row["bd"])}})
		s.truth = append(s.truth, row["identity"])
	}
	return s
}

func febrl(t testing.TB) sample {
	s := sample{name: "Febrl1"}
	for _, row := range readCSV(t, "febrl1.csv") {
		s.records = append(s.records, Record{Given: row["given_name"], Family: row["surname"], Born: compact(t, row["date_of_birth"]),
			Addresses: []Address{{Street: row["address_1"], Number: row["street_number"], Postal: row["postcode"], City: row["suburb"], State: row["state"]}}})
		s.truth = append(s.truth, strings.Split(row["rec_id"], "-")[1])
	}
	return s
}

func restaurants(t testing.TB) sample {
	s := sample{name: "restaurants"}
	for _, row := range readCSV(t, "restaurant-nophone-training.csv") {
		s.records = append(s.records, Record{Name: row["name"], Other: row["cuisine"],
			Addresses: []Address{{Street: row["address"], City: row["city"]}}})
		s.truth = append(s.truth, row["unique_id"])
	}
	return s
}

// quality says how good groups are: over the pairs that they imply.
type quality struct {
	precision, recall, f1 float64
	missed, wrong         [][2]int
	model                 *Model
}

func judge(truth []string, groups [][]int) quality {
	group := make([]int, len(truth))
	for g, members := range groups {
		for _, i := range members {
			group[i] = g + 1
		}
	}
	persons := map[string][]int{}
	for i, who := range truth {
		persons[who] = append(persons[who], i)
	}
	var q quality
	hits := 0
	for _, of := range persons {
		for x, i := range of {
			for _, j := range of[x+1:] {
				if group[i] > 0 && group[i] == group[j] {
					hits++
				} else {
					q.missed = append(q.missed, [2]int{i, j})
				}
			}
		}
	}
	for _, members := range groups {
		for x, i := range members {
			for _, j := range members[x+1:] {
				if truth[i] != truth[j] {
					q.wrong = append(q.wrong, [2]int{i, j})
				}
			}
		}
	}
	q.precision = float64(hits) / float64(max(hits+len(q.wrong), 1))
	q.recall = float64(hits) / float64(max(hits+len(q.missed), 1))
	q.f1 = 2 * float64(hits) / float64(max(2*hits+len(q.wrong)+len(q.missed), 1))
	return q
}

var secret = NewSecret([]byte("a secret for tests"))

// grouped finds the groups of a sample, trained on it or not.
func grouped(t testing.TB, s sample, trained bool) quality {
	t.Helper()
	records := make([]Prepared, len(s.records))
	for i, r := range s.records {
		records[i] = Prepare(r)
	}
	f := NewFinder(records, secret)
	m := Default(secret)
	if trained {
		m = f.Train()
	}
	var pairs []Pair
	for part := range Parts {
		found, err := f.Pairs(t.Context(), m, part, .5)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, found...)
	}
	groups := Group(len(records), pairs, func(a, b int) float64 { return m.Bits(&records[a], &records[b]) })
	q := judge(s.truth, groups)
	q.model = m
	return q
}

// goal is what must be reached on a sample.
type goal struct {
	sample        sample
	f1, precision float64
}

func (g goal) check(t *testing.T) {
	t.Helper()
	start := time.Now()
	q := grouped(t, g.sample, true)
	took := time.Since(start)
	plain := grouped(t, g.sample, false)
	t.Logf("%-26s trained P %.4f R %.4f F1 %.4f, not trained P %.4f R %.4f F1 %.4f, %v", g.sample.name,
		q.precision, q.recall, q.f1, plain.precision, plain.recall, plain.f1, took)
	if q.f1 < g.f1 || q.precision < g.precision {
		t.Errorf("%s: precision is %.4f and F1 %.4f, want %.4f and %.4f at least", g.sample.name, q.precision, q.f1, g.precision, g.f1)
	}
	g.sample.show(t, q)
}

// show tells which pairs were missed and which are wrong, and why, if
// CRM_DUPLICATES_SHOW is set.
func (s *sample) show(t *testing.T, q quality) {
	if os.Getenv("CRM_DUPLICATES_SHOW") == "" {
		return
	}
	for what, pairs := range map[string][][2]int{"missed": q.missed, "wrong": q.wrong} {
		for _, p := range pairs {
			a, b := Prepare(s.records[p[0]]), Prepare(s.records[p[1]])
			score := q.model.Compare(&a, &b)
			t.Logf("%s, %.1f bits: %+v\n%+v\n%+v", what, score.Bits, s.records[p[0]], s.records[p[1]], score.Reasons())
		}
	}
}

func TestAccuracy_published(t *testing.T) {
	for _, g := range []goal{{rldata(t), .97, 0}, {febrl(t), .998, 0}, {restaurants(t), .8, 0}} {
		g.check(t)
	}
}

func TestAccuracy_madeUp(t *testing.T) {
	goals := []goal{{simRL(1, 10000), .945, 0}, {simFebrl(2, 4000, 1000, 5), .997, 0}, {simFebrl(3, 2000, 3000, 5), .997, 0},
		{simFebrl(4, 5000, 5000, 1), .997, 0}, {simFake(5, 1000), .9, 0}, {simHistorical(6, 10000), .87, .97}}
	if testing.Short() {
		goals = []goal{{simRL(1, 2000), .93, 0}, {simFebrl(2, 500, 500, 5), .98, 0}, {simFake(5, 500), .9, 0}}
	}
	if raceOn {
		goals = goals[:2]
	}
	for _, g := range goals {
		g.check(t)
	}
}
