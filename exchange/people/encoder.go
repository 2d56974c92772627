package people

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/internal/check"
)

// EncodeOptions tells how wide a table is. Fit finds it out in a first pass.
type EncodeOptions struct {
	// Emails, Phones, Addresses and Origins are how many of each have columns, at
	// most 50. They default to 0.
	Emails, Phones, Addresses, Origins int
	// Sources are those of the identities that have a column.
	Sources []string
	// Sensitive makes columns for sensitive custom fields too, so that their
	// values leave the CRM. Without it they are left out silently.
	Sensitive bool
	// Cut leaves out what has no column. Without it such a contact is an error.
	Cut bool
}

// Fit makes the table wide enough for a contact.
func (o *EncodeOptions) Fit(c contact.Contact) {
	o.Emails = max(o.Emails, len(c.Emails))
	o.Phones = max(o.Phones, len(c.Phones))
	o.Addresses = max(o.Addresses, len(c.Addresses))
	o.Origins = max(o.Origins, len(c.Origins))
	for _, i := range c.Identities {
		if !slices.Contains(o.Sources, i.Source) {
			o.Sources = append(o.Sources, i.Source)
		}
	}
}

// Encoder writes contacts into a table whose columns are called like the fields, so
// that [Guess] reads it back. It is for one goroutine.
//
// What a table can hold comes back as it was: all but the normal forms of e-mail
// addresses and phones, which the service makes, links to other contacts, the ways
// to pay, which do not leave the CRM, and the values of sensitive fields, which do
// so only if EncodeOptions asks for them. Read the table with table.Options.Unprotect, without which texts keep the apostrophes that protect
// them, and with a MaxRow that lets the largest record pass. If a spreadsheet saved
// the table again, clear Exact in the columns of the mapping.
type Encoder struct {
	w       *table.Writer
	o       EncodeOptions
	columns []column
	hidden  []contact.Field // the sensitive ones that have no column
}

// NewEncoder makes an Encoder and writes the header. Options and fields that cannot
// be are an errs.ErrInvalid. Call Flush of the Writer behind the last contact.
func NewEncoder(w *table.Writer, fields []contact.Field, o *EncodeOptions) (*Encoder, error) {
	e := &Encoder{w: w}
	if o != nil {
		e.o = *o
	}
	e.o.Sources = slices.Sorted(slices.Values(e.o.Sources))
	var f errs.Fields
	e.check(&f, fields)
	if err := f.Err("people.NewEncoder"); err != nil {
		return nil, err
	}
	if !e.o.Sensitive {
		e.hidden = sensitive(fields, true)
		fields = sensitive(fields, false)
	}
	header := e.header(fields)
	for _, path := range header {
		own := column{Column: Column{Column: path, Field: path, Exact: true}}
		own.place, _ = parsePlace(path)
		e.columns = append(e.columns, own)
	}
	for i, field := range fields {
		e.columns[slices.Index(header, "custom."+fields[i].Name)].kind = field.Type
	}
	return e, w.Write(header)
}

// sensitive gives the fields that are, or those that are not.
func sensitive(fields []contact.Field, are bool) []contact.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f contact.Field) bool { return f.IsSensitive() != are })
}

func (e *Encoder) check(f *errs.Fields, fields []contact.Field) {
	for _, n := range []int{e.o.Emails, e.o.Phones, e.o.Addresses, e.o.Origins} {
		if n < 0 || n > maxPoints {
			f.Add("options", "out_of_range", "must be at most 50 of each")
		}
	}
	for i, s := range e.o.Sources {
		path := fmt.Sprintf("options.sources[%d]", i)
		check.Name(f, path, s)
		if i > 0 && s == e.o.Sources[i-1] {
			f.Add(path, "duplicate", "stands there twice")
		}
	}
	for i, d := range fields {
		path := fmt.Sprintf("fields[%d].name", i)
		check.Name(f, path, d.Name)
		if declares(fields[:i], d.Name) {
			f.Add(path, "duplicate", "stands there twice")
		}
	}
}

// header gives the paths of all columns.
func (e *Encoder) header(fields []contact.Field) []string {
	header := slices.Clone(singles)
	for _, list := range []struct {
		name string
		n    int
	}{{"emails", e.o.Emails}, {"phones", e.o.Phones}, {"addresses", e.o.Addresses}, {"origins", e.o.Origins}} {
		for i := range list.n {
			for _, member := range elements[list.name] {
				header = append(header, fmt.Sprintf("%s[%d].%s", list.name, i, member))
			}
		}
	}
	for _, s := range e.o.Sources {
		header = append(header, "identities."+s)
	}
	for _, d := range fields {
		header = append(header, "custom."+d.Name)
	}
	return append(header, stamps...)
}

// Encode writes one contact. A contact that has no room in the table is an
// errs.ErrInvalid, and nothing of it was written. Any other error is that of the
// Writer.
func (e *Encoder) Encode(c contact.Contact) error {
	c.Kind = cmp.Or(c.Kind, contact.Person)
	var f errs.Fields
	e.room(&f, c)
	b := draftOf(c)
	row := make([]string, len(e.columns))
	for i, col := range e.columns {
		switch col.place.list {
		case "custom":
			row[i] = e.custom(&f, col, c.Custom)
		case "identities":
			row[i] = joinExact(keys(c.Identities, col.place.member))
		default:
			row[i] = write(b.ref(col.place, 0))
		}
	}
	if err := f.Err("people.Encoder.Encode"); err != nil {
		return err
	}
	return e.w.Write(row)
}

// room checks that nothing of the contact is left out.
func (e *Encoder) room(f *errs.Fields, c contact.Contact) {
	if e.o.Cut {
		return
	}
	for _, list := range []struct {
		path    string
		n, room int
	}{
		{"emails", len(c.Emails), e.o.Emails}, {"phones", len(c.Phones), e.o.Phones},
		{"addresses", len(c.Addresses), e.o.Addresses}, {"origins", len(c.Origins), e.o.Origins},
	} {
		if list.n > list.room {
			f.Add(list.path, "too_many", fmt.Sprintf("must be at most %d in this table", list.room))
		}
	}
	for i, n := range c.Identities {
		if _, ok := slices.BinarySearch(e.o.Sources, n.Source); !ok {
			f.Add(fmt.Sprintf("identities[%d].source", i), "unknown_source", "has no column in this table")
		}
	}
	declared := 0
	for _, field := range e.hidden {
		if _, ok := c.Custom[field.Name]; ok {
			declared++
		}
	}
	for _, col := range e.columns {
		if _, ok := c.Custom[col.place.member]; ok && col.place.list == "custom" {
			declared++
		}
	}
	if declared < len(c.Custom) {
		f.Add("custom", "unknown_field", "has values of fields that have no column in this table")
	}
}

// custom writes the value of a custom field.
func (e *Encoder) custom(f *errs.Fields, c column, values map[string]contact.Value) string {
	v, ok := values[c.place.member]
	switch {
	case !ok:
		return ""
	case v.Type != c.kind:
		f.Add(c.Field, "wrong_type", "must be of the type of the field")
		return ""
	case !v.Valid():
		f.Add(c.Field, "not_valid", "must be a number, a whole date or an amount that can be")
		return ""
	}
	switch v.Type {
	case contact.TypeNumber:
		return writeNumber(v.Number)
	case contact.TypeTime:
		return v.Time.UTC().Format(time.RFC3339Nano)
	case contact.TypeBool:
		return strconv.FormatBool(v.Bool)
	case contact.TypeDate:
		return v.Date.String()
	case contact.TypeMoney:
		return v.Money.String()
	case contact.TypeMany:
		return joinExact(v.Texts)
	}
	return v.Text
}

// write writes the field that ref points to.
func write(ref any) string {
	switch v := ref.(type) {
	case *string:
		return *v
	case *[]string:
		return joinExact(*v)
	case *contact.Date:
		return v.String()
	case *int64:
		return strconv.FormatInt(*v, 10)
	case *time.Time:
		if !v.IsZero() {
			return v.UTC().Format(time.RFC3339Nano)
		}
	case *contact.ID:
		if !v.IsZero() {
			return v.String()
		}
	}
	return ""
}

func keys(list []contact.Identity, source string) []string {
	var own []string
	for _, i := range list {
		if i.Source == source {
			own = append(own, i.Key)
		}
	}
	return own
}

var escape = strings.NewReplacer(`\`, `\\`, `;`, `\;`)

// joinExact joins values with semicolons. A semicolon inside a value gets a
// backslash, and so does a backslash.
func joinExact(values []string) string {
	own := make([]string, len(values))
	for i, v := range values {
		own[i] = escape.Replace(v)
	}
	return strings.Join(own, ";")
}

// splitExact is the inverse of joinExact. Of an empty text it makes no value.
func splitExact(s string) []string {
	if s == "" {
		return nil
	}
	var own []string
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ';':
			own = append(own, b.String())
			b.Reset()
			continue
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return append(own, b.String())
}
