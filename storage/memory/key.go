package memory

import (
	"cmp"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// The keys of the tables are structs that compare field by field, so that rows
// which are read together stand together.

// text is a key of one string, compared byte by byte.
type text string

func (t text) Compare(o text) int { return strings.Compare(string(t), string(o)) }

// external is a key in a system of the host's: a contact.Identity or an
// activity.Ref.
type external struct{ Source, Key string }

func (k external) Compare(o external) int {
	return cmp.Or(strings.Compare(k.Source, o.Source), strings.Compare(k.Key, o.Key))
}

type identityKey struct {
	contact  contact.ID
	identity external
}

func (k identityKey) Compare(o identityKey) int {
	return cmp.Or(k.contact.Compare(o.contact), k.identity.Compare(o.identity))
}

// linkKey finds the contacts that link to one.
type linkKey struct {
	to, from contact.ID
	kind     contact.LinkKind
}

func (k linkKey) Compare(o linkKey) int {
	return cmp.Or(k.to.Compare(o.to), k.from.Compare(o.from), cmp.Compare(k.kind, o.kind))
}

// historyKey sorts the newest activity of a contact first.
type historyKey struct {
	contact contact.ID
	at      int64 // microseconds since 1970
	id      activity.ID
}

func (k historyKey) Compare(o historyKey) int {
	return cmp.Or(k.contact.Compare(o.contact), cmp.Compare(o.at, k.at), o.id.Compare(k.id))
}

type eventKey struct {
	contact contact.ID
	id      consent.ID
}

func (k eventKey) Compare(o eventKey) int {
	return cmp.Or(k.contact.Compare(o.contact), k.id.Compare(o.id))
}

// cellKey is a cell of the consent ledger.
type cellKey struct {
	contact contact.ID
	cell    consent.Cell
}

func (k cellKey) Compare(o cellKey) int {
	return cmp.Or(k.contact.Compare(o.contact), k.cell.Compare(o.cell))
}

// endKey sorts the grants that end by themselves by when they do.
type endKey struct {
	at int64 // microseconds since 1970
	cellKey
}

func (k endKey) Compare(o endKey) int {
	return cmp.Or(cmp.Compare(k.at, o.at), k.cellKey.Compare(o.cellKey))
}

// noticeKey is the key of a notice.
type noticeKey consent.NoticeKey

func (k noticeKey) Compare(o noticeKey) int {
	return cmp.Or(strings.Compare(k.Name, o.Name), strings.Compare(k.Version, o.Version), strings.Compare(k.Locale, o.Locale))
}

// frozenKey is a member of a snapshot.
type frozenKey struct {
	snapshot segment.SnapshotID
	contact  contact.ID
}

func (k frozenKey) Compare(o frozenKey) int {
	return cmp.Or(k.snapshot.Compare(o.snapshot), k.contact.Compare(o.contact))
}

type memberKey struct {
	campaign campaign.ID
	contact  contact.ID
}

func (k memberKey) Compare(o memberKey) int {
	return cmp.Or(k.campaign.Compare(o.campaign), k.contact.Compare(o.contact))
}

// slotKey is what at most one delivery may be for.
type slotKey struct {
	contact  contact.ID
	campaign campaign.ID
	step     int
	channel  contact.Channel
}

func (k slotKey) Compare(o slotKey) int {
	return cmp.Or(k.contact.Compare(o.contact), k.campaign.Compare(o.campaign),
		cmp.Compare(k.step, o.step), cmp.Compare(k.channel, o.channel))
}

type deliveryKey struct {
	campaign campaign.ID
	id       campaign.DeliveryID
}

func (k deliveryKey) Compare(o deliveryKey) int {
	return cmp.Or(k.campaign.Compare(o.campaign), k.id.Compare(o.id))
}

// queueKey sorts the deliveries of a campaign that are in one state by the
// time at which they are due.
type queueKey struct {
	campaign  campaign.ID
	state     campaign.DeliveryState
	notBefore int64 // microseconds since 1970
	id        campaign.DeliveryID
}

func (k queueKey) Compare(o queueKey) int {
	return cmp.Or(k.campaign.Compare(o.campaign), cmp.Compare(k.state, o.state),
		cmp.Compare(k.notBefore, o.notBefore), k.id.Compare(o.id))
}

// claimKey sorts the deliveries under one token by contact.
type claimKey struct {
	token   campaign.Token
	contact contact.ID
	id      campaign.DeliveryID
}

func (k claimKey) Compare(o claimKey) int {
	return cmp.Or(cmp.Compare(k.token, o.token), k.contact.Compare(o.contact), k.id.Compare(o.id))
}

// voucherKey finds the vouchers of a campaign by contact.
type voucherKey struct {
	campaign campaign.ID
	contact  contact.ID
	code     text
}

func (k voucherKey) Compare(o voucherKey) int {
	return cmp.Or(k.campaign.Compare(o.campaign), k.contact.Compare(o.contact), k.code.Compare(o.code))
}

// redemptionKey finds the redemptions of a campaign.
type redemptionKey struct {
	campaign campaign.ID
	order    external
}

func (k redemptionKey) Compare(o redemptionKey) int {
	return cmp.Or(k.campaign.Compare(o.campaign), k.order.Compare(o.order))
}

// mergeKey orders what was merged into a contact.
type mergeKey struct {
	winner contact.ID
	number int
}

func (k mergeKey) Compare(o mergeKey) int {
	return cmp.Or(k.winner.Compare(o.winner), cmp.Compare(k.number, o.number))
}
