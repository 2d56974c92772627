package memory

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
)

// personal says, for every table of the state, how what it has of contacts is erased:
// together with which one, or why there is nothing. A test goes through the state.
var personal = map[string]string{
	"contacts": "eraseRecord", "identities": "eraseRecord", "identitiesOf": "eraseRecord", "links": "eraseRecord",
	"events": "eraseRecord", "cells": "eraseRecord", "ending": "eraseRecord",
	"optIns": "eraseRecord", "optInsMade": "eraseRecord", "optInsOf": "eraseRecord", "optInQueue": "eraseRecord", "keys": "eraseRecord", "secrets": "eraseRecord", "restrictions": "eraseRecord",
	"refs": "eraseHistory", "activities": "eraseHistory", "history": "eraseHistory",
	"merges": "eraseOthers", "mergesInto": "eraseOthers", "importChanges": "eraseOthers",
	"foundPairs": "eraseOthers", "foundInOrder": "eraseOthers", "foundGroups": "eraseOthers",
	"dismissals": "eraseOthers", "dismissedLater": "eraseOthers", "frozen": "eraseOthers",
	"audience": "removeCampaignRows", "deliveries": "removeCampaignRows", "deliverySlot": "removeCampaignRows",
	"deliveriesOf": "removeCampaignRows", "queue": "removeCampaignRows", "claims": "removeCampaignRows",
	"vouchers": "removeCampaignRows", "vouchersOf": "removeCampaignRows", "redemptions": "removeCampaignRows",
	"redemptionsOf": "removeCampaignRows", "redeemedBy": "removeCampaignRows",
	"watches": "eraseWatch", "changed": "eraseWatch", "dueNext": "eraseWatch", "memberships": "eraseWatch", "members": "eraseWatch",
	"feed": "eraseFeed", "feedOf": "eraseFeed", "feedIn": "eraseFeed", "undelivered": "eraseFeed",

	"audit": "keeps the chain", "auditIDs": "keeps the chain", "auditOf": "keeps the chain", "auditUnsealed": "keeps the chain",
	"auditChain": "keeps the chain", "auditHead": "keeps the chain",
	"notices": "name nobody", "suppressions": "name nobody",
	"holds": "end by themselves", "heldRows": "are kept by holds", "certificates": "tell of the erasure",
	"segments": "name nobody", "segmentNames": "name nobody", "followings": "name nobody", "leases": "name nobody",
	"snapshots": "name nobody", "snapshotNames": "name nobody", "campaigns": "name nobody", "campaignNames": "name nobody",
	"imports": "name nobody", "importNames": "name nobody", "importProblems": "name nobody", "scans": "name nobody",
}

// EraseContacts implements privacy.Store.
func (s *Store) EraseContacts(ctx context.Context, ids []contact.ID, at time.Time) error {
	return s.write(ctx, "memory.EraseContacts", func(st *state) error {
		st.removeCampaignRows(st.campaignRows(ids), campaign.ID{})
		st.eraseOthers(ids)
		for _, of := range distinct(ids) {
			st.eraseHistory(of)
			st.eraseRecord(of)
			st.eraseFeed(of)
			if st.isMember(of) {
				st.markRemoved(of, at)
			} else {
				st.eraseWatch(of)
			}
		}
		return nil
	})
}

func (st *state) eraseRecord(of contact.ID) {
	st.deleteContact(of)
	st.restrictions.remove(st.edit, of)
	for _, k := range st.secretsOf(of) {
		st.secrets.remove(st.edit, k)
	}
	for _, k := range chosen(st.keys, keyKey{Key: -1 << 63}, func(k keyKey, _ struct{}) bool { return k.Contact == of }) {
		st.keys.remove(st.edit, k)
	}
}

func (st *state) eraseHistory(of contact.ID) {
	for _, k := range keysOf(st.history, newest(of), func(k historyKey) bool { return k.contact == of }) {
		row, _ := st.activities.get(k.id)
		ref := external(row.Ref)
		if bound, _ := st.refs.get(ref); bound.Contact == of && bound.Activity == k.id {
			st.refs.remove(st.edit, ref)
		}
		st.activities.remove(st.edit, k.id)
		st.history.remove(st.edit, k)
	}
	unused := func(_ external, e activity.RefEntry) bool { return e.Contact == of } // claimed, but never recorded
	for _, k := range chosen(st.refs, external{}, unused) {
		st.refs.remove(st.edit, k)
	}
}

// eraseOthers removes what tables have of the contacts that are sorted by something else.
func (st *state) eraseOthers(ids []contact.ID) {
	for _, loser := range ids {
		if m, there := st.merges.get(loser); there {
			st.mergesInto.remove(st.edit, mergeKey{m.Winner, m.Number})
			st.merges.remove(st.edit, loser)
		}
		for _, k := range keysOf(st.mergesInto, mergeKey{winner: loser}, func(k mergeKey) bool { return k.winner == loser }) {
			other, _ := st.mergesInto.get(k)
			st.merges.remove(st.edit, other)
			st.mergesInto.remove(st.edit, k)
		}
	}
	for _, k := range st.importChangesOf(ids) {
		st.importChanges.remove(st.edit, k)
	}
	for _, f := range st.pairsOf(ids) {
		st.removeFound(f)
	}
	named := func(k pairKey, _ duplicates.Dismissal) bool {
		return slices.Contains(ids, k.a) || slices.Contains(ids, k.b)
	}
	for _, k := range chosen(st.dismissals, pairKey{}, named) {
		st.dismissals.remove(st.edit, k)
		st.dismissedLater.remove(st.edit, pairKey{0, k.b, k.a})
	}
	for snapshot := range st.snapshots.from([16]byte{}) {
		for _, of := range ids {
			st.frozen.remove(st.edit, frozenKey{snapshot, of})
		}
	}
}

// isMember reports whether a contact is a member of a live segment.
func (st *state) isMember(of contact.ID) bool {
	for k, m := range st.memberships.from(membershipKey{first: of}) {
		if k.first != of || m.Member {
			return k.first == of
		}
	}
	return false
}

// DeleteWatches implements privacy.Store.
func (s *Store) DeleteWatches(ctx context.Context, ids []contact.ID) error {
	return s.write(ctx, "memory.DeleteWatches", func(st *state) error {
		for _, of := range distinct(ids) {
			st.eraseFeed(of)
			st.eraseWatch(of)
		}
		return nil
	})
}

func (st *state) eraseWatch(of contact.ID) {
	st.putWatch(of, watch{}) // takes it out of the indexes
	st.watches.remove(st.edit, of)
	for _, k := range keysOf(st.memberships, membershipKey{first: of}, func(k membershipKey) bool { return k.first == of }) {
		st.memberships.remove(st.edit, k)
		st.members.remove(st.edit, membershipKey{k.second, k.first})
	}
}

func (st *state) eraseFeed(of contact.ID) {
	first := changeKey{group: of, found: -1 << 63}
	for _, k := range keysOf(st.feedOf, first, func(k changeKey) bool { return k.group == of }) {
		row, _ := st.feed.get(k.in([16]byte{}))
		st.feedIn.remove(st.edit, k.in(row.Segment))
		st.undelivered.remove(st.edit, k.in([16]byte{}))
		st.feed.remove(st.edit, k.in([16]byte{}))
		st.feedOf.remove(st.edit, k)
	}
}

// chosen lists the keys from one on that satisfy a condition.
func chosen[K ordered[K], V any](t tree[K, V], from K, wanted func(K, V) bool) []K {
	var list []K
	for k, v := range t.from(from) {
		if wanted(k, v) {
			list = append(list, k)
		}
	}
	return list
}
