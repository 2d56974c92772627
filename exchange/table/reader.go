package table

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"unicode/utf8"
)

// errEnd says that there are no more rows.
var errEnd = io.EOF

// Reader reads the rows of a CSV file. It is for one goroutine.
type Reader struct {
	in        input
	s         splitter
	encoding  Encoding // empty as long as all was ASCII
	header    *header
	width     int
	maxRow    int
	skip      int
	unprotect bool

	line   int // of the next record
	begins int // line on which the last record began
	number int // of rows, broken ones too
	credit int // bytes that may be looked at in vain, see reach
}

// Row is one row of a file. It stays valid while others are read.
type Row struct {
	// Number counts the rows from 1, broken ones too, but not the header.
	Number int
	// Line is the line of the file on which the row begins, from 1.
	Line int

	fields []string
	header *header
}

// Get returns the field in the column, or "" if there is no such column. Use
// [Reader.Column] to learn once whether there is.
func (r Row) Get(column string) string {
	if r.fields == nil { // broken
		return ""
	}
	if i, ok := r.header.index[column]; ok {
		return r.fields[i]
	}
	return ""
}

// At returns the field in the column with the index, from 0. It panics if there
// are not as many columns.
func (r Row) At(i int) string { return r.fields[i] }

// Fields returns all fields, as many as the file has columns.
func (r Row) Fields() []string { return slices.Clone(r.fields) }

// Blank reports whether all fields are empty, as in the rows ";;;" with which
// spreadsheets end many a file.
func (r Row) Blank() bool {
	return !slices.ContainsFunc(r.fields, func(s string) bool { return s != "" })
}

// NewReader makes a Reader of r. It reads up to a MiB, or to the end if that comes
// before, to learn what the file is, and the header.
//
// An error of r is returned as it is. Else the error is an errs.ErrInvalid: options
// that cannot be, a header that is missing or names two columns alike, or a
// [RowError] if the header cannot be read as a row.
func NewReader(r io.Reader, o *Options) (*Reader, error) {
	own, err := settings(o)
	if err != nil {
		return nil, err
	}
	t := &Reader{
		in: input{r: r}, encoding: own.Encoding, line: 1, skip: own.Skip,
		maxRow: own.MaxRow, credit: 16 * own.MaxRow, unprotect: own.Unprotect,
	}
	t.open()
	t.recognise(own)
	if err := t.readHeader(own); err != nil {
		return nil, err
	}
	return t, nil
}

// recognise finds out how the lines end and what stands between the fields.
func (r *Reader) recognise(o Options) {
	head := r.in.window()
	r.s.end = lineEnd(head)
	sep, size := sepLine(head, r.s.end)
	if size > 0 {
		r.in.skip(size)
		r.line++
	}
	switch {
	case o.Delimiter != 0:
		r.s.delimiter = byte(o.Delimiter)
	case sep != 0:
		r.s.delimiter = sep
	default:
		r.s.delimiter = delimiter(head, r.in.err != nil, r.s.end, len(o.Columns))
	}
}

// Columns returns the names of the columns. A column without a name has "".
func (r *Reader) Columns() []string { return slices.Clone(r.header.names) }

// Column returns the index of the column with the name.
func (r *Reader) Column(name string) (int, bool) {
	i, ok := r.header.index[name]
	return i, ok
}

// Delimiter returns what stands between the fields.
func (r *Reader) Delimiter() rune { return rune(r.s.delimiter) }

// Encoding returns the encoding: UTF8 for a file that was pure ASCII so far.
func (r *Reader) Encoding() Encoding {
	if r.encoding == "" {
		return UTF8
	}
	return r.encoding
}

// Number returns the number of the row that was delivered last, broken or not. It
// is what [Options.Skip] takes to go on behind that row at another time.
func (r *Reader) Number() int { return r.number }

// Rows gives the rows that were not read yet. A broken one comes as an empty Row
// with its number and line and a [RowError], and the loop goes on. Any other error
// is that of the underlying reader, and comes last.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			row, err := r.read()
			if err == errEnd {
				return
			}
			_, goOn := err.(*RowError)
			if row.Number <= r.skip && (err == nil || goOn) {
				continue
			}
			if !yield(row, err) || err != nil && !goOn {
				return
			}
		}
	}
}

// read reads the next row, broken or not.
func (r *Reader) read() (Row, error) {
	err := r.next()
	if _, ok := err.(*RowError); err != nil && !ok {
		return Row{}, err
	}
	r.number++
	row := Row{Number: r.number, Line: r.begins, header: r.header}
	if err == nil && r.s.count != r.width {
		err = wrongWidth(row.Line, r.s.count, r.width)
	}
	if err == nil && r.number > r.skip {
		row.fields, err = r.row(row.Line)
	}
	return row, err
}

// wrongWidth is the error of a row with too few or too many fields.
func wrongWidth(line, fields, columns int) error {
	return &RowError{line, "", "shape", "has " + plural(fields, "field") + ", but there are " + plural(columns, "column")}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}

// row makes strings of the fields of the record.
func (r *Reader) row(line int) ([]string, error) {
	if r.encoding == Windows1252 {
		if ascii(r.s.text) < len(r.s.text) {
			r.s.decode1252()
		}
	} else if !utf8.Valid(r.s.text) {
		return nil, r.wrongBytes(line)
	}
	text := string(r.s.text)
	fields := make([]string, r.width)
	for i, sp := range r.s.spans {
		fields[i] = text[sp.start:sp.end]
		if r.unprotect {
			fields[i] = Unprotect(fields[i])
		}
	}
	return fields, nil
}

// wrongBytes is the error of the first column that is not UTF-8.
func (r *Reader) wrongBytes(line int) error {
	err := &RowError{line, "", "invalid_utf8", "is not valid " + string(r.Encoding())}
	if r.header != nil {
		i := slices.IndexFunc(r.s.spans, func(sp span) bool { return !utf8.Valid(r.s.text[sp.start:sp.end]) })
		err.Column = r.header.names[max(i, 0)]
	}
	return err
}

// next splits the next record that is not an empty line.
func (r *Reader) next() error {
	for {
		data := r.in.window()
		if len(data) == 0 && r.in.err != nil {
			return r.in.err
		}
		last := r.in.err == io.EOF && len(data) <= r.maxRow
		data = data[:min(len(data), r.maxRow)]
		reach := r.reach()
		switch r.s.split(data, last, reach) {
		case short:
			if err := r.more(len(data), reach); err != nil {
				return err
			}
		case broken:
			return r.lose(min(len(data), max(r.s.first, reach)), "syntax", "has a quote in the wrong place, or one that is not closed")
		case whole:
			if r.encoding == "" && ascii(data[:r.s.size]) < r.s.size {
				r.decide()
				continue // the data may have moved
			}
			r.use(data)
			if !r.s.blank {
				return nil
			}
		}
	}
}

// use marks the record as read.
func (r *Reader) use(data []byte) {
	r.begins = r.line
	r.line++
	if r.s.size > r.s.first { // over several lines
		r.line += bytes.Count(data[r.s.first:r.s.size], []byte{r.s.end})
	}
	r.in.skip(r.s.size)
	r.credit = min(r.credit+4*r.s.size, 16*r.maxRow)
}

// minReach is how far a field may always reach over the ends of lines.
const minReach = 1 << 10

// reach is how far a field may reach over the ends of lines. That is MaxRow. But a
// file made to open quotes on every line and close none would have each of its
// lines looked at that far in vain, so whoever does it often gets less and less.
func (r *Reader) reach() int { return min(r.maxRow, max(minReach, r.credit)) }

// more reads on for a record that has not ended in the size bytes so far, or
// gives it up.
func (r *Reader) more(size, reach int) error {
	switch {
	case size >= r.maxRow && r.s.first == 0:
		return r.lose(size, "too_long", fmt.Sprintf("is a line of more than %d bytes", r.maxRow))
	case r.s.first > 0 && size >= max(r.s.first, reach):
		return r.lose(size, "syntax", "has a quote that is not closed")
	case r.in.err != nil && r.in.err != io.EOF:
		return r.in.err
	}
	r.in.fill(min(max(chunk, 2*size), r.maxRow))
	return nil
}

// lose gives up the line on which a record begins, after so many bytes were looked
// at in vain.
func (r *Reader) lose(looked int, code, message string) error {
	r.begins = r.line
	r.line++
	r.credit = max(0, r.credit-looked)
	if r.s.first > 0 {
		r.in.skip(r.s.first)
	} else {
		r.in.dropLine(r.s.end)
	}
	return &RowError{r.begins, "", code, message}
}
