package storagetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// rulesStored writes random rules as JSON and into the store, and reads them
// back.
func rulesStored(k *kit) {
	n, seed := ruleCases(k)
	w := newWorld(k.T, seed)
	for i := range n {
		rule := w.rule(4)
		text, err := json.Marshal(rule)
		k.ok(err, "writing a rule as JSON")
		parsed, err := segment.ParseRule(text)
		k.ok(err, "reading a rule from JSON")
		again := parsed
		if i%5 == 0 { // the store's own way of keeping it
			saved, err := k.crm.Segments.Save(k.ctx, fmt.Sprintf("rule-%d", i), rule)
			k.ok(err, "saving a random rule")
			found, err := k.crm.Segments.Get(k.ctx, saved.ID)
			k.ok(err, "reading a random rule")
			again = found.Rule
		}
		now, zone := pick(w.r, w.nows), pick(w.r, w.zones)
		want := w.ids(rule, now, zone)
		if !slices.Equal(w.ids(parsed, now, zone), want) || !slices.Equal(w.ids(again, now, zone), want) {
			k.Errorf("seed %d, rule %d means something else after it was stored: %s", seed, i, text)
		}
		k.equal(again, rule, fmt.Sprintf("seed %d, rule %d did not come back as it was stored", seed, i))
		if k.Failed() {
			return
		}
	}
}

// rulesOverTime holds segment.NextChange to its word, and asks the store at
// the instants at which something turns.
func rulesOverTime(k *kit) {
	n, seed := ruleCases(k)
	w := newWorld(k.T, seed)
	w.settle(k)
	for i := range n {
		rule, f, q := w.rule(3), &w.facts[w.r.IntN(len(w.facts))], w.question(k, pick(w.r, w.instants), pick(w.r, w.zones))
		next := segment.NextChange(rule, f, q.now, q.zone)
		if complaint := w.turns(rule, f, q.now, next, q.zone); complaint != "" {
			text, _ := json.Marshal(rule)
			facts, _ := json.Marshal(f)
			k.Fatalf("CRM_RULE_SEED=%d, rule %d, now %v, zone %s: %s\nrule: %s\nfacts: %s", seed, i, q.now, q.zone, complaint, text, facts)
		}
		if next.IsZero() {
			continue
		}
		for _, at := range []time.Time{next.Add(-time.Microsecond), next} {
			k.clock.set(at)
			among, err := q.c.Segments.Among(k.ctx, rule, []contact.ID{f.Contact.ID})
			k.ok(err, "evaluating a rule for one contact")
			if want := segment.Match(segment.Resolve(rule, at, q.zone), f); want != (len(among) == 1) {
				q.now = at
				q.report(i, rule, "the answer for one contact at an instant at which it turns is wrong")
				return
			}
		}
	}
}

// turns says what is wrong with next as the first change after now.
func (w *world) turns(rule segment.Rule, f *segment.Facts, now, next time.Time, zone *time.Location) string {
	answer := func(at time.Time) bool { return segment.Match(segment.Resolve(rule, at, zone), f) }
	present := answer(now)
	end := next
	if next.IsZero() {
		end = time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if !next.After(now) || answer(next) == present {
		return fmt.Sprintf("NextChange says %v, but nothing changes then", next)
	}
	for range 20 {
		at := pick(w.r, w.instants)
		if w.r.IntN(2) == 0 {
			at = now.Add(time.Duration(w.r.Int64N(max(1, end.Sub(now).Microseconds()))) * time.Microsecond)
		}
		if at.After(now) && at.Before(end) && answer(at) != present {
			return fmt.Sprintf("NextChange says %v, but the answer differs at %v already", next, at)
		}
	}
	if !next.IsZero() && answer(next.Add(-time.Microsecond)) != present {
		return fmt.Sprintf("NextChange says %v, but the answer differs a microsecond before", next)
	}
	return ""
}
