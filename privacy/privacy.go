// Package privacy serves the rights of a person: to see all that is held, to be
// erased, to be left alone while something is in dispute; and the duties that go
// with them: legal holds, retention, and the record of processing.
//
// Everything that the CRM keeps about contacts belongs to one [Class]. The stores
// have a map from their tables to these classes, and a test of each fails on a
// table that is not in it, so nothing new is left out of an export or an erasure
// by accident.
//
// What the law is in a given case this package does not know. It does what it is
// told, completely, and says what it did.
package privacy

// Class is a kind of data about a contact.
type Class string

// The classes. Every table that names contacts belongs to one of them.
const (
	// Record is the contact with its identities, custom fields and the keys by
	// which duplicates are looked up.
	Record Class = "record"
	// Purchases are the entries of the history that books are kept of: purchases,
	// returns, charges, refunds and settlements.
	Purchases Class = "purchases"
	// Activities are all other entries of the history.
	Activities Class = "activities"
	// Consents is the ledger of consent, with what it adds up to.
	Consents Class = "consents"
	// Campaigns are the rows of audiences, deliveries, vouchers and redemptions.
	Campaigns Class = "campaigns"
	// Segments are live memberships, their changes and the members of snapshots.
	Segments Class = "segments"
	// Links are those in the records of other contacts that lead to the contact.
	Links Class = "links"
	// Merges are the records of contacts that are one now, as they were before.
	Merges Class = "merges"
	// Imports are the records as they were before and after an import.
	Imports Class = "imports"
	// Duplicates are pairs that may be one, and such as are not.
	Duplicates Class = "duplicates"
	// Measures is the restriction of the contact. Its holds end by themselves.
	Measures Class = "measures"
)

// Classes lists all of them, in the order in which they are shown.
var Classes = []Class{Record, Purchases, Activities, Consents, Campaigns, Segments, Links, Merges, Imports, Duplicates, Measures}

// Holdable lists the classes that a hold can keep. The others say nothing that is
// not in these, or name somebody else.
var Holdable = []Class{Record, Purchases, Activities, Consents, Campaigns, Merges, Imports}

// Action is what happens to rows.
type Action string

// The actions.
const (
	// Delete: the rows are gone.
	Delete Action = "delete"
	// Anonymise: the rows go to an id that leads to nobody, without any text or
	// key of the contact, so that they still count.
	Anonymise Action = "anonymise"
	// Keep: a legal hold keeps the rows, where nothing but Service.Held shows them.
	Keep Action = "hold"
	// Erase: the contact is erased as Service.Erase does it.
	Erase Action = "erase"
	// End: the hold has ended.
	End Action = "end"
)
