package vcard

import (
	"slices"
	"strings"
	"unicode"
)

// list is a list of names without repetition, in the order of their arrival.
type list struct {
	names []string
	has   map[string]bool
}

func (l *list) add(name string) {
	if l.has[name] {
		return
	}
	if l.has == nil {
		l.has = map[string]bool{}
	}
	l.has[name] = true
	l.names = append(l.names, name)
}

// split cuts a value at every sep that has no backslash before it, into n pieces
// at most. The pieces keep their backslashes.
func split(s string, sep byte, n int) []string {
	var out []string
	start := 0
	for i := 0; i < len(s) && len(out) < n-1; i++ {
		switch s[i] {
		case '\\':
			i++
		case sep:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// unescape reads what stands behind backslashes. A backslash before anything else
// is one.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		switch next := s[i+1]; next {
		case 'n', 'N':
			b = append(b, '\n')
		case '\\', ',', ';', ':':
			b = append(b, next)
		default:
			b = append(b, '\\', next)
		}
		i++
	}
	return string(b)
}

// oneLine makes text without control characters, since no text of a record has
// any: between the lines of a text it puts glue.
func oneLine(s, glue string) string {
	if !strings.ContainsFunc(s, unicode.IsControl) {
		return strings.TrimSpace(s)
	}
	var kept []string
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, line)
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, glue)
}

// text gives a value that is one text.
func (p *property) text() string { return oneLine(unescape(p.value), " ") }

// parts gives the components of a value, at least n. Behind maxParts, the rest is
// one.
func (p *property) parts(n int) []string {
	out := split(p.value, ';', maxParts)
	for len(out) < n {
		out = append(out, "")
	}
	return out
}

// maxParts is more than any property has components.
const maxParts = 20

// join makes one text of a component. Since vCard 3.0 it may be a list, with
// commas that have no backslash.
func join(component, version, glue, lines string) string {
	if version == "2.1" || strings.IndexByte(component, ',') < 0 {
		return oneLine(unescape(component), lines)
	}
	items := split(component, ',', maxList)
	for i := range items {
		items[i] = oneLine(unescape(items[i]), lines)
	}
	items = slices.DeleteFunc(items, func(s string) bool { return s == "" })
	return strings.Join(items, glue)
}

// glued joins the texts that are not empty.
func glued(glue string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), glue)
}
