// Package check holds the checks on text that every service makes at the door.
package check

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cardnumber"
)

// Line checks free text of one line: valid UTF-8, no control characters, at
// most max characters, no payment card number.
func Line(f *errs.Fields, path, s string, max int) {
	if text(f, path, s, max, false) && cardnumber.Contains(s) {
		f.Add(path, "card_number", "must not contain a payment card number")
	}
}

// Prose is Line, but newlines and tabs are welcome.
func Prose(f *errs.Fields, path, s string, max int) {
	if text(f, path, s, max, true) && cardnumber.Contains(s) {
		f.Add(path, "card_number", "must not contain a payment card number")
	}
}

// Key checks a key of the host's: as Line and not empty, but any digits may
// stand in it, because order numbers can look like anything.
func Key(f *errs.Fields, path, s string, max int) {
	if s == "" {
		f.Add(path, "required", "must not be empty")
		return
	}
	text(f, path, s, max, false)
}

// Text checks text that is compared, not kept: as Line, but it may hold any
// digits, newlines and tabs.
func Text(f *errs.Fields, path, s string, max int) { text(f, path, s, max, true) }

// Name checks the name of a kind, purpose or field: a lower-case letter, then
// lower-case letters, digits, '_', '-' and '.', at most 64 characters.
func Name(f *errs.Fields, path, s string) {
	if s == "" {
		f.Add(path, "required", "must not be empty")
		return
	}
	if !IsName(s) {
		f.Add(path, "syntax", "must be a lower-case letter followed by lower-case letters, digits, '_', '-' or '.', at most 64 in all")
	}
}

// IsName reports whether s is a name in the sense of Name.
func IsName(s string) bool {
	if len(s) == 0 || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// The range of instants that the CRM stores.
var (
	earliest = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Time checks that t lies within the years 1800 to 2299, the range in which
// every store keeps microseconds exactly.
func Time(f *errs.Fields, path string, t time.Time) bool {
	if t.Before(earliest) || !t.Before(latest) {
		f.Add(path, "out_of_range", "must lie in the years 1800 to 2299")
		return false
	}
	return true
}

func text(f *errs.Fields, path, s string, max int, multiline bool) bool {
	if !utf8.ValidString(s) {
		f.Add(path, "invalid_utf8", "must be valid UTF-8")
		return false
	}
	n := 0
	for _, r := range s {
		n++
		if unicode.IsControl(r) && !(multiline && (r == '\n' || r == '\r' || r == '\t')) {
			f.Add(path, "control_character", "must not contain control characters")
			return false
		}
	}
	if n > max {
		f.Add(path, "too_long", fmt.Sprintf("must have at most %d characters", max))
		return false
	}
	return true
}
