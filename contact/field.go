package contact

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// Field declares a custom field.
type Field struct {
	// Name is a lower-case name such as "loyalty_points", at most 64
	// characters. Rules address it as "custom.loyalty_points".
	Name string
	Type Type
	// Required fields must be there whenever a record is written.
	Required bool
	// OneOf are the texts that are permitted, where given.
	OneOf []string
	// Pattern is what a text must match as a whole, where given: a regular
	// expression of package regexp (RE2).
	Pattern string
	// Min and Max bound numbers, times, dates and amounts, which are permitted
	// themselves; a Value without a type bounds nothing. An amount in another
	// currency than that of a bound lies outside of it.
	Min, Max Value
}

// maxChoices bounds Field.OneOf.
const maxChoices = 1000

// Check adds to fields what is wrong with the declaration.
func (d Field) Check(f *errs.Fields) {
	check.Name(f, "name", d.Name)
	if !slices.Contains([]Type{TypeText, TypeNumber, TypeTime, TypeBool, TypeDate, TypeMoney}, d.Type) {
		f.Add("type", "unknown_type", "must be text, number, time, bool, date or money")
	}
	if d.Type != TypeText {
		if len(d.OneOf) > 0 {
			f.Add("one_of", "unexpected", "is for texts only")
		}
		if d.Pattern != "" {
			f.Add("pattern", "unexpected", "is for texts only")
		}
	}
	if len(d.OneOf) > maxChoices {
		f.Add("one_of", "too_many", fmt.Sprintf("must be at most %d", maxChoices))
	}
	if _, err := whole(d.Pattern); err != nil {
		f.Add("pattern", "syntax", "must be a regular expression (RE2)")
	}
	d.bound(f, "min", d.Min)
	d.bound(f, "max", d.Max)
	if d.Min.Type != "" && d.Min.Type == d.Max.Type && compareValues(d.Min, d.Max) > 0 {
		f.Add("max", "empty", "must not be less than min")
	}
}

func (d Field) bound(f *errs.Fields, path string, v Value) {
	switch {
	case v.Type == "":
	case d.Type == TypeText || d.Type == TypeBool:
		f.Add(path, "unexpected", "is for numbers, times, dates and amounts only")
	case v.Type != d.Type:
		f.Add(path, "wrong_type", "must be of the field's type")
	default:
		validateValue(f, path, v)
	}
}

// patterns are the compiled patterns of fields, by name.
type patterns map[string]*regexp.Regexp

func whole(pattern string) (*regexp.Regexp, error) { return regexp.Compile(`^(?:` + pattern + `)$`) }

// declared checks custom values against their declarations. Those of an unknown
// field or another type are reported already.
func (d *door) declared(f *errs.Fields, custom map[string]Value) {
	for _, field := range sortedFields(d.fields) {
		v, ok := custom[field.Name]
		path := "custom[" + field.Name + "]"
		switch {
		case !ok && field.Required:
			f.Add(path, "required", "must not be empty")
		case !ok || v.Type != field.Type || !v.Valid():
		case len(field.OneOf) > 0 && !slices.Contains(field.OneOf, v.Text):
			f.Add(path, "not_permitted", "must be one of the permitted texts")
		case field.Pattern != "" && !d.patterns[field.Name].MatchString(v.Text):
			f.Add(path, "syntax", "must match the pattern of the field")
		case field.Min.Type != "" && outside(v, field.Min, -1), field.Max.Type != "" && outside(v, field.Max, 1):
			f.Add(path, "out_of_range", "must lie within the bounds of the field")
		}
	}
}

// outside reports whether a value lies beyond a bound: below it for -1, above
// it for 1.
func outside(v, bound Value, side int) bool {
	return v.Money.Currency != bound.Money.Currency || compareValues(v, bound) == side
}

func compareValues(a, b Value) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), a.Time.Compare(b.Time), cmp.Compare(a.Date.Number(), b.Date.Number()),
		cmp.Compare(a.Money.Amount, b.Money.Amount))
}

func sortedFields(fields map[string]Field) []Field {
	list := make([]Field, 0, len(fields))
	for _, f := range fields {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
