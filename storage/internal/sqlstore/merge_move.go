package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
)

// MoveContact implements merge.Store.
func (s *Store) MoveContact(ctx context.Context, m merge.Move) error {
	return s.undoable(ctx, "storage.MoveContact", true, func(ctx context.Context, tx *Store) error {
		both := []contact.ID{m.From, m.To}
		if _, err := tx.lockAlone(ctx, distinct(both)); err != nil { // else what is just being recorded would stay behind
			return err
		}
		v := newMove(tx, m)
		for _, step := range []func(context.Context) error{v.activities, v.ledger, v.campaigns} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		if err := tx.refold(ctx, both); err != nil {
			return err
		}
		return tx.markRemoved(ctx, distinct(both), m.At)
	})
}

// move is a move under way.
type move struct {
	*Store
	from, to dbID
	which    bun.Safe // of the rows of a table
	origin   bun.Safe // what it becomes
}

func newMove(s *Store, m merge.Move) *move {
	format := func(text string, args ...any) bun.Safe {
		return bun.Safe(s.db.bun.QueryGen().FormatQuery(text, args...))
	}
	from, to, none := dbID(m.From), dbID(m.To), dbID{}
	v := &move{Store: s, from: from, to: to}
	v.which = format("tenant_id = ? AND contact_id = ?", s.tenant, from)
	if len(m.Origins) > 0 {
		v.which = format("? AND origin_id IN (?)", v.which, idList(distinct(m.Origins)))
	}
	v.origin = format("CASE WHEN origin_id = ? THEN ? WHEN origin_id = ? THEN ? ELSE origin_id END", none, from, to, none)
	return v
}

// activities moves the history. The rollups of both contacts are made anew for the
// kinds in it.
func (v *move) activities(ctx context.Context) error {
	var kinds []string
	if err := v.db.NewRaw("SELECT DISTINCT kind FROM ?activity WHERE ?", v.which).Scan(ctx, &kinds); err != nil || len(kinds) == 0 {
		return err
	}
	both := []contact.ID{contact.ID(v.from), contact.ID(v.to)}
	_, err := v.db.Exec(ctx, "DELETE FROM ?rollup WHERE tenant_id = ?tenant AND contact_id IN (?) AND kind IN (?)", idList(distinct(both)), bun.List(kinds))
	if err != nil {
		return err
	}
	const moved = "tenant_id = ?tenant AND contact_id = ?0 AND activity_id IN (SELECT id FROM ?activity WHERE ?1)"
	for _, table := range []string{"?activity_item", "?activity_data", "?activity_ref"} {
		if _, err := v.db.Exec(ctx, "UPDATE "+table+" SET contact_id = ?2 WHERE "+moved, v.from, v.which, v.to); err != nil {
			return err
		}
	}
	if _, err := v.db.Exec(ctx, "UPDATE ?activity SET contact_id = ?, origin_id = ? WHERE ?", v.to, v.origin, v.which); err != nil {
		return err
	}
	return v.sumUp(ctx, both, kinds)
}

// sumUp adds the activities of the kinds to the rollup, in which they are not.
func (s *Store) sumUp(ctx context.Context, of []contact.ID, kinds []string) error {
	needs := segment.FactNeeds{Activities: true, Items: true}
	for _, k := range kinds {
		needs.Kinds = append(needs.Kinds, activity.Kind(k))
	}
	facts, err := s.ReadFacts(ctx, of, needs)
	if err != nil {
		return err
	}
	sums := make(rollups)
	for _, f := range facts {
		for i := range f.Activities {
			sums.add(&f.Activities[i])
		}
	}
	return s.addRollups(ctx, sums)
}

func (v *move) ledger(ctx context.Context) error {
	for _, table := range []string{"?consent_event", "?opt_in"} {
		if _, err := v.db.Exec(ctx, "UPDATE "+table+" SET contact_id = ?, origin_id = ? WHERE ?", v.to, v.origin, v.which); err != nil {
			return err
		}
	}
	return nil
}

// campaigns moves what campaigns have for the contact, but for those that have the other
// one in their plan, too, or are about to.
func (v *move) campaigns(ctx context.Context) error {
	var busy, planned idList // about to be planned, or just being sent; in the plan
	err := v.db.NewRaw(`SELECT id FROM ?campaign WHERE tenant_id = ?tenant AND state = 'planning' AND planned_to < ?0
		UNION SELECT campaign_id FROM ?delivery WHERE tenant_id = ?tenant AND contact_id = ?1 AND state = 'sending'`, v.to, v.from).Scan(ctx, &busy)
	if err != nil {
		return err
	}
	swapped, err := v.swapped(ctx, busy)
	if err != nil {
		return err
	}
	if err := v.db.NewRaw("SELECT campaign_id FROM ?audience WHERE tenant_id = ?tenant AND contact_id = ?", v.to).Scan(ctx, &planned); err != nil {
		return err
	}
	free := bun.Safe("1 = 1")
	if shared := append(busy, planned...); len(shared) > 0 {
		free = bun.Safe(v.db.bun.QueryGen().FormatQuery("campaign_id NOT IN (?)", shared))
	}
	const once = ` AND NOT EXISTS (SELECT 1 FROM ?delivery AS d WHERE d.tenant_id = o.tenant_id AND d.contact_id = ?0
		AND d.campaign_id = o.campaign_id AND d.step = o.step AND d.channel = o.channel)`
	for _, table := range []struct {
		name, and string
		free      bun.Safe
	}{
		{"?delivery", once, free}, {"?audience", "", free}, {"?voucher", "", "1 = 1"}, {"?redemption", "", "1 = 1"},
	} {
		_, err := v.db.Exec(ctx, "UPDATE "+table.name+" AS o SET contact_id = ?0, origin_id = ?1 WHERE ?2 AND ?3"+table.and,
			v.to, v.origin, v.which, table.free)
		if err != nil {
			return err
		}
	}
	return v.putSwapped(ctx, swapped)
}

// swapped takes out of the way, to nobody, the rows of the other one in plans in which both
// change places: who was left out of a plan is not in the way of who was not.
func (v *move) swapped(ctx context.Context, busy idList) (campaigns idList, err error) {
	var mine, others []memberRow
	err = v.db.NewRaw("SELECT * FROM ?audience WHERE ?", v.which).Scan(ctx, &mine)
	if err != nil || len(mine) == 0 {
		return nil, err
	}
	if err := v.db.NewRaw("SELECT * FROM ?audience WHERE tenant_id = ?tenant AND contact_id = ?", v.to).Scan(ctx, &others); err != nil {
		return nil, err
	}
	const excluded = string(campaign.Excluded)
	for _, o := range others {
		for _, m := range mine {
			if m.CampaignID == o.CampaignID && !slices.Contains(busy, o.CampaignID) && (o.OriginID == v.from || o.Outcome == excluded && m.Outcome != excluded) {
				campaigns = append(campaigns, o.CampaignID)
			}
		}
	}
	if len(campaigns) == 0 {
		return nil, nil
	}
	_, err = v.db.Exec(ctx, `UPDATE ?audience SET contact_id = ?0, origin_id = CASE WHEN origin_id = ?0 THEN ?1 WHEN origin_id = ?2 THEN ?0 ELSE origin_id END
		WHERE tenant_id = ?tenant AND contact_id = ?1 AND campaign_id IN (?3)`, dbID{}, v.to, v.from, campaigns)
	return campaigns, err
}

func (v *move) putSwapped(ctx context.Context, campaigns idList) error {
	if len(campaigns) == 0 {
		return nil
	}
	_, err := v.db.Exec(ctx, "UPDATE ?audience SET contact_id = ? WHERE tenant_id = ?tenant AND contact_id = ? AND campaign_id IN (?)",
		v.from, dbID{}, campaigns)
	return err
}

// DeleteConsent implements merge.Store.
func (s *Store) DeleteConsent(ctx context.Context, events []consent.Event, at time.Time) error {
	if len(events) == 0 {
		return nil
	}
	return s.undoable(ctx, "storage.DeleteConsent", true, func(ctx context.Context, tx *Store) error {
		of := make([]contact.ID, len(events))
		for i, e := range events {
			of[i] = e.Contact
			_, err := tx.db.Exec(ctx, "DELETE FROM ?consent_event WHERE tenant_id = ?tenant AND contact_id = ? AND id = ?", dbID(e.Contact), dbID(e.ID))
			if err != nil {
				return err
			}
		}
		if err := tx.refold(ctx, of); err != nil {
			return err
		}
		return tx.markRemoved(ctx, distinct(of), at)
	})
}

// refold makes the states of consent anew from the ledgers.
func (s *Store) refold(ctx context.Context, of []contact.ID) error {
	return inChunks(distinct(of), func(chunk []dbID) error {
		if _, err := s.db.Exec(ctx, "DELETE FROM ?consent_state WHERE tenant_id = ?tenant AND contact_id IN (?)", idList(chunk)); err != nil {
			return err
		}
		events, err := s.ConsentEvents(ctx, contactIDs(chunk))
		if err != nil {
			return err
		}
		slices.SortFunc(events, func(a, b consent.Event) int { return a.Contact.Compare(b.Contact) })
		_, err = insert(ctx, s, "consent_state", s.fold(events), plain)
		return err
	})
}
