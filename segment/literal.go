package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stammkunde/crm/contact"
)

// Literal is a constant in a rule. In JSON a text, number or truth value
// stands for itself and an instant is {"time": "2026-01-31T00:00:00Z"}.
type Literal contact.Value

// MarshalJSON implements json.Marshaler.
func (l Literal) MarshalJSON() ([]byte, error) {
	switch l.Type {
	case contact.TypeText:
		return json.Marshal(l.Text)
	case contact.TypeNumber:
		return []byte(formatNumber(l.Number)), nil
	case contact.TypeBool:
		return json.Marshal(l.Bool)
	case contact.TypeTime:
		return json.Marshal(struct {
			Time time.Time `json:"time"`
		}{l.Time})
	}
	return nil, errors.New("segment: constant of unknown type")
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *Literal) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return errors.New("segment: constant expected")
	}
	switch data[0] {
	case '"':
		*l = Literal{Type: contact.TypeText}
		return json.Unmarshal(data, &l.Text)
	case 't', 'f':
		*l = Literal{Type: contact.TypeBool}
		return json.Unmarshal(data, &l.Bool)
	case '{':
		var t struct {
			Time *time.Time `json:"time"`
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&t); err != nil || t.Time == nil {
			return errors.New(`segment: constant must be {"time": "..."} with an RFC 3339 instant`)
		}
		*l = Literal(contact.Time(*t.Time))
		return nil
	}
	n, err := parseNumber(string(data))
	*l = Literal{Type: contact.TypeNumber, Number: n}
	return err
}

// formatNumber writes millionths as a decimal number.
func formatNumber(n int64) string {
	sign := ""
	u := uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	s := sign + strconv.FormatUint(u/contact.NumberScale, 10)
	if frac := u % contact.NumberScale; frac != 0 {
		digits := strconv.FormatUint(frac+contact.NumberScale, 10)[1:]
		s += "." + strings.TrimRight(digits, "0")
	}
	return s
}

// parseNumber reads a decimal number into millionths, exactly.
func parseNumber(s string) (int64, error) {
	if len(s) > 40 || strings.ContainsAny(s, "eEpPxX/_") {
		return 0, errors.New("segment: number must be written in plain decimals")
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, errors.New("segment: constant must be text, number, truth value or instant")
	}
	r.Mul(r, big.NewRat(contact.NumberScale, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, errors.New("segment: number must have at most six decimals and lie within 9.2e12")
	}
	return r.Num().Int64(), nil
}

// ParseRule reads a rule from JSON. Unknown members are an error; Check tells
// whether the rule makes sense.
func ParseRule(data []byte) (Rule, error) {
	if !utf8.Valid(data) || string(bytes.TrimSpace(data)) == "null" {
		return Rule{}, ruleSyntax(nil)
	}
	var r Rule
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Rule{}, ruleSyntax(err)
	}
	if dec.More() {
		return Rule{}, ruleSyntax(nil)
	}
	return r, nil
}
