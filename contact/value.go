package contact

import (
	"math"
	"time"
)

// Type is the type of a custom field.
type Type string

// The types of custom fields.
const (
	TypeText   Type = "text"
	TypeNumber Type = "number"
	TypeTime   Type = "time"
	TypeBool   Type = "bool"
)

// Field declares a custom field.
type Field struct {
	// Name is a lower-case name such as "loyalty_points", at most 64
	// characters. Rules address it as "custom.loyalty_points".
	Name string
	Type Type
}

// NumberScale is how many units of Value.Number make one: numbers are kept in
// millionths, so that every store compares them exactly.
const NumberScale = 1_000_000

// notANumber marks a Value made of NaN or of something too large.
const notANumber = math.MinInt64

// Value is the value of a custom field. Exactly the member named by Type
// counts.
type Value struct {
	Type   Type      `json:"type"`
	Text   string    `json:"text,omitempty"`
	Number int64     `json:"number,omitempty"` // millionths
	Time   time.Time `json:"time,omitzero"`
	Bool   bool      `json:"bool,omitempty"`
}

// Text makes a text value. The empty text is stored as missing.
func Text(s string) Value { return Value{Type: TypeText, Text: s} }

// Int makes a number value. Validation refuses those beyond 9.2e12.
func Int(n int64) Value {
	if n > math.MaxInt64/NumberScale || n < math.MinInt64/NumberScale {
		return Value{Type: TypeNumber, Number: notANumber}
	}
	return Value{Type: TypeNumber, Number: n * NumberScale}
}

// Float makes a number value, rounded to the nearest millionth, halves away
// from zero. Validation refuses NaN, infinities and those beyond 9.2e12.
func Float(x float64) Value {
	scaled := math.Round(x * NumberScale)
	if !(math.Abs(scaled) < 1<<63) {
		return Value{Type: TypeNumber, Number: notANumber}
	}
	return Value{Type: TypeNumber, Number: int64(scaled)}
}

// Time makes a time value, kept in UTC to the microsecond.
func Time(t time.Time) Value { return Value{Type: TypeTime, Time: t} }

// Bool makes a truth value.
func Bool(b bool) Value { return Value{Type: TypeBool, Bool: b} }

// Valid reports whether the value is of a known type and, for a number, was
// made of one.
func (v Value) Valid() bool {
	switch v.Type {
	case TypeText, TypeTime, TypeBool:
		return true
	case TypeNumber:
		return v.Number != notANumber
	}
	return false
}
