package privacy

import (
	"context"
	"fmt"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// Service serves the rights of persons. Hosts get it as CRM.Privacy. It is safe for
// concurrent use.
type Service struct {
	store    Stores
	atomic   core.Atomic[Stores]
	snapshot core.Atomic[Stores]
	env      core.Env
	setup    Setup
}

// Setup is what the service takes from crm.Config.
type Setup struct {
	Settings
	// Retention says how long data are kept; nil means DefaultRetention.
	Retention []Rule
	// Fields are the declared custom fields.
	Fields []contact.Field
	// Recipients are the senders and the payment service.
	Recipients []Recipient
	// Sealing opens what is sealed in records.
	Sealing *contact.Sealing
	// Suppressors are that of the settings, and the library's own.
	Suppressors []Suppressor
}

// Settings are what a host tells about its processing, and what takes part in an
// erasure.
type Settings struct {
	// Controller and Officer are the name and the address of who is responsible, and
	// of the data protection officer, for the record of processing.
	Controller, Officer string
	// Purposes that data are used for, each with its legal basis.
	Purposes []Purpose
	// Suppressor, where it is set, is told of contacts that are about to be erased.
	Suppressor Suppressor
	// Parts are what other rooms keep about contacts beside the tables that the stores
	// know.
	Parts []Part
}

// Clone returns a copy that shares no list with s.
func (s Settings) Clone() Settings {
	s.Purposes, s.Parts = slices.Clone(s.Purposes), slices.Clone(s.Parts)
	for i := range s.Purposes {
		s.Purposes[i].Classes = slices.Clone(s.Purposes[i].Classes)
	}
	return s
}

// maxLine is how many characters a text of the settings has at most.
const maxLine = 500

// Check adds to fields what is wrong with the settings.
func (s Settings) Check(f *errs.Fields) {
	check.Line(f, "controller", s.Controller, maxLine)
	check.Line(f, "officer", s.Officer, maxLine)
	seen := map[string]bool{}
	for i, p := range s.Purposes {
		at := f.At(fmt.Sprintf("purposes[%d]", i))
		check.Name(at, "name", p.Name)
		if seen[p.Name] {
			at.Add("name", "duplicate", "is declared twice")
		}
		seen[p.Name] = true
		check.Line(at, "basis", p.Basis, maxLine)
		check.Line(at, "text", p.Text, maxLine)
		for j, c := range p.Classes {
			if !slices.Contains(Classes, c) {
				at.Add(fmt.Sprintf("classes[%d]", j), "unknown_class", "must be one of privacy.Classes")
			}
		}
	}
	for i, of := range s.Parts {
		at := f.At(fmt.Sprintf("parts[%d]", i))
		check.Name(at, "name", of.Name)
		if !slices.Contains(Classes, of.Class) {
			at.Add("class", "unknown_class", "must be one of privacy.Classes")
		}
	}
}

// Purpose is something that data are used for.
type Purpose struct {
	// Name is that of the consents and of the custom fields, such as "marketing".
	Name string `json:"name"`
	// Basis is the legal basis, such as "Art. 6(1)(a) GDPR: consent".
	Basis string `json:"basis"`
	// Text describes it.
	Text string `json:"text,omitempty"`
	// Classes are the data that are used for it.
	Classes []Class `json:"classes,omitempty"`
}

// Recipient is whom data are handed to.
type Recipient struct {
	Name string `json:"name"`
	// Data say what is handed over.
	Data string `json:"data"`
}

// Suppressor keeps what it takes not to write to the erased again, without keeping
// their addresses.
type Suppressor interface {
	// SuppressErased is called in the transaction of Erase, but not where Sweep erases
	// those of whom nothing was heard, with the contact as it is and as it was before
	// merges and imports. An error undoes the erasure.
	SuppressErased(ctx context.Context, store Stores, erased []contact.Contact) error
}

// Part is what another room keeps about contacts, such as encrypted values or the
// payload of an audit.
type Part struct {
	// Name stands in the export.
	Name string
	// Class that it belongs to.
	Class Class
	// Export returns what is shown to the person, as something that package json
	// takes, and how many rows that is. It may be nil.
	Export func(ctx context.Context, store Stores, ids []contact.ID) (shown any, rows int, err error)
	// Erase removes it, in the transaction of the erasure and before the tables of the
	// class. It may be nil where the store does that.
	Erase func(ctx context.Context, store Stores, ids []contact.ID) error
}

// NewService is called by crm.New. snapshot runs fn on what the store holds at one
// moment, where it can.
func NewService(store Stores, atomic, snapshot core.Atomic[Stores], env core.Env, setup Setup) *Service {
	if setup.Retention == nil {
		setup.Retention = DefaultRetention()
	}
	return &Service{store, atomic, snapshot, env, setup}
}
