package contact

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// Field declares a custom field.
type Field struct {
	// Name is a lower-case name such as "loyalty_points", at most 64
	// characters. Rules address it as "custom.loyalty_points".
	Name string
	Type Type
	// Required fields must be there whenever a record is written. Sensitive
	// fields cannot be required.
	Required bool
	// Sensitivity defaults to Ordinary. Of other fields the values are written
	// by Service.SetSensitive only, read only while a consent to Purpose is in
	// force, and left out of exports unless these ask for them.
	Sensitivity Sensitivity
	// Searchable keeps a blind index beside each sealed value of a sensitive field,
	// so that rules can ask for equality (equals, one of, missing). Whoever reads
	// the database can then tell which customers share a value, and how many do.
	// Without it rules on sealed values are refused. It means nothing as long as
	// crm.Config.Keys is not set: then rules see the values as those of other
	// fields.
	Searchable bool
	// Purpose is what the customer must have consented to explicitly before a
	// value is written: a lower-case name, as in package consent. A sensitive
	// field needs it, and an ordinary one has none.
	Purpose string
	// OneOf are the texts that are permitted, where given. A field of TypeMany
	// needs them, and its value is up to 50 of them.
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
	if !slices.Contains([]Type{TypeText, TypeNumber, TypeTime, TypeBool, TypeDate, TypeMoney, TypeMany}, d.Type) {
		f.Add("type", "unknown_type", "must be text, number, time, bool, date, money or many")
	}
	d.checkSensitivity(f)
	d.choices(f)
	if d.Type != TypeText && d.Pattern != "" {
		f.Add("pattern", "unexpected", "is for texts only")
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

// choices checks the texts that are permitted. Those of a field of many are
// values of lists, so they are such as stand there.
func (d Field) choices(f *errs.Fields) {
	switch {
	case len(d.OneOf) > maxChoices:
		f.Add("one_of", "too_many", fmt.Sprintf("must be at most %d", maxChoices))
	case d.Type == TypeText:
	case d.Type != TypeMany:
		if len(d.OneOf) > 0 {
			f.Add("one_of", "unexpected", "is for texts only")
		}
	case len(d.OneOf) == 0:
		f.Add("one_of", "required", "must hold the texts to choose from")
	default:
		for i, t := range d.OneOf {
			path := fmt.Sprintf("one_of[%d]", i)
			if t == "" || t != strings.TrimSpace(t) {
				f.Add(path, "shape", "must be a text without spaces around it")
			}
			check.Line(f, path, t, maxText)
		}
	}
}

// checkSensitivity checks what sensitive fields need, and ordinary ones lack.
func (d Field) checkSensitivity(f *errs.Fields) {
	switch d.Sensitivity {
	case Ordinary:
		if d.Purpose != "" {
			f.Add("purpose", "unexpected", "is for sensitive fields only")
		}
		if d.Searchable {
			f.Add("searchable", "unexpected", "is for sensitive fields only: others always are")
		}
		return
	case Financial, Health, Special:
	default:
		f.Add("sensitivity", "unknown_sensitivity", "must be financial, health or special, or empty")
	}
	if d.Required {
		f.Add("required", "unexpected", "is for ordinary fields only: nobody can be made to consent")
	}
	check.Name(f, "purpose", d.Purpose)
}

func (d Field) bound(f *errs.Fields, path string, v Value) {
	switch {
	case v.Type == "":
	case d.Type == TypeText || d.Type == TypeBool || d.Type == TypeMany:
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
		path := customPath(field.Name)
		switch {
		case !ok && field.Required:
			f.Add(path, "required", "must not be empty")
		case ok && v.Type == field.Type && !v.IsSealed():
			d.permitted(f, path, field, v)
		}
	}
}

// permitted checks a value of the field's type. One that is not Valid is reported
// already.
func (d *door) permitted(f *errs.Fields, path string, field Field, v Value) {
	texts := v.Texts
	if v.Type == TypeText {
		texts = []string{v.Text}
	}
	switch {
	case !v.Valid():
	case len(field.OneOf) > 0 && slices.ContainsFunc(texts, func(t string) bool { return !slices.Contains(field.OneOf, t) }):
		f.Add(path, "not_permitted", "must be one of the permitted texts")
	case field.Pattern != "" && !d.patterns[field.Name].MatchString(v.Text):
		f.Add(path, "syntax", "must match the pattern of the field")
	case field.Min.Type != "" && outside(v, field.Min, -1), field.Max.Type != "" && outside(v, field.Max, 1):
		f.Add(path, "out_of_range", "must lie within the bounds of the field")
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
