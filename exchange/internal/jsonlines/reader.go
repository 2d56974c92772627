// Package jsonlines reads files that have a JSON object on every line, with bounded
// memory, and tells what is wrong with a line without repeating what stands in it.
package jsonlines

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// ErrLong is the error of a line that is too long. It was skipped.
var ErrLong = errors.New("jsonlines: line too long")

var mark = []byte("\ufeff")

// Reader reads lines. It is for one goroutine.
type Reader struct {
	r       *bufio.Reader
	maxLine int
	// Line is the number of the line that was read last, and Number that of the
	// lines that are not empty, both from 1.
	Line, Number int
}

// NewReader makes a Reader for lines of up to maxLine bytes with their ends.
func NewReader(r io.Reader, maxLine int) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 1<<16), maxLine: maxLine}
}

// Next reads the next line that is not empty. The error is ErrLong, io.EOF, or that
// of the underlying reader.
func (r *Reader) Next() ([]byte, error) {
	for {
		line, size, err := r.read()
		if size == 0 && err != nil {
			return nil, err
		}
		r.Line++
		if err != nil && err != io.EOF {
			return nil, err
		}
		if r.Line == 1 {
			line = bytes.TrimPrefix(line, mark)
		}
		if size > r.maxLine {
			r.Number++
			return nil, ErrLong
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			r.Number++
			return line, nil
		}
	}
}

// read reads up to the end of a line. size is that of the line, as far as it is not
// far beyond maxLine. Of a line that is too long it holds no more than it must.
func (r *Reader) read() (line []byte, size int, err error) {
	for {
		part, err := r.r.ReadSlice('\n')
		if size += len(part); size <= r.maxLine {
			line = append(line, part...)
		} else {
			line, size = nil, r.maxLine+1
		}
		if err != bufio.ErrBufferFull {
			return line, size, err
		}
	}
}

// Parse reads the object of a line into v, which has all members that there may be.
// The error is a *Error.
func Parse(line []byte, v any) error {
	if !utf8.Valid(line) {
		return &Error{Code: "invalid_utf8", Message: "is not valid UTF-8"}
	}
	if len(line) == 0 || line[0] != '{' {
		return &Error{Code: "syntax", Message: "is no JSON object"}
	}
	if err := strictly(line, v); err != nil {
		return explain(err)
	}
	return nil
}
