// Package merge makes one record of two that are the same person, and two of one again.
//
// Whatever was recorded for either of them is then the winner's, in its history, its
// ledger of consent, the rules and the campaigns, and keeps as Origin the contact for
// which it was recorded. The loser's id and identities go on working: they lead to the
// winner. See Survive for what becomes of the record, and Service.Unmerge for the way
// back.
package merge

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/record"
)

// ID identifies a merge.
type ID = id.ID[Merge]

// Merge is one contact that was merged into another.
type Merge struct {
	ID     ID         `json:"id"`
	Winner contact.ID `json:"winner"`
	Loser  contact.ID `json:"loser"`
	// Number counts what was merged into the winner, from 1.
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	// Reason is what the host gave.
	Reason string `json:"reason,omitempty"`
	// Before and After are the winner's record right before and after the merge, Lost
	// is the loser's.
	Before contact.Contact `json:"before"`
	Lost   contact.Contact `json:"lost"`
	After  contact.Contact `json:"after"`
}

// Survive gives the record of a winner after a merge, by these rules.
//
//   - Of what there is once, the winner's value stays; where it has none, the loser's
//     comes in its place. A birth date of the loser that says the same and more counts.
//   - E-mail addresses, phones, addresses, accounts, tags, hobbies, memberships, links,
//     origins and identities are joined, each once, the winner's first. So where the
//     first one counts, it is the winner's. A link between the two goes.
//   - Custom values are taken one by one, as other fields are.
//
// Id, version and times are the winner's.
func Survive(winner, loser contact.Contact) contact.Contact {
	out := record.Combine(winner, loser)
	out.Origins = record.Join(winner.Origins, loser.Origins, record.SameOrigin)
	out.Identities = record.Identities(winner.Identities, loser.Identities)
	var links []contact.Link
	for _, l := range out.Links {
		if l.To != winner.ID && l.To != loser.ID {
			links = append(links, l)
		}
	}
	out.Links = links
	return out
}
