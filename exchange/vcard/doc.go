// Package vcard reads and writes vCards as real programs write them: versions 2.1,
// 3.0 (RFC 2426) and 4.0 (RFC 6350), with the ways of phones, Outlook, Google and
// Apple.
//
// # Reading
//
//	r, err := vcard.NewReader(file, &vcard.Options{Source: "nextcloud"})
//	...
//	for card, err := range r.Cards() {
//		var broken *vcard.CardError
//		if errors.As(err, &broken) {
//			log.Print(broken) // costs this card only
//			continue
//		}
//		if err != nil {
//			return err // the file itself cannot be read
//		}
//		fmt.Println(card.Line, card.Contact.Name, card.Unread)
//	}
//
// A broken card comes as a [CardError] that tells the line but no value, and reading
// goes on with the next card. Whatever comes, a card has at most [Options.MaxCard]
// bytes, and what is larger is skipped without being held. The record is as the
// card says it: the checks of the service come later.
//
// # What becomes of a card
//
// What is not in this table, or has a remark in it, stands in [Card.Unread]. No
// value does. VERSION, PRODID, PROFILE, REV and CREATED, which say nothing of the
// customer, are left out without a word.
//
//	N                 Name: the additional names follow the given ones, the prefix is
//	                  Title. A suffix has no place (N.SUFFIX): it is neither a title
//	                  before the name nor a part of the family name.
//	FN                the name, where N is missing or empty; the last word is the
//	                  family name, unless there is a comma, or "von", "van" and the
//	                  like. Else it is listed if it has words that N and ORG have not.
//	ORG               Name.Company, the first component (ORG.UNIT)
//	KIND, X-ABShowAs  Kind. A card without a person's name is that of a company if
//	                  FN says the same as ORG, or is missing. A group, a place or a
//	                  device is a CardError, unknown_kind.
//	TITLE, ROLE       Occupation, the first of them
//	EMAIL, TEL, ADR   Emails, Phones, Addresses, the preferred one first. TYPE and the
//	                  labels of Apple give the role; those that say something else are
//	                  listed (EMAIL.TYPE, X-ABLABEL). The fax at work is a fax, and
//	                  the mobile phone at work a mobile phone.
//	TEL               of "tel:" only the number (TEL.EXT)
//	ADR               box and extension are Extra. A country of which postal.ParseCountry
//	                  knows no code is left out (ADR.COUNTRY). Several lines of a
//	                  street are joined by commas.
//	BDAY              Born, with or without its year; other text is listed
//	LANG, TZ          Language, the preferred one; TimeZone, if it is an IANA name
//	CATEGORIES        Tags
//	HOBBY, INTEREST   Hobbies (RFC 6715), without their level (HOBBY.LEVEL)
//	UID               an Identity with Options.Source
//
// Where files differ, these are the rules:
//
//   - UTF-16 is recognised, with a byte order mark or without. In other files a
//     value has the character set that it declares. Without one a card is UTF-8,
//     but Windows-1252 if more of its bytes contradict UTF-8 than it has characters
//     in UTF-8. A card of version 4.0 is UTF-8 always.
//   - Lines end with LF, CRLF or CR, and are folded before a blank. In version 2.1
//     the blank belongs to the text. A block of Base64 may go on without a blank.
//   - A card that has no end before the next one begins is read, and one that has
//     none at the end of the file is an error, since the file may be cut off.
//   - A line that is no property makes a card broken, but not where it follows a
//     property that is not kept, such as a note whose line ends were not encoded.
//   - Lines outside of cards are reported once, as a CardError.
//
// UID and the properties of the library itself name identities. Take files of
// strangers with that in mind: a card can claim any identity.
//
// # Writing
//
// [Writer] writes version 4.0. What vCard has no place for stands in properties and
// parameters X-STAMMKUNDE-..., so that a Reader makes the same record of it, in the
// sense of contact.SameData. The ID is written as UID where the contact has no
// identity of the source [DefaultSource], and comes back as such an identity.
// CreatedAt, Version, Links and Accounts are not written, and UpdatedAt is for others only. Custom
// values are written of the fields that [WriteOptions] declares, without the
// sensitive ones unless it asks for them. What a card does not hold, Upsert of what
// was read takes away: copy what is to stay from the stored record.
package vcard
