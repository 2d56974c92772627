package segment

import (
	"fmt"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/money"
)

func (c *checker) activity(f *errs.Fields, a ActivityCondition) {
	c.selection(f, a.Selection)
	checkComparison(f, a.Op)
	if checkMeasure(f, a.Measure, Count, Items, Distinct, Sum, Average, Min, Max, First, Last) {
		checkConstant(f, a)
	}
}

func (c *checker) selection(f *errs.Fields, s Selection) {
	if s.Kind != "" {
		check.Name(f, "kind", string(s.Kind))
	}
	if s.Direction != "" && s.Direction != activity.Inbound && s.Direction != activity.Outbound {
		f.Add("direction", "unknown_direction", "must be inbound or outbound")
	}
	if max(len(s.Channels), len(s.Categories), len(s.SKUs), len(s.Campaigns)) > MaxValues {
		f.Add("", "too_many", fmt.Sprintf("must list at most %d channels, campaigns, categories and SKUs each", MaxValues))
		return
	}
	if !c.count(len(s.Channels) + len(s.Categories) + len(s.SKUs) + len(s.Campaigns)) {
		return
	}
	for i, ch := range s.Channels {
		check.Name(f, fmt.Sprintf("channels[%d]", i), string(ch))
	}
	for i, id := range s.Campaigns {
		if id.IsZero() {
			f.Add(fmt.Sprintf("campaigns[%d]", i), "required", "must not be empty")
		}
	}
	checkTexts(f, "categories", s.Categories)
	checkTexts(f, "skus", s.SKUs)
	c.where(f, s.Where, eventScope)
	checkWindow(f.At("window"), s.Window, false)
}

func checkTexts(f *errs.Fields, path string, list []string) {
	for i, s := range list {
		if f.Len() >= maxMistakes {
			return
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		if s == "" {
			f.Add(at, "required", "must not be empty")
		}
		check.Text(f, at, s, maxText)
	}
}

// checkMeasure checks the aggregate and what it is of.
func checkMeasure(f *errs.Fields, m Measure, allowed ...Aggregate) bool {
	if !slices.Contains(allowed, m.Aggregate) {
		f.Add("aggregate", "unknown_aggregate", fmt.Sprintf("must be one of %v", allowed))
		return false
	}
	own := len(m.Of) > len(DataPrefix) && m.Of[:len(DataPrefix)] == DataPrefix && check.IsName(m.Of[len(DataPrefix):])
	ok := m.Of == ""
	switch m.Aggregate {
	case Distinct:
		ok = own || eventFields[m.Of].typ == contact.TypeText
	case Sum, Average, Min, Max:
		ok = ok || own || m.Of == quantity
	}
	if !ok {
		f.Add("of", "unknown_field", "must be a text for distinct, item.quantity, data. and a name or nothing for sum, average, min and max, else nothing")
	}
	return ok
}

// ofAmounts reports whether the measure is over amounts of money.
func (m Measure) ofAmounts() bool {
	switch m.Aggregate {
	case Sum, Average, Min, Max:
		return m.Of == ""
	}
	return false
}

// checkConstant checks that the constant is there, fits the aggregate, and is
// the only one.
func checkConstant(f *errs.Fields, a ActivityCondition) {
	wantAmount, wantTime := a.ofAmounts(), a.Aggregate == First || a.Aggregate == Last
	wantValue := a.Of != "" && a.Aggregate != Distinct
	wantNumber := !wantAmount && !wantTime && !wantValue
	switch {
	case !wantNumber && a.Number != 0:
		f.Add("number", "unexpected", "belongs to count, items and distinct only")
	case a.Number < 0 || a.Number > maxNumber:
		f.Add("number", "out_of_range", "must be 0 to 1,000,000,000")
	}
	if (a.Amount != nil) != wantAmount {
		f.Add("amount", "shape", "must be there for sum, average, min and max of amounts, and only then")
	}
	if (a.Value != nil) != wantValue {
		f.Add("value", "shape", "must be there for sum, average, min and max of numbers, and only then")
	}
	if (a.Time != nil) != wantTime {
		f.Add("time", "shape", "must be there for first and last, and only then")
	}
	if a.Amount != nil {
		checkAmount(f, a.Aggregate, *a.Amount)
	}
	if a.Value != nil {
		checkNumber(f, a.Of, *a.Value)
	}
	if a.Time != nil {
		check.Time(f, "time", *a.Time)
	}
}

func checkAmount(f *errs.Fields, agg Aggregate, m money.Money) {
	if !money.Known(m.Currency) {
		f.Add("amount", "unknown_currency", "must be in an ISO 4217 currency")
	}
	limit := int64(maxAmount)
	if agg == Sum {
		limit = maxSum
	}
	if m.Amount > limit || m.Amount < -limit {
		f.Add("amount", "out_of_range", fmt.Sprintf("must be at most %d minor units", limit))
	}
}

func checkNumber(f *errs.Fields, of string, v Literal) {
	switch {
	case v.Type != contact.TypeNumber:
		f.Add("value", "wrong_type", "must be of type number")
	case v.Number > maxDatum || v.Number < -maxDatum:
		f.Add("value", "out_of_range", "must be at most 1,000,000,000")
	case of == quantity && v.Number%contact.NumberScale != 0:
		f.Add("value", "out_of_range", "must be a whole number of pieces")
	}
}

func (c *checker) ratio(f *errs.Fields, r RatioCondition) {
	amounts := false
	for name, m := range map[string]Measure{"of": r.Of, "per": r.Per} {
		at := f.At(name)
		c.selection(at, m.Selection)
		if checkMeasure(at, m, Count, Items, Distinct, Sum) && m.Aggregate == Sum && m.Of != "" && m.Of != quantity {
			at.Add("of", "operator", "must not be data in a ratio")
		}
		amounts = amounts || m.ofAmounts()
	}
	checkCurrency(f, amounts, r.Currency)
	checkComparison(f, r.Op)
	const step = contact.NumberScale / 1000
	if v := r.Value; v.Type != contact.TypeNumber || v.Number < 0 || v.Number > 1000*contact.NumberScale || v.Number%step != 0 {
		f.Add("value", "out_of_range", "must be a number from 0 to 1000 with at most three decimals")
	}
}

// checkCurrency checks that a currency is there where amounts are.
func checkCurrency(f *errs.Fields, amounts bool, currency string) {
	switch {
	case amounts && !money.Known(currency):
		f.Add("currency", "unknown_currency", "must be in an ISO 4217 currency")
	case !amounts && currency != "":
		f.Add("currency", "unexpected", "belongs to amounts only")
	}
}

func (c *checker) sequence(f *errs.Fields, s SequenceCondition) {
	c.selection(f.At("first"), s.First)
	c.selection(f.At("then"), s.Then)
	if !s.Then.Window.IsZero() {
		f.Add("then.window", "unexpected", "must be empty: the hours say when")
	}
	if s.Hours < 1 || s.Hours > maxHours {
		f.Add("hours", "out_of_range", fmt.Sprintf("must be 1 to %d", maxHours))
	}
}

func (c *checker) rank(f *errs.Fields, r RankCondition) {
	c.selection(f, r.Selection)
	checkMeasure(f, r.Measure, Count, Items, Distinct, Sum, Min, Max)
	checkCurrency(f, r.ofAmounts(), r.Currency)
	switch {
	case (r.Percent != nil) == (r.Number != 0):
		f.Add("", "shape", "must have either percent or number")
	case r.Percent != nil && (r.Percent.Type != contact.TypeNumber || r.Percent.Number <= 0 || r.Percent.Number > 100*contact.NumberScale):
		f.Add("percent", "out_of_range", "must be a number above 0 and up to 100")
	case r.Number < 0 || r.Number > maxNumber:
		f.Add("number", "out_of_range", "must be 1 to 1,000,000,000")
	}
}

func checkConsent(f *errs.Fields, c ConsentCondition) {
	check.Name(f, "channel", string(c.Channel))
	switch c.Is {
	case ConsentGranted, ConsentWithdrawn, ConsentUnknown:
		check.Name(f, "purpose", string(c.Purpose))
	case ConsentSuppressed:
		if c.Purpose != "" {
			f.Add("purpose", "unexpected", "must be empty: a suppression holds for every purpose")
		}
	default:
		f.Add("is", "unknown_state", "must be granted, withdrawn, suppressed or unknown")
	}
}

func checkShare(f *errs.Fields, s ShareCondition) {
	if s.Seed == "" {
		f.Add("seed", "required", "must not be empty")
	}
	check.Text(f, "seed", s.Seed, maxText)
	from, to := s.From, s.To
	if from.Type != contact.TypeNumber || to.Type != contact.TypeNumber || from.Number < 0 || to.Number > contact.NumberScale || from.Number >= to.Number {
		f.Add("", "out_of_range", "must run from a number to a greater one, both from 0 to 1")
	}
}
