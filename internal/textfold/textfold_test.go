package textfold_test

import (
	"testing"

	"github.com/stammkunde/crm/internal/textfold"
)

func TestFold(t *testing.T) {
	same := [][]string{
		{"strasse", "Straße", "STRASSE", "STRAẞE", "ｓtrasse"},
		{"müller", "MÜLLER", "mu\u0308ller"},
		{"ﬁn", "FIN", "fin"},
		{"σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"i\u0307stanbul", "İstanbul"},
		{"", ""},
	}
	for _, group := range same {
		for _, s := range group[1:] {
			if textfold.Fold(s) != textfold.Fold(group[0]) {
				t.Errorf("%q and %q differ: %q, %q", s, group[0], textfold.Fold(s), textfold.Fold(group[0]))
			}
		}
	}
	for _, different := range [][2]string{{"ı", "i"}, {"o", "ö"}, {"ss", "s"}} {
		if textfold.Fold(different[0]) == textfold.Fold(different[1]) {
			t.Errorf("%q and %q are the same", different[0], different[1])
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Straße", "ǰ\u0323", "ͅ\u0345", "ẞİﬁ", "\u1E9E\u0307"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := textfold.Fold(s)
		if twice := textfold.Fold(once); twice != once {
			t.Errorf("folding %q again changes %q to %q", s, once, twice)
		}
	})
}
