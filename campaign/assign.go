package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

func usesOf(ctx context.Context, store activity.Store, ids []contact.ID, until time.Time) (map[contact.ID][]activity.ChannelUse, error) {
	list, err := store.ChannelUse(ctx, ids, until)
	if err != nil {
		return nil, err
	}
	uses := make(map[contact.ID][]activity.ChannelUse, len(ids))
	for _, u := range list {
		uses[u.Contact] = append(uses[u.Contact], u)
	}
	return uses, nil
}

// assign decides about one contact: excluded, held out, or addressed and how.
// The hold-out is drawn among those who could be addressed, so that both
// groups compare.
func assign(c Campaign, p contact.Contact, said wishes, uses []activity.ChannelUse) Member {
	m := Member{Campaign: c.ID, Contact: p.ID, Outcome: Excluded}
	usable, reason := usableChannels(c, p, said)
	if len(usable) == 0 {
		m.Reason = reason
		return m
	}
	m.Channel = preferred(usable, p.PreferredChannel, uses)
	m.Outcome = Addressed
	if Share(c.Name, p.ID) < c.HoldOut {
		m.Outcome = HeldOut
	}
	return m
}

// usableChannels keeps the campaign's channels that are permitted and
// reachable. Where none is, the reason is the one that came closest.
func usableChannels(c Campaign, p contact.Contact, said wishes) ([]contact.Channel, Reason) {
	var usable []contact.Channel
	reason := NoConsent
	for _, ch := range c.Channels {
		permission := said.permit(c.Definition, p.ID, ch, c.AsOf)
		switch {
		case permission == consent.Granted && p.Reachable(ch):
			usable = append(usable, ch)
		case permission == consent.Granted:
			reason = NoAddress
		case reason == NoConsent:
			reason = reasonFor(permission)
		}
	}
	return usable, reason
}

// preferred chooses among usable channels: the customer's explicit wish, else
// the one on which the customer came to us most often (of two, the later one),
// else the campaign's first.
func preferred(usable []contact.Channel, wish contact.Channel, uses []activity.ChannelUse) contact.Channel {
	if slices.Contains(usable, wish) {
		return wish
	}
	best := activity.ChannelUse{Channel: usable[0]}
	for _, ch := range usable {
		for _, u := range uses {
			if u.Channel == ch && (u.Count > best.Count || u.Count == best.Count && u.Last.After(best.Last)) {
				best = u
			}
		}
	}
	return best.Channel
}

// Share draws a number in [0, 1) for a contact in a campaign, always the same
// one: the first 53 bits of SHA-256("hold-out:" + name + ":" + id). Growing a
// hold-out keeps those who were in it.
func Share(name string, of contact.ID) float64 {
	sum := sha256.Sum256([]byte("hold-out:" + name + ":" + of.String()))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}
