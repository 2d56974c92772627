package similarity_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stammkunde/crm/internal/similarity"
)

// The pairs of Winkler (1994), "Advanced methods for record linkage", table 3, of
// Porter and Winkler (1997), and of the Wikipedia article.
// The last lines are computed by hand.
func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"MARTHA", "MARHTA", .9611}, {"DIXON", "DICKSONX", .8133}, {"DWAYNE", "DUANE", .84},
		{"SHACKLEFORD", "SHACKELFORD", .9818}, {"DUNNINGHAM", "CUNNIGHAM", .8963},
		{"NICHLESON", "NICHULSON", .9556}, {"JONES", "JOHNSON", .8324}, {"MASSEY", "MASSIE", .9333},
		{"ABROMS", "ABRAMS", .9222}, {"HARDIN", "MARTINEZ", .7222}, {"ITMAN", "SMITH", .4667},
		{"JERALDINE", "GERALDINE", .9259}, {"MICHELLE", "MICHAEL", .9214}, {"JULIES", "JULIUS", .9333},
		{"TANYA", "TONYA", .88}, {"SEAN", "SUSAN", .8050}, {"JON", "JOHN", .9333}, {"JON", "JAN", .80},
		{"ABCVWXYZ", "CABVWXYZ", .9583}, {"CRATE", "TRACE", .7333}, {"ARNAB", "ARANB", .9467},
		{"DIXON", "DIXON", 1}, {"", "", 1}, {"A", "", 0}, {"", "A", 0}, {"ABC", "XYZ", 0}, {"A", "A", 1},
		{"AB", "BA", 0}, {"JELLYFISH", "SMELLYFISH", .8963}, {"DWAYNE", "DYUANE", .84},
		{"BROOKHAVEN", "BRROKHAVEN", .9467},
	} {
		got := similarity.JaroWinkler(c.a, c.b)
		if math.Abs(got-c.want) > .00006 {
			t.Errorf("JaroWinkler(%q, %q) = %.4f, want %.4f", c.a, c.b, got, c.want)
		}
		if back := similarity.JaroWinkler(c.b, c.a); math.Abs(back-got) > 1e-12 {
			t.Errorf("JaroWinkler(%q, %q) = %.4f, but %.4f the other way round", c.a, c.b, got, back)
		}
	}
}

func TestOSA(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"CA", "ABC", 3}, {"kitten", "sitting", 3}, {"saturday", "sunday", 3}, {"", "", 0}, {"", "abc", 3},
		{"abc", "", 3}, {"a", "a", 0}, {"ab", "ba", 1}, {"abc", "acb", 1}, {"abcd", "acbd", 1},
		{"an act", "a cat", 2}, {"specter", "spectre", 1}, {"flaw", "lawn", 2}, {"gumbo", "gambol", 2},
		{"book", "back", 2}, {"rosettacode", "raisethysword", 8}, {"intention", "execution", 5},
		{"martha", "marhta", 1}, {"dixon", "dicksonx", 4}, {"dwayne", "duane", 2}, {"jellyfish", "smellyfish", 2},
		{"ifhs", "fish", 2}, {"cat", "hat", 1}, {"cat", "cats", 1}, {"cats", "cat", 1}, {"hte", "the", 1},
		{"ab", "bca", 3}, {"abcdef", "badcfe", 3}, {"tier", "tor", 2}, {"meier", "maier", 1}, {"mueller", "muller", 1},
		{"19490722", "19490272", 1}, {"meilenstein", "levenshtein", 4},
	} {
		if got := similarity.OSA(c.a, c.b); got != c.want {
			t.Errorf("OSA(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// TestOSA_against_definition compares with the recurrence as it is written down, for
// texts of few letters so that repeats and exchanges abound.
func TestOSA_against_definition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, rng.IntN(8))
		for i := range b {
			b[i] = "abc"[rng.IntN(3)]
		}
		return string(b)
	}
	for range 5000 {
		a, b := text(), text()
		want := defined(a, b)
		if got := similarity.OSA(a, b); got != want {
			t.Fatalf("OSA(%q, %q) = %d, want %d", a, b, got, want)
		}
		if got := similarity.WithinOne(a, b); got != (want <= 1) {
			t.Fatalf("WithinOne(%q, %q) = %v, but the distance is %d", a, b, got, want)
		}
	}
}

// defined is the distance of two texts by the definition of its last step.
func defined(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	n, m := len(a)-1, len(b)-1
	replaced := defined(a[:n], b[:m])
	if a[n] != b[m] {
		replaced++
	}
	d := min(defined(a[:n], b)+1, defined(a, b[:m])+1, replaced)
	if n > 0 && m > 0 && a[n] == b[m-1] && a[n-1] == b[m] {
		d = min(d, defined(a[:n-1], b[:m-1])+1)
	}
	return d
}

// The codes of the Wikipedia article, of Postel's rules and of the test suites of
// Apache Commons Codec (ColognePhoneticTest).
func TestAppendCologne(t *testing.T) {
	for word, want := range map[string]string{
		"müller-lüdenscheidt": "65752682", "mueller-luedenscheidt": "65752682", "wikipedia": "3412",
		"breschnew": "17863", "müller": "657", "mueller": "657", "schmidt": "862", "schneider": "8627",
		"fischer": "387", "weber": "317", "wagner": "3467", "becker": "147", "hoffmann": "0366",
		"schäfer": "837", "meyer": "67", "meier": "67", "bauer": "17", "celsius": "8588", "xavier": "4837",
		"philip": "351", "phillip": "351", "cleopatra": "45127", "christopher": "478237", "acxis": "0488", "ampel": "0615",
		"arm": "076", "aabjoe": "01", "matsch": "68", "matz": "68", "luigi": "54", "heinz": "068",
		"moskowitz": "68438", "ahn": "06", "großtraktor": "47827427", "grosstraktor": "47827427",
		"a": "0", "e": "0", "h": "", "": "", "aa": "0", "aha": "0", "anna": "06", "hacico": "084", "0815": "",
	} {
		if got := string(similarity.AppendCologne(nil, word)); got != want {
			t.Errorf("%q has the code %s, want %s", word, got, want)
		}
	}
}

// TestJaroWinkler_against_definition compares with the measure as it is written down.
func TestJaroWinkler_against_definition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		a, b := make([]byte, rng.IntN(65)), make([]byte, rng.IntN(65))
		for _, text := range [][]byte{a, b} {
			for i := range text {
				text[i] = "abcd"[rng.IntN(4)]
			}
		}
		got, want := similarity.JaroWinkler(string(a), string(b)), winkler(a, b)
		if math.Abs(got-want) > 1e-12 {
			t.Fatalf("JaroWinkler(%q, %q) = %v, want %v", a, b, got, want)
		}
		for _, least := range []float64{.7, .84, .9, .92} {
			from := similarity.JaroWinklerFrom(least, string(a), string(b))
			if least <= got && len(a)*len(b) > 0 && from != got || least > got && from != 0 {
				t.Fatalf("JaroWinklerFrom(%v, %q, %q) = %v, but JaroWinkler is %v", least, a, b, from, got)
			}
		}
	}
}

func winkler(a, b []byte) float64 {
	if string(a) == string(b) {
		return 1
	}
	if string(a) > string(b) {
		a, b = b, a
	}
	used := make([]bool, len(b))
	var common, other []byte
	for i, c := range a {
		for j := range b {
			if d := i - j; !used[j] && c == b[j] && max(d, -d) <= max(len(a), len(b))/2-1 {
				used[j] = true
				common = append(common, c)
				break
			}
		}
	}
	for j, u := range used {
		if u {
			other = append(other, b[j])
		}
	}
	moved := 0
	for i := range common {
		if common[i] != other[i] {
			moved++
		}
	}
	if len(common) == 0 {
		return 0
	}
	m := float64(len(common))
	j := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved/2))/m) / 3
	if prefix := 0; j > .7 {
		for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
			prefix++
		}
		j += float64(prefix) * .1 * (1 - j)
	}
	return j
}

func BenchmarkJaroWinkler(b *testing.B) {
	for b.Loop() {
		similarity.JaroWinkler("friedrichschillerstr", "friedensallee")
	}
}

func TestAllocations(t *testing.T) {
	var buf [64]byte
	if n := testing.AllocsPerRun(100, func() {
		similarity.JaroWinkler("schneider", "schnieder")
		similarity.OSA("schneider", "schnieder")
		similarity.AppendCologne(buf[:0], "schneider")
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzSimilarity(f *testing.F) {
	f.Add("martha", "marhta")
	f.Add("", "\xff\xc3")
	f.Fuzz(func(t *testing.T, a, b string) {
		if s := similarity.JaroWinkler(a, b); !(s >= 0 && s <= 1) {
			t.Errorf("JaroWinkler is %v", s)
		}
		if similarity.JaroWinkler(a, b) != similarity.JaroWinkler(b, a) {
			t.Errorf("JaroWinkler depends on the order")
		}
		if d := similarity.OSA(a, b); d != similarity.OSA(b, a) {
			t.Errorf("OSA is %d and %d", d, similarity.OSA(b, a))
		}
		similarity.AppendCologne(nil, a)
	})
}
