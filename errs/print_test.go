package errs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stammkunde/crm/errs"
)

// talkative is an error of a driver that holds a value where anybody sees it.
type talkative struct{ Detail string }

func (talkative) Error() string { return "Key (email)=(anna@example.com) already exists." }

// No way to print an error shows its cause, which errors.As still finds.
func TestError_printed_without_its_cause(t *testing.T) {
	t.Parallel()
	cause := talkative{"anna@example.com"}
	err := errs.Failed("contact.Create", cause)
	text, failed := json.Marshal(err)
	if failed != nil {
		t.Fatal(failed)
	}
	for _, s := range []string{fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), fmt.Sprintf("%q", err), fmt.Sprint([]error{err}), fmt.Sprintf("%#v", []error{err}), string(text)} {
		if strings.Contains(s, "anna") || !strings.Contains(s, "contact.Create") {
			t.Error(s)
		}
	}
	var found talkative
	if !errors.As(err, &found) || found != cause {
		t.Error("the cause is lost")
	}
	if s := fmt.Sprintf("%#v", (*errs.Error)(nil)); s != "(*errs.Error)(nil)" {
		t.Error(s)
	}
}
