package email_test

import (
	"errors"
	"fmt"

	"github.com/stammkunde/crm/contact/email"
	"github.com/stammkunde/crm/errs"
)

func ExampleParse() {
	a, err := email.Parse("Ada@Bücher.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("written:", a)
	fmt.Println("to compare:", a.Normal())
	fmt.Println("to find duplicates:", a.Key())
	fmt.Println("to log:", a.Masked())
	if ascii, ok := a.ASCII(); ok {
		fmt.Println("for any mail server:", ascii)
	}
	// Output:
	// written: Ada@Bücher.example
	// to compare: Ada@xn--bcher-kva.example
	// to find duplicates: ada@xn--bcher-kva.example
	// to log: A***@Bücher.example
	// for any mail server: Ada@xn--bcher-kva.example
}

// What is wrong is told by a code for programs and a text for people.
func ExampleParse_refused() {
	for _, s := range []string{"ada.example.com", "ada@example", "ada@example.com\n"} {
		_, err := email.Parse(s)
		if p, ok := errors.AsType[*errs.Problem](err); ok {
			fmt.Println(p.Code+":", p.Message)
		}
	}
	// Output:
	// syntax: must be an e-mail address such as name@example.com
	// domain: must have a domain such as example.com behind the @
	// control_character: must not contain control characters
}
