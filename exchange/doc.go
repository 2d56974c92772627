// Package exchange brings records into the CRM and out of it: contacts with what
// happened to them and what they agreed to. The packages below it read and write
// the formats: people (CSV and JSON Lines), vcard, orders, and table for CSV
// itself.
//
// # Importing
//
// An [Entry] is what one row, card or line of a file says. [People], [Cards],
// [Lines] and [Orders] make entries of what the readers give, and hosts may make
// their own. [Service.Import] takes them one by one, so that a file may be as large
// as it likes:
//
//	t, err := table.NewReader(file, nil)
//	...
//	mapping, unplaced := people.Guess(t.Columns(), fields)
//	d, err := people.NewDecoder(t, mapping, &people.Options{Source: "shop"})
//	...
//	done, err := c.Exchange.Import(ctx, "customers-2026-11", exchange.People(d.Contacts()), nil)
//
// Every import has a name, and the entries that it consists of. Whoever is cut off
// calls Import again with the same name and the same file: it goes on behind the
// last batch that was committed, and nothing is there twice.
//
// An entry is taken as a whole or refused as a whole, unless Options.LeaveOut asks for
// what is left of its record. All that is wrong with it, by number, field and reason,
// is kept with the import and holds no value of it; see [Service.Problems]. Numbers in
// the paths of lists count what the record holds, without empty elements.
//
// An import can be taken back with [Service.Undo], as long as it is not
// [Service.Forget]-ed.
//
// # Consent
//
// An import never overwrites the customer's wish. A consent that an entry brings is
// left out where the customer has withdrawn it before or the channel is suppressed,
// and the import says so ("withdrawn"). A withdrawal is always taken.
package exchange
