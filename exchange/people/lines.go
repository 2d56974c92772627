package people

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/internal/jsonlines"
	"github.com/stammkunde/crm/exchange/table"
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
	r *jsonlines.Reader
	o LineOptions
}

// NewLineDecoder makes a LineDecoder. Options that cannot be are an errs.ErrInvalid.
func NewLineDecoder(r io.Reader, o *LineOptions) (*LineDecoder, error) {
	d := new(LineDecoder)
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
	d.r = jsonlines.NewReader(r, d.o.MaxLine)
	return d, f.Err("people.NewLineDecoder")
}

// Contacts gives the contacts that were not read yet. A line that cannot be read
// comes with a table.RowError, of which Column is the member, and the loop goes on.
// Any other error is that of the underlying reader, and comes last. Empty lines are
// passed over.
func (d *LineDecoder) Contacts() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			line, err := d.r.Next()
			if err == io.EOF {
				return
			}
			if err != nil && err != jsonlines.ErrLong {
				yield(Record{}, err)
				return
			}
			if d.r.Number <= d.o.Skip {
				continue
			}
			if !d.deliver(line, err, yield) {
				return
			}
		}
	}
}

func (d *LineDecoder) deliver(line []byte, err error, yield func(Record, error) bool) bool {
	r := Record{Number: d.r.Number, Line: d.r.Line}
	if err == nil {
		r.Contact, err = parseLine(line)
	}
	if err == nil {
		return yield(r, nil)
	}
	broken := &table.RowError{Line: r.Line, Code: "too_long", Message: fmt.Sprintf("is a line of more than %d bytes", d.o.MaxLine)}
	var wrong *jsonlines.Error
	if errors.As(err, &wrong) {
		broken = &table.RowError{Line: r.Line, Column: wrong.Member, Code: wrong.Code, Message: wrong.Message}
	}
	return yield(Record{Number: r.Number, Line: r.Line, Broken: []*table.RowError{broken}}, broken)
}

// parseLine reads a contact.
func parseLine(line []byte) (contact.Contact, error) {
	var c contact.Contact
	if err := jsonlines.Parse(line, &c); err != nil {
		return contact.Contact{}, err
	}
	var raw struct {
		Custom json.RawMessage `json:"custom"`
	}
	if len(c.Custom) > 0 {
		if err := json.Unmarshal(line, &raw); err != nil {
			return contact.Contact{}, err
		}
	}
	return c, jsonlines.CheckValues("custom", raw.Custom)
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
