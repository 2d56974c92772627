package people

import (
	"fmt"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// Mapping says what the columns of a table mean. Columns that it does not name are
// not read.
type Mapping []Column

// Column says into which field of the record a column goes, and how it is written.
type Column struct {
	// Column is the name of the column. It may be empty if there is a Constant.
	Column string `json:"column,omitempty"`
	// Field is a path, as the package's comment lists them.
	Field string `json:"field"`
	// Constant is what a cell without a value stands for; without a Column it is
	// the value of every record. In an address it counts only where there is one.
	Constant string `json:"constant,omitempty"`
	// Else lets the column count only where those before it left the field empty.
	// Without it two columns cannot go into one field, unless that is tags, hobbies
	// or memberships, which take the values of all.
	Else bool `json:"else,omitempty"`
	// Separator stands between several values in one cell. Tags, hobbies,
	// memberships and custom fields of many texts default to semicolons, or commas
	// where a cell has no semicolon.
	// Of a field that has one value only, the first counts. With one, the second
	// value of emails[0].address makes an e-mail address of its own, with the same
	// role.
	Separator string `json:"separator,omitempty"`
	// Missing are texts that mean no value, beside those of Options.
	Missing []string `json:"missing,omitempty"`
	// Layout is that of dates and times, as table.ParseDate takes it. Defaults to
	// that of Options, or else to what the first rows tell.
	Layout string `json:"layout,omitempty"`
	// Decimal is the decimal separator of numbers and amounts, "." or ",". Defaults
	// to that of Options, or else to what the first rows tell.
	Decimal string `json:"decimal,omitempty"`
	// Currency is that of amounts that do not tell. Defaults to that of Options.
	Currency string `json:"currency,omitempty"`
	// Whole takes the ".0" from keys that are whole numbers, in identities: programs
	// that take "17850" for a number write "17850.0". It is set where all keys of the
	// first rows are such.
	Whole bool `json:"whole,omitempty"`
	// Exact says that an Encoder wrote the column. Then nothing is trimmed,
	// translated or guessed.
	Exact bool `json:"exact,omitempty"`
}

// Validate checks the mapping against the columns of a table and the declared
// custom fields. The error is an errs.ErrInvalid that names every broken column.
func (m Mapping) Validate(columns []string, fields []contact.Field) error {
	var f errs.Fields
	m.check(&f, columns, fields)
	return f.Err("people.Mapping.Validate")
}

func (m Mapping) check(f *errs.Fields, columns []string, fields []contact.Field) {
	first := make(map[string]int)
	for i, c := range m {
		at := f.At(fmt.Sprintf("mapping[%d]", i))
		c.check(at, columns, fields)
		p, ok := parsePlace(c.Field)
		if other, twice := first[c.Field]; ok && twice && !c.Else && (!p.isList() || p.list == "identities") {
			at.Add("field", "duplicate", fmt.Sprintf("is that of mapping[%d], too", other))
		} else if !twice {
			first[c.Field] = i
		}
	}
}

func (c Column) check(f *errs.Fields, columns []string, fields []contact.Field) {
	switch p, ok := parsePlace(c.Field); {
	case !ok:
		f.Add("field", "unknown_field", "is no field of a contact")
	case p.list == "custom" && !declares(fields, p.member):
		f.Add("field", "unknown_field", "is not declared as a custom field")
	}
	switch {
	case c.Column == "" && c.Constant == "":
		f.Add("column", "required", "must not be empty without a constant")
	case c.Column != "" && !slices.Contains(columns, c.Column):
		f.Add("column", "not_found", "is no column of the table")
	}
	checkFormat(f, c.Decimal, c.Currency)
}

// checkFormat checks what Column and Options have in common.
func checkFormat(f *errs.Fields, decimal, currency string) {
	if decimal != "" && decimal != "." && decimal != "," {
		f.Add("decimal", "out_of_range", "must be a point or a comma")
	}
	if currency != "" && !money.Known(currency) {
		f.Add("currency", "unknown_currency", "must be an ISO 4217 code such as EUR")
	}
}

func declares(fields []contact.Field, name string) bool {
	return slices.ContainsFunc(fields, func(d contact.Field) bool { return d.Name == name })
}
