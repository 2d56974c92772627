package bench

import (
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// furniture is the rule of the main job.
var furniture = segment.All(
	segment.Purchases().In("Furniture").InLast(12, segment.Months).AtLeast(1),
	segment.Purchases().In("Furniture").InLast(3, segment.Months).None(),
	segment.Purchases().AtMost(3),
	segment.Purchases().Sum(segment.AtLeast, money.New(150_000, "EUR")),
)

// question is something asked about a rule. The answer is the number of
// contacts.
type question struct {
	name    string
	library func(tb testing.TB, s *shop) int
	// raw are queries that give the same answer.
	raw []query
	// plain gives the same answer from Go structs; nil where nobody wrote it.
	plain func([]plainCustomer) int
}

// count asks how many contacts a rule selects.
func count(rule segment.Rule) func(testing.TB, *shop) int {
	return func(tb testing.TB, s *shop) int {
		tb.Helper()
		n, err := s.Segments.Count(ctx, rule)
		must(tb, err)
		return int(n)
	}
}

// page asks for the first 1000 contacts that a rule selects.
func page(rule segment.Rule) func(testing.TB, *shop) int {
	return func(tb testing.TB, s *shop) int {
		tb.Helper()
		p, err := s.Segments.Members(ctx, rule, "", 1000)
		must(tb, err)
		return len(p.Contacts)
	}
}

// among asks which of 100 contacts a rule selects.
func among(rule segment.Rule) func(testing.TB, *shop) int {
	return func(tb testing.TB, s *shop) int {
		tb.Helper()
		ids, err := s.Segments.Among(ctx, rule, sample(s.size))
		must(tb, err)
		return len(ids)
	}
}

// sample spreads 100 contacts over the shop.
func sample(z size) []contact.ID {
	ids := make([]contact.ID, 100)
	for i := range ids {
		ids[i] = contactID(i * z.contacts / len(ids))
	}
	return ids
}

// questions lists all questions; the first one is that of the main job.
func questions() []question {
	yearOf := segment.Purchases().InLast(365, segment.Days)
	quarterOf := segment.Purchases().InLast(90, segment.Days)
	return []question{
		{"Count", count(furniture), rawFurniture, plainFurniture},
		{"RulesPage", page(furniture), rawFurniturePage, nil},
		{"RulesAmong", among(furniture), rawFurnitureAmong, nil},
		{"RulesNever", count(segment.Purchases().None()), rawNever, nil},
		{"RulesOften", count(yearOf.AtLeast(3)), rawOften, nil},
		{"RulesAverage", count(segment.Purchases().Average(segment.AtLeast, money.New(20_000, "EUR"))), rawAverage, nil},
		{"RulesAny", count(segment.Any(quarterOf.In("Furniture").AtLeast(1), segment.Purchases().AtLeast(20))), rawAny, nil},
		{"RulesElsewhere", count(segment.All(
			segment.Not(segment.Field("address.city").Equals("Berlin")),
			quarterOf.Sum(segment.AtLeast, money.New(50_000, "EUR")),
		)), rawElsewhere, nil},
	}
}

// questionContests ask each question several times.
func questionContests() []contest {
	var list []contest
	for _, q := range questions() {
		list = append(list, contest{name: q.name, run: func(tb testing.TB, s *shop, d *duel) int {
			q.ask(tb, s, d)
			return 1
		}})
	}
	return list
}

// ask lets library and raw answer in turns, and compares the answers.
func (q *question) ask(tb testing.TB, s *shop, d *duel) {
	tb.Helper()
	s.db.copy(tb, s.next)
	want := q.library(tb, s)
	library := func() {
		if n := q.library(tb, s); n != want {
			tb.Fatalf("%s: the library says %d, and %d before", q.name, n, want)
		}
	}
	answer := q.rawAnswer(tb, s)
	if answer == nil {
		d.rounds(5, library, nil)
		return
	}
	raw := func() {
		if n := answer(); n != want {
			tb.Fatalf("%s: raw says %d, the library %d", q.name, n, want)
		}
	}
	d.rounds(5, library, raw)
}

// rawAnswer makes a function that answers as fast as can be without the
// library, or nil.
func (q *question) rawAnswer(tb testing.TB, s *shop) func() int {
	tb.Helper()
	switch {
	case s.db != nil:
		return s.db.fastest(tb, q.raw, s.size)
	case q.plain != nil:
		customers := plainCustomers(s.size, s.next)
		return func() int { return q.plain(customers) }
	}
	return nil
}
