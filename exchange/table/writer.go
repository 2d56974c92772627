package table

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/stammkunde/crm/errs"
)

// WriteOptions tells how a file is to look. Defaults to UTF-8 without a byte order
// mark, commas, CRLF as RFC 4180 wants it, and protected cells.
type WriteOptions struct {
	// Delimiter between fields, an ASCII character. Defaults to the comma. Excel
	// wants a semicolon where numbers have a decimal comma.
	Delimiter rune
	// BOM begins the file with a byte order mark. Without it Excel takes a file for
	// Windows-1252.
	BOM bool
	// LF ends lines with LF in place of CRLF.
	LF bool
	// Raw writes the fields as they are. Set it only where no spreadsheet will open
	// the file: see [Protect].
	Raw bool
}

// Writer writes a CSV file. It is for one goroutine. Nothing is sure to be written
// before Flush.
type Writer struct {
	w     *bufio.Writer
	o     WriteOptions
	end   string
	width int // fields of the first row
	line  int // of the next row
}

// NewWriter makes a Writer of w. Options that cannot be are an errs.ErrInvalid.
func NewWriter(w io.Writer, o *WriteOptions) (*Writer, error) {
	t := &Writer{w: bufio.NewWriterSize(w, chunk), end: "\r\n", line: 1}
	if o != nil {
		t.o = *o
	}
	if t.o.Delimiter == 0 {
		t.o.Delimiter = ','
	}
	if !separates(t.o.Delimiter) {
		var f errs.Fields
		f.Add("delimiter", "out_of_range", "must be an ASCII character, but neither quote nor line end")
		return nil, f.Err(opNewWriter)
	}
	if t.o.LF {
		t.end = "\n"
	}
	return t, nil
}

// Write writes a row; the first one is the header. A [RowError] tells that the row
// has another number of fields than the first one, or text that is not UTF-8; then
// nothing of it was written. Any other error is that of the underlying writer.
func (w *Writer) Write(row []string) error {
	if err := w.check(row); err != nil {
		return err
	}
	if w.width == 0 {
		w.width = len(row)
		if w.o.BOM {
			w.w.WriteString("\ufeff")
		}
	}
	lines := 1
	for i, field := range row {
		if i > 0 {
			w.w.WriteByte(byte(w.o.Delimiter))
		}
		if !w.o.Raw {
			field = Protect(field)
		}
		w.field(field)
		lines += strings.Count(field, "\n")
	}
	w.line += lines
	_, err := w.w.WriteString(w.end)
	return err
}

func (w *Writer) check(row []string) error {
	switch {
	case len(row) == 0:
		return &RowError{w.line, "", "shape", "has no fields"}
	case w.width != 0 && len(row) != w.width:
		return wrongWidth(w.line, len(row), w.width)
	}
	for _, field := range row {
		if !utf8.ValidString(field) {
			return &RowError{w.line, "", "invalid_utf8", "is not valid UTF-8"}
		}
	}
	return nil
}

func (w *Writer) field(s string) {
	if !w.quotes(s) {
		w.w.WriteString(s)
		return
	}
	w.w.WriteByte('"')
	for {
		before, after, found := strings.Cut(s, `"`)
		w.w.WriteString(before)
		if !found {
			break
		}
		w.w.WriteString(`""`)
		s = after
	}
	w.w.WriteByte('"')
}

// quotes reports whether a field must be quoted, to come back as it was whoever
// reads it. A first field may look like a byte order mark, or like a line that
// names the delimiter; an empty one alone would be an empty line.
func (w *Writer) quotes(s string) bool {
	if s == "" {
		return w.width == 1
	}
	return strings.ContainsAny(s, "\"\r\n\t;|,") || strings.IndexByte(s, byte(w.o.Delimiter)) >= 0 ||
		s[0] == ' ' || s[len(s)-1] == ' ' || strings.HasPrefix(s, "\ufeff") ||
		len(s) >= 4 && strings.EqualFold(s[:4], "sep=")
}

// Flush writes what is still held. Call it behind the last row.
func (w *Writer) Flush() error { return w.w.Flush() }
