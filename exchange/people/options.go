package people

import (
	"cmp"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// Options tells a Decoder what a table does not. Nothing need be.
type Options struct {
	// Fields are the declared custom fields.
	Fields []contact.Field
	// Source is that of the field identities. Required if the mapping has it.
	Source string
	// Missing are texts that mean no value, such as NULL and n/a, whatever their
	// capitals.
	Missing []string
	// Layout, Decimal and Currency are those of columns that have none of their own.
	Layout, Decimal, Currency string
	// Location is that of times that do not name their zone. Defaults to UTC.
	Location *time.Location
	// LookAhead is how many rows are read to learn how dates and numbers are
	// written, at most 10,000, and a MiB. Defaults to 200.
	LookAhead int
	// Now tells the present, so that nobody with a year of two digits is born in
	// the future. Defaults to time.Now.
	Now func() time.Time
}

// opNewDecoder is for errors.
const opNewDecoder = "people.NewDecoder"

// settings copies and completes o, and adds what is wrong to f.
func settings(f *errs.Fields, o *Options) Options {
	var own Options
	if o != nil {
		own = *o
	}
	own.Fields, own.Missing = slices.Clone(own.Fields), slices.Clone(own.Missing)
	own.LookAhead = cmp.Or(own.LookAhead, 200)
	if own.Location == nil {
		own.Location = time.UTC
	}
	if own.Now == nil {
		own.Now = time.Now
	}
	at := f.At("options")
	if own.Source != "" {
		check.Name(at, "source", own.Source)
	}
	if own.LookAhead < 1 || own.LookAhead > 10_000 {
		at.Add("look_ahead", "out_of_range", "must be between 1 and 10,000 rows")
	}
	checkFormat(at, own.Decimal, own.Currency)
	return own
}
