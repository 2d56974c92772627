package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/stammkunde/crm/exchange/internal/jsonlines"
)

// MaxLine is the largest size of a line that Lines reads, in bytes.
const MaxLine = 64 << 20

// Lines reads entries from what Service.Export has written: a JSON object per line,
// with the members contact, of, activities and consents. Files of contacts alone, as
// package people writes them, are for people.LineDecoder. A line of more than MaxLine
// bytes is an entry with a Problem and is skipped without being held.
func Lines(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		in := jsonlines.NewReader(r, MaxLine)
		for {
			line, err := in.Next()
			if err == io.EOF {
				return
			}
			if err != nil && err != jsonlines.ErrLong {
				yield(Entry{}, err)
				return
			}
			var e Entry
			if err == nil {
				e, err = parseLine(line)
			}
			e.Number, e.Line = in.Number, in.Line
			if err != nil {
				e = Entry{Number: in.Number, Line: in.Line, Problems: []Problem{lineProblem(in, err)}}
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func lineProblem(in *jsonlines.Reader, err error) Problem {
	p := Problem{Number: in.Number, Line: in.Line, Code: "too_long", Message: fmt.Sprintf("is a line of more than %d bytes", MaxLine)}
	if wrong := new(jsonlines.Error); errors.As(err, &wrong) {
		p.Path, p.Code, p.Message = wrong.Member, wrong.Code, wrong.Message
	}
	return p
}

// parseLine reads an entry.
func parseLine(line []byte) (Entry, error) {
	var e Entry
	if err := jsonlines.Parse(line, &e); err != nil {
		return e, err
	}
	var raw struct {
		Contact struct {
			Custom json.RawMessage `json:"custom"`
		} `json:"contact"`
		Activities []struct {
			Data json.RawMessage `json:"data"`
		} `json:"activities"`
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		return e, err
	}
	if err := jsonlines.CheckValues("contact.custom", raw.Contact.Custom); err != nil {
		return e, err
	}
	for i, a := range raw.Activities {
		if err := jsonlines.CheckValues(fmt.Sprintf("activities[%d].data", i), a.Data); err != nil {
			return e, err
		}
	}
	return e, nil
}
