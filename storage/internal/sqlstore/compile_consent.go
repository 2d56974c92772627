package sqlstore

import (
	"strings"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// cells are cells of the ledger, in all combinations, of which an event that counts
// must be one of the actions.
type cells struct {
	purposes []consent.Purpose
	channels []contact.Channel
	layers   []consent.Layer
	actions  []consent.Action // all where there are none
	lasting  bool             // and has not ended
}

// blocking are the cells that block a channel for a purpose.
func blocking(p consent.Purpose, ch contact.Channel) cells {
	k := cells{purposes: []consent.Purpose{consent.AnyPurpose}, channels: []contact.Channel{consent.AnyChannel, ch}}
	if p != consent.AnyPurpose {
		k.purposes = append(k.purposes, p)
	}
	for _, a := range consent.Strict {
		if a.Blocks() {
			k.actions, k.layers = append(k.actions, a), append(k.layers, consent.Layer(a))
		}
	}
	return k
}

// consent gives the sets whose intersection the condition is.
func (c *compiler) consent(t *segment.ConsentTest) []set {
	if t.Is == segment.ConsentSuppressed {
		return []set{c.inCells(t, blocking(consent.AnyPurpose, t.Channel))}
	}
	k := cells{purposes: []consent.Purpose{t.Purpose}, channels: []contact.Channel{t.Channel}, layers: []consent.Layer{consent.Consents}}
	switch t.Is {
	case segment.ConsentWithdrawn:
		k.actions = []consent.Action{consent.Withdraw, consent.Deny}
	case segment.ConsentUnknown:
		said := c.inCells(t, k)
		said.complement = true
		return []set{said}
	default:
		k.actions, k.lasting = []consent.Action{consent.Grant, consent.Confirm}, true
		blocked := c.inCells(t, blocking(t.Purpose, t.Channel))
		blocked.complement = true
		return []set{c.inCells(t, k), blocked}
	}
	return []set{c.inCells(t, k)}
}

// inCells gives the set of those for whom the event of one of the cells that counts as
// of then has one of the actions. The state is the fold of all events, so it answers
// unless it is later; then the events are asked.
func (c *compiler) inCells(t *segment.ConsentTest, k cells) set {
	now := t.Now.UnixMicro()
	rows := func(contact string) frag {
		s, e, later := c.alias(), c.alias(), c.alias()
		hint := ""
		if contact == "" {
			hint = c.hint("consent_state_cell")
		}
		states := cat(raw("SELECT "+s+".contact_id FROM "+c.table("consent_state")+" AS "+s+hint+" WHERE "+s+".tenant_id = ? AND ", c.tenant),
			among(s+".purpose", k.purposes), raw(" AND "), among(s+".channel", k.channels), raw(" AND "), among(s+".layer", k.layers),
			c.ofContact(s, contact))
		of := func(x string) string {
			return x + ".tenant_id = " + s + ".tenant_id AND " + x + ".contact_id = " + s + ".contact_id AND " +
				x + ".purpose = " + s + ".purpose AND " + x + ".channel = " + s + ".channel AND " + x + ".layer = " + s + ".layer"
		}
		past := raw("TRUE")
		if k.actions != nil {
			past = cat(k.counts(e, now), raw(" AND NOT EXISTS (SELECT 1 FROM "+c.table("consent_event")+" AS "+later+" WHERE "+of(later)+
				" AND "+later+".at <= ? AND "+strictOrder(later)+" > "+strictOrder(e)+")", now))
		}
		return cat(states, raw(" AND ("+s+".at <= ? AND ", now), k.counts(s, now), raw(" OR "+s+".at > ? AND EXISTS (SELECT 1 FROM "+
			c.table("consent_event")+" AS "+e+" WHERE "+of(e)+" AND "+e+".at <= ? AND ", now, now), past, raw("))"))
	}
	return set{rows: rows, repeats: len(k.purposes)*len(k.channels)*len(k.layers) > 1}
}

// counts says that the row has one of the actions, and has not ended.
func (k cells) counts(row string, now int64) frag {
	if k.actions == nil {
		return raw("TRUE")
	}
	acts := among(row+".action", k.actions)
	if !k.lasting {
		return acts
	}
	return cat(acts, raw(" AND ("+row+".expires_at IS NULL OR "+row+".expires_at > ?)", now))
}

// among says that a column has one of the values.
func among[S ~string](column string, values []S) frag {
	if len(values) == 1 {
		return raw(column+" = ?", string(values[0]))
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	return raw(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// strictOrder is the order of consent.Supersedes.
func strictOrder(e string) string { return "(" + e + ".at, " + strictness(e) + ", " + e + ".id)" }
