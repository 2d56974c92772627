package segment_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/segment"
)

// TestRuleSentence_tells_rules_apart makes random rules and looks for two that
// say the same in one language without being the same.
func TestRuleSentence_tells_rules_apart(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "de"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			r := newRandom(1)
			seen := map[string]string{}
			for range 20_000 {
				rule := r.rule(2)
				if err := segment.Check(rule, declared); err != nil {
					t.Fatalf("the random rule is not valid: %v\n%s", err, asJSON(t, rule))
				}
				sentence, text := rule.Sentence(lang), asJSON(t, plain(rule))
				if strings.ContainsAny(sentence, "{}") && !strings.ContainsAny(text, "{}") || strings.Contains(sentence, "  ") || strings.TrimSpace(sentence) != sentence {
					t.Errorf("spaces or places are left in: %s", sentence)
				}
				if other, ok := seen[sentence]; ok && other != text {
					t.Fatalf("%s\nmeans\n%s\nand\n%s", sentence, other, text)
				}
				seen[sentence] = text
			}
			t.Logf("%d sentences", len(seen))
		})
	}
}

// plain brings rules that mean the same, and say so, to one form: a list of one
// rule is that rule, and at most none is none.
func plain(r segment.Rule) segment.Rule {
	r = r.Clone()
	for i := range r.All {
		r.All[i] = plain(r.All[i])
	}
	for i := range r.Any {
		r.Any[i] = plain(r.Any[i])
	}
	for _, inner := range []*segment.Rule{r.Not, where(r)} {
		if inner != nil {
			*inner = plain(*inner)
		}
	}
	switch {
	case len(r.All) == 1:
		return r.All[0]
	case len(r.Any) == 1:
		return r.Any[0]
	case r.Activity != nil && r.Activity.Number == 0 && r.Activity.Op == segment.AtMost && countsOnly(r.Activity.Aggregate):
		r.Activity.Op = segment.Equals
	case r.Has != nil && r.Has.Number == 0 && r.Has.Op == segment.AtMost:
		r.Has.Op = segment.Equals
	}
	plainMeasures(r)
	return r
}

func countsOnly(a segment.Aggregate) bool {
	return a == segment.Count || a == segment.Items || a == segment.Distinct
}

// where gives the conditions on elements.
func where(r segment.Rule) *segment.Rule {
	if r.Has != nil {
		return r.Has.Where
	}
	return nil
}

func plainMeasures(r segment.Rule) {
	for _, s := range selections(r) {
		if s.Where != nil {
			*s.Where = plain(*s.Where)
		}
	}
}

// selections lists the selections of a condition.
func selections(r segment.Rule) []*segment.Selection {
	switch {
	case r.Activity != nil:
		return []*segment.Selection{&r.Activity.Selection}
	case r.Ratio != nil:
		return []*segment.Selection{&r.Ratio.Of.Selection, &r.Ratio.Per.Selection}
	case r.Sequence != nil:
		return []*segment.Selection{&r.Sequence.First, &r.Sequence.Then}
	case r.Rank != nil:
		return []*segment.Selection{&r.Rank.Selection}
	}
	return nil
}

func asJSON(t *testing.T, r segment.Rule) string {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRuleSentence reads sentences of every condition.
func TestRuleSentence(t *testing.T) {
	t.Parallel()
	p, day := segment.Purchases(), time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	city := segment.Field("address.city")
	for _, c := range []struct {
		rule   segment.Rule
		en, de string
	}{
		{segment.Everyone(), "everyone", "alle"},
		{segment.Any(), "no one", "niemand"},
		{city.Equals("Köln"), `address.city is "Köln"`, `Ort ist "Köln"`},
		{city.NotEqual("Köln"), `address.city is not "Köln"`, `Ort ist nicht "Köln"`},
		{segment.Not(city.Missing()), `address.city is not missing`, `Ort ist bekannt`},
		{city.Folded().OneOf("Köln", "Bonn"), `address.city is one of "Köln", "Bonn" (in upper or lower case)`,
			`Ort ist einer der Werte "Köln" oder "Bonn" (groß oder klein geschrieben)`},
		{segment.All(segment.Any(city.Missing(), city.StartsWith("K")), segment.Field("age").Between(18, 30)),
			`(address.city is missing or address.city starts with "K") and age is between 18 and 30`,
			`(Ort fehlt oder Ort beginnt mit "K") und Alter liegt zwischen 18 und 30`},
		{segment.Field("custom.worth").AtLeast(eur(150000)), "custom.worth is at least 1500.00 EUR", "custom.worth ist mindestens 1500,00 EUR"},
		{segment.Field("created_at").Less(day), "created_at is less than 2024-02-01 00:00:00 UTC", "Tag der Anlage ist früher als 01.02.2024 00:00:00 UTC"},
		{segment.Field("created_at").InLast(1, segment.Months), "created_at is in the last month", "Tag der Anlage liegt innerhalb des letzten Monats"},
		{segment.Field("born").AnniversaryInNext(7), "born has an anniversary between today and 6 days from now",
			"Geburtsdatum jährt sich im Zeitraum von heute bis in 6 Tagen"},
		{segment.Field("name.given").Compare(segment.Equals, "name.family"), "name.given is name.family", "Vorname ist Nachname"},
		{segment.Chosen("likes", "tea"), `at least 1 entry in custom.likes where (name is one of "tea")`,
			`mindestens 1 Eintrag in custom.likes mit der Bedingung (Name ist einer der Werte "tea")`},
		{segment.Has(segment.CustomList("likes")).None(), `no entries in custom.likes`, `keine Einträge in custom.likes`},
		{segment.Tagged("vip", "press"), `at least 1 tag where (name is one of "vip", "press")`,
			`mindestens 1 Schlagwort mit der Bedingung (Name ist einer der Werte "vip" oder "press")`},
		{p.In("Möbel", "Garten & Haus").InLast(12, segment.Months).None(), `no purchases with an item in Möbel or "Garten & Haus" in the last 12 months`,
			`keine Käufe mit einem Artikel aus Möbel oder "Garten & Haus" in den letzten 12 Monaten`},
		{p.Via("phone").WithSKU("7").InPrevious(segment.Quarters).AtLeast(2), "at least 2 purchases by phone with an item of SKU 7 in the previous quarter",
			"mindestens 2 Käufe per Telefon mit einem Artikel mit der Artikelnummer 7 im Vorquartal"},
		{segment.Activities("visit").Between(day, time.Time{}).Exactly(1), `exactly 1 "visit" activity since 2024-02-01`,
			`genau 1 Aktivität der Art "visit" ab dem 01.02.2024`},
		{p.Where(segment.Field("amount").Less(eur(1000))).CountDistinct("item.sku").AtMost(1),
			"at most 1 different value of item.sku of the purchases where (amount is less than 10.00 EUR)",
			"höchstens 1 verschiedener Wert von Artikelnummer der Käufe mit der Bedingung (Betrag ist kleiner als 10,00 EUR)"},
		{p.CountItems().AtLeast(3), "at least 3 items of the purchases", "mindestens 3 Artikel der Käufe"},
		{p.Sum(segment.AtLeast, eur(150000)), "the total of the purchases is at least 1500.00 EUR", "die Summe der Käufe ist mindestens 1500,00 EUR"},
		{p.Number(segment.Average, "item.quantity", segment.Greater, 2), "the average item.quantity of the purchases is greater than 2",
			"der Durchschnitt von Stückzahl der Käufe ist größer als 2"},
		{p.Last(segment.Less, day), "the last of the purchases is less than 2024-02-01", "der späteste Zeitpunkt der Käufe ist früher als 01.02.2024"},
		{segment.Activities(activity.Return).AmountPer(p, "EUR", segment.AtLeast, 0.5),
			"(the total in EUR of the returns) divided by (the total in EUR of the purchases) is at least 0.5",
			"(die Summe in EUR der Retouren) geteilt durch (die Summe in EUR der Käufe) ist mindestens 0,5"},
		{p.In("F").Then(segment.Activities(activity.Call), 48), "a purchase with an item in F was followed within 48 hours by a call",
			"auf einen Kauf mit einem Artikel aus F folgte innerhalb von 48 Stunden ein Anruf"},
		{p.ThenNone(segment.Activities(activity.Return), 1), "a purchase was followed within 1 hour by no return",
			"auf einen Kauf folgte innerhalb von 1 Stunde keine Retoure"},
		{segment.Consented("marketing", "email"), "email may be used for marketing", "der Kanal E-Mail darf für den Zweck Werbung genutzt werden"},
		{segment.Suppressed("email"), "email is suppressed", "der Kanal E-Mail ist gesperrt"},
		{segment.InSegment("lapsed"), `in segment "lapsed"`, `im Segment "lapsed"`},
		{segment.RandomShare("x", 0, 0.1), `in the random share from 0 to 0.1 of seed "x"`, `im Zufallsanteil von 0 bis 0,1 mit dem Startwert "x"`},
		{p.TopPercent(2.5, "EUR"), "among the top 2.5% by the total in EUR of the purchases", "unter den obersten 2,5 % nach der Summe in EUR der Käufe"},
	} {
		if err := segment.Check(c.rule, declared); err != nil {
			t.Errorf("%s: %v", c.en, err)
		}
		for lang, want := range map[string]string{"en": c.en, "de": c.de, "de-AT": c.de, "fr": c.en, "": c.en} {
			if got := c.rule.Sentence(lang); got != want {
				t.Errorf("%s: got  %s\nwant %s", lang, got, want)
			}
		}
		if c.rule.String() != c.en {
			t.Errorf("String gives %s", c.rule)
		}
	}
}

// TestRuleSentence_of_anything gives sentences to rules that make no sense.
func TestRuleSentence_of_anything(t *testing.T) {
	t.Parallel()
	for _, r := range []segment.Rule{
		{}, {Field: &segment.FieldCondition{}}, {Activity: &segment.ActivityCondition{}}, {Has: &segment.HasCondition{}},
		{Ratio: &segment.RatioCondition{}}, {Sequence: &segment.SequenceCondition{}}, {Consent: &segment.ConsentCondition{}},
		{Share: &segment.ShareCondition{}}, {Rank: &segment.RankCondition{}},
		{Field: &segment.FieldCondition{Name: "born", Op: segment.Anniversary}}, segment.Not(segment.Rule{}),
	} {
		for _, lang := range []string{"en", "de"} {
			if r.Sentence(lang) == "" {
				t.Errorf("%+v has no sentence", r)
			}
		}
	}
}
