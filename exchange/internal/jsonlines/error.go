package jsonlines

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// Error tells what is wrong with a line.
type Error struct {
	// Member is the member of the object, where it is known.
	Member string
	// Code and Message are those of errs.Field.
	Code, Message string
}

// Error gives the message.
func (e *Error) Error() string { return "jsonlines: " + e.Message }

// explain tells what is wrong, without the texts of package json and of the parsers,
// which repeat values.
func explain(err error) *Error {
	var own *Error
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &wrong):
		return &Error{memberName(wrong.Field), "wrong_type", "must be of the type that belongs there"}
	}
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ := strconv.Unquote(quoted)
		return &Error{memberName(name), "unknown_field", "is no member that belongs there"}
	}
	return &Error{"", "syntax", "is no JSON of the kind that belongs there"}
}

// memberName gives a name where it can stand in an error.
func memberName(name string) string {
	if len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "?"
	}
	return name
}

// strictly reads one JSON value that has no members but those of v.
func strictly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("jsonlines: something follows the object")
	}
	return nil
}

// value has the members of a contact.Value, which itself would pass over those that
// it does not know.
type value struct {
	Type   contact.Type    `json:"type"`
	Text   json.RawMessage `json:"text"`
	Number json.RawMessage `json:"number"`
	Time   json.RawMessage `json:"time"`
	Bool   json.RawMessage `json:"bool"`
	Date   *contact.Date   `json:"date"`
	Money  *money.Money    `json:"money"`
	Texts  *[]string       `json:"texts"`
}

// CheckValues checks that every value in an object of values has the member of its
// type, and none that is unknown. Name is that of the object, for the error, which is
// a *Error.
func CheckValues(name string, object json.RawMessage) error {
	if len(object) == 0 {
		return nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(object, &raw); err != nil {
		return explain(err)
	}
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		var v value
		if err := strictly(raw[key], &v); err != nil {
			return explain(err)
		}
		there := map[contact.Type]bool{
			contact.TypeText: v.Text != nil, contact.TypeNumber: v.Number != nil, contact.TypeTime: v.Time != nil,
			contact.TypeBool: v.Bool != nil, contact.TypeDate: v.Date != nil, contact.TypeMoney: v.Money != nil,
			contact.TypeMany: v.Texts != nil,
		}
		if !there[v.Type] {
			return &Error{memberName(name + "." + key), "shape", "must have the member that its type names"}
		}
	}
	return nil
}
