package email_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"
	"golang.org/x/text/unicode/norm"

	"github.com/stammkunde/crm/contact/email"
	"github.com/stammkunde/crm/errs"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ s, normal string }{
		{"ada@example.com", "ada@example.com"},
		{"Ada.Lovelace+shop@EXAMPLE.com", "Ada.Lovelace+shop@example.com"},
		{"!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"},
		{"a@3com.com", "a@3com.com"},
		{"a@b.c", "a@b.c"},
		{"a@r3---sn.example.co-uk", "a@r3---sn.example.co-uk"},
		{"n@ai", "n@ai"},
		{"jürgen@MÜNCHEN.de", "jürgen@xn--mnchen-3ya.de"},
		{"ju\u0308rgen@mu\u0308nchen.de", "jürgen@xn--mnchen-3ya.de"},
		{"a@XN--Mnchen-3YA.de", "a@xn--mnchen-3ya.de"},
		{"a@straße.de", "a@xn--strae-oqa.de"},
		{"a@例え。テスト", "a@xn--r8jz45g.xn--zckzah"},
		{"a@xn--example.com", "a@xn--example.com"}, // stands for no valid label
		{"用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"},
		{"संपर्क@डाटामेल.भारत", "संपर्क@xn--c2bd4bq1db8d.xn--h2brj9c"},
		{"کاربر\u200cفارسی@example.com", "کاربر\u200cفارسی@example.com"},
		{"😀@example.com", "😀@example.com"},
		{strings.Repeat("x", 64) + "@example.com", strings.Repeat("x", 64) + "@example.com"},
		{"a@" + strings.Repeat("x", 63) + ".com", "a@" + strings.Repeat("x", 63) + ".com"},
		{"a@" + strings.Repeat("x.", 125) + "xx", "a@" + strings.Repeat("x.", 125) + "xx"}, // 254 octets
	} {
		t.Run(c.s, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			a, err := email.Parse(c.s)
			is.NoErr(err)
			is.Equal(a.Normal(), c.normal)
			is.Equal(a.String(), c.s)
			is.Equal(a.Local()+"@"+a.Domain(), c.s)
		})
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ s, code string }{
		{"", "syntax"},
		{"@", "syntax"},
		{"ada", "syntax"},
		{"@example.com", "syntax"},
		{"a@b@example.com", "syntax"},
		{".ada@example.com", "syntax"},
		{"ada.@example.com", "syntax"},
		{"a..da@example.com", "syntax"},
		{" ada@example.com", "syntax"},
		{"a da@example.com", "syntax"},
		{"Ada <ada@example.com>", "syntax"},
		{"mailto:ada@example.com", "syntax"},
		{`"ada"@example.com`, "syntax"},
		{"ada(comment)@example.com", "syntax"},
		{"a,b@example.com", "syntax"},
		{"a\u00a0b@example.com", "syntax"},   // no-break space
		{"\ufeffada@example.com", "syntax"},  // byte order mark
		{"a\u200bda@example.com", "syntax"},  // zero width space
		{"a\u202emoc@example.com", "syntax"}, // override of the direction
		{"a\u037eda@example.com", "syntax"},  // becomes a semicolon
		{"<\u0338ada@example.com", "syntax"}, // its angle bracket disappears
		{"a\ufffdda@example.com", "syntax"},  // was lost before
		{"ada\u2424@example.com", "syntax"},  // a picture of a control character
		{"ada\ue000@example.com", "syntax"},  // for private use
		{"ada@", "domain"},
		{"ada@.", "domain"},
		{"ada@com", "domain"},
		{"ada@localhost", "domain"},
		{"ada@a1", "domain"},
		{"ada@example.com.", "domain"},
		{"ada@.example.com", "domain"},
		{"ada@example..com", "domain"},
		{"ada@-example.com", "domain"},
		{"ada@example-.com", "domain"},
		{"ada@exam_ple.com", "domain"},
		{"ada@example.com/x", "domain"},
		{"ada@example.com ", "domain"},
		{"ada@example.123", "domain"},
		{"ada@192.0.2.1", "domain"},
		{"ada@[192.0.2.1]", "domain"},
		{"ada@[IPv6:2001:db8::1]", "domain"},
		{"ada@" + strings.Repeat("x", 64) + ".com", "domain"},
		{"ada@" + strings.Repeat("ü", 60) + ".de", "domain"}, // too long as an A-label
		{"ada@xn--.de", "domain"},
		{"ada@ü_b.de", "domain"},
		{"ada@ü..de", "domain"},
		{"ada@ü.de。", "domain"},
		{"ada@mün\u00adchen.de", "domain"}, // soft hyphen
		{"ada@mün\u200dchen.de", "domain"}, // a joiner where none joins
		{"ada@אa.com", "domain"},           // mixed directions
		{"ada@℀.com", "domain"},            // would become a/c.com
		{"ada@ü\u3000.com", "domain"},      // ideographic space
		{"a\x00da@example.com", "control_character"},
		{"ada@example.com\n", "control_character"},
		{"ada@example.com\r\nBcc: x@example.com", "control_character"},
		{"a\u0085da@example.com", "control_character"},
		{"a\xffda@example.com", "invalid_utf8"},
		{strings.Repeat("x", 65) + "@example.com", "too_long"},
		{strings.Repeat("ü", 33) + "@example.com", "too_long"},
		{strings.Repeat("\u0958", 11) + "@example.com", "too_long"}, // 33 octets become 66
		{"a@" + strings.Repeat("x.", 125) + "xxx", "too_long"},      // 255 octets
		{"a@" + strings.Repeat("ü.", 45) + "de", "too_long"},        // as A-labels only
		{strings.Repeat("x", 1<<20), "too_long"},
	} {
		t.Run(c.s[:min(len(c.s), 40)], func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			a, err := email.Parse(c.s)
			is.Equal(code(t, err), c.code)
			is.Equal(a, email.Address{})
		})
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	plain, err := email.Parse("Ada@Bücher.example")
	is.NoErr(err)
	wide, err := email.Parse("Jürgen@example.com")
	is.NoErr(err)

	ascii, ok := plain.ASCII()
	is.True(ok)
	is.Equal(ascii, "Ada@xn--bcher-kva.example")
	_, ok = wide.ASCII()
	is.True(!ok)

	is.Equal(plain.Key(), "ada@xn--bcher-kva.example")
	is.Equal(wide.Key(), "jürgen@example.com")
	is.Equal(plain.Masked(), "A***@Bücher.example")
	is.Equal(wide.Masked(), "J***@example.com")
	one, err := email.Parse("é@example.com")
	is.NoErr(err)
	is.Equal(one.Masked(), "é***@example.com")
}

func TestAddress_zero(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var none email.Address
	for _, s := range []string{none.String(), none.Local(), none.Domain(), none.Normal(), none.Key(), none.Masked()} {
		is.Equal(s, "")
	}
	_, ok := none.ASCII()
	is.True(!ok)
}

// texts are all the texts of problems. None of them is made from the input, so
// none can repeat it.
var texts = map[string]string{
	"syntax":            "must be an e-mail address such as name@example.com",
	"too_long":          "must have at most 254 octets, and 64 before the @",
	"domain":            "must have a domain such as example.com behind the @",
	"control_character": "must not contain control characters",
	"invalid_utf8":      "must be valid UTF-8",
}

// code returns the code of a problem, whose text must be the known one.
func code(t *testing.T, err error) string {
	t.Helper()
	var p *errs.Problem
	if !errors.As(err, &p) {
		t.Fatalf("want a problem, got %v", err)
	}
	if p.Message != texts[p.Code] {
		t.Fatalf("the text of %s is %q", p.Code, p.Message)
	}
	return p.Code
}

// FuzzParse: what is accepted keeps to its limits, its normal form is stable, and
// what is refused is never repeated.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"ada@example.com", "Jürgen@MÜNCHEN.de", "a@xn--example.com", "n@ai", `"a b"@[192.0.2.1]`, "\xff", "",
		"a@אב.ג1", "a\u0344\u0958@。.", strings.Repeat("\u0301", 32) + "@ß.de",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := email.Parse(s)
		if err != nil {
			code(t, err)
			return
		}
		normal := a.Normal()
		if a.String() != s || len(s) > 254 || len(normal) > 254 || !norm.NFC.IsNormalString(normal) {
			t.Fatalf("Parse(%q): %q, in normal form %q", s, a, normal)
		}
		again, err := email.Parse(normal)
		if err != nil || again.Normal() != normal || again.Key() != a.Key() {
			t.Fatalf("Parse(%q) is %q, but then %q, %v", s, normal, again.Normal(), err)
		}
		if ascii, ok := a.ASCII(); ok && ascii != normal {
			t.Fatalf("Parse(%q): %q in ASCII, but %q in normal form", s, ascii, normal)
		}
		if at := strings.IndexByte(normal, '@'); strings.ContainsFunc(normal[at:], func(r rune) bool { return r > '~' }) {
			t.Fatalf("Parse(%q): the domain of %q is not ASCII", s, normal)
		}
		if local := a.Local(); len(local) > 4 && strings.Contains(a.Masked(), local+"@") {
			t.Fatalf("%q is not masked: %q", s, a.Masked())
		}
	})
}
