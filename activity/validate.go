package activity

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cardnumber"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/money"
)

const (
	maxText     = 200
	maxLongText = 100_000
	maxItems    = 10_000
	// maxAmount bounds amounts to 10^12 minor units, so that the sum over
	// nine million activities of one contact still fits 64 bits.
	maxAmount   = 1_000_000_000_000
	maxQuantity = 1_000_000_000
	maxDatum    = 1_000_000_000 * contact.NumberScale
	// maxAhead is how far in the future something can have happened, to
	// forgive clocks that differ.
	maxAhead = 24 * time.Hour
)

// normalize returns a copy of a in the form that is stored.
func normalize(a Activity, now time.Time) Activity {
	if a.At.IsZero() {
		a.At = now
	}
	a.At, a.RecordedAt, a.Origin = core.Instant(a.At), now, contact.ID{}
	a.Subject, a.Text = strings.TrimSpace(a.Subject), strings.TrimSpace(a.Text)
	if a.Direction == "" {
		a.Direction = defaultDirection(a.Kind)
	}
	a.Items = slices.Clone(a.Items)
	for i := range a.Items {
		it := &a.Items[i]
		for _, s := range []*string{&it.SKU, &it.Name, &it.Category} {
			*s = strings.TrimSpace(*s)
		}
	}
	if len(a.Items) == 0 {
		a.Items = nil
	}
	a.Data = contact.NormalizeValues(a.Data)
	if a.Payment != nil {
		p := *a.Payment
		a.Payment = &p
	}
	return a
}

func defaultDirection(k Kind) Direction {
	switch k {
	case Purchase, Return, Complaint, ServiceRequest:
		return Inbound
	}
	return ""
}

// validate adds every broken field to f and completes the amount.
func validate(f *errs.Fields, a *Activity, now time.Time) {
	if a.Contact.IsZero() {
		f.Add("contact", "required", "must not be empty")
	}
	check.Name(f, "kind", string(a.Kind))
	if !a.Ref.IsZero() {
		ValidateRef(f.At("ref"), a.Ref)
	}
	if check.Time(f, "at", a.At) && a.At.After(now.Add(maxAhead)) {
		f.Add("at", "in_future", "must not be more than a day in the future")
	}
	if a.Direction != "" && a.Direction != Inbound && a.Direction != Outbound {
		f.Add("direction", "unknown_direction", "must be inbound or outbound")
	}
	if a.Channel != "" {
		check.Name(f, "channel", string(a.Channel))
	}
	check.Line(f, "subject", a.Subject, maxText)
	check.Prose(f, "text", a.Text, maxLongText)
	validateData(f, a.Data)
	validateItems(f, a)
	validateAmount(f, "amount", a.Amount)
	validatePayment(f, a)
}

// validateData keeps numbers so small that the sum over nine thousand
// activities of one contact fits 64 bits.
func validateData(f *errs.Fields, data map[string]contact.Value) {
	before := f.Len()
	contact.ValidateValues(f, "data", data)
	if f.Len() != before {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if n := data[name].Number; n > maxDatum || n < -maxDatum {
			f.Add("data["+name+"]", "out_of_range", "must be at most 1,000,000,000")
		}
	}
}

// ValidateRef adds what is wrong with a reference to f.
func ValidateRef(f *errs.Fields, r Ref) {
	check.Name(f, "source", r.Source)
	check.Key(f, "key", r.Key, maxText)
}

func validateItems(f *errs.Fields, a *Activity) {
	if len(a.Items) > maxItems {
		f.Add("items", "too_many", fmt.Sprintf("must be at most %d lines", maxItems))
		return
	}
	var sum money.Money
	before := f.Len()
	for i, it := range a.Items {
		at := f.At(fmt.Sprintf("items[%d]", i))
		check.Line(at, "name", it.Name, maxText)
		check.Line(at, "category", it.Category, maxText)
		if it.SKU != "" {
			check.Key(at, "sku", it.SKU, maxText)
		}
		if it.Quantity < 1 || it.Quantity > maxQuantity {
			at.Add("quantity", "out_of_range", "must be 1 to 1,000,000,000")
		}
		if it.Amount == (money.Money{}) {
			at.Add("amount", "required", "must have a currency")
			continue
		}
		validateAmount(at, "amount", it.Amount)
		var err error
		if sum, err = sum.Add(it.Amount); err != nil {
			at.Add("amount", "currency", "must be in the same currency as the other lines")
		}
	}
	if len(a.Items) == 0 || f.Len() != before {
		return
	}
	switch a.Amount {
	case money.Money{}:
		a.Amount = sum
	case sum:
	default:
		f.Add("amount", "not_the_sum", "must be the sum of the items' amounts, in their currency")
	}
}

func validateAmount(f *errs.Fields, path string, m money.Money) {
	if m == (money.Money{}) {
		return
	}
	if !money.Known(m.Currency) {
		f.Add(path, "unknown_currency", "must be in an ISO 4217 currency")
	}
	if m.Amount > maxAmount || m.Amount < -maxAmount {
		f.Add(path, "out_of_range", "must be at most 10^12 minor units")
	}
}

func validatePayment(f *errs.Fields, a *Activity) {
	switch a.Kind {
	case Purchase, Return, Charge, Refund, Settlement:
		if a.Amount == (money.Money{}) && len(a.Items) == 0 {
			f.Add("amount", "required", "must have a currency")
		}
		if a.Amount.Amount < 0 {
			f.Add("amount", "negative", "must not be negative: a return or refund is a kind of its own")
		}
	}
	if a.Kind != Charge && a.Kind != Refund && a.Kind != Settlement {
		if a.Payment != nil {
			f.Add("payment", "unexpected", "belongs to charges, refunds and settlements only")
		}
		return
	}
	if a.Payment == nil {
		f.Add("payment", "required", "must not be empty")
		return
	}
	p := a.Payment
	check.Name(f, "payment.provider", p.Provider)
	check.Key(f, "payment.token", p.Token, maxText)
	if cardnumber.Contains(p.Token) {
		f.Add("payment.token", "card_number", "must not contain a payment card number")
	}
	if p.Status != PaymentPending && p.Status != PaymentSucceeded && p.Status != PaymentFailed {
		f.Add("payment.status", "unknown_status", "must be pending, succeeded or failed")
	}
	ValidateRef(f.At("payment.purchase"), p.Purchase)
}

// digest hashes what the host said, so that a repetition can be told from a
// reference that is used for something else. An instant that the host left
// open does not count.
func digest(a Activity, timeGiven bool) [16]byte {
	a.ID, a.RecordedAt, a.Contact = ID{}, time.Time{}, contact.ID{}
	if !timeGiven {
		a.At = time.Time{}
	}
	text, err := json.Marshal(a)
	if err != nil { // cannot be: the type holds only plain values
		panic(err)
	}
	sum := sha256.Sum256(text)
	return [16]byte(sum[:16])
}
