// Package errs is the vocabulary of failure shared by every package of the
// CRM: a handful of sentinels to test with [errors.Is], and [Error], which
// carries the operation and every broken field.
//
// The root package aliases all of it, so hosts write crm.ErrNotFound.
//
// No text in this package ever holds a value that a caller passed in: an error
// names the field and the reason, so it can go to a log without taking a
// customer's data along.
//
// # Codes
//
// Field.Code is one of these. Of the shape of a value:
//
//   - required: is empty and must not be
//   - syntax: does not look as it must
//   - shape: has parts that do not go together
//   - wrong_type: is of another type than was declared
//   - invalid_utf8: is not valid UTF-8
//   - control_character: holds a control character
//   - card_number: holds what looks like a payment card number
//   - domain: is an e-mail address whose domain cannot be one
//   - check_digits: has check digits that do not go with the rest
//   - not_assigned: is a telephone number that nobody can have
//   - not_a_number: is not finite, or too large
//   - not_a_date: is no date of the calendar
//   - not_an_amount: is too large, or in no known currency
//   - not_valid: is one of the three above, as a constant of a rule
//   - placeholder: stands for a name, but is none
//   - not_permitted: is none of the values that the field permits
//   - too_broad: stands for everything, to which nobody consents
//   - template: is not a template, or uses what it cannot see
//
// Of its size:
//
//   - too_long, too_short: has too many characters, or too few
//   - too_many: has too many elements
//   - too_large, too_deep: the rule has too many conditions, or nests too deep
//   - out_of_range: lies outside of what is permitted
//   - in_future: lies ahead of the clock
//   - empty: ends before it begins
//   - negative: is an amount below zero
//   - not_the_sum: is not what the items add up to
//   - currency: is in another currency than what it belongs to
//   - exceeds_charge: is more than what is left of the charge
//
// Of names that the library must know: unknown_action, unknown_aggregate,
// unknown_check, unknown_class, unknown_combinator, unknown_country, unknown_currency, unknown_direction, unknown_field,
// unknown_kind,
// unknown_list, unknown_mode, unknown_movement, unknown_operator,
// unknown_outcome, unknown_policy, unknown_segment, unknown_sensitivity, unknown_source, unknown_state,
// unknown_status, unknown_type, unknown_unit, unknown_verdict, unknown_zone, and
// operator for one that does not fit.
//
// Of things that belong together:
//
//   - duplicate: stands there twice
//   - differs: is not as another row of the same order says
//   - apart: is a row that stands too far behind the others of its order
//   - with_order: is a line that is refused because another one of its order is
//   - unexpected: is set, but does not belong there
//   - missing_sender, missing_template: a channel has none
//   - unused_template: belongs to no channel of the campaign
//   - cycle: a segment, or the link of a contact, leads back to itself
//   - consent_required: is sensitive, and there is no proof of an explicit consent
//   - rank: others decide on it, so a live segment cannot have one
//   - mapping: a field of a query builder stands for nothing, or for too much
//   - unsayable: a rule has no place in the query builder
//
// Of a voucher's code: mistyped, unknown, not_yours, not_yet_valid, expired, used.
//
// Of what is stored, with ErrNotFound and ErrConflict:
//
//   - not_found: does not exist
//   - exists: exists already
//   - too_often: is asked for more often than is allowed
//   - taken: belongs to something else
//   - changed: is not as it was read, or as it was applied
//   - reused: was used before for something else
//   - state: cannot be done in the present state
//   - cancelled: the campaign was cancelled
//   - kind: is an activity of another kind
//   - not_charged: the purchase was not charged, or not yet
//   - in_use: something has come to depend on it
//   - merged: was merged into another contact
//   - erased: was erased, or belonged to a contact that was
//   - restricted: must not be used or edited at present
//   - same: must be something else
//   - off: was not switched on in the config
//   - suppressed: is an address that is not to be kept, or not to be written to
//   - withdrawn: the customer has declared otherwise
//   - sealed: cannot be encrypted or opened with the host's key
//   - settled: the charge was settled otherwise
//   - lease_lost: took so long that another process goes on with it
//   - in_transaction: cannot be done inside a transaction, or not through this
//     handle
//
// Of permission, with ErrDenied: denied.
//
// Of the database, with ErrStore: not_migrated and too_new for its schema, and
// changed.
package errs

import (
	"errors"
	"strings"
)

// The kinds of failure. Test for them with errors.Is; never match text.
var (
	// ErrInvalid reports input that breaks a rule. The *Error lists every
	// broken field; nothing was written.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound reports that the thing asked for does not exist in this
	// tenant.
	ErrNotFound = errors.New("not found")
	// ErrConflict reports that the thing exists already, or changed since it
	// was read, or is in a state that does not allow the operation.
	ErrConflict = errors.New("conflict")
	// ErrDenied reports that the actor is not permitted to do it, or something
	// that it consists of. Nothing was written.
	ErrDenied = errors.New("denied")
	// ErrStore reports that the database refused or failed. The driver's own
	// error is reachable with errors.As, but is never part of the text,
	// because drivers quote values.
	ErrStore = errors.New("store failed")
)

// Field is one broken field of the input.
type Field struct {
	// Path leads to the field, for instance "contacts[3].emails[0].address".
	Path string `json:"path"`
	// Code names the reason for programs, for instance "required".
	Code string `json:"code"`
	// Message names the reason for people. It never repeats the value.
	Message string `json:"message"`
}

// Problem is what is wrong with a single value, where nobody knows yet in which
// field it stands. The packages that parse values return it.
type Problem struct {
	// Code and Message are those of Field.
	Code, Message string
}

// Refuse makes a Problem. The message never repeats the value.
func Refuse(code, message string) error { return &Problem{code, message} }

// Error gives message and code.
func (p *Problem) Error() string { return p.Message + " [" + p.Code + "]" }

// Error is the error type of every method of the CRM.
type Error struct {
	// Op tells people where it happened, for instance "contact.Create": as a
	// rule the method of the service that was called, else that of the store.
	// Programs test kind, path and code instead.
	Op string
	// Kind is one of the sentinels of this package.
	Kind error
	// Fields lists the broken fields, in the order of the input.
	Fields []Field
	// Cause is the error below, if any. It is not part of the text.
	Cause error
}

// Error gives operation, kind and all broken fields on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	b.WriteString(e.Kind.Error())
	for i, f := range e.Fields {
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString("; ")
		}
		if f.Path != "" {
			b.WriteString(f.Path + ": ")
		}
		b.WriteString(f.Message + " [" + f.Code + "]")
	}
	return b.String()
}

// Unwrap makes errors.Is find the kind and errors.As the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// FieldsOf returns the broken fields of err, or nil when it carries none.
func FieldsOf(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// Has reports whether err names a field broken for the reason code.
func Has(err error, code string) bool {
	for _, f := range FieldsOf(err) {
		if f.Code == code {
			return true
		}
	}
	return false
}

// NotFound returns an ErrNotFound for the thing at path.
func NotFound(op, path string) error {
	return &Error{Op: op, Kind: ErrNotFound, Fields: []Field{{path, "not_found", "does not exist"}}}
}

// Conflict returns an ErrConflict for the field at path.
func Conflict(op, path, code, message string) error {
	return &Error{Op: op, Kind: ErrConflict, Fields: []Field{{path, code, message}}}
}

// Denied returns an ErrDenied. The cause can be found with errors.Is and is no part
// of the text.
func Denied(op string, cause error) error {
	return &Error{Op: op, Kind: ErrDenied, Fields: []Field{{"", "denied", "is not permitted to the actor"}}, Cause: cause}
}

// Failed returns an ErrStore for what a database reported, with cause to be found
// by errors.Is and errors.As. It gives nil for nil, and an error of the CRM as it
// is.
func Failed(op string, cause error) error {
	var known *Error
	if cause == nil || errors.As(cause, &known) {
		return cause
	}
	return &Error{Op: op, Kind: ErrStore, Cause: cause}
}

// SetOp makes op the operation of the error that a method is about to return,
// which may have come from the store. Defer it with the address of the named
// result. The error itself is not changed, since others may hold it.
func SetOp(err *error, op string) {
	if e, ok := (*err).(*Error); ok && e.Op != op {
		own := *e
		own.Op = op
		*err = &own
	}
}

// Fields collects broken fields while input is checked. The zero value is
// ready to use.
type Fields struct {
	list   []Field
	prefix string
	root   *Fields
}

// Add notes a broken field.
func (f *Fields) Add(path, code, message string) {
	root := f.top()
	root.list = append(root.list, Field{join(f.prefix, path), code, message})
}

// Report notes what is wrong with the field at path, as a parser found it: the
// code and message of a *Problem, or "syntax" and the text of another error,
// which must not repeat the value. A nil err is no problem.
func (f *Fields) Report(path string, err error) {
	var p *Problem
	switch {
	case err == nil:
	case errors.As(err, &p):
		f.Add(path, p.Code, p.Message)
	default:
		f.Add(path, "syntax", err.Error())
	}
}

// At returns a collector that puts prefix before every path and writes into f.
func (f *Fields) At(prefix string) *Fields {
	return &Fields{prefix: join(f.prefix, prefix), root: f.top()}
}

// Len gives the number of broken fields so far.
func (f *Fields) Len() int { return len(f.top().list) }

// Err returns nil when nothing is broken, else an *Error of kind ErrInvalid.
func (f *Fields) Err(op string) error {
	list := f.top().list
	if len(list) == 0 {
		return nil
	}
	return &Error{Op: op, Kind: ErrInvalid, Fields: list}
}

func (f *Fields) top() *Fields {
	if f.root != nil {
		return f.root
	}
	return f
}

func join(prefix, path string) string {
	switch {
	case prefix == "":
		return path
	case path == "":
		return prefix
	case strings.HasPrefix(path, "["):
		return prefix + path
	}
	return prefix + "." + path
}
