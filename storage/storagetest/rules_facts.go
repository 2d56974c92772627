package storagetest

import (
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// rulesFacts reads for each random rule only what it needs, and evaluates it on
// that.
func rulesFacts(k *kit) {
	n, seed := ruleCases(k)
	w := newWorld(k.T, seed)
	w.settle(k)
	ids := []contact.ID{spread(7777)} // nobody has it
	for i := range w.facts {
		ids = append(ids, w.facts[i].Contact.ID, w.facts[i].Contact.ID)
	}
	for i := range n {
		at := w.r.IntN(len(w.nows))
		zone, rule := w.zoneOf(at), w.rule(1+w.r.IntN(3))
		facts, err := segment.ReadFacts(k.ctx, k.store, ids, segment.FactNeedsOf(rule))
		k.ok(err, "reading facts")
		k.equal(len(facts), len(w.facts), "of how many contacts the facts are read")
		resolved := segment.Resolve(rule, w.nows[at], zone)
		got := []contact.ID{}
		for j := range facts {
			if segment.Match(resolved, &facts[j]) {
				got = append(got, facts[j].Contact.ID)
			}
		}
		slices.SortFunc(got, contact.ID.Compare)
		want := w.ids(rule, w.nows[at], zone)
		slices.SortFunc(want, contact.ID.Compare)
		if !slices.Equal(got, want) {
			k.Fatalf("CRM_RULE_SEED=%d, rule %d: the facts that it needs select %v, all facts %v: %v", seed, i, got, want, rule)
		}
	}
}
