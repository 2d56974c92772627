// Package bank reads the numbers that stand on an invoice or a mandate: the IBAN of
// an account and the BIC of its bank.
//
// [ParseIBAN] checks everything that can be known without asking a bank: the country,
// the length and the structure by the registry that SWIFT keeps for ISO 13616-1, and
// the check digits by ISO 7064, MOD 97-10. Where a national rule holds for every
// account of a country, it is checked, too: Belgium, Montenegro, Norway and Spain.
// Other countries have national check digits that some banks compute in ways of their
// own; those are left alone, since refusing a good account is worse than taking a bad
// one that the bank refuses.
//
// [ParseBIC] checks the structure by ISO 9362 and the country by ISO 3166-1. Whether a
// bank of that name exists is not checked.
//
// An error is made with [errs.Refuse] and never repeats the value. Its codes are
// syntax, unknown_country, too_short, too_long, shape and check_digits.
//
// [errs.Refuse]: https://pkg.go.dev/github.com/stammkunde/crm/errs#Refuse
package bank
