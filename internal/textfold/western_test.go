package textfold

import (
	"testing"
	"unicode/utf8"
)

// The short way gives what the long one does, for each character between others.
func TestFold_western(t *testing.T) {
	for r := range rune(0x300) {
		for _, s := range []string{string(r), "A" + string(r) + "e", "Ü" + string(r)} {
			if short := Fold(s); short != fold(s) {
				t.Errorf("%q gives %q instead of %q", s, short, fold(s))
			}
		}
		if _, known := western(string(r)); known && r > 0xFF {
			t.Errorf("%q is not of Latin-1", r)
		}
	}
	if _, known := western("a\xff" + string(utf8.RuneError)); known {
		t.Error("what is no UTF-8 is taken for a text")
	}
}
