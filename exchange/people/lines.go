package people

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/money"
)

// LineOptions tells what is known about a file of JSON Lines.
type LineOptions struct {
	// MaxLine is the largest size of a line with its end, in bytes, at most 1 GiB.
	// Defaults to 1 MiB.
	MaxLine int
	// Skip is how many records are not delivered: the Number of the last one that
	// was handled.
	Skip int
}

// LineDecoder reads contacts from JSON Lines: a JSON object per line, as package
// contact makes it. It is for one goroutine.
type LineDecoder struct {
	r            *bufio.Reader
	o            LineOptions
	line, number int
}

// NewLineDecoder makes a LineDecoder. Options that cannot be are an errs.ErrInvalid.
func NewLineDecoder(r io.Reader, o *LineOptions) (*LineDecoder, error) {
	d := &LineDecoder{r: bufio.NewReaderSize(r, 1<<16)}
	if o != nil {
		d.o = *o
	}
	if d.o.MaxLine == 0 {
		d.o.MaxLine = 1 << 20
	}
	var f errs.Fields
	if d.o.MaxLine < 0 || d.o.MaxLine > 1<<30 {
		f.Add("options.max_line", "out_of_range", "must be between 1 byte and 1 GiB")
	}
	if d.o.Skip < 0 {
		f.Add("options.skip", "out_of_range", "must not be negative")
	}
	return d, f.Err("people.NewLineDecoder")
}

// Contacts gives the contacts that were not read yet. A line that cannot be read
// comes with a table.RowError, of which Column is the member, and the loop goes on.
// Any other error is that of the underlying reader, and comes last. Empty lines are
// passed over.
func (d *LineDecoder) Contacts() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			line, err := d.next()
			if err == io.EOF {
				return
			}
			if err != nil && err != errLong {
				yield(Record{}, err)
				return
			}
			if d.number <= d.o.Skip {
				continue
			}
			if !d.deliver(line, err, yield) {
				return
			}
		}
	}
}

func (d *LineDecoder) deliver(line []byte, err error, yield func(Record, error) bool) bool {
	r := Record{Number: d.number, Line: d.line}
	broken := &table.RowError{Line: d.line, Code: "too_long", Message: fmt.Sprintf("is a line of more than %d bytes", d.o.MaxLine)}
	if err == nil {
		r.Contact, broken = parseLine(line, d.line)
	}
	if broken != nil {
		r.Broken = []*table.RowError{broken}
		return yield(r, broken)
	}
	return yield(r, nil)
}

var errLong = errors.New("people: line too long")

var mark = []byte("\ufeff")

// next reads the next line that is not empty. Of a line that is too long it holds
// no more than it must.
func (d *LineDecoder) next() ([]byte, error) {
	for {
		line, size, err := d.read()
		if size == 0 && err != nil {
			return nil, err
		}
		d.line++
		if err != nil && err != io.EOF {
			return nil, err
		}
		if d.line == 1 {
			line = bytes.TrimPrefix(line, mark)
		}
		if size > d.o.MaxLine {
			d.number++
			return nil, errLong
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			d.number++
			return line, nil
		}
	}
}

// read reads up to the end of a line. size is that of the line, as far as it is not
// far beyond MaxLine.
func (d *LineDecoder) read() (line []byte, size int, err error) {
	for {
		part, err := d.r.ReadSlice('\n')
		if size += len(part); size <= d.o.MaxLine {
			line = append(line, part...)
		} else {
			line, size = nil, d.o.MaxLine+1
		}
		if err != bufio.ErrBufferFull {
			return line, size, err
		}
	}
}

// parseLine reads a contact.
func parseLine(line []byte, number int) (contact.Contact, *table.RowError) {
	var c contact.Contact
	if !utf8.Valid(line) {
		return c, &table.RowError{Line: number, Code: "invalid_utf8", Message: "is not valid UTF-8"}
	}
	if line[0] != '{' {
		return c, &table.RowError{Line: number, Code: "syntax", Message: "is no JSON object"}
	}
	err := strictly(line, &c)
	if err == nil && len(c.Custom) > 0 {
		err = checkCustom(line)
	}
	if err != nil {
		return contact.Contact{}, lineError(number, err)
	}
	return c, nil
}

// strictly reads one JSON value that has no members but those of v.
func strictly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("people: something follows the object")
	}
	return nil
}

// lineValue has the members of a custom value. A Value itself would pass over those
// that it does not know.
type lineValue struct {
	Type   contact.Type    `json:"type"`
	Text   json.RawMessage `json:"text"`
	Number json.RawMessage `json:"number"`
	Time   json.RawMessage `json:"time"`
	Bool   json.RawMessage `json:"bool"`
	Date   *contact.Date   `json:"date"`
	Money  *money.Money    `json:"money"`
	Texts  *[]string       `json:"texts"`
}

// checkCustom checks that every custom value has the member of its type, and none
// that is unknown.
func checkCustom(line []byte) error {
	var c struct {
		Custom map[string]json.RawMessage `json:"custom"`
	}
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(c.Custom)) {
		var v lineValue
		if err := strictly(c.Custom[name], &v); err != nil {
			return err
		}
		there := map[contact.Type]bool{
			contact.TypeText: v.Text != nil, contact.TypeNumber: v.Number != nil, contact.TypeTime: v.Time != nil,
			contact.TypeBool: v.Bool != nil, contact.TypeDate: v.Date != nil, contact.TypeMoney: v.Money != nil,
			contact.TypeMany: v.Texts != nil,
		}
		if !there[v.Type] {
			return &memberError{"custom." + name, "shape", "must have the member that its type names"}
		}
	}
	return nil
}

// memberError is what is wrong with a member.
type memberError struct{ member, code, message string }

// Error gives the message.
func (e *memberError) Error() string { return "people: " + e.message }

// lineError tells what is wrong, without the texts of package json and of the
// parsers, which repeat values.
func lineError(line int, err error) *table.RowError {
	var member *memberError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &member):
		return &table.RowError{Line: line, Column: memberName(member.member), Code: member.code, Message: member.message}
	case errors.As(err, &wrong):
		return &table.RowError{Line: line, Column: memberName(wrong.Field), Code: "wrong_type", Message: "must be of the type that contacts have there"}
	}
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ := strconv.Unquote(quoted)
		return &table.RowError{Line: line, Column: memberName(name), Code: "unknown_field", Message: "is no member of a contact"}
	}
	return &table.RowError{Line: line, Code: "syntax", Message: "is no contact in JSON"}
}

// memberName gives a name where it can stand in an error.
func memberName(name string) string {
	if len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "?"
	}
	return name
}

// LineEncodeOptions tells which custom values are written.
type LineEncodeOptions struct {
	// Fields are the declared custom fields. Values of others are left out
	// silently, and so are those of sensitive ones.
	Fields []contact.Field
	// Sensitive writes all custom values, sensitive or not, whatever Fields are.
	Sensitive bool
}

// LineEncoder writes contacts as JSON Lines. It is for one goroutine.
type LineEncoder struct {
	j *json.Encoder
	o LineEncodeOptions
}

// NewLineEncoder makes a LineEncoder. It writes each contact at once. Nil options
// are such without custom fields.
func NewLineEncoder(w io.Writer, o *LineEncodeOptions) *LineEncoder {
	e := &LineEncoder{j: json.NewEncoder(w)}
	if o != nil {
		e.o = *o
	}
	e.j.SetEscapeHTML(false)
	return e
}

// Encode writes one contact.
func (e *LineEncoder) Encode(c contact.Contact) error {
	if !e.o.Sensitive {
		c = c.Shareable(e.o.Fields)
	}
	return e.j.Encode(c)
}
