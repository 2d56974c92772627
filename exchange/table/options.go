package table

import (
	"slices"

	"github.com/stammkunde/crm/errs"
)

// Encoding is how the characters of a file are stored.
type Encoding string

// The encodings that a Reader knows.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
)

// Limits, in bytes unless said otherwise.
const (
	defaultMaxRow = 1 << 20
	lookAhead     = 1 << 20 // of the file, to learn what it is
	chunk         = 1 << 16 // is read at least at a time
	maxColumns    = 1 << 14 // columns, as in Excel
)

// Options tells what is known about a file. Nothing need be.
type Options struct {
	// Encoding of the file. Defaults to what is recognised. A byte order mark of
	// this encoding is skipped.
	Encoding Encoding
	// Delimiter between fields, an ASCII character. Defaults to what is recognised.
	// It wins over a line "sep=;", which is skipped all the same.
	Delimiter rune
	// Columns are the names of the columns of a file without a header row. Defaults
	// to the first row.
	Columns []string
	// NumberNames lets names of the header stand there twice: the second "Phone"
	// is called "Phone 2", and the third column, if it has no name, "Column 3".
	// Without it a name that stands there twice is an error, and a column without
	// a name can be reached by its index only.
	NumberNames bool
	// MaxRow is the largest size of a row with its line end, in bytes of UTF-8, or
	// of Windows-1252. At most 1 GiB. Defaults to 1 MiB.
	MaxRow int
	// Skip is how many rows are not delivered: the Row.Number of the last one that
	// was handled, to go on where an earlier reading of the same file stopped.
	Skip int
	// Unprotect takes back what a Writer did to keep spreadsheets from running
	// cells. Set it for files that this package wrote.
	Unprotect bool
}

// settings copies, completes and checks o.
func settings(o *Options) (Options, error) {
	var own Options
	if o != nil {
		own = *o
	}
	own.Columns = slices.Clone(own.Columns)
	if own.MaxRow == 0 {
		own.MaxRow = defaultMaxRow
	}
	var f errs.Fields
	switch own.Encoding {
	case "", UTF8, UTF16LE, UTF16BE, Windows1252:
	default:
		f.Add("encoding", "out_of_range", "is none that this package knows")
	}
	if own.Delimiter != 0 && !separates(own.Delimiter) {
		f.Add("delimiter", "out_of_range", "must be an ASCII character, but neither quote nor line end")
	}
	if own.MaxRow < 0 || own.MaxRow > 1<<30 {
		f.Add("maxRow", "out_of_range", "must be between 1 byte and 1 GiB")
	}
	if own.Skip < 0 {
		f.Add("skip", "out_of_range", "must not be negative")
	}
	return own, f.Err(opNewReader)
}

// separates reports whether c can stand between fields.
func separates(c rune) bool {
	return c > 0 && c < 0x80 && c != '"' && c != '\n' && c != '\r'
}
