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
	"github.com/stammkunde/crm/money"
)

// Literal is a constant in a rule. In JSON a text, number or truth value
// stands for itself, an instant is {"time": "2026-01-31T00:00:00Z"}, a date is
// {"date": "2026-01-31"}, and an amount {"money": {"amount": 1250, "currency":
// "EUR"}} in minor units.
type Literal contact.Value

// special is the JSON of constants that do not stand for themselves.
type special struct {
	Time  *time.Time   `json:"time,omitempty"`
	Date  *string      `json:"date,omitempty"`
	Money *money.Money `json:"money,omitempty"`
}

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
		return json.Marshal(special{Time: &l.Time})
	case contact.TypeDate:
		text := l.Date.String()
		return json.Marshal(special{Date: &text})
	case contact.TypeMoney:
		return json.Marshal(special{Money: &l.Money})
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
		return l.unmarshalSpecial(data)
	}
	n, err := parseNumber(string(data))
	*l = Literal{Type: contact.TypeNumber, Number: n}
	return err
}

func (l *Literal) unmarshalSpecial(data []byte) error {
	var c special
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return errors.New("segment: constant must be an instant, a date or an amount")
	}
	switch {
	case c.Time != nil && c.Date == nil && c.Money == nil:
		*l = Literal(contact.Time(*c.Time))
	case c.Date != nil && c.Time == nil && c.Money == nil:
		d, err := contact.ParseDate(*c.Date)
		*l = Literal(contact.Day(d))
		return err
	case c.Money != nil && c.Time == nil && c.Date == nil:
		*l = Literal(contact.Amount(*c.Money))
	default:
		return errors.New("segment: constant must be exactly one of time, date and money")
	}
	return nil
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
