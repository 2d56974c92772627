// Package vat reads the numbers that businesses have for the value added tax, and
// checks what can be known without asking an office: the structure and the check
// digits.
//
// It knows the 27 member states of the European Union, Northern Ireland (XI), and of
// the neighbours Great Britain (GB), Norway (NO) and Switzerland (CH). A number of the
// one-stop shop, which begins with EU or IM, is refused: it belongs to sellers from
// elsewhere and says nothing about a customer.
//
// That a number passes does not mean that somebody has it. For a delivery free of tax
// inside the Union the seller must ask, which is what [Registry] is for.
//
// The structures are those of the VIES service of the European Commission. The check
// digits follow the national rules, as the Commission and the tax offices published
// them: sums with weights by 11 and other modules, Luhn (ISO/IEC 7812-1), MOD 11-10
// and MOD 97-10 of ISO 7064, and the rules of the personal numbers that some states
// use as numbers for the tax. Where sources contradict each other, both are accepted.
//
// An error is made with [errs.Refuse] and never repeats the value. Its codes are
// syntax, unknown_country, shape and check_digits.
//
// [errs.Refuse]: https://pkg.go.dev/github.com/stammkunde/crm/errs#Refuse
package vat
