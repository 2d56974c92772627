package contact

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/money"
)

// Type is the type of a custom field.
type Type string

// The types of custom fields.
const (
	TypeText   Type = "text"
	TypeNumber Type = "number"
	TypeTime   Type = "time"
	TypeBool   Type = "bool"
	TypeDate   Type = "date"
	TypeMoney  Type = "money"
	// TypeMany is for several texts out of Field.OneOf. To rules such a field is
	// a list; data of activities cannot have it.
	TypeMany Type = "many"
	// TypeSealed is that of sealed values without a blind index, as stores keep
	// them; see Value.Sealed. No field can be declared with it.
	TypeSealed Type = "sealed"
)

// NumberScale is how many units of Value.Number make one: numbers are kept in
// millionths, so that every store compares them exactly.
const NumberScale = 1_000_000

// MaxAmount bounds amounts of money in fields, in minor units.
const MaxAmount = 1_000_000_000_000

// notANumber marks a Value made of NaN or of something too large.
const notANumber = math.MinInt64

// Value is the value of a custom field. Exactly the member named by Type
// counts. Compare values with Equal.
//
// A sealed value, which only stores and those who write through them see, has
// Sealed set, and in Text or Texts blind indexes, by which rules find it; its Type
// says which, and is not that of the field.
type Value struct {
	Type   Type
	Text   string
	Number int64 // millionths
	Time   time.Time
	Bool   bool
	Date   Date
	Money  money.Money
	Texts  []string // of TypeMany
	Sealed []byte   // what is encrypted, see package vault
}

// IsSealed reports whether the value is encrypted.
func (v Value) IsSealed() bool { return len(v.Sealed) > 0 }

// valueJSON is the JSON of a Value: its type, and the one member that counts.
type valueJSON struct {
	Type   Type         `json:"type"`
	Text   *string      `json:"text,omitempty"`
	Number *int64       `json:"number,omitempty"` // millionths
	Time   *time.Time   `json:"time,omitempty"`
	Bool   *bool        `json:"bool,omitempty"`
	Date   *Date        `json:"date,omitempty"`
	Money  *money.Money `json:"money,omitempty"`
	Texts  *[]string    `json:"texts,omitempty"`
	Sealed []byte       `json:"sealed,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) {
	j := valueJSON{Type: v.Type, Sealed: v.Sealed}
	switch v.Type {
	case TypeText:
		j.Text = &v.Text
	case TypeNumber:
		j.Number = &v.Number
	case TypeTime:
		j.Time = &v.Time
	case TypeBool:
		j.Bool = &v.Bool
	case TypeDate:
		j.Date = &v.Date
	case TypeMoney:
		j.Money = &v.Money
	case TypeMany:
		j.Texts = &v.Texts
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements json.Unmarshaler. Members other than that of the
// type are ignored, and a missing one is zero.
func (v *Value) UnmarshalJSON(data []byte) error {
	*v = Value{}
	j := valueJSON{Text: &v.Text, Number: &v.Number, Time: &v.Time, Bool: &v.Bool, Date: &v.Date, Money: &v.Money, Texts: &v.Texts}
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	all := *v
	*v = Value{Type: j.Type, Sealed: j.Sealed}
	switch v.Type {
	case TypeText:
		v.Text = all.Text
	case TypeNumber:
		v.Number = all.Number
	case TypeTime:
		v.Time = all.Time
	case TypeBool:
		v.Bool = all.Bool
	case TypeDate:
		v.Date = all.Date
	case TypeMoney:
		v.Money = all.Money
	case TypeMany:
		v.Texts = all.Texts
	}
	return nil
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

// Day makes a value of a whole date.
func Day(d Date) Value { return Value{Type: TypeDate, Date: d} }

// Amount makes a value of an amount of money.
func Amount(m money.Money) Value { return Value{Type: TypeMoney, Money: m} }

// Many makes a value of several texts. They are stored sorted and once each;
// none at all is stored as missing.
func Many(texts ...string) Value { return Value{Type: TypeMany, Texts: slices.Clone(texts)} }

// Equal reports whether two values are of one type and the same: instants
// whatever their zones, and texts of TypeMany in the same order.
func (v Value) Equal(w Value) bool {
	if v.Type != w.Type || !bytes.Equal(v.Sealed, w.Sealed) {
		return false
	}
	switch v.Type {
	case TypeText:
		return v.Text == w.Text
	case TypeNumber:
		return v.Number == w.Number
	case TypeTime:
		return v.Time.Equal(w.Time)
	case TypeBool:
		return v.Bool == w.Bool
	case TypeDate:
		return v.Date == w.Date
	case TypeMoney:
		return v.Money == w.Money
	case TypeMany:
		return slices.Equal(v.Texts, w.Texts)
	}
	return true
}

// Clone returns a copy that shares nothing with the value.
func (v Value) Clone() Value {
	v.Texts, v.Sealed = slices.Clone(v.Texts), slices.Clone(v.Sealed)
	return v
}

// Valid reports whether the value is of a known type and holds such a value: a
// number that was made of one, a whole date, an amount in a known currency.
func (v Value) Valid() bool {
	switch v.Type {
	case TypeText, TypeTime, TypeBool, TypeMany:
		return true
	case TypeDate:
		return v.Date.Whole() && v.Date.Valid()
	case TypeMoney:
		return money.Known(v.Money.Currency) && v.Money.Amount <= MaxAmount && v.Money.Amount >= -MaxAmount
	case TypeNumber:
		return v.Number != notANumber
	}
	return false
}
