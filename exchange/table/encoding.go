package table

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// marks are the byte order marks.
var marks = []struct {
	encoding Encoding
	bytes    []byte
}{
	{UTF8, []byte("\xef\xbb\xbf")},
	{UTF16LE, []byte("\xff\xfe")},
	{UTF16BE, []byte("\xfe\xff")},
}

// open decides on the encoding as far as the beginning of the file tells, and
// skips the byte order mark. An encoding that is not decided stays empty.
func (r *Reader) open() {
	r.in.peek(lookAhead)
	for _, m := range marks {
		if (r.encoding == "" || r.encoding == m.encoding) && bytes.HasPrefix(r.in.window(), m.bytes) {
			r.encoding = m.encoding
			r.in.skip(len(m.bytes))
			break
		}
	}
	if r.encoding == "" {
		r.encoding = wide(r.in.window())
	}
	if r.encoding == "" {
		r.encoding = narrow(r.in.window(), r.in.err != nil)
	}
	if r.encoding == UTF16LE || r.encoding == UTF16BE {
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(r.in.window())), &failing{r.in.err}, r.in.r)
		r.in = input{r: &utf16Reader{r: rest, big: r.encoding == UTF16BE}}
		r.in.peek(lookAhead)
	}
}

// failing is a reader that gives nothing but an error, or is at its end where
// there was none.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// decide is for a file that was pure ASCII up to here.
func (r *Reader) decide() {
	r.in.peek(lookAhead)
	r.encoding = narrow(r.in.window(), r.in.err != nil)
	if r.encoding == "" { // the row was cut differently
		r.encoding = UTF8
	}
}

// wide recognises UTF-16 by its zero bytes: delimiters, digits and line ends have
// them in every script. Other text has none.
func wide(head []byte) Encoding {
	head = head[:min(len(head), 1<<12)&^1]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	enough := max(1, len(head)/2/10)
	switch {
	case zeros[1] >= enough && zeros[0]*10 <= zeros[1]:
		return UTF16LE
	case zeros[0] >= enough && zeros[1]*10 <= zeros[0]:
		return UTF16BE
	}
	return ""
}

// narrow tells UTF-8 and Windows-1252 apart. It is empty for pure ASCII unless
// nothing follows. Characters of several bytes hardly come about in Windows-1252
// by chance. In doubt it is UTF-8, which reports what is wrong, while the other
// would give a wrong text without a word.
func narrow(head []byte, last bool) Encoding {
	good, bad := 0, 0
	for len(head) > 0 {
		n := ascii(head)
		if head = head[n:]; len(head) == 0 || !last && !utf8.FullRune(head) {
			break
		}
		c, size := utf8.DecodeRune(head)
		if c == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		head = head[size:]
	}
	switch {
	case bad > good:
		return Windows1252
	case good > 0 || last:
		return UTF8
	}
	return ""
}

// ascii tells how many ASCII bytes b begins with.
func ascii(b []byte) int {
	n := 0
	for ; n+8 <= len(b); n += 8 {
		if binary.LittleEndian.Uint64(b[n:])&0x8080808080808080 != 0 {
			break
		}
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// decode1252 makes UTF-8 of the fields.
func (s *splitter) decode1252() {
	from := s.text
	to := s.decoded[:0]
	for i, sp := range s.spans {
		start := len(to)
		for _, c := range from[sp.start:sp.end] {
			to = utf8.AppendRune(to, charmap.Windows1252.DecodeByte(c))
		}
		s.spans[i] = span{start, len(to)}
	}
	s.text, s.decoded = to, to
}

// utf16Reader makes UTF-8 of UTF-16. What is broken becomes the byte FF, which is
// no UTF-8, so that it is reported with the row in which it stands.
type utf16Reader struct {
	r    io.Reader
	big  bool
	raw  [1 << 12]byte
	have int    // bytes of raw that no unit was made of: 0 or 1
	high uint16 // first half of a pair, or 0
	out  []byte // what is to be delivered
	err  error
	mem  []byte // of out
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	if len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.next()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// next reads once and decodes what it got.
func (u *utf16Reader) next() {
	n, err := u.r.Read(u.raw[u.have:])
	n += u.have
	u.out, u.err = u.mem[:0], err
	for i := 0; i+1 < n; i += 2 {
		if u.big {
			u.unit(uint16(u.raw[i])<<8 | uint16(u.raw[i+1]))
		} else {
			u.unit(uint16(u.raw[i+1])<<8 | uint16(u.raw[i]))
		}
	}
	if u.have = n & 1; u.have == 1 {
		u.raw[0] = u.raw[n-1]
	}
	if err != nil && (u.have == 1 || u.high != 0) {
		u.out = append(u.out, 0xff)
		u.have, u.high = 0, 0
	}
	u.mem = u.out
}

// unit appends a unit of 16 bits, or keeps it if it is half a character.
func (u *utf16Reader) unit(c uint16) {
	high := rune(u.high)
	u.high = 0
	switch {
	case high != 0 && utf16.IsSurrogate(rune(c)) && c >= 0xdc00:
		u.out = utf8.AppendRune(u.out, utf16.DecodeRune(high, rune(c)))
		return
	case high != 0:
		u.out = append(u.out, 0xff)
	}
	switch {
	case !utf16.IsSurrogate(rune(c)):
		u.out = utf8.AppendRune(u.out, rune(c))
	case c < 0xdc00:
		u.high = c
	default:
		u.out = append(u.out, 0xff)
	}
}
