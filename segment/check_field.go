package segment

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// typeOf gives the type of a field, empty where each value has its own; false
// when there is no such field.
func (c *checker) typeOf(name string, s scope) (fieldSpec, bool) {
	own, isOwn := strings.CutPrefix(name, s.prefix)
	switch {
	case name == age && s.is == OfRecord:
		return fieldSpec{typ: contact.TypeNumber}, true
	case !isOwn || s.prefix == "":
		spec, ok := s.fields[name]
		return spec, ok
	case s.is == OfRecord:
		typ, ok := c.custom[own]
		return fieldSpec{typ: typ}, ok
	}
	return fieldSpec{code: true}, check.IsName(own)
}

var unknownField = map[Scope]string{
	OfRecord:   "is neither a field of the record nor a declared custom field",
	OfActivity: "is neither a field of activities nor data. and a name",
	OfElement:  "is no field of the list's elements",
}

func (c *checker) field(f *errs.Fields, cond FieldCondition, s scope) {
	spec, ok := c.typeOf(cond.Name, s)
	if !ok {
		f.Add("name", "unknown_field", unknownField[s.is])
		return
	}
	if s.is == OfRecord {
		c.sealedField(f, cond)
	}
	typ := spec.typ
	if typ == contact.TypeMany {
		f.Add("name", "operator", "is a list: count its elements")
		return
	}
	if typ == "" && len(cond.Values) > 0 {
		typ = cond.Values[0].Type
	}
	if !fieldOpFits(cond.Op, typ) || cond.Name == age && (cond.Op == StartsWith || cond.Op == Anniversary) {
		f.Add("op", "operator", "does not fit a field of type "+typeName(typ))
		return
	}
	if cond.Folded && (spec.code || typ != contact.TypeText || !textOp(cond.Op)) {
		f.Add("folded", "operator", "is for texts that people write, and not for less, greater and the like")
	}
	if (cond.Days != nil) != (cond.Op == Anniversary) {
		f.Add("days", "shape", "must be there for anniversary, and only then")
	} else if cond.Days != nil {
		checkDays(f.At("days"), *cond.Days)
	}
	c.fieldWindow(f, cond)
	if cond.Other != "" {
		c.other(f, cond, typ, s)
		return
	}
	c.values(f, cond, typ)
}

func (c *checker) fieldWindow(f *errs.Fields, cond FieldCondition) {
	switch {
	case cond.Window.IsZero() == (cond.Op == Within):
		f.Add("window", "shape", "must be there for within, and only then")
	case cond.Op == Within:
		checkWindow(f.At("window"), cond.Window, true)
	}
}

func checkDays(f *errs.Fields, d DayRange) {
	if d.From < -maxDays || d.To > maxDays || d.To < d.From || d.To-d.From >= maxDays {
		f.Add("", "out_of_range", "must lie within a year, of at most 366 days, and not end before it begins")
	}
}

// other checks the comparison with another field.
func (c *checker) other(f *errs.Fields, cond FieldCondition, typ contact.Type, s scope) {
	other, ok := c.typeOf(cond.Other, s)
	switch {
	case !ok:
		f.Add("other", "unknown_field", unknownField[s.is])
	case cond.Name == age || cond.Other == age || typ == "" || other.typ == "":
		f.Add("other", "operator", "cannot be compared field by field")
	case other.typ != typ:
		f.Add("other", "wrong_type", "must be of type "+string(typ))
	case cond.Op == OneOf || cond.Op == Between || cond.Op == Missing || cond.Op == Within || cond.Op == Anniversary:
		f.Add("op", "operator", "does not compare two fields")
	}
	if len(cond.Values) > 0 {
		f.Add("values", "too_many", "must be empty where another field is named")
	}
}

func (c *checker) values(f *errs.Fields, cond FieldCondition, typ contact.Type) {
	want := 1
	switch cond.Op {
	case Missing, Within, Anniversary:
		want = 0
	case Between:
		want = 2
	case OneOf:
		if n := len(cond.Values); n == 0 || n > MaxValues {
			f.Add("values", "out_of_range", fmt.Sprintf("must hold 1 to %d constants", MaxValues))
			return
		}
		want = len(cond.Values)
	}
	if len(cond.Values) != want {
		f.Add("values", "shape", fmt.Sprintf("must hold %d constants", want))
		return
	}
	if !c.count(want) {
		return
	}
	for i, v := range cond.Values {
		if f.Len() >= maxMistakes {
			return
		}
		path := fmt.Sprintf("[%d]", i)
		checkLiteral(f.At("values"), path, v, typ)
		if n := v.Number; cond.Name == age && (n%contact.NumberScale != 0 || n < 0 || n > maxAge*contact.NumberScale) {
			f.At("values").Add(path, "out_of_range", "must be a whole number of years up to 200")
		}
	}
}

func typeName(t contact.Type) string {
	if t == "" {
		return "that its name does not tell"
	}
	return string(t)
}

func textOp(op Op) bool {
	switch op {
	case Equals, OneOf, StartsWith, EndsWith, Contains:
		return true
	}
	return false
}

func fieldOpFits(op Op, t contact.Type) bool {
	switch op {
	case Equals, OneOf, Missing:
		return true
	case Less, AtMost, Greater, AtLeast, Between:
		return t != contact.TypeBool && t != ""
	case StartsWith, EndsWith, Contains:
		return t == contact.TypeText
	case Within, Anniversary:
		return t == contact.TypeTime || t == contact.TypeDate || t == ""
	}
	return false
}

func checkLiteral(f *errs.Fields, path string, v Literal, typ contact.Type) {
	if v.Type != typ {
		f.Add(path, "wrong_type", "must be of type "+string(typ))
		return
	}
	switch typ {
	case contact.TypeText:
		if v.Text == "" {
			f.Add(path, "required", "must not be the empty text: use missing")
		}
		check.Text(f, path, v.Text, maxText)
	case contact.TypeTime:
		check.Time(f, path, v.Time)
	case contact.TypeMany:
		f.Add(path, "wrong_type", "must be one value")
	default:
		if !contact.Value(v).Valid() {
			f.Add(path, "not_valid", "must be a number up to 9.2e12, a whole date from 1800 to 2299, or an amount up to 10^12 minor units of an ISO 4217 currency")
		}
	}
}

func (c *checker) has(f *errs.Fields, h HasCondition) {
	if !c.knows(h.List) {
		f.Add("list", "unknown_list", "must be a list of the record, or custom. and a declared field of many texts")
		return
	}
	c.where(f, h.Where, elementScope(h.List))
	c.sealedList(f, h)
	checkComparison(f, h.Op)
	if h.Number < 0 || h.Number > maxNumber {
		f.Add("number", "out_of_range", "must be 0 to 1,000,000,000")
	}
}

// knows reports whether records have the list.
func (c *checker) knows(l List) bool {
	if name, ok := l.custom(); ok {
		return c.custom[name] == contact.TypeMany
	}
	return elementFields[l] != nil
}

func checkComparison(f *errs.Fields, op Op) {
	switch op {
	case Equals, Less, AtMost, Greater, AtLeast:
	default:
		f.Add("op", "operator", "must be equals, less, at_most, greater or at_least")
	}
}
