package consent

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// List is an external list of those who want no advertising, such as a Robinson list or,
// in Austria, that of section 7 ECG. Implementations must be safe for concurrent use.
type List interface {
	// Name is a lower-case name such as "robinson".
	Name() string
	// Listed reports, for each of the addresses, whether the list names it. kind is what
	// they are; the texts are in their normal forms (an e-mail address folded, a number
	// with country code where it could be read). A list that knows nothing of the kind
	// answers false for all.
	Listed(ctx context.Context, kind contact.AddressKind, normal []string) ([]bool, error)
}

// listChunk is how many contacts are asked about at once.
const listChunk = 500

// CheckLists asks Config.Suppression.Lists about the addresses of contacts and keeps the
// answers in the ledger: Listed blocks the channels that go to an address until a later
// check finds it listed no more. Campaigns do so for their audience when they are planned,
// and imports for those whom they bring. Without lists it does nothing. An error of a list
// is returned, and then what is known of those contacts stays as it was.
func (s *Service) CheckLists(ctx context.Context, ids []contact.ID) (err error) {
	const op = "consent.CheckLists"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return err
	}
	return s.checkLists(ctx, ids)
}

// ListChecker is CheckLists for other rooms, which have asked for their own action.
func (s *Service) ListChecker() func(ctx context.Context, ids []contact.ID) error {
	return s.checkLists
}

func (s *Service) checkLists(ctx context.Context, ids []contact.ID) error {
	const op = "consent.CheckLists"
	if len(s.lists) == 0 {
		return nil
	}
	for chunk := range slices.Chunk(ids, listChunk) {
		if err := s.checkChunk(ctx, op, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) checkChunk(ctx context.Context, op string, ids []contact.ID) error {
	people, err := s.store.Contacts(ctx, ids)
	if err != nil {
		return err
	}
	now := s.env.Now()
	named := map[contact.ID]map[contact.AddressKind]string{} // by which list
	for _, l := range s.lists {
		if err := ask(ctx, op, l, people, named); err != nil {
			return err
		}
	}
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		locked, err := store.LockContacts(ctx, ids)
		if err != nil {
			return err
		}
		states, err := store.ConsentStates(ctx, ids)
		if err != nil {
			return err
		}
		listed := map[contact.ID]map[contact.Channel]bool{}
		for _, st := range states {
			if st.Layer == Listings && st.Action == Listed {
				if listed[st.Contact] == nil {
					listed[st.Contact] = map[contact.Channel]bool{}
				}
				listed[st.Contact][st.Channel] = true
			}
		}
		var events []Event
		for _, c := range locked {
			for _, ch := range addressed {
				kind, _ := contact.KindOf(ch)
				by := named[c.ID][kind]
				if (by != "") == listed[c.ID][ch] {
					continue
				}
				e := Event{Contact: c.ID, Channel: ch, Action: Listed, At: now, Source: "list", Proof: by}
				if by == "" {
					e.Action, e.Lifts = Release, Listed
				}
				events = append(events, e.identified(now))
			}
		}
		return store.AppendConsent(ctx, events)
	})
}

// addressed are the channels that go to an address.
var addressed = []contact.Channel{contact.ChannelEmail, contact.ChannelLetter, contact.ChannelPhone, contact.ChannelSMS}

// ask asks one list about the first address of each kind, which is the one that messages
// go to.
func ask(ctx context.Context, op string, l List, people []contact.Contact, named map[contact.ID]map[contact.AddressKind]string) error {
	texts, who := map[contact.AddressKind][]string{}, map[contact.AddressKind][]contact.ID{}
	for _, c := range people {
		seen := map[contact.AddressKind]bool{}
		for _, r := range c.Reaches() {
			if !seen[r.Kind] {
				seen[r.Kind] = true
				texts[r.Kind], who[r.Kind] = append(texts[r.Kind], r.Normal), append(who[r.Kind], c.ID)
			}
		}
	}
	for kind, list := range texts {
		answers, err := l.Listed(ctx, kind, list)
		if err == nil && len(answers) != len(list) {
			err = errs.Conflict(op, "lists", "not_the_sum", "a list must answer about each address")
		}
		if err != nil {
			return errs.Failed(op, err)
		}
		for i, yes := range answers {
			if id := who[kind][i]; yes {
				if named[id] == nil {
					named[id] = map[contact.AddressKind]string{}
				}
				named[id][kind] = l.Name()
			}
		}
	}
	return nil
}
