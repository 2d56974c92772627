package errs

import (
	"encoding/json"
	"fmt"
)

// GoString implements fmt.GoStringer: %#v shows of the cause its type only, because the
// errors of drivers hold values.
func (e *Error) GoString() string {
	if e == nil {
		return "(*errs.Error)(nil)"
	}
	return fmt.Sprintf("&errs.Error{%q, cause %T}", e.Error(), e.Cause)
}

// MarshalJSON implements json.Marshaler: all but the cause.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Op     string  `json:"op"`
		Kind   string  `json:"kind"`
		Fields []Field `json:"fields,omitempty"`
	}{e.Op, e.Kind.Error(), e.Fields})
}
