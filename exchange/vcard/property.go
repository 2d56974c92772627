package vcard

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// property is a line of a card, unfolded and taken apart.
type property struct {
	line   int
	group  string // "item1" in "item1.EMAIL:..."
	name   string // in capitals
	params []param
	raw    []byte // the value, in the characters of the file
	value  string // the value in UTF-8, with its backslashes
}

// param is one value of a parameter. Its name is in capitals.
type param struct{ name, value string }

// header is what the lines that follow depend on.
type header struct {
	qp, base64   bool
	seen, quoted bool
	at           int // how far it was looked at
}

// look finds out, as soon as the beginning of a property is complete. It goes on
// where it stopped, since text may come in many small pieces.
func (h *header) look(text []byte) {
	for ; !h.seen && h.at < len(text); h.at++ {
		switch c := text[h.at]; {
		case c == '"':
			h.quoted = !h.quoted
		case c == ':' && !h.quoted:
			h.seen = true
			h.judge(bytes.ToUpper(text[:h.at]))
		}
	}
}

// judge looks for encodings before the value.
func (h *header) judge(head []byte) {
	h.qp = bytes.Contains(head, []byte("QUOTED-PRINTABLE"))
	h.base64 = h.base64 || bytes.Contains(head, []byte("BASE64")) || bytes.HasSuffix(head, []byte("ENCODING=B")) ||
		bytes.Contains(head, []byte("ENCODING=B;"))
}

// colon gives the index of the colon before the value, or -1.
func colon(text []byte) int {
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			return i
		}
	}
	return bytes.IndexByte(text, ':') // a quote that was not closed
}

// propertyName gives the name of the property that begins with head.
func propertyName(head []byte) (name string, ok bool) {
	end := bytes.IndexAny(head, ":;")
	if end < 0 {
		return "", false
	}
	head = head[:end]
	if dot := bytes.LastIndexByte(head, '.'); dot >= 0 {
		head = head[dot+1:]
	}
	name = strings.ToUpper(string(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))))
	return name, isToken(name)
}

// isToken reports whether s can be the name of a property or parameter. The
// underscore is a mistake of some programs.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// parse takes the text of a property apart.
func parse(text []byte, line int) (property, error) {
	end := colon(text)
	if end < 0 { // such as "TEL;" before the end of the card
		end = len(text)
		text = append(slices.Clone(text), ':')
	}
	p := property{line: line, raw: text[end+1:]}
	pieces := splitParams(text[:end])
	p.name, _ = propertyName(append(slices.Clone(pieces[0]), ':'))
	if dot := bytes.LastIndexByte(pieces[0], '.'); dot >= 0 {
		p.group = strings.ToLower(string(bytes.TrimSpace(pieces[0][:dot])))
	}
	for _, piece := range pieces[1:] {
		p.addParam(strings.ToValidUTF8(string(piece), "\ufffd"))
	}
	if len(pieces) > maxParams || len(p.params) > maxParams {
		return p, &CardError{line, p.name, "too_many", "has too many parameters"}
	}
	return p, nil
}

// splitParams splits at the semicolons that stand outside of quotes, and stops when
// there are too many.
func splitParams(head []byte) [][]byte {
	var out [][]byte
	quoted, start := false, 0
	for i, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted && len(out) < maxParams:
			out = append(out, head[start:i])
			start = i + 1
		}
	}
	return append(out, head[start:])
}

// encodings are the ways to write bytes, as bare parameters name them.
var encodings = map[string]bool{"QUOTED-PRINTABLE": true, "BASE64": true, "B": true, "8BIT": true, "7BIT": true}

// addParam adds "TYPE=home,work", or "HOME" as vCard 2.1 writes it.
func (p *property) addParam(s string) {
	name, value, named := strings.Cut(s, "=")
	if name = strings.ToUpper(strings.TrimSpace(name)); named {
		for _, v := range splitValues(value) {
			p.params = append(p.params, param{name, v})
		}
		return
	}
	switch {
	case name == "":
	case encodings[name]:
		p.params = append(p.params, param{"ENCODING", name})
	default:
		p.params = append(p.params, param{"TYPE", name})
	}
}

// splitValues splits at the commas outside of quotes, and takes the quotes away.
func splitValues(s string) []string {
	var out []string
	var b strings.Builder
	quoted := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted && len(out) < maxParams:
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(out, b.String())
}

// uncaret reads the values of parameters that cannot stand there as they are (RFC
// 6868).
var uncaret = strings.NewReplacer("^n", "\n", "^'", "\"", "^^", "^")

// param gives the value of a parameter, or "".
func (p *property) param(name string) string {
	for _, q := range p.params {
		if q.name == name {
			return strings.TrimSpace(uncaret.Replace(q.value))
		}
	}
	return ""
}

// types gives all types in small letters. RFC 6350 itself writes a list of them in
// one pair of quotes.
func (p *property) types() []string {
	var out []string
	for _, q := range p.params {
		if q.name == "TYPE" {
			for t := range strings.SplitSeq(q.value, ",") {
				out = append(out, strings.ToLower(strings.TrimSpace(t)))
			}
		}
	}
	return out
}

// unranked is the rank of what nobody prefers; PREF has 1 to 100.
const unranked = 101

// rank tells how much a value is preferred: 1 is the most.
func (p *property) rank() int {
	if n, err := strconv.Atoi(p.param("PREF")); err == nil && n >= 1 && n < unranked {
		return n
	}
	if slices.Contains(p.types(), "pref") {
		return 1
	}
	return unranked
}
