package exchange

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// Entry is what one row, card or line of a file says about one contact.
type Entry struct {
	// Number counts the entries of a file from 1, and never goes back. Those that
	// say nothing may be left out.
	Number int `json:"-"`
	// Line is the line of the file on which the entry begins, 0 where there is
	// none.
	Line int `json:"-"`
	// Contact is the record. It is known to the CRM if one of its identities, or
	// its ID, is. What a known contact keeps, Options.Known says. Its links may lead to
	// contacts that come later, so they are not looked up.
	Contact contact.Contact `json:"contact,omitzero"`
	// Of names a contact that is there already, instead of Contact, for what is
	// only to be added to it.
	Of contact.ID `json:"of,omitzero"`
	// Identities find the contact where there is none with the id Of.
	Identities []contact.Identity `json:"identities,omitempty"`
	// Maybe is a contact that Contact speaks of if there is one with this id. It is
	// for what the CRM itself has written into formats that others write, too.
	Maybe contact.ID `json:"-"`
	// Activities happened with the contact; their own Contact is ignored. Known
	// references with the same content are passed over, so that orders can be
	// imported again.
	Activities []activity.Activity `json:"activities,omitempty"`
	// Consents are what the contact declared.
	Consents []Consent `json:"consents,omitempty"`
	// Problems are why the entry cannot be read. One with any is refused.
	Problems []Problem `json:"-"`
}

// Consent is what a customer declared about one purpose on one channel. The fields
// are those of consent.Event.
type Consent struct {
	Purpose consent.Purpose `json:"purpose,omitempty"`
	Channel contact.Channel `json:"channel"`
	Action  consent.Action  `json:"action"`
	// At is required: when an import runs says nothing about when the customer
	// decided.
	At      time.Time `json:"at"`
	Wording string    `json:"wording,omitempty"`
	Source  string    `json:"source,omitempty"`
	Proof   string    `json:"proof,omitempty"`

	Lifts            consent.Action    `json:"lifts,omitempty"`
	Basis            consent.Basis     `json:"basis,omitempty"`
	ExpiresAt        time.Time         `json:"expires_at,omitzero"`
	Notice           consent.NoticeRef `json:"notice,omitzero"`
	consent.Evidence `json:"evidence,omitzero"`
}

// event is what somebody would have declared.
func (c Consent) event(of contact.ID) consent.Event {
	return consent.Event{
		Contact: of, Purpose: c.Purpose, Channel: c.Channel, Action: c.Action, At: c.At, Wording: c.Wording, Source: c.Source, Proof: c.Proof,
		Lifts: c.Lifts, Basis: c.Basis, ExpiresAt: c.ExpiresAt, Notice: c.Notice, Evidence: c.Evidence,
	}
}

// Problem tells what is wrong with an entry. It holds no value of it, so it can go
// to a log.
type Problem struct {
	// Number and Line are those of the entry.
	Number int `json:"number"`
	Line   int `json:"line,omitempty"`
	// Path names the field, as errs.Field does, or the column of a table. It is
	// empty where the whole entry is meant.
	Path string `json:"path,omitempty"`
	// Code and Message are those of errs.Field.
	Code    string `json:"code"`
	Message string `json:"message"`
	// Partly tells that the entry was imported without what is meant here, which
	// the CRM could not take; of what Undo kept, that only this was kept.
	Partly bool `json:"partly,omitempty"`
}
