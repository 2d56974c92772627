package eml

import (
	"encoding/base64"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxLine is how long a line should be at most (RFC 5322, section 2.1.1).
	maxLine = 78
	// maxChunk is how many bytes one encoded word takes: with its frame and the
	// name of a header before it, the line stays within 76 characters (RFC 2047,
	// section 2).
	maxChunk = 39
)

// isAddress reports whether s is a bare address, not a name with an address and
// not a list.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && !hasControl(s) && len(s) <= 254
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }

// field writes one line of the header, folded.
func field(b *strings.Builder, name, value string) {
	b.WriteString(name + ":")
	used := len(name) + 1
	for _, word := range strings.Split(value, " ") {
		if used+1+len(word) > maxLine && used > len(name)+1 {
			b.WriteString("\r\n")
			used = 0
		}
		b.WriteString(" " + word)
		used += 1 + len(word)
	}
	b.WriteString("\r\n")
}

// unstructured makes the value of a header such as Subject.
func unstructured(s string) string {
	if isPlain(s) {
		return s
	}
	return encodedWords(s)
}

// mailbox makes the value of a header such as To.
func mailbox(a mail.Address) string {
	if a.Name == "" || isPlain(a.Name) {
		return a.String()
	}
	return encodedWords(a.Name) + " <" + a.Address + ">"
}

// isPlain reports whether s can stand in a header as it is: ASCII, nothing
// that a reader would decode, no blanks that folding would lose, and no word
// too long for a line.
func isPlain(s string) bool {
	if strings.Contains(s, "=?") || strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
		return false
	}
	for _, word := range strings.Split(s, " ") {
		if len(word) > maxLine-20 {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// encodedWords writes any text in ASCII (RFC 2047), cut between characters.
func encodedWords(s string) string {
	var words []string
	for s != "" {
		n := 0
		for n < len(s) {
			_, width := utf8.DecodeRuneInString(s[n:])
			if n+width > maxChunk {
				break
			}
			n += width
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ")
}
