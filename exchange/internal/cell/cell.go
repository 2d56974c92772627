package cell

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

// Present trims a value, and makes nothing of one that means nothing.
func Present(s string, missing []string) string {
	s = strings.TrimSpace(s)
	if slices.ContainsFunc(missing, func(m string) bool { return strings.EqualFold(m, s) }) {
		return ""
	}
	return s
}

// Broken tells what is wrong with a cell.
func Broken(line int, column string, err error) *table.RowError {
	own := &table.RowError{Line: line, Column: column, Code: "syntax", Message: "cannot be read"}
	var p *errs.Problem
	if errors.As(err, &p) {
		own.Code, own.Message = p.Code, p.Message
	}
	return own
}

// IsNoDate reports whether a cell has the zeros that programs write for no date.
func IsNoDate(s string) bool { return strings.Trim(s, "0./-: ") == "" }

// Decimal learns the decimal separator of a column. It is empty where no value has a
// separator: then each value must tell itself.
func Decimal(values []string) string {
	values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return !strings.ContainsAny(s, ".,") })
	if decimal, _ := table.GuessDecimal(values); decimal != 0 && len(values) > 0 {
		return string(decimal)
	}
	return ""
}

// floating is a whole number that a program took for a broken one.
var floating = regexp.MustCompile(`^[0-9]+\.0$`)

// Floating reports whether all values are whole numbers with ".0" behind them, and
// there is one.
func Floating(values []string) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(s string) bool { return !floating.MatchString(s) })
}

// Whole takes the ".0" from a whole number.
func Whole(s string) string {
	if floating.MatchString(s) {
		return strings.TrimSuffix(s, ".0")
	}
	return s
}
