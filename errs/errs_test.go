package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/errs"
)

func ExampleFields() {
	var f errs.Fields
	f.Add("name", "required", "must not be empty")
	list := f.At("contacts").At("[3]")
	list.Add("email", "syntax", "must be an e-mail address")
	fmt.Println(f.Err("contact.Create"))
	// Output:
	// contact.Create: invalid: name: must not be empty [required]; contacts[3].email: must be an e-mail address [syntax]
}

func TestError_hides_its_cause_from_the_text_only(t *testing.T) {
	is := is.New(t)
	cause := fmt.Errorf("duplicate key (anna@example.com): %w", io.ErrUnexpectedEOF)
	err := error(&errs.Error{Op: "x", Kind: errs.ErrStore, Cause: cause})
	is.Equal(err.Error(), "x: store failed")
	is.True(errors.Is(err, errs.ErrStore))
	is.True(errors.Is(err, io.ErrUnexpectedEOF))
	is.True(!errors.Is(err, errs.ErrInvalid))
}

func TestFailed_wraps_what_is_not_ours(t *testing.T) {
	is := is.New(t)
	err := errs.Failed("x", io.ErrUnexpectedEOF)
	is.Equal(err.Error(), "x: store failed")
	is.True(errors.Is(err, errs.ErrStore) && errors.Is(err, io.ErrUnexpectedEOF))
	is.Equal(errs.Failed("y", err), err)
	is.NoErr(errs.Failed("x", nil))
	known := fmt.Errorf("again: %w", errs.NotFound("z", "id"))
	is.Equal(errs.Failed("x", known), known)
}

func TestFieldsOf_sees_through_wrapping(t *testing.T) {
	is := is.New(t)
	err := fmt.Errorf("order 7: %w", errs.Conflict("x", "ref", "reused", "was recorded before"))
	is.True(errs.Has(err, "reused"))
	is.True(!errs.Has(err, "taken"))
	is.Equal(errs.FieldsOf(err)[0].Path, "ref")
	is.Equal(len(errs.FieldsOf(io.EOF)), 0)
}

func TestSetOp_leaves_the_error_of_others_as_it_is(t *testing.T) {
	is := is.New(t)
	stored := errs.NotFound("memory.Campaign", "id")
	err := stored
	errs.SetOp(&err, "campaign.Get")
	is.Equal(err.Error(), "campaign.Get: not found: id: does not exist [not_found]")
	is.Equal(stored.Error(), "memory.Campaign: not found: id: does not exist [not_found]")
	err = io.EOF
	errs.SetOp(&err, "campaign.Get")
	is.Equal(err, io.EOF)
	err = nil
	errs.SetOp(&err, "campaign.Get")
	is.NoErr(err)
}

func TestFields_Report(t *testing.T) {
	is := is.New(t)
	var f errs.Fields
	f.At("bank").Report("iban", errs.Refuse("check_digits", "has wrong check digits"))
	f.Report("born", errors.New("is no date"))
	f.Report("name", nil)
	is.Equal(errs.FieldsOf(f.Err("test")), []errs.Field{
		{Path: "bank.iban", Code: "check_digits", Message: "has wrong check digits"},
		{Path: "born", Code: "syntax", Message: "is no date"},
	})
	is.Equal(errs.Refuse("too_long", "has too many characters").Error(), "has too many characters [too_long]")
}
