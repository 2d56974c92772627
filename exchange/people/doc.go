// Package people reads and writes contacts: as tables, with package table, and as
// JSON Lines. It writes to no store. Tables hold no ways to pay (Contact.Accounts),
// and no links. The values of sensitive custom fields are written only where the
// options ask for them, and read like others; which of them may be stored is for
// the service to decide. As with all that an export leaves out, Upsert of such a
// record takes the stored value away: copy what is to stay from the stored record.
//
// # Reading a table
//
// A [Mapping] says which column goes into which field of the record. [Guess] makes
// one for the exports of Google Contacts and Outlook, in English and German, for
// what an [Encoder] wrote, and for tables with headers that people use. A
// [Decoder] reads the rows:
//
//	t, err := table.NewReader(file, nil)
//	...
//	m, unplaced := people.Guess(t.Columns(), fields)
//	d, err := people.NewDecoder(t, m, &people.Options{Fields: fields, Source: "shop"})
//	...
//	for record, err := range d.Contacts() {
//		var broken *table.RowError
//		if errors.As(err, &broken) {
//			log.Print(broken) // costs this row only
//			continue
//		}
//		if err != nil {
//			return err // the file itself cannot be read
//		}
//		...
//	}
//
// Consent is never guessed, whatever a column is called: that somebody ticked a box
// says neither when, nor to what.
//
// # Fields
//
// A field is named by its path: kind, name.salutation, name.title, name.given,
// name.family, name.company, language, time_zone, preferred_channel, born,
// occupation, education, marital_status, vat_number, owner, tags, hobbies, memberships;
// emails[0].address and .role; phones[0].number and .role; addresses[0].street,
// .extra, .postal_code, .city, .region, .country, .role, .from and .until;
// origins[0].source, .at and .notice; identities.shop for the key in the source
// shop; custom.points for a custom field; id, created_at, updated_at and version.
//
// A record without a kind that has the name of a company, and none of a person, is
// a company.
//
// Some paths stand for a part of a field, or for several:
//
//   - name.full is split as [SplitName] says, where there is neither given nor
//     family name. It is the name of a company if the kind says so.
//   - name.prefix goes into title and salutation, name.middle behind the given
//     name, name.suffix behind the family name.
//   - addresses[0].house_number goes behind the street; .street2, .street3 and
//     .po_box go into the extra line.
//   - identities alone is the key in the source [Options.Source].
//
// # Cells
//
// What is read is what programs and people write. Blanks around are dropped, and a
// line break in a text of one line becomes a comma. A truth is ja or nein, yes or
// no, true or false, 1 or 0, x. A country may be named in German or English, a role
// too. A phone number or a postal code loses the apostrophe, or the ="...", that
// kept a spreadsheet from making a number of it. A date of zeros is none, and 1604,
// which Apple writes, is no year. An element of a list that holds nothing is no
// element.
//
// Dates and numbers are read as their column is written, which is learnt from the
// first rows unless [Column] or [Options] tell.
package people
