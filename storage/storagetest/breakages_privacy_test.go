package storagetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// privacyBreakages are what goes wrong with the rights of persons.
var privacyBreakages = []breakage{
	{name: "shows_no_rows_of_imports", fails: storagetest.PrivacyExport, wrap: func(s storage.Store) storage.Store { return noImports{s} }},
	{name: "shows_rows_in_any_order", fails: storagetest.PrivacyContract, wrap: func(s storage.Store) storage.Store { return anyRows{s} }},
	{name: "locks_nobody_alone", fails: storagetest.PrivacyContract, wrap: func(s storage.Store) storage.Store { return locksNobody{s} }},
	{name: "keeps_rows_of_campaigns", fails: storagetest.PrivacyErase, wrap: func(s storage.Store) storage.Store { return keepsRows{s} }},
	{name: "replaces_the_rows_of_all_campaigns", fails: storagetest.PrivacyContract, wrap: func(s storage.Store) storage.Store { return allCampaigns{s} }},
	{name: "erases_only_the_first", fails: storagetest.PrivacyErase, wrap: func(s storage.Store) storage.Store { return erasesFirst{s} }},
	{name: "erases_at_another_time", fails: storagetest.PrivacyLive, wrap: func(s storage.Store) storage.Store { return erasesLater{s} }},
	{name: "keeps_watches", fails: storagetest.PrivacyLive, wrap: func(s storage.Store) storage.Store { return keepsWatches{s} }},
	{name: "takes_everybody_for_idle", fails: storagetest.PrivacyContract, wrap: func(s storage.Store) storage.Store { return allIdle{s} }},
	{name: "finds_no_history", fails: storagetest.PrivacyRetention, wrap: func(s storage.Store) storage.Store { return noHistory{s} }},
	{name: "forgets_restrictions", fails: storagetest.PrivacyRestrict, wrap: func(s storage.Store) storage.Store { return forgetsRestriction{s} }},
	{name: "restricts_for_ever", fails: storagetest.PrivacyRestrict, wrap: func(s storage.Store) storage.Store { return restrictsForEver{s} }},
	{name: "lets_the_restricted_be_used", fails: storagetest.PrivacyRestrict, wrap: func(s storage.Store) storage.Store { return restrictsNobody{s} }},
	{name: "selects_the_restricted", fails: storagetest.RulesAgree, wrap: func(s storage.Store) storage.Store { return restrictsNobody{s} }},
	{name: "shows_no_restriction", fails: storagetest.PrivacyRestrict, wrap: func(s storage.Store) storage.Store { return noRestrictions{s} }},
	{name: "knows_nobody_who_was_erased", fails: storagetest.PrivacyErase, wrap: func(s storage.Store) storage.Store { return forgetsErased{s} }},
	{name: "stores_no_holds", fails: storagetest.PrivacyHolds, wrap: func(s storage.Store) storage.Store { return noHold{s} }},
	{name: "releases_nothing", fails: storagetest.PrivacyHolds, wrap: func(s storage.Store) storage.Store { return releasesNothing{s} }},
	{name: "shows_holds_backwards", fails: storagetest.PrivacyContract, wrap: func(s storage.Store) storage.Store { return holdsBackwards{s} }},
	{name: "ends_holds_too_late", fails: storagetest.PrivacyHolds, wrap: func(s storage.Store) storage.Store { return endsLate{s} }},
	{name: "puts_nothing_aside", fails: storagetest.PrivacyHolds, wrap: func(s storage.Store) storage.Store { return putsNothingAside{s} }},
	{name: "shows_what_is_held_backwards", fails: storagetest.PrivacyContract, wrap: func(s storage.Store) storage.Store { return heldBackwards{s} }},
	{name: "holds_for_nobody", fails: storagetest.PrivacyHolds, wrap: func(s storage.Store) storage.Store { return holdsForNobody{s} }},
	{name: "keeps_what_is_held", fails: storagetest.PrivacyHolds, wrap: func(s storage.Store) storage.Store { return keepsHeld{s} }},
	{name: "certifies_one_id_only", fails: storagetest.PrivacyErase, wrap: func(s storage.Store) storage.Store { return certifiesOne{s} }},
	{name: "forgets_what_was_certified", fails: storagetest.PrivacyErase, wrap: func(s storage.Store) storage.Store { return blankCertificate{s} }},
	{name: "has_nothing_pending", fails: storagetest.PrivacyLive, wrap: func(s storage.Store) storage.Store { return nothingPending{s} }},
}

type noImports struct{ storage.Store }

func (s noImports) PersonalRows(ctx context.Context, ids []contact.ID) (privacy.Rows, error) {
	r, err := s.Store.PersonalRows(ctx, ids)
	r.Imports = nil
	return r, err
}

type anyRows struct{ storage.Store }

func (s anyRows) PersonalRows(ctx context.Context, ids []contact.ID) (privacy.Rows, error) {
	r, err := s.Store.PersonalRows(ctx, ids)
	slices.Reverse(r.Audience)
	return r, err
}

type locksNobody struct{ storage.Store }

func (locksNobody) LockAlone(context.Context, []contact.ID) ([]contact.Contact, error) {
	return nil, nil
}

type keepsRows struct{ storage.Store }

func (keepsRows) ReplaceCampaignRows(context.Context, []contact.ID, campaign.ID, privacy.CampaignRows) error {
	return nil
}

type allCampaigns struct{ storage.Store }

func (s allCampaigns) ReplaceCampaignRows(ctx context.Context, of []contact.ID, _ campaign.ID, with privacy.CampaignRows) error {
	return s.Store.ReplaceCampaignRows(ctx, of, campaign.ID{}, with)
}

type erasesFirst struct{ storage.Store }

func (s erasesFirst) EraseContacts(ctx context.Context, ids []contact.ID, at time.Time) error {
	return s.Store.EraseContacts(ctx, ids[1:], at)
}

type erasesLater struct{ storage.Store }

func (s erasesLater) EraseContacts(ctx context.Context, ids []contact.ID, at time.Time) error {
	return s.Store.EraseContacts(ctx, ids, at.Add(time.Second))
}

type keepsWatches struct{ storage.Store }

func (keepsWatches) DeleteWatches(context.Context, []contact.ID) error { return nil }

type allIdle struct{ storage.Store }

func (s allIdle) IdleContacts(ctx context.Context, _ time.Time, after contact.ID, limit int) ([]contact.ID, error) {
	return s.Store.IdleContacts(ctx, time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC), after, limit)
}

type noHistory struct{ storage.Store }

func (noHistory) ContactsWithHistory(context.Context, time.Time, contact.ID, int) ([]contact.ID, error) {
	return nil, nil
}

type forgetsRestriction struct{ storage.Store }

func (forgetsRestriction) PutRestriction(context.Context, privacy.Restriction) error { return nil }

type restrictsForEver struct{ storage.Store }

func (restrictsForEver) DeleteRestriction(context.Context, contact.ID, time.Time) error { return nil }

type restrictsNobody struct{ storage.Store }

func (restrictsNobody) Restricted(context.Context, []contact.ID) ([]contact.ID, error) {
	return nil, nil
}

type noRestrictions struct{ storage.Store }

func (noRestrictions) Restrictions(context.Context, []contact.ID) ([]privacy.Restriction, error) {
	return nil, nil
}

type forgetsErased struct{ storage.Store }

func (forgetsErased) Erased(context.Context, []contact.ID) ([]contact.ID, error) { return nil, nil }

type noHold struct{ storage.Store }

func (noHold) PutHold(context.Context, privacy.Hold) error { return nil }

type releasesNothing struct{ storage.Store }

func (releasesNothing) DeleteHold(context.Context, contact.ID, privacy.HoldID) (bool, error) {
	return true, nil
}

type holdsBackwards struct{ storage.Store }

func (s holdsBackwards) Holds(ctx context.Context, ids []contact.ID) ([]privacy.Hold, error) {
	list, err := s.Store.Holds(ctx, ids)
	slices.Reverse(list)
	return list, err
}

type endsLate struct{ storage.Store }

func (s endsLate) EndedHolds(ctx context.Context, now time.Time, limit int) ([]privacy.Hold, error) {
	return s.Store.EndedHolds(ctx, now.Add(-time.Microsecond), limit)
}

type putsNothingAside struct{ storage.Store }

func (putsNothingAside) InsertHeld(context.Context, []privacy.Held) error { return nil }

type heldBackwards struct{ storage.Store }

func (s heldBackwards) HeldOf(ctx context.Context, of contact.ID) ([]privacy.Held, error) {
	list, err := s.Store.HeldOf(ctx, of)
	slices.Reverse(list)
	return list, err
}

type holdsForNobody struct{ storage.Store }

func (holdsForNobody) HeldContacts(context.Context, contact.ID, int) ([]contact.ID, error) {
	return nil, nil
}

type keepsHeld struct{ storage.Store }

func (keepsHeld) DeleteHeld(context.Context, contact.ID, privacy.Class) (int64, error) { return 2, nil }

type certifiesOne struct{ storage.Store }

func (s certifiesOne) PutCertificate(ctx context.Context, ids []contact.ID, c privacy.Certificate) error {
	return s.Store.PutCertificate(ctx, ids[:1], c)
}

type blankCertificate struct{ storage.Store }

func (s blankCertificate) CertificateOf(ctx context.Context, id contact.ID) (privacy.Certificate, error) {
	c, err := s.Store.CertificateOf(ctx, id)
	c.Steps = nil
	return c, err
}

type nothingPending struct{ storage.Store }

func (nothingPending) PendingCertificates(context.Context, contact.ID, int) ([]privacy.Certificate, error) {
	return nil, nil
}
