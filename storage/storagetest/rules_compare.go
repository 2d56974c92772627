package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// settle writes the world into the store: contacts at their time, activities in
// another order than that in which they happened, some of them twice, some
// first in a transaction that fails.
func (w *world) settle(k *kit) {
	k.Helper()
	for _, now := range w.nows {
		var batch []contact.Contact
		for _, f := range w.facts {
			if f.Contact.CreatedAt.Equal(now) {
				batch = append(batch, f.Contact)
			}
		}
		k.clock.set(now)
		_, err := k.lenient().Contacts.UpsertMany(k.ctx, batch)
		k.ok(err, "creating the population")
	}
	k.clock.set(time.Date(2290, 1, 1, 0, 0, 0, 0, time.UTC))
	w.settleLedgers(k)
	defer w.restrict(k)
	var all []activity.Activity
	for _, f := range w.facts {
		all = append(all, f.Activities...)
	}
	w.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	undone := errors.New("undone")
	err := k.crm.Atomic(k.ctx, func(ctx context.Context, c *crm.CRM) error {
		_, err := c.Activities.RecordMany(ctx, all[:len(all)/3])
		return errors.Join(err, undone)
	})
	if !errors.Is(err, undone) {
		k.Fatalf("a failing transaction gave %v instead of its own error", err)
	}
	for part := range slices.Chunk(all, len(all)/4+1) {
		for range 2 {
			_, err := k.crm.Activities.RecordMany(k.ctx, part)
			k.ok(err, "recording the histories")
		}
	}
}

// restrict restricts some of the people.
func (w *world) restrict(k *kit) {
	k.Helper()
	for i := range w.facts {
		if i%restrictedEach == 1 {
			w.facts[i].Restricted = true
			k.ok(k.crm.Privacy.Restrict(k.ctx, w.facts[i].Contact.ID, "drawn"), "restricting")
		}
	}
}

// restrictedEach of the people is restricted.
const restrictedEach = 17

// ids lists whom a rule selects, by the specification.
func (w *world) ids(r segment.Rule, now time.Time, zone *time.Location) []contact.ID {
	resolved := segment.Resolve(r, now, zone)
	ids := []contact.ID{}
	for i := range w.facts {
		if segment.Match(resolved, &w.facts[i]) {
			ids = append(ids, w.facts[i].Contact.ID)
		}
	}
	return ids
}

// planned is for how many random rules a plan is asked, too.
const planned = 100

// rulesAgree compares the store with segment.Match on random rules.
func rulesAgree(k *kit) {
	n, seed := ruleCases(k)
	w := newWorld(k.T, seed)
	w.settle(k)
	failures := 0
	for i := range n {
		at := w.r.IntN(len(w.nows))
		q, rule := w.question(k, w.nows[at], w.zoneOf(at)), w.rule(1+w.r.IntN(4))
		switch i % 10 { // what is rare among the random ones
		case 0:
			rule = segment.Rule{Has: w.has()}
		case 5:
			rule = w.other()
		}
		k.clock.set(q.now)
		k.ok(q.c.Segments.Check(rule), "checking a random rule")
		if i < planned {
			_, err := q.c.Segments.Plan(k.ctx, rule)
			k.ok(err, "planning a random rule")
		}
		if complaint := q.ask(rule); complaint != "" {
			q.report(i, rule, complaint)
			if failures++; failures == 3 {
				k.Fatal("no further rules are tried")
			}
		}
	}
}

// question is one instant and zone at which rules are asked.
type question struct {
	k    *kit
	ctx  context.Context // of this question
	w    *world
	c    *crm.CRM
	now  time.Time
	zone *time.Location
}

func (w *world) question(k *kit, now time.Time, zone *time.Location) question {
	k.Helper()
	c := k.with(k.store, func(c *crm.Config) { c.Zone = zone })
	return question{k, k.ctx, w, c, now, zone}
}

// ruleTime is how long a store may think about one question.
const ruleTime = 20 * time.Second

// ask puts a rule to the store in every way there is and returns what is wrong.
func (q question) ask(rule segment.Rule) string {
	ctx, cancel := context.WithTimeout(q.k.ctx, ruleTime)
	defer cancel()
	q.ctx = ctx
	complaint := q.compare(rule)
	if ctx.Err() != nil {
		return fmt.Sprintf("no answer within %v; %s", ruleTime, complaint)
	}
	return complaint
}

func (q question) compare(rule segment.Rule) string {
	want := q.w.ids(rule, q.now, q.zone)
	count, err := q.c.Segments.Count(q.ctx, rule)
	if err != nil || count != int64(len(want)) {
		return fmt.Sprintf("Count gives %d (error %v), must be %d", count, err, len(want))
	}
	limit := 20 + q.w.r.IntN(60)
	if len(want) < worldPeople/6 {
		limit = 1 + q.w.r.IntN(3) // so few that a store may look at one part of the contacts after the other
	}
	if got, err := q.pages(rule, limit); err != nil || !slices.Equal(got, want) {
		return "Members: " + q.differ(got, want, err)
	}
	among, asked := q.few(want)
	if got, err := q.c.Segments.Among(q.ctx, rule, asked); err != nil || !slices.Equal(got, among) {
		return "Among: " + q.differ(got, among, err)
	}
	var others []contact.ID
	for _, f := range q.w.facts {
		if !slices.Contains(want, f.Contact.ID) && !f.Restricted {
			others = append(others, f.Contact.ID)
		}
	}
	if got, err := q.pages(segment.Not(rule), 1000); err != nil || !slices.Equal(got, others) {
		return "the rule and its negation must split the population; Members of the negation: " + q.differ(got, others, err)
	}
	return ""
}

// pages lists the members page by page.
func (q question) pages(rule segment.Rule, limit int) ([]contact.ID, error) {
	var all []contact.ID
	for cursor := ""; ; {
		page, err := q.c.Segments.Members(q.ctx, rule, cursor, limit)
		if err != nil {
			return all, err
		}
		all = append(all, page.Contacts...)
		if cursor = page.Next; cursor == "" || len(all) > 2*worldPeople {
			return all, nil
		}
	}
}

// few draws a handful of contacts, in no order, one of them unknown, one
// twice, and says which of them are members.
func (q question) few(members []contact.ID) (among, asked []contact.ID) {
	asked = []contact.ID{spread(1)}
	n := 12
	if q.w.r.IntN(10) == 0 {
		n = 3 * worldPeople // more than a store may care to look at one by one
	}
	for range n {
		asked = append(asked, pick(q.w.r, q.w.facts).Contact.ID)
	}
	asked = append(asked, asked[1])
	for _, id := range members {
		if slices.Contains(asked, id) {
			among = append(among, id)
		}
	}
	return among, asked
}

func (q question) differ(got, want []contact.ID, err error) string {
	if err != nil {
		return fmt.Sprintf("error %v", err)
	}
	minus := func(a, b []contact.ID) []contact.ID {
		return slices.DeleteFunc(slices.Clone(a), func(id contact.ID) bool { return slices.Contains(b, id) })
	}
	missing, extra := minus(want, got), minus(got, want)
	if len(missing)+len(extra) == 0 {
		return "the members are right, but not in ascending order of id, or not once each"
	}
	return fmt.Sprintf("missing %s, too many %s", names(missing), names(extra))
}

// report describes a failing rule, reduced to the smallest part that fails.
func (q question) report(number int, rule segment.Rule, complaint string) {
	q.k.Helper()
	small := q.smallest(rule)
	text, err := json.Marshal(small)
	q.k.ok(err, "writing a rule as JSON")
	var shown strings.Builder
	if differ, err := q.pages(small, 1000); err == nil && q.k.ctx.Err() == nil {
		for _, f := range q.w.facts {
			id := f.Contact.ID
			if slices.Contains(differ, id) != slices.Contains(q.w.ids(small, q.now, q.zone), id) && shown.Len() == 0 {
				facts, _ := json.Marshal(f)
				fmt.Fprintf(&shown, "\none of them: %s", facts)
			}
		}
	}
	q.k.Errorf("the store does not agree with segment.Match: CRM_RULE_SEED=%d, rule %d, now %s, zone %s\n%s\nits smallest part that fails: %s\n%s\nin words: %s%s",
		q.w.seed, number, q.now.Format(time.RFC3339Nano), q.zone, complaint, q.ask(small), text, small, shown.String())
}

// smallest descends to a part of a failing rule that fails by itself.
func (q question) smallest(rule segment.Rule) segment.Rule {
	parts := slices.Concat(rule.All, rule.Any)
	if rule.Not != nil {
		parts = append(parts, *rule.Not)
	}
	for _, part := range parts {
		if q.ask(part) != "" {
			return q.smallest(part)
		}
	}
	return rule
}
