// Package querybuilder reads and writes rules in the JSON of
// react-querybuilder, so that users can build segments in its editor.
//
// A [Mapping] tells what the fields of the editor stand for. [Parse] turns a
// query into a segment.Rule and [Format] turns such a rule back into a query.
// What cannot be said exactly in the other language is refused, with the path
// inside it.
//
// # Meaning
//
// A query means what the package's own formatters make of it. Where they
// differ from each other, the rule language decides:
//
//   - A comparison with a missing value is false. "!=", "notIn" and "doesNot..."
//     are negations and hold for missing values; "notBetween" is less or
//     greater, and does not.
//   - Texts are compared byte by byte, unless the field is folded. The empty
//     text is a missing one.
//   - A group without rules is true, whatever its "not" says. Muted rules and
//     groups, rules that still show the placeholder "~", a "between" without
//     two values and a match without rules or threshold are left out. "disabled"
//     only locks a rule in the editor.
//   - The bounds of "between" are swapped where they are numbers in the wrong
//     order, unless Mapping.PreserveValueOrder is set.
//   - A match counts the elements of a list on which the rules in its value
//     hold. A threshold between 0 and 1 is a share of all elements. On an empty
//     list "all" is true, and so is every share.
//   - A rule without match on a list of plain values asks whether one of them
//     fits.
//
// Both forms of groups are read, with one combinator and with combinators
// between the rules, where "and" binds more tightly than "or".
package querybuilder
