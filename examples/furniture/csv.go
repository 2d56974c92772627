package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// record is one record of a CSV file.
type record struct {
	line   int // on which it begins
	fields []string
	err    error
}

// records reads a CSV file record by record. Unlike encoding/csv alone it loses
// only the broken line where a quote is not closed, not the rest of the file.
type records struct {
	r     *bufio.Reader
	line  int      // of the next line
	ahead []string // lines that were read but not used
	width int      // fields of the header; 0 before it is read
}

// maxJoined is how many lines one quoted field may span.
const maxJoined = 20

func newRecords(r io.Reader) *records {
	b := bufio.NewReaderSize(r, 1<<16)
	if mark, err := b.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		b.Discard(3)
	}
	return &records{r: b, line: 1}
}

// next returns the next record, io.EOF behind the last one. A record that is
// broken comes with record.err.
func (r *records) next() (record, error) {
	for {
		text, err := r.readLine()
		if err != nil {
			return record{}, err
		}
		rec := record{line: r.line}
		r.line++
		if strings.TrimSpace(text) == "" {
			continue
		}
		used := 0
		rec.fields, used, rec.err = r.parse(text)
		r.ahead = r.ahead[used:]
		r.line += used
		if rec.err == nil && r.width == 0 {
			r.width = len(rec.fields)
		}
		return rec, nil
	}
}

var (
	errQuote   = errors.New("a quote is not closed or stands in the wrong place")
	errColumns = errors.New("has another number of columns than the header")
)

// parse reads a record that begins with the line. Where a quoted field goes
// over the line's end it takes the lines that follow, and tells how many.
func (r *records) parse(text string) (fields []string, used int, err error) {
	for strings.Count(text, `"`)%2 == 1 {
		if used == maxJoined {
			return nil, 0, errQuote
		}
		if used == len(r.ahead) {
			more, err := r.fetch()
			if err == io.EOF {
				return nil, 0, errQuote
			}
			if err != nil {
				return nil, 0, err
			}
			r.ahead = append(r.ahead, more)
		}
		text += r.ahead[used]
		used++
	}
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord = -1
	if fields, err = c.Read(); err != nil {
		return nil, 0, errQuote
	}
	if r.width != 0 && len(fields) != r.width {
		return nil, 0, errColumns
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(oneLine.Replace(fields[i]))
	}
	return fields, used, nil
}

// oneLine makes one line of a field: the CRM's names have no line breaks.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

func (r *records) readLine() (string, error) {
	if len(r.ahead) > 0 {
		text := r.ahead[0]
		r.ahead = r.ahead[1:]
		return text, nil
	}
	return r.fetch()
}

// fetch reads a line with its end.
func (r *records) fetch() (string, error) {
	text, err := r.r.ReadString('\n')
	if err == io.EOF && text != "" {
		err = nil
	}
	return text, err
}
