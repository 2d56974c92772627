package contact

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stammkunde/crm/contact/vault"
)

// Sealing knows the sensitive fields, and what their values are sealed with. crm.New makes
// one. A nil Sealing knows none. It is safe for concurrent use.
type Sealing struct {
	fields map[string]Field // the sensitive ones
	keys   vault.KeyWrapper // nil where nothing is sealed
	index  *vault.Index
}

// NewSealing makes one of the declared fields. Without keys nothing is sealed. An index is
// needed with keys where a field is searchable.
func NewSealing(fields []Field, keys vault.KeyWrapper, index *vault.Index) *Sealing {
	s := &Sealing{fields: map[string]Field{}, keys: keys, index: index}
	for _, f := range fields {
		if f.IsSensitive() {
			s.fields[f.Name] = f
		}
	}
	return s
}

// IsSensitive reports whether the custom field with the name is sensitive.
func (s *Sealing) IsSensitive(name string) bool {
	if s == nil {
		return false
	}
	_, sensitive := s.fields[name]
	return sensitive
}

// Purpose gives the purpose of a sensitive field, nothing for another one.
func (s *Sealing) Purpose(name string) string {
	if s == nil {
		return ""
	}
	return s.fields[name].Purpose
}

// Seals reports whether values of the custom field are sealed.
func (s *Sealing) Seals(name string) bool { return s.IsSensitive(name) && s.keys != nil }

// Searches reports whether rules can ask for values of the custom field: it is not
// sealed, or searchable.
func (s *Sealing) Searches(name string) bool { return !s.Seals(name) || s.fields[name].Searchable }

// HasClear reports whether a record has a value in clear that is to be sealed.
func (s *Sealing) HasClear(c Contact) bool {
	for name, v := range c.Custom {
		if s.Seals(name) && !v.IsSealed() {
			return true
		}
	}
	return false
}

// Withhold returns a record without the values of sensitive fields, for those who may not
// see any. The record that it is given stays as it is.
func (s *Sealing) Withhold(c Contact) Contact {
	return s.without(c, func(name string, v Value) bool { return v.IsSealed() || s.IsSensitive(name) })
}

// without returns a copy of a record that lacks some of its custom values, or the record
// itself where it has none of those.
func (s *Sealing) without(c Contact, drop func(name string, v Value) bool) Contact {
	var kept map[string]Value
	for name, v := range c.Custom {
		if !drop(name, v) {
			continue
		}
		if kept == nil {
			kept = maps.Clone(c.Custom)
		}
		delete(kept, name)
	}
	if kept != nil {
		if c.Custom = kept; len(kept) == 0 {
			c.Custom = nil
		}
	}
	return c
}

// blindPrefix marks the constants of rules that are blind indexes already.
const blindPrefix = "~"

// Blind gives, for the constant of a rule, the value that a searchable field is stored
// with where the customer has that constant. One that is blind already stays.
func (s *Sealing) Blind(tenant, field string, v Value) Value {
	if isBlind(v) {
		return v
	}
	return Text(s.blind(tenant, field, canonical(v)))
}

// isBlind reports whether a constant has the form of a blind index.
func isBlind(v Value) bool {
	digits, marked := strings.CutPrefix(v.Text, blindPrefix)
	index, err := hex.DecodeString(digits)
	return v.Type == TypeText && marked && err == nil && len(index) == vault.BlindSize
}

func (s *Sealing) blind(tenant, field, text string) string {
	return blindPrefix + s.index.Blind(tenant, field, text)
}

// sealedValue gives the stored form of a value, with what is encrypted.
func (s *Sealing) sealedValue(tenant, field string, v Value, encrypted []byte) Value {
	out := Value{Type: TypeSealed, Sealed: encrypted}
	switch {
	case !s.fields[field].Searchable:
	case v.Type == TypeMany:
		out.Type = TypeMany
		for _, t := range v.Texts {
			out.Texts = append(out.Texts, s.blind(tenant, field, canonical(Text(t))))
		}
		slices.Sort(out.Texts)
	default:
		out.Type, out.Text = TypeText, s.blind(tenant, field, canonical(v))
	}
	return out
}

// canonical gives a value as the text that its blind index is made of.
func canonical(v Value) string {
	switch v.Type {
	case TypeText:
		return "text " + v.Text
	case TypeNumber:
		return "number " + strconv.FormatInt(v.Number, 10)
	case TypeTime:
		return "time " + strconv.FormatInt(v.Time.UnixMicro(), 10)
	case TypeBool:
		return "bool " + strconv.FormatBool(v.Bool)
	case TypeDate:
		return "date " + strconv.FormatInt(v.Date.Number(), 10)
	}
	return "money " + strconv.FormatInt(v.Money.Amount, 10) + " " + v.Money.Currency
}

// seal encrypts a value for a place.
func (s *Sealing) seal(k vault.Key, at vault.Place, v Value) (Value, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return Value{}, err
	}
	return s.sealedValue(at.Tenant, at.Field, v, k.Seal(plain, at)), nil
}

// opened is the inverse of seal; vault.ErrOpen where it does not open.
func opened(k vault.Key, at vault.Place, v Value) (Value, error) {
	plain, err := k.Open(v.Sealed, at)
	if err != nil {
		return Value{}, err
	}
	var out Value
	if json.Unmarshal(plain, &out) != nil {
		return Value{}, vault.ErrOpen
	}
	return out, nil
}
