package vcard

import (
	"strconv"

	"github.com/stammkunde/crm/errs"
)

// opNewReader is the operation of errors about options.
const opNewReader = "vcard.NewReader"

// CardError tells what is wrong with a card. It holds no value of the card, so it
// can go to a log. It is an errs.ErrInvalid, and an *errs.Problem to errs.Fields.
type CardError struct {
	// Line is the line of the file, from 1, on which the property begins that is
	// wrong, or else the one on which the card begins.
	Line int
	// Property is the name of the property, if it is a single one that is wrong.
	Property string
	// Code and Message are those of errs.Field: shape for a card without an end,
	// syntax for lines that cannot be part of a card, too_long, too_many,
	// invalid_utf8, or unknown_kind for what is neither person nor company.
	Code, Message string
}

// Error gives line, property, message and code.
func (e *CardError) Error() string {
	s := "line " + strconv.Itoa(e.Line) + ": "
	if e.Property != "" {
		s += "property " + e.Property + ": "
	}
	return s + e.Message + " [" + e.Code + "]"
}

// Unwrap makes errors.Is find errs.ErrInvalid and errors.As the *errs.Problem.
func (e *CardError) Unwrap() []error {
	return []error{errs.ErrInvalid, errs.Refuse(e.Code, e.Message)}
}
