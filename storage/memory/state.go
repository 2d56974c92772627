package memory

import (
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
)

// state is everything that one tenant stores, at one moment. To copy the
// struct is to take a snapshot; see tree.
//
// Rows that tables hold by pointer never change: a write puts a new row in the
// old one's place.
type state struct {
	// edit is the number under which the tables are changed.
	edit uint64

	contacts     tree[contact.ID, *contact.Contact] // without identities
	identities   tree[external, contact.ID]
	identitiesOf tree[identityKey, struct{}]
	links        tree[linkKey, struct{}]

	keys tree[keyKey, struct{}] // for look-ups of duplicates

	secrets tree[secretKey, contact.Secret]

	refs       tree[external, activity.RefEntry]
	activities tree[activity.ID, *activity.Activity]
	history    tree[historyKey, *activity.Activity]

	merges     tree[contact.ID, *merge.Merge] // by loser
	mergesInto tree[mergeKey, contact.ID]

	events  tree[eventKey, *consent.Event]
	cells   tree[cellKey, consent.State]
	ending  tree[endKey, struct{}] // the cells whose grants end by themselves
	notices tree[noticeKey, *consent.Notice]

	suppressions tree[digestKey, contact.Suppression]

	optIns     tree[consent.OptInID, *consent.OptInRow]
	optInsMade tree[optInKey, struct{}]
	optInsOf   tree[optInOf, struct{}]
	optInQueue tree[optInKey, struct{}]

	segments     tree[segment.ID, *segment.Segment]
	segmentNames tree[text, segment.ID]

	followings  tree[segment.ID, *segment.Following]
	watches     tree[contact.ID, *watch]
	changed     tree[watchKey, struct{}]
	dueNext     tree[watchKey, struct{}]
	memberships tree[membershipKey, segment.Membership]
	members     tree[membershipKey, bool] // by segment
	feed        tree[changeKey, *change]
	feedOf      tree[changeKey, struct{}] // by contact
	feedIn      tree[changeKey, struct{}] // by segment
	undelivered tree[changeKey, struct{}]
	leases      tree[text, lease]

	snapshots     tree[segment.SnapshotID, *segment.Snapshot]
	snapshotNames tree[text, segment.SnapshotID]
	frozen        tree[frozenKey, struct{}]

	campaigns     tree[campaign.ID, *campaign.Campaign]
	campaignNames tree[text, campaign.ID]
	audience      tree[memberKey, campaign.Member]

	deliveries   tree[campaign.DeliveryID, *delivery]
	deliverySlot tree[slotKey, campaign.DeliveryID]
	deliveriesOf tree[deliveryKey, struct{}]
	queue        tree[queueKey, struct{}]
	claims       tree[claimKey, struct{}]

	vouchers      tree[text, *campaign.Voucher]
	vouchersOf    tree[voucherKey, struct{}]
	redemptions   tree[external, *campaign.Redemption]
	redemptionsOf tree[redemptionKey, struct{}]
	redeemedBy    tree[identityKey, struct{}] // by contact and order

	imports        tree[importKey, *exchange.Import]
	importNames    tree[text, exchange.ID]
	importProblems tree[problemKey, exchange.Problem]
	importChanges  tree[importChangeKey, *exchange.Change]

	scans          tree[scanNumber, *scanRow]
	foundPairs     tree[pairKey, duplicates.Found]
	foundInOrder   tree[foundKey, struct{}]
	foundGroups    tree[groupKey, struct{}]
	dismissals     tree[pairKey, duplicates.Dismissal] // scan is 0
	dismissedLater tree[pairKey, struct{}]             // by B and A

	audit         tree[auditKey, *audit.Entry]
	auditIDs      tree[audit.ID, auditKey]
	auditOf       tree[auditKey, struct{}] // by contact
	auditUnsealed tree[auditKey, struct{}]
	auditChain    tree[sequence, auditKey]
	auditHead     audit.Head

	restrictions tree[contact.ID, privacy.Restriction]
	holds        tree[holdKey, privacy.Hold]
	heldRows     tree[heldKey, *privacy.Held]
	certificates tree[contact.ID, *privacy.Certificate]
}
