package table

import (
	"strconv"

	"github.com/stammkunde/crm/errs"
)

// Operations, for errors.
const (
	opNewReader = "table.NewReader"
	opNewWriter = "table.NewWriter"
)

// RowError tells what is wrong with a row. It holds no value of the row, so it can
// go to a log. It is an errs.ErrInvalid, and an *errs.Problem to errs.Fields.
type RowError struct {
	// Line is the line of the file on which the row begins, from 1.
	Line int
	// Column is the name of the column, if it is a single field that is wrong.
	Column string
	// Code and Message are those of errs.Field: shape for too few or too many
	// fields, syntax for quotes, too_long, or invalid_utf8.
	Code, Message string
}

// Error gives line, column, message and code.
func (e *RowError) Error() string {
	s := "line " + strconv.Itoa(e.Line) + ": "
	if e.Column != "" {
		s += "column " + e.Column + ": "
	}
	return s + e.Message + " [" + e.Code + "]"
}

// Unwrap makes errors.Is find errs.ErrInvalid and errors.As the *errs.Problem.
func (e *RowError) Unwrap() []error {
	return []error{errs.ErrInvalid, errs.Refuse(e.Code, e.Message)}
}
