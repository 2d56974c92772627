package vcard

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decode makes text of the values of a card. Values without a character set are
// UTF-8, or else in Windows-1252 if more of the card's bytes contradict UTF-8 than
// it has characters in UTF-8. vCard 4.0 is always UTF-8.
func decode(props []property, version string, wide bool) error {
	good, bad := 0, 0
	for i := range props {
		p := &props[i]
		if err := p.unwrap(); err != nil {
			return err
		}
		if _, declared := charset(p, wide); !declared {
			tally(p.raw, &good, &bad)
		}
	}
	var usual encoding.Encoding
	if bad > good && version != "4.0" && !wide {
		usual = charmap.Windows1252
	}
	for i := range props {
		if err := props[i].decode(usual, wide); err != nil {
			return err
		}
	}
	return nil
}

// unwrap takes back what makes ASCII of other bytes.
func (p *property) unwrap() error {
	switch strings.ToUpper(p.param("ENCODING")) {
	case "QUOTED-PRINTABLE":
		p.raw = unquote(p.raw)
	case "B", "BASE64":
		text := bytes.TrimRight(bytes.Join(bytes.Fields(p.raw), nil), "=")
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
		n, err := base64.RawStdEncoding.Decode(out, text)
		if err != nil {
			return &CardError{p.line, p.name, "syntax", "is not in Base64, as it says"}
		}
		p.raw = out[:n]
	}
	return nil
}

// unquote reads quoted-printable. A sign that encodes nothing stays what it is.
func unquote(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '=' && i+2 < len(b) {
			hi, ok1 := hexDigit(b[i+1])
			lo, ok2 := hexDigit(b[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// tally counts the characters of several bytes in UTF-8, and the bytes that are in
// none.
func tally(b []byte, good, bad *int) {
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		switch {
		case c == utf8.RuneError && size == 1:
			*bad++
		case size > 1:
			*good++
		}
		b = b[size:]
	}
}

// charset gives the encoding that a value declares, where nil is UTF-8, as is what
// nobody knows. ASCII declares nothing, since programs write it and mean what they
// happen to have. A file in UTF-16 was decoded already.
func charset(p *property, wide bool) (e encoding.Encoding, declared bool) {
	name := strings.ToLower(p.param("CHARSET"))
	switch {
	case wide:
		return nil, true
	case name == "", name == "us-ascii", name == "ascii":
		return nil, false
	case strings.HasPrefix(name, "utf"):
		return nil, true
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, true
	}
	return e, true
}

// decode makes UTF-8 of the value.
func (p *property) decode(usual encoding.Encoding, wide bool) error {
	from, declared := charset(p, wide)
	if !declared {
		from = usual
	}
	text := p.raw
	if from != nil {
		var err error
		if text, err = from.NewDecoder().Bytes(text); err != nil {
			return p.wrongBytes()
		}
	}
	if !utf8.Valid(text) || (wide || from != nil) && bytes.ContainsRune(text, utf8.RuneError) {
		return p.wrongBytes()
	}
	p.value = string(text)
	return nil
}

func (p *property) wrongBytes() error {
	return &CardError{p.line, p.name, "invalid_utf8", "is not text in its character set"}
}
