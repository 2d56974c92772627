package vcard_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/matryer/is"
	"golang.org/x/text/encoding/unicode"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/vcard"
)

// read gives the cards of a file, and what was broken.
func read(t *testing.T, file string, o *vcard.Options) (cards []vcard.Card, broken []*vcard.CardError) {
	t.Helper()
	r, err := vcard.NewReader(strings.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	for card, err := range r.Cards() {
		var e *vcard.CardError
		switch {
		case errors.As(err, &e):
			broken = append(broken, e)
		case err != nil:
			t.Fatal(err)
		default:
			cards = append(cards, card)
		}
	}
	return cards, broken
}

// one gives the only card of a file.
func one(t *testing.T, file string) vcard.Card {
	t.Helper()
	cards, broken := read(t, file, nil)
	if len(cards) != 1 || len(broken) > 0 {
		t.Fatalf("%d cards, broken: %v", len(cards), broken)
	}
	return cards[0]
}

// card puts lines between BEGIN and END.
func card(version string, lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

func TestReader_names(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines  string
		kind   contact.Kind
		name   contact.Name
		unread string
	}{
		{"N:Meyer;Anna;Maria,Luise;Dr.;jr.", "", contact.Name{Title: "Dr.", Given: "Anna Maria Luise", Family: "Meyer"}, "N.SUFFIX"},
		{`N:Me\;yer;An\,na;;;`, "", contact.Name{Given: "An,na", Family: "Me;yer"}, ""},
		{"N:Meyer;Anna;;;\nFN:Anna Meyer", "", contact.Name{Given: "Anna", Family: "Meyer"}, ""},
		{"N:Meyer;Anna;;;\nFN:Änne", "", contact.Name{Given: "Anna", Family: "Meyer"}, "FN"},
		{"FN:Dr. Anna Meyer", "", contact.Name{Title: "Dr.", Given: "Anna", Family: "Meyer"}, ""},
		{"FN:Meyer, Anna", "", contact.Name{Given: "Anna", Family: "Meyer"}, ""},
		{"FN:Ludwig van Beethoven", "", contact.Name{Given: "Ludwig", Family: "van Beethoven"}, ""},
		{"FN:von der Leyen", "", contact.Name{Family: "von der Leyen"}, ""},
		{"FN:Meyer, Dr. Anna", "", contact.Name{Title: "Dr.", Given: "Anna", Family: "Meyer"}, ""},
		{"FN:Anna", "", contact.Name{Family: "Anna"}, ""},
		{"FN;DERIVED=true:a@example.com\nEMAIL:a@example.com", "", contact.Name{}, ""},
		{"N:;;;;\nFN:Bau AG\nORG:Bau AG;Einkauf", contact.Company, contact.Name{Company: "Bau AG"}, "ORG.UNIT"},
		{"FN:Anna Meyer\nORG:Bau AG", "", contact.Name{Given: "Anna", Family: "Meyer", Company: "Bau AG"}, ""},
		{"FN:Bau AG\nKIND:org", contact.Company, contact.Name{Company: "Bau AG"}, ""},
		{"FN:Bau AG\nN:;;;;\nORG:Bau AG;\nX-ABShowAs:COMPANY", contact.Company, contact.Name{Company: "Bau AG"}, ""},
		{"ORG:Bau AG", contact.Company, contact.Name{Company: "Bau AG"}, ""},
		{"N:Meyer;Anna\nORG:Bau AG\nORG:Zweite", "", contact.Name{Given: "Anna", Family: "Meyer", Company: "Bau AG"}, "ORG"},
		{"N:Doe;John;Richard,James;Prof.,Dr.;", "", contact.Name{Title: "Prof. Dr.", Given: "John Richard James", Family: "Doe"}, ""},
	} {
		is := is.New(t)
		got := one(t, card("3.0", strings.Split(c.lines, "\n")...))
		if c.kind == "" {
			c.kind = contact.Person
		}
		is.Equal(got.Contact.Kind, c.kind) // c.lines
		is.Equal(got.Contact.Name, c.name)
		is.Equal(strings.Join(got.Unread, " "), c.unread)
	}
}

func TestReader_points(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, card("4.0",
		"EMAIL:c@example.com", "EMAIL;TYPE=work;PREF=2:b@example.com", "EMAIL;PREF=1;TYPE=HOME:mailto:a@example.com", "EMAIL;TYPE=school:d@example.com",
		"TEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+33-01-23-45-67;ext=7", "TEL;TYPE=work,fax:1", "TEL;TYPE=work;TYPE=cell:2", "TEL;VALUE=uri:sip:a@b",
		`ADR;TYPE=work;LABEL="x^ny:z":PF 1;2. Stock;Haupt\, 1\nHof;Köln;NRW;50667;Deutschland`, "ADR:;;S;C;;;Atlantis", "ADR:;;;;;;",
	))
	is.Equal(got.Contact.Emails, []contact.Email{
		{Address: "a@example.com", Role: contact.Home}, {Address: "b@example.com", Role: contact.Work}, {Address: "c@example.com"}, {Address: "d@example.com"},
	})
	is.Equal(got.Contact.Phones, []contact.Phone{
		{Number: "+33-01-23-45-67", Role: contact.Home}, {Number: "1", Role: contact.Fax}, {Number: "2", Role: contact.Mobile},
	})
	is.Equal(got.Contact.Addresses, []contact.Address{
		{Extra: "PF 1, 2. Stock", Street: "Haupt, 1, Hof", City: "Köln", Region: "NRW", PostalCode: "50667", Country: "DE", Role: contact.Work},
		{Street: "S", City: "C"},
	})
	is.Equal(got.Unread, []string{"EMAIL.TYPE", "TEL.EXT", "TEL", "ADR.LABEL", "ADR.COUNTRY"})
}

func TestReader_birthdays(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		":19850412": "1985-04-12", ":1985-04-12": "1985-04-12", ":1985-04": "1985-04-??", ":1985": "1985-??-??", ":--0412": "????-04-12", ":--04-12": "????-04-12",
		":1953-10-15T23:10:00Z": "1953-10-15", ":19531015T231000Z": "1953-10-15", ":1985-04-12 00:00:00": "1985-04-12", ";VALUE=date:1985-04-12": "1985-04-12",
		";X-APPLE-OMIT-YEAR=1604:1604-04-12": "????-04-12", ":1604-02-29": "????-02-29", ":0000-04-12": "????-04-12",
		";VALUE=text:circa 1800": "", ":---12": "", ":--04": "", ":1985-02-30": "", ":19850": "", ":00": "", ":": "", ":1985-0412": "1985-04-12", ":T102200": "",
	} {
		is := is.New(t)
		got := one(t, card("4.0", "BDAY"+value))
		is.Equal(got.Contact.Born.String(), want)                  // value
		is.Equal(len(got.Unread) == 1, want == "" && value != ":") // value
	}
}

func TestReader_other_properties(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, card("4.0", "UID:urn:uuid:1", "LANG;PREF=2:en", "LANG;PREF=1:de-AT", "TZ:-0500", "TZ:Europe/Berlin", `CATEGORIES:b,a\,c,,b`, "HOBBY;LEVEL=high:Segeln",
		"TITLE:Bäckerin", "ROLE:Chefin", "NOTE:geheim", "X-Foo;A=1:geheim", "item1.URL:x", "URL:y", "PHOTO:data:image/png;base64,AAAA", "REV:1"))
	is.Equal(got.Contact, contact.Contact{
		Kind: contact.Person, Language: "de-AT", TimeZone: "Europe/Berlin", Tags: []string{"a,c", "b"}, Hobbies: []string{"Segeln"}, Occupation: "Bäckerin",
		Identities: []contact.Identity{{Source: "vcard", Key: "urn:uuid:1"}},
	})
	is.Equal(got.Unread, []string{"NOTE", "X-FOO", "URL", "PHOTO", "TZ", "HOBBY.LEVEL", "ROLE", "LANG"})

	cards, _ := read(t, card("4.0", "UID:1"), &vcard.Options{Source: "nextcloud"})
	is.Equal(cards[0].Contact.Key("nextcloud"), "1")
}

func TestReader_encodings(t *testing.T) {
	t.Parallel()
	wide := func(order unicode.Endianness, bom unicode.BOMPolicy, s string) string {
		out, err := unicode.UTF16(order, bom).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	umlaut := card("3.0", "N:Müller-Łę;Jörg😀;;;")
	for what, file := range map[string]string{
		"utf-8":            umlaut,
		"bom":              "\ufeff" + umlaut,
		"utf-16le":         wide(unicode.LittleEndian, unicode.UseBOM, umlaut),
		"utf-16be":         wide(unicode.BigEndian, unicode.UseBOM, umlaut),
		"utf-16le no bom":  wide(unicode.LittleEndian, unicode.IgnoreBOM, umlaut),
		"utf-16be no bom":  wide(unicode.BigEndian, unicode.IgnoreBOM, umlaut),
		"cr":               strings.ReplaceAll(umlaut, "\r\n", "\r"),
		"lf":               strings.ReplaceAll(umlaut, "\r\n", "\n"),
		"cr cr lf":         strings.ReplaceAll(umlaut, "\r\n", "\r\r\n"),
		"folded":           card("3.0", "N:M\xc3\r\n \xbcller-\r\n\tŁę;J", " örg\xf0\x9f", " \x98", " \x80;;;"),
		"quoted-printable": card("2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=", "=BCller-=C5=81=c4=99;J=C3=B6rg=F0=9F=98=80;;;"),
		"base64":           card("3.0", "N;ENCODING=b:TcO8bGxlci3Fgc", " SZO0rDtnJn8J+YgDs7Ow=="),
	} {
		is := is.New(t)
		t.Log(what)
		got := one(t, file)
		is.Equal(got.Contact.Name, contact.Name{Given: "Jörg😀", Family: "Müller-Łę"}) // what
	}
	for what, file := range map[string]string{
		"latin-1":       card("2.1", "N;CHARSET=ISO-8859-1:M\xfcller"),
		"latin-1 qp":    card("2.1", "N;QUOTED-PRINTABLE;CHARSET=iso-8859-1:M=FCller"),
		"windows":       card("2.1", "N;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller"),
		"undeclared":    card("3.0", "N:M\xfcller"),
		"undeclared qp": card("2.1", "N;ENCODING=QUOTED-PRINTABLE:M=FCller"),
		"wrong ascii":   card("2.1", "N;CHARSET=US-ASCII:Müller"),
		"no version":    "BEGIN:VCARD\nN:M\xfcller\nEND:VCARD",
	} {
		got := one(t, file)
		if got.Contact.Name.Family != "Müller" {
			t.Errorf("%s: %q", what, got.Contact.Name.Family)
		}
	}
	sjis := one(t, card("2.1", "N;CHARSET=SHIFT_JIS:\x95\x5c;\x8e\x52")) // the second byte of the first is a backslash
	if sjis.Contact.Name != (contact.Name{Given: "山", Family: "表"}) {
		t.Errorf("%q", sjis.Contact.Name)
	}
}

func TestReader_reports_what_is_broken(t *testing.T) {
	t.Parallel()
	good := card("3.0", "N:A;B")
	for _, c := range []struct {
		what, file, want string
		cards            int
	}{
		{"no end before the next", "BEGIN:VCARD\nN:X\n" + good, "[]", 2},
		{"no end", good + "BEGIN:VCARD\nN:X\n", "[line 5: ends without END:VCARD [shape]]", 1},
		{"a line that is none", card("3.0", "N:A", "secret stuff") + good, "[line 4: is no property of a card [syntax]]", 1},
		{"such a line in a note", card("3.0", "NOTE:A", "secret stuff", "more", "N:A") + good, "[]", 2},
		{"bytes", card("4.0", "N:M\xfcller") + good, "[line 3: property N: is not text in its character set [invalid_utf8]]", 1},
		{"bytes where it is UTF-8", card("3.0", "N:ÄÖ", "TITLE:\xfc") + good, "[line 4: property TITLE: is not text in its character set [invalid_utf8]]", 1},
		{"characters", card("2.1", "N;CHARSET=x-foo:M\xfcller") + good, "[line 3: property N: is not text in its character set [invalid_utf8]]", 1},
		{"base64", card("3.0", "N;ENCODING=b:???") + good, "[line 3: property N: is not in Base64, as it says [syntax]]", 1},
		{"a group", card("4.0", "KIND:group", "MEMBER:x") + good, "[line 3: property KIND: must be a person or an organization [unknown_kind]]", 1},
		{"junk", "a;b\nc;d\n" + good + "\n \x1a", "[line 1: belongs to no card [syntax]]", 1},
		{"too large", card("3.0", "N:"+strings.Repeat("x", 5000)) + good, "[line 3: makes the card larger than 4000 bytes [too_long]]", 1},
		{"too large a note", card("3.0", "NOTE:"+strings.Repeat("x", 5000)) + good, "[line 3: makes the card larger than 4000 bytes [too_long]]", 1},
		{"too large, folded", card("3.0", "N:"+strings.Repeat("x\n ", 3000)) + good, "[line 3: makes the card larger than 4000 bytes [too_long]]", 1},
		{"too many", "BEGIN:VCARD\n" + strings.Repeat("X:\n", 100) + good, "[line 32: makes the card larger than 4000 bytes [too_long]]", 1},
		{"a large picture", card("3.0", "PHOTO;ENCODING=b:"+strings.Repeat("AAAA", 5000), " AAAA", "N:A") + good, "[]", 2},
		{"parameters", card("3.0", "N"+strings.Repeat(";", 50)+":A") + good, "[line 3: property N: has too many parameters [too_many]]", 1},
		{"types", card("3.0", "TEL;TYPE="+strings.Repeat(",", 50)+":A") + good, "[line 3: property TEL: has too many parameters [too_many]]", 1},
		{"an unclosed quote", card("3.0", "TEL;TYPE=\"home:1", "N:A") + good, "[]", 2},
		{"no value", card("3.0", "TEL;HOME", "N:A") + good, "[]", 2},
		{"an agent", card("2.1", "AGENT:", "BEGIN:VCARD", "N:Q", "END:VCARD", "N:A"), "[]", 1},
		{"nothing", "", "[]", 0},
	} {
		cards, broken := read(t, c.file, &vcard.Options{MaxCard: 4000})
		if got := fmt.Sprint(broken); got != c.want || len(cards) != c.cards {
			t.Errorf("%s: %d cards, %s", c.what, len(cards), got)
		}
		for _, e := range broken {
			var p *errs.Problem
			if !errors.Is(e, errs.ErrInvalid) || !errors.As(e, &p) || p.Code != e.Code {
				t.Errorf("%s: %#v", c.what, e)
			}
		}
	}
	cards, broken := read(t, card("3.0", "CATEGORIES:"+strings.Repeat("x,", 5000)), nil)
	if len(cards) != 0 || len(broken) != 1 || broken[0].Code != "too_many" {
		t.Errorf("%d, %v", len(cards), broken)
	}
}

// What cannot be understood is lost, but not without a word.
func TestReader_lists_what_it_cannot_understand(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"LANG:Deutsch (DE)": "LANG", "LANG:": "", "TZ:Local": "TZ", "KIND:x-robot": "KIND", "VERSION:5.0": "", "KEY:x": "KEY", "NO\r\n TE:x": "NOTE",
		"X-STAMMKUNDE-ORIGIN:shop;yesterday;": "X-STAMMKUNDE-ORIGIN", "X-STAMMKUNDE-CUSTOM:a;b": "X-STAMMKUNDE-CUSTOM",
		"X-STAMMKUNDE-IDENTITY:Not A Name;1": "X-STAMMKUNDE-IDENTITY", "ORG:A\r\nORG:B": "ORG", "N:A\r\nN:B": "N", "TITLE:A\r\nTITLE:B": "TITLE",
		"FN:A\r\nFN:B": "FN", "BDAY:1980-01-01\r\nBDAY:1980-01-02": "BDAY", "TZ:UTC\r\nTZ:Europe/Berlin": "TZ", "X-ABLABEL:x": "X-ABLABEL",
		"ADR:;;;;;;Atlantis": "ADR.COUNTRY", "TEL;TYPE=pager:1": "TEL.TYPE", "EMAIL;CELL:a@b": "", "\ufeffTITLE:x": "",
	} {
		got := one(t, card("4.0", line))
		if s := strings.Join(got.Unread, " "); s != want {
			t.Errorf("%q: %s", line, s)
		}
	}
}

// A header in a million pieces is not looked at a million times.
func TestReader_takes_its_time_only_once(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, piece := range []string{"x\n ", "\n ", "\"\n ", ";\n ", "=\n "} {
		start := time.Now()
		read(t, "BEGIN:VCARD\nTEL;ENCODING=QUOTED-PRINTABLE;A="+strings.Repeat(piece, 1_000_000)+":x\nEND:VCARD\n", nil)
		is.True(time.Since(start) < 5*time.Second)
	}
}

// The lines of cards lead to them, also behind folded and broken ones.
func TestReader_lines(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cards, _ := read(t, "\r\n"+card("3.0", "N:A", " B")+"\r\n"+card("3.0", "N:A"), nil)
	is.Equal(len(cards), 2)
	is.Equal(cards[0].Line, 2)
	is.Equal(cards[1].Line, 8)
}

func TestReader_gives_the_errors_of_the_file(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := io.MultiReader(strings.NewReader(card("3.0", "N:A")+"BEGIN:VCARD\nN:"), iotest.ErrReader(io.ErrClosedPipe))
	r, err := vcard.NewReader(file, nil)
	is.NoErr(err)
	n := 0
	for c, err := range r.Cards() {
		n++
		is.Equal(err != nil, n == 2)
		is.Equal(c.Line == 1, n == 1)
		if err != nil {
			is.True(errors.Is(err, io.ErrClosedPipe))
		}
	}
	is.Equal(n, 2)
}

// A file without an end costs no memory, and the card behind it is read.
func TestReader_is_bounded(t *testing.T) {
	is := is.New(t)
	const size = 64 << 20
	for _, begin := range []string{"BEGIN:VCARD\nN:", "BEGIN:VCARD\nNOTE:", "BEGIN:VCARD\nPHOTO:", "x"} {
		file := io.MultiReader(strings.NewReader(begin), io.LimitReader(endless{}, size), strings.NewReader("\nEND:VCARD\n"+card("3.0", "N:A;B")))
		r, err := vcard.NewReader(file, &vcard.Options{MaxCard: 1 << 16})
		is.NoErr(err)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var last vcard.Card
		for c := range r.Cards() {
			last = c
		}
		runtime.ReadMemStats(&after)
		is.Equal(last.Contact.Name.Family, "A")
		is.True(after.TotalAlloc-before.TotalAlloc < 4<<20)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestNewReader_checks_the_options(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := vcard.NewReader(strings.NewReader(""), &vcard.Options{Source: "My Phone", MaxCard: -1})
	is.True(errors.Is(err, errs.ErrInvalid))
	is.Equal(err.Error(), "vcard.NewReader: invalid: source: must be a lower-case letter followed by lower-case letters, digits, '_', '-' or '.', at most 64 in all [syntax]; maxCard: must be between 1 byte and 1 GiB [out_of_range]")
}
