package vcard

import (
	"strings"
	"unicode"

	"github.com/stammkunde/crm/contact"
)

func (b *builder) readN(p *property) error {
	b.lose(b.n != "", "N")
	if b.n == "" && strings.Trim(p.value, "; ") != "" {
		b.n = p.value
	}
	return nil
}

func (b *builder) readFN(p *property) error {
	if s := p.text(); b.fn == "" && !strings.EqualFold(p.param("DERIVED"), "true") { // RFC 9554
		b.fn = s
	} else {
		b.lose(b.fn != "" && s != "" && s != b.fn, "FN")
	}
	return nil
}

func (b *builder) readOrg(p *property) error {
	parts := p.parts(1)
	name := oneLine(unescape(parts[0]), " ")
	if b.org == "" {
		b.org = name
		b.lose(glued("", parts[1:]...) != "", "ORG.UNIT")
	} else {
		b.lose(true, "ORG")
	}
	return nil
}

func (b *builder) readShowAs(p *property) error {
	b.showAs = strings.EqualFold(p.text(), "COMPANY")
	return nil
}

// readKind refuses what is no customer, such as a group of other cards.
func (b *builder) readKind(p *property) error {
	b.kind = strings.ToLower(p.text())
	switch b.kind {
	case "group", "location", "application", "device":
		return &CardError{p.line, p.name, "unknown_kind", "must be a person or an organization"}
	case "", "individual", "org":
	default:
		b.unread.add(p.name)
	}
	return nil
}

// names makes the name of N and ORG, or of FN where there is no N.
func (b *builder) names() {
	b.c.Name.Company = b.org
	switch {
	case b.n != "":
		b.fromN()
	case b.isCompany():
		b.c.Kind = contact.Company
		if b.org == "" {
			b.c.Name.Company = b.fn
		} else {
			b.lose(b.fn != "" && b.fn != b.org, "FN")
		}
	case b.fn != "":
		title, given, family := guess(b.fn)
		b.c.Name.Title, b.c.Name.Given, b.c.Name.Family = title, given, family
	}
	if b.kind == "org" || b.showAs {
		b.c.Kind = contact.Company
	}
}

// isCompany reports whether a card without a person's name is that of a company.
func (b *builder) isCompany() bool {
	switch {
	case b.kind == "org", b.showAs:
		return true
	case b.kind == "individual":
		return false
	}
	return b.org != "" && (b.fn == "" || strings.EqualFold(b.fn, b.org))
}

// fromN reads family, given and additional names, prefixes and suffixes.
func (b *builder) fromN() {
	parts := split(b.n, ';', maxParts)
	at := func(i int, version string) string {
		if i >= len(parts) {
			return ""
		}
		return join(parts[i], version, " ", " ")
	}
	// Some list additional names and titles with commas in version 2.1, too.
	family, given, more, title, suffix := at(0, b.version), at(1, b.version), at(2, "3.0"), at(3, "3.0"), at(4, "3.0")
	b.c.Name.Family = family
	b.c.Name.Given = glued(" ", given, more)
	b.c.Name.Title = title
	b.lose(suffix != "", "N.SUFFIX")
	b.lose(!saidIn(b.fn, glued(" ", family, given, more, title, suffix, b.org)), "FN")
}

// saidIn reports whether every word of a text stands in another one, too.
func saidIn(text, other string) bool {
	has := map[string]bool{}
	for w := range wordsOf(other) {
		has[w] = true
	}
	for w := range wordsOf(text) {
		if !has[w] {
			return false
		}
	}
	return true
}

func wordsOf(s string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// academic are the titles before a name, and particles the words with which a
// family name begins.
var (
	academic  = map[string]bool{"dr.": true, "dr": true, "prof.": true, "prof": true, "dipl.-ing.": true, "mag.": true, "ing.": true, "med.": true, "h.c.": true}
	particles = map[string]bool{
		"von": true, "van": true, "vom": true, "zu": true, "zum": true, "zur": true, "de": true, "del": true, "della": true, "di": true, "da": true, "dos": true,
		"der": true, "den": true, "ten": true, "ter": true, "el": true, "al": true, "bin": true, "ibn": true, "le": true, "la": true, "du": true,
	}
)

// guess takes a full name apart: "Dr. Anna Meyer", "Meyer, Anna". A single word is
// a family name.
func guess(full string) (title, given, family string) {
	if last, first, ok := strings.Cut(full, ","); ok && !strings.Contains(first, ",") && strings.TrimSpace(first) != "" {
		title, given = titled(strings.Fields(first))
		return title, given, strings.TrimSpace(last)
	}
	words := strings.Fields(full)
	n := 0
	for n < len(words)-1 && academic[strings.ToLower(words[n])] {
		n++
	}
	title, words = strings.Join(words[:n], " "), words[n:]
	if len(words) == 0 {
		return title, "", ""
	}
	start := len(words) - 1
	for i := 1; i < start; i++ {
		if particles[strings.ToLower(words[i])] {
			start = i
		}
	}
	if len(words) > 1 && particles[strings.ToLower(words[0])] {
		start = 0
	}
	return title, strings.Join(words[:start], " "), strings.Join(words[start:], " ")
}

// titled parts the titles from given names.
func titled(words []string) (title, given string) {
	n := 0
	for n < len(words) && academic[strings.ToLower(words[n])] {
		n++
	}
	return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
}
