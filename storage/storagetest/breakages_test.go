package storagetest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

var breakages = slices.Concat(peopleBreakages, snapshotBreakages, liveBreakages, campaignBreakages, contractBreakages, exchangeBreakages, mergeBreakages, privacyBreakages, keyBreakages, duplicateBreakages, auditBreakages, sensitiveBreakages,
	transactionBreakages, tenantBreakages, ruleBreakages())

var peopleBreakages = []breakage{
	{name: "loses_updates", fails: storagetest.ContactUpdate, wrap: func(s storage.Store) storage.Store { return losesUpdates{s} }},
	{name: "does_not_guard_versions", fails: storagetest.ContactContract, wrap: func(s storage.Store) storage.Store { return anyVersion{s} }},
	{name: "gives_an_identity_to_everybody", fails: storagetest.ContactConflict, wrap: func(s storage.Store) storage.Store { return yesMan{s} }},
	{name: "makes_two_contacts_of_one_identity", fails: storagetest.ContactConcurrentUpsert, wrap: func(s storage.Store) storage.Store { return yesMan{s} }},
	{name: "inserts_half_a_batch", fails: storagetest.ContactContract, wrap: func(s storage.Store) storage.Store { return oneByOne{s} }},
	{name: "repeats_the_last_of_a_page", fails: storagetest.ContactListPaging, wrap: func(s storage.Store) storage.Store { return repeats{s} }},
	{name: "folds_the_case_of_keys", fails: storagetest.TextRoundTrip, wrap: func(s storage.Store) storage.Store { return folds{s} }},
	{name: "quotes_values", fails: storagetest.InputSecret, wrap: func(s storage.Store) storage.Store { return quotes{s} }},
	{name: "takes_a_name_for_an_id", fails: storagetest.InputErrors, wrap: func(s storage.Store) storage.Store { return sameCode{s} }},
	{name: "wants_no_empty_lists", fails: storagetest.EmptyBatches, wrap: func(s storage.Store) storage.Store { return wantsMore{s} }},
	{name: "records_a_reference_twice", fails: storagetest.ActivityIdempotent, wrap: func(s storage.Store) storage.Store { return forgetsRefs{s} }},
	{name: "turns_the_items_round", fails: storagetest.ActivityRoundTrip, wrap: func(s storage.Store) storage.Store { return turnsItems{s} }},
	{name: "keeps_milliseconds", fails: storagetest.TimeRoundTrip, wrap: func(s storage.Store) storage.Store { return milliseconds{s} }},
	{name: "orders_equal_instants_as_it_likes", fails: storagetest.ActivityHistory, wrap: func(s storage.Store) storage.Store { return disorder{s} }},
	{name: "skips_equal_instants_between_pages", fails: storagetest.ActivityHistoryPaging, wrap: func(s storage.Store) storage.Store { return skips{s} }},
	{name: "leaves_out_the_last_instant", fails: storagetest.ActivityChannelUse, wrap: func(s storage.Store) storage.Store { return tooEarly{s} }},
	{name: "forgets_what_ends", fails: storagetest.ConsentExpiry, wrap: func(s storage.Store) storage.Store { return lasting{s} }},
	{name: "ends_too_early", fails: storagetest.ConsentExpiry, wrap: func(s storage.Store) storage.Store { return hasty{s} }},
	{name: "lets_notices_change", fails: storagetest.ConsentNotices, wrap: func(s storage.Store) storage.Store { return yielding{s} }},
	{name: "finds_no_notice", fails: storagetest.ConsentNotices, wrap: func(s storage.Store) storage.Store { return blind{s} }},
	{name: "lists_notices_of_one_language", fails: storagetest.ConsentNotices, wrap: func(s storage.Store) storage.Store { return monolingual{s} }},
	{name: "forgets_suppressions", fails: storagetest.ConsentAddresses, wrap: func(s storage.Store) storage.Store { return forgiving{s} }},
	{name: "keeps_released_suppressions", fails: storagetest.ConsentSuppressionStore, wrap: func(s storage.Store) storage.Store { return resentful{s} }},
	{name: "lists_suppressions_again", fails: storagetest.ConsentSuppressionStore, wrap: func(s storage.Store) storage.Store { return repeating{s} }},
	{name: "makes_suppressions_milder", fails: storagetest.ConsentSuppressionStore, wrap: func(s storage.Store) storage.Store { return milder{s} }},
	{name: "has_one_tenant", fails: storagetest.ConsentSuppressionStore, wrap: func(s storage.Store) storage.Store { return alone{s} }},
	{name: "counts_no_requests", fails: storagetest.ConsentOptInSilent, wrap: func(s storage.Store) storage.Store { return uncounted{s} }},
	{name: "queues_requests_forever", fails: storagetest.ConsentOptInMail, wrap: func(s storage.Store) storage.Store { return sluggish{s} }},
	{name: "finds_no_request", fails: storagetest.ConsentOptIn, wrap: func(s storage.Store) storage.Store { return unasked{s} }},
	{name: "confirms_again_and_again", fails: storagetest.ConsentOptIn, wrap: func(s storage.Store) storage.Store { return unsure{s} }},
	{name: "keeps_old_requests", fails: storagetest.ConsentOptInMail, wrap: func(s storage.Store) storage.Store { return hoarding{s} }},
	{name: "drops_young_requests", fails: storagetest.ConsentOptInMail, wrap: func(s storage.Store) storage.Store { return dropping{s} }},
	{name: "lets_the_mild_win", fails: storagetest.ConsentFold, wrap: func(s storage.Store) storage.Store { return mild{s} }},
	{name: "lists_segments_backwards", fails: storagetest.SegmentSave, wrap: func(s storage.Store) storage.Store { return backwards{s} }},
}

type losesUpdates struct{ storage.Store }

func (losesUpdates) UpdateContacts(context.Context, []contact.Contact) error { return nil }

type anyVersion struct{ storage.Store }

func (s anyVersion) UpdateContacts(ctx context.Context, list []contact.Contact) error {
	for _, c := range list {
		stored, err := s.Contacts(ctx, []contact.ID{c.ID})
		if err != nil || len(stored) == 0 {
			return err
		}
		c.Version = stored[0].Version + 1
		if err := s.Store.UpdateContacts(ctx, []contact.Contact{c}); err != nil {
			return err
		}
	}
	return nil
}

type yesMan struct{ storage.Store }

func (s yesMan) ClaimIdentities(ctx context.Context, claims []contact.Claim) ([]contact.ID, error) {
	owners, err := s.Store.ClaimIdentities(ctx, claims)
	for i := range owners {
		owners[i] = claims[i].Contact
	}
	return owners, err
}

type oneByOne struct{ storage.Store }

func (s oneByOne) InsertContacts(ctx context.Context, list []contact.Contact) error {
	for _, c := range list {
		if err := s.Store.InsertContacts(ctx, []contact.Contact{c}); err != nil {
			return err
		}
	}
	return nil
}

type repeats struct{ storage.Store }

func (s repeats) ListContacts(ctx context.Context, after contact.ID, limit int) ([]contact.Contact, error) {
	last, err := s.Contacts(ctx, []contact.ID{after})
	if err != nil {
		return nil, err
	}
	list, err := s.Store.ListContacts(ctx, after, limit-len(last))
	return append(last, list...), err
}

type folds struct{ storage.Store }

func (s folds) ClaimIdentities(ctx context.Context, claims []contact.Claim) ([]contact.ID, error) {
	claims = slices.Clone(claims)
	for i := range claims {
		claims[i].Identity.Key = strings.ToLower(claims[i].Identity.Key)
	}
	return s.Store.ClaimIdentities(ctx, claims)
}

type quotes struct{ storage.Store }

func (s quotes) InsertCampaign(ctx context.Context, c campaign.Campaign) error {
	if err := s.Store.InsertCampaign(ctx, c); err != nil {
		return fmt.Errorf("duplicate key (name)=(%s): %w", c.Name, err)
	}
	return nil
}

type sameCode struct{ storage.Store }

func (s sameCode) InsertCampaign(ctx context.Context, c campaign.Campaign) error {
	if err := s.Store.InsertCampaign(ctx, c); err != nil {
		return errs.Conflict("broken.InsertCampaign", "id", "exists", "exists already")
	}
	return nil
}

type wantsMore struct{ storage.Store }

func (s wantsMore) LockContacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	if len(ids) == 0 {
		return nil, errors.New("syntax error near ()")
	}
	return s.Store.LockContacts(ctx, ids)
}

type forgetsRefs struct{ storage.Store }

func (s forgetsRefs) ClaimRefs(_ context.Context, entries []activity.RefEntry) ([]activity.RefEntry, error) {
	return entries, nil
}

type turnsItems struct{ storage.Store }

func (s turnsItems) InsertActivities(ctx context.Context, list []activity.Activity) error {
	for i := range list {
		list[i].Items = slices.Clone(list[i].Items)
		slices.Reverse(list[i].Items)
	}
	return s.Store.InsertActivities(ctx, list)
}

type milliseconds struct{ storage.Store }

func (s milliseconds) InsertActivities(ctx context.Context, list []activity.Activity) error {
	for i := range list {
		list[i].At = list[i].At.Truncate(time.Millisecond)
	}
	return s.Store.InsertActivities(ctx, list)
}

type disorder struct{ storage.Store }

func (s disorder) History(ctx context.Context, q activity.HistoryQuery) ([]activity.Activity, error) {
	list, err := s.Store.History(ctx, q)
	slices.SortStableFunc(list, func(a, b activity.Activity) int { return b.At.Compare(a.At) })
	for i := 1; i < len(list); i++ {
		if list[i].At.Equal(list[i-1].At) {
			list[i], list[i-1] = list[i-1], list[i]
		}
	}
	return list, err
}

type skips struct{ storage.Store }

func (s skips) History(ctx context.Context, q activity.HistoryQuery) ([]activity.Activity, error) {
	q.BeforeID = activity.ID{}
	return s.Store.History(ctx, q)
}

type tooEarly struct{ storage.Store }

func (s tooEarly) ChannelUse(ctx context.Context, contacts []contact.ID, until time.Time) ([]activity.ChannelUse, error) {
	return s.Store.ChannelUse(ctx, contacts, until.Add(-time.Microsecond))
}

type mild struct{ storage.Store }

func (s mild) ConsentStates(ctx context.Context, contacts []contact.ID) ([]consent.State, error) {
	states, err := s.Store.ConsentStates(ctx, contacts)
	if err != nil {
		return nil, err
	}
	for i := range states {
		events, err := s.ConsentEvents(ctx, []contact.ID{states[i].Contact})
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			if e.Purpose == states[i].Purpose && e.Channel == states[i].Channel && e.At.Equal(states[i].At) && e.Action == consent.Grant {
				states[i] = consent.StateOf(e)
			}
		}
	}
	return states, nil
}

type lasting struct{ storage.Store }

func (lasting) EndedConsents(context.Context, time.Time, int) ([]consent.State, error) {
	return nil, nil
}

type hasty struct{ storage.Store }

func (s hasty) EndedConsents(ctx context.Context, now time.Time, limit int) ([]consent.State, error) {
	return s.Store.EndedConsents(ctx, now.Add(time.Microsecond), limit)
}

type yielding struct{ storage.Store }

func (s yielding) InsertNotice(ctx context.Context, n consent.Notice) (consent.Notice, error) {
	_, err := s.Store.InsertNotice(ctx, n)
	return n, err
}

type blind struct{ storage.Store }

func (blind) Notices(context.Context, []consent.NoticeKey) ([]consent.Notice, error) { return nil, nil }

type monolingual struct{ storage.Store }

func (s monolingual) ListNotices(ctx context.Context) ([]consent.Notice, error) {
	list, err := s.Store.ListNotices(ctx)
	return slices.DeleteFunc(list, func(n consent.Notice) bool { return n.Locale != "de" }), err
}

type backwards struct{ storage.Store }

func (s backwards) Segments(ctx context.Context) ([]segment.Segment, error) {
	list, err := s.Store.Segments(ctx)
	slices.Reverse(list)
	return list, err
}
