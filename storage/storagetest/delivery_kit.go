package storagetest

import (
	"cmp"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// queue inserts a running campaign with n queued deliveries by e-mail, due one
// second after the other, and returns them in that order, which is neither that
// of their ids nor that of their contacts.
func (k *kit) queue(name string, n int) (campaign.ID, []campaign.Delivery) {
	k.Helper()
	rule := segment.Everyone()
	c := campaign.Campaign{
		ID: id.New(), Definition: k.definition(name, id.New()), State: campaign.Running, Rule: &rule, AsOf: noon, CreatedAt: noon, StartedAt: noon,
	}
	seg, err := k.crm.Segments.Save(k.ctx, "everyone", rule)
	k.ok(err, "saving a segment")
	c.Segment = seg.ID
	k.ok(k.store.InsertCampaign(k.ctx, c), "inserting a campaign")
	list := make([]campaign.Delivery, n)
	ids := make([]campaign.DeliveryID, n)
	for i := range ids {
		ids[n-1-i] = id.New()
	}
	for j := range list {
		i := (2*j + 1) % (n | 1) // first those with an odd number, then the others
		p, _, err := k.crm.Contacts.Upsert(k.ctx, person(i))
		k.ok(err, "creating a contact")
		list[i] = campaign.Delivery{
			ID: ids[i], Campaign: c.ID, Channel: contact.ChannelEmail, Contact: p.ID, State: campaign.Queued,
			NotBefore: noon.Add(time.Duration(i) * time.Second), UpdatedAt: noon,
		}
	}
	shuffled := slices.Clone(list)
	slices.Reverse(shuffled)
	k.ok(k.store.InsertDeliveries(k.ctx, shuffled), "inserting deliveries")
	return c.ID, list
}

// claim claims deliveries.
func (k *kit) claim(of campaign.ID, token campaign.Token, now time.Time, lease time.Duration, limit int) []campaign.Delivery {
	k.Helper()
	list, err := k.store.ClaimDeliveries(k.ctx, campaign.ClaimQuery{Campaign: of, Token: token, Now: now, Lease: lease, Limit: limit})
	k.ok(err, "claiming deliveries")
	for _, d := range list {
		k.equal([]any{d.State, d.UpdatedAt}, []any{campaign.Claimed, now}, "state and last change of a claimed delivery")
	}
	if !slices.IsSortedFunc(list, func(a, b campaign.Delivery) int { return cmp.Or(a.NotBefore.Compare(b.NotBefore), a.ID.Compare(b.ID)) }) {
		k.Error("ClaimDeliveries must give deliveries in the order of NotBefore and then of their id")
	}
	return list
}

// move makes one kind of move for some deliveries and returns how many were
// made.
func (k *kit) move(token campaign.Token, now time.Time, m campaign.Move, list ...campaign.Delivery) int {
	k.Helper()
	moves := make([]campaign.Move, len(list))
	for i, d := range list {
		moves[i] = m
		moves[i].Delivery, moves[i].Contact = d.ID, d.Contact
	}
	moved, err := k.store.MoveDeliveries(k.ctx, token, now, moves)
	k.ok(err, "moving deliveries")
	return len(moved)
}

func deliveryIDs(list []campaign.Delivery) []campaign.DeliveryID {
	ids := make([]campaign.DeliveryID, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	slices.SortFunc(ids, campaign.DeliveryID.Compare)
	return ids
}

// locked reads what is claimed under a token.
func (k *kit) locked(token campaign.Token) []campaign.Delivery {
	k.Helper()
	list, err := k.store.LockClaimed(k.ctx, token)
	k.ok(err, "locking what was claimed")
	if !slices.IsSortedFunc(list, func(a, b campaign.Delivery) int { return a.Contact.Compare(b.Contact) }) {
		k.Error("LockClaimed must list deliveries by contact")
	}
	return list
}
