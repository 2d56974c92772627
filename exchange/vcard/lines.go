package vcard

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// lines reads the lines of a file as they stand there, in pieces, so that none
// need be held. They end with LF, CRLF or CR.
type lines struct {
	r     *bufio.Reader
	wide  bool // the file was UTF-16
	count int  // of the lines that have ended
	ended bool // the line that was read last has ended
	last  byte // of that line, as far as it was read
	lf    bool // it ended with CR, so that an LF next to it belongs to it
	err   error
	trash [1 << 12]byte
}

// chunk is how many bytes are looked at at a time.
const chunk = 1 << 12

// open skips the byte order mark and makes UTF-8 of UTF-16. A file of cards begins
// with an ASCII letter, so without a mark the first zero byte tells.
func open(r io.Reader) *lines {
	in := bufio.NewReaderSize(r, 1<<16)
	head, _ := in.Peek(3)
	var order unicode.Endianness
	wide := true
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), len(head) > 1 && head[0] != 0 && head[1] == 0:
		order = unicode.LittleEndian
	case bytes.HasPrefix(head, []byte("\xfe\xff")), len(head) > 1 && head[0] == 0 && head[1] != 0:
		order = unicode.BigEndian
	default:
		wide = false
	}
	if wide {
		in = bufio.NewReaderSize(unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(in), 1<<16)
	}
	return &lines{r: in, wide: wide, ended: true}
}

// window shows what comes next of the file: at least a byte, unless the file is at
// its end or fails.
func (l *lines) window() []byte {
	for {
		if _, err := l.r.Peek(1); err != nil {
			if err != io.EOF {
				l.err = err
			}
			return nil
		}
		b, _ := l.r.Peek(min(l.r.Buffered(), chunk))
		if !l.lf || b[0] != '\n' {
			l.lf = false
			return b
		}
		l.lf = false
		l.skip(1)
	}
}

// more reports whether there is more of the file.
func (l *lines) more() bool { return len(l.window()) > 0 }

// skip uses up n bytes, of those that window has shown.
func (l *lines) skip(n int) { l.r.Discard(n) }

// part appends up to n bytes of the present line to dst, or of the next one if
// that has ended. Then ended tells whether there is more.
func (l *lines) part(dst []byte, n int) []byte {
	if l.ended {
		l.last, l.ended = 0, false
	}
	for {
		b := l.window()
		if len(b) == 0 {
			l.ended = true
			l.count++
			return dst
		}
		end := lineEnd(b)
		take := min(max(end, 0), n)
		if end < 0 {
			take = min(len(b), n)
		}
		if take > 0 {
			dst, l.last = append(dst, b[:take]...), b[take-1]
			n -= take
		}
		if end >= 0 && take == end {
			l.lf = b[end] == '\r'
			l.ended = true
			l.count++
			l.skip(end + 1)
			return dst
		}
		l.skip(take)
		if n == 0 {
			return dst
		}
	}
}

// drop skips the rest of the present line and tells its size.
func (l *lines) drop() int {
	n := 0
	for !l.ended {
		n += len(l.part(l.trash[:0], len(l.trash)))
	}
	return n
}

// lineEnd gives the index of the first CR or LF, or -1.
func lineEnd(b []byte) int {
	end := bytes.IndexByte(b, '\n')
	if end >= 0 {
		b = b[:end]
	}
	if cr := bytes.IndexByte(b, '\r'); cr >= 0 {
		return cr
	}
	return end
}

// ahead shows up to n bytes of the next line. What window has shown is no longer
// valid then.
func (l *lines) ahead(n int) []byte {
	if !l.more() {
		return nil
	}
	b, _ := l.r.Peek(n)
	if end := lineEnd(b); end >= 0 {
		return b[:end]
	}
	return b
}

// isMark reports whether a line is "BEGIN:VCARD" or "END:VCARD".
func isMark(line []byte, word string) bool {
	line = bytes.TrimPrefix(line, []byte("\ufeff")) // of a file behind another one
	name, value, found := bytes.Cut(line, []byte(":"))
	return found && bytes.EqualFold(bytes.TrimSpace(name), []byte(word)) && bytes.EqualFold(bytes.TrimSpace(value), []byte("VCARD"))
}

func isBegin(line []byte) bool { return isMark(line, "BEGIN") }
func isEnd(line []byte) bool   { return isMark(line, "END") }

// isBlank reports whether a line holds nothing but blanks, and the zeros and the
// Ctrl-Z with which old programs fill a file.
func isBlank(line []byte) bool { return len(bytes.Trim(line, " \t\x00\x1a\ufeff")) == 0 }

// isBase64 reports whether a line can be one of a block of Base64.
func isBase64(line []byte) bool {
	for _, c := range line {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '+', c == '/', c == '=':
		default:
			return false
		}
	}
	return len(line) > 0
}
