package duplicate_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/stammkunde/crm/contact/duplicate"
)

// TestKeys tests that records of one person share keys whatever is wrong in one field,
// and that keys never change from one process to the next.
func TestKeys(t *testing.T) {
	r := with(Record{Given: "Svenja", Family: "Brandt", Born: born})
	all := keysOf(r, secret)
	for name, change := range map[string]func(r *Record){
		"given": func(r *Record) { r.Given = "Xaver" }, "family": func(r *Record) { r.Family = "Quast" },
		"birth": func(r *Record) { r.Born = Date{} }, "moved": func(r *Record) { r.Addresses = away },
		"swapped": func(r *Record) { r.Given, r.Family = r.Family, r.Given }, "unreachable": func(r *Record) { r.Emails, r.Phones = nil, nil },
	} {
		other := r
		change(&other)
		if n := common(all, keysOf(other, secret)); n < 2 {
			t.Errorf("%s: %d keys in common", name, n)
		}
	}
	if n := common(all, keysOf(r, NewSecret([]byte("another")))); n > 0 {
		t.Errorf("%d keys in common with another secret", n)
	}
	if keys := keysOf(Record{Given: "n/a", Phones: []string{"000"}}, secret); len(keys) > 0 {
		t.Errorf("an empty record has keys %v", keys)
	}
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("keys are not in order: %v", all)
	}
	strong := slices.DeleteFunc(slices.Clone(all), func(k Key) bool { return !k.Strong() })
	if len(strong) != 2 {
		t.Errorf("%d keys are strong, want e-mail and phone", len(strong))
	}
	if stored := keysOf(Record{Emails: []string{"svenja@example.org"}}, secret); stored[0] != -8453393662186089855 {
		t.Errorf("keys have changed: %d; raise NormVersion", stored)
	}
}

func keysOf(r Record, s Secret) []Key {
	p := Prepare(r)
	return Keys(nil, &p, s)
}

func common(a, b []Key) (n int) {
	for _, k := range a {
		if slices.Contains(b, k) {
			n++
		}
	}
	return n
}

// TestFinder_Pairs compares with all pairs that share a key.
func TestFinder_Pairs(t *testing.T) {
	records := prepared(simShop(21, 800).records)
	f := NewFinder(records, secret)
	m := f.Train()
	seen := map[[2]int]bool{}
	for part := range Parts {
		pairs, err := f.Pairs(t.Context(), m, part, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pairs {
			if p.A >= p.B || seen[[2]int{p.A, p.B}] {
				t.Fatalf("pair %v comes twice, or in the wrong order", p)
			}
			seen[[2]int{p.A, p.B}] = true
			if s := m.Compare(&records[p.A], &records[p.B]); s.Bits != p.Bits || s.P != p.P {
				t.Fatalf("pair %v has %v bits", p, s.Bits)
			}
		}
	}
	keys := make([][]Key, len(records))
	for i := range records {
		keys[i] = Keys(nil, &records[i], secret)
	}
	for i := range keys {
		for j := range i {
			if common(keys[i], keys[j]) > 0 && !seen[[2]int{j, i}] && m.Bits(&records[i], &records[j]) >= 0 {
				t.Errorf("records %d and %d have a key in common, but are no pair", j, i)
			}
		}
	}
}

// TestTrain_order tests that nothing depends on the order of the records, and that a
// model comes back from its JSON as it was.
func TestTrain_order(t *testing.T) {
	s := simShop(22, 1200)
	there := NewFinder(prepared(s.records), secret).Train()
	slices.Reverse(s.records)
	records := prepared(s.records)
	back := NewFinder(records, secret).Train()
	x, err := json.Marshal(there)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if string(x) != string(y) {
		t.Errorf("the order of the records changes the model:\n%.1000s\n%.1000s", x, y)
	}
	if len(x) > 400_000 || strings.Contains(string(x), "ueller") {
		t.Errorf("the model takes %d bytes", len(x))
	}
	read, err := ParseModel(x, secret)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 500 {
		a, b := &records[i], &records[i+1]
		if !reflect.DeepEqual(there.Compare(a, b), read.Compare(a, b)) {
			t.Fatalf("a model that was stored compares differently: %v, %v", there.Compare(a, b), read.Compare(a, b))
		}
	}
}

func TestParseModel_refuses(t *testing.T) {
	good, err := json.Marshal(Default(secret))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{}", "[]", `{"norm_version":1}`, strings.Replace(string(good), `"norm_version":1`, `"norm_version":99`, 1),
		strings.Replace(string(good), `"m":[`, `"m":[-1,`, 1), strings.Replace(string(good), `"trust":0`, `"trust":7`, 1)} {
		if _, err := ParseModel([]byte(text), secret); err == nil {
			t.Errorf("takes %.100s", text)
		}
	}
}

func TestGroup(t *testing.T) {
	never := math.Inf(-1)
	for _, c := range []struct {
		name string
		n    int
		bits map[[2]int]float64 // 0 where nothing stands
		want string
	}{
		{"nothing", 3, nil, "[]"},
		{"a pair", 3, map[[2]int]float64{{0, 2}: 5}, "[[0 2]]"},
		{"three", 3, map[[2]int]float64{{0, 1}: 5, {1, 2}: 5, {0, 2}: 5}, "[[0 1 2]]"},
		{"no chain", 3, map[[2]int]float64{{0, 1}: 9, {1, 2}: 5, {0, 2}: -12}, "[[0 1]]"},
		{"one bad pair of many", 4, map[[2]int]float64{{0, 1}: 9, {1, 2}: 9, {0, 2}: 9, {0, 3}: 9, {1, 3}: 9, {2, 3}: -12}, "[[0 1 2 3]]"},
		{"strong evidence is clipped", 3, map[[2]int]float64{{0, 1}: 99, {1, 2}: 98, {0, 2}: -12}, "[[0 1]]"},
		{"not a duplicate", 3, map[[2]int]float64{{0, 1}: 99, {1, 2}: 98, {0, 2}: never}, "[[0 1]]"},
		{"ties", 3, map[[2]int]float64{{0, 1}: 5, {1, 2}: 5, {0, 2}: -12}, "[[0 1]]"},
	} {
		var pairs []Pair
		for p, bits := range c.bits {
			if bits > 0 {
				pairs = append(pairs, Pair{A: p[0], B: p[1], Bits: bits})
			}
		}
		got := Group(c.n, pairs, func(a, b int) float64 { return c.bits[[2]int{a, b}] })
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// TestFinder_shared tests that a value of ten thousand records costs no square, and
// that it glues nobody together.
func TestFinder_shared(t *testing.T) {
	m, n := newMaker(31), 10_000
	if testing.Short() || raceOn {
		n = 1000
	}
	s := sample{name: "shared"}
	for i := range n {
		r := m.person()
		r.Emails, r.Phones = []string{"kasse@example.com"}, []string{"030 5550199"}
		r.Addresses, r.Born = []Address{{Street: "Marktplatz", Number: "1", Postal: "10178", City: "Berlin"}}, Date{1980, 5, 5}
		s.add(r, i)
	}
	start := time.Now()
	q := grouped(t, s, true)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	t.Logf("%d pairs of strangers were joined, %v", len(q.wrong), time.Since(start))
	if len(q.wrong) > 500 {
		t.Errorf("%d pairs of strangers were joined", len(q.wrong))
	}
}

// TestNewFinder_few tests that nothing fails with hardly any records.
func TestNewFinder_few(t *testing.T) {
	for _, records := range [][]Record{nil, {{}}, {{}, {}}, {{Given: "Jan"}}, {{Given: "Jan"}, {Given: "Jan"}}} {
		f := NewFinder(prepared(records), secret)
		m := f.Train()
		for part := range Parts {
			pairs, err := f.Pairs(t.Context(), m, part, .5)
			if err != nil || len(pairs) > 0 {
				t.Errorf("%d records: %v, %v", len(records), pairs, err)
			}
		}
	}
}

func FuzzModel_Compare(f *testing.F) {
	f.Add("Svenja", "Brandt", "svenja@example.org", "0221 4711234", "Svneja Brandt", 1984, 3, 17)
	f.Add("\xff\xfe", "", "@", "+", "Müller, Hans, ", 0, -1, 99)
	f.Add("a 00", "00 1", "0", "0", "AAAA AAAA", 0, 44, -81)
	f.Add("a", "é", "a@b", "1", "GmbH & Co. KG", 1900, 1, 1)
	models := []*Model{Default(secret), NewFinder(prepared(simShop(1, 500).records), secret).Train()}
	f.Fuzz(func(t *testing.T, given, family, mail, phone, name string, year, month, day int) {
		records := []Record{
			{Given: given, Family: family, Emails: []string{mail}, Phones: []string{phone}, Born: Date{year, month, day}, Other: name},
			{Name: name, Emails: []string{mail, given}, Born: Date{year, day, month}, Addresses: []Address{{given, phone, phone, family, mail}, {Street: name}}},
			{Given: family, Family: given, Name: name, Company: name, Phones: []string{phone, name}, Addresses: []Address{{Street: name}, {name, given, mail, family, phone}}},
		}
		for _, x := range records {
			for _, y := range records {
				a, b := Prepare(x), Prepare(y)
				for _, m := range models {
					s, back := m.Compare(&a, &b), m.Compare(&b, &a)
					if math.IsNaN(s.Bits) || math.IsInf(s.Bits, 0) || math.Abs(s.Bits-back.Bits) > 1e-9 {
						t.Errorf("%v bits, and %v the other way round: %+v\n%+v\n%+v\n%+v", s.Bits, back.Bits, x, y, s.Reasons(), back.Reasons())
					}
					s.Reasons()
				}
				Keys(nil, &a, secret)
			}
		}
	})
}
