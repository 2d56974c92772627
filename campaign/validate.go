package campaign

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/money"
)

const (
	maxTemplate = 512 << 10 // bytes
	maxChannels = 20
	maxHoldOut  = 0.9
)

// normalize returns a copy of d with its defaults.
func normalize(d Definition) Definition {
	if d.Purpose == "" {
		d.Purpose = consent.Marketing
	}
	d.From, d.Until = instant(d.From), instant(d.Until)
	d.Channels = slices.Clone(d.Channels)
	templates := make(map[contact.Channel]Template, len(d.Templates))
	for ch, t := range d.Templates {
		templates[ch] = t
	}
	d.Templates = templates
	if d.Offer != nil {
		o := *d.Offer
		o.ValidFrom, o.ValidUntil = instant(o.ValidFrom), instant(o.ValidUntil)
		d.Offer = &o
	}
	if d.QuietHours != nil {
		q := *d.QuietHours
		d.QuietHours = &q
	}
	if d.Cap != nil {
		c := *d.Cap
		d.Cap = &c
	}
	if d.Customers != nil {
		d.Customers = &Customers{slices.Clone(d.Customers.Categories), d.Customers.Objection}
	}
	return d
}

func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return core.Instant(t)
}

// validate adds every broken field of a normalized definition to f.
func validate(f *errs.Fields, d Definition) {
	check.Name(f, "name", d.Name)
	check.Name(f, "purpose", string(d.Purpose))
	if d.Segment.IsZero() {
		f.Add("segment", "required", "must not be empty")
	}
	if !money.Known(d.Currency) {
		f.Add("currency", "unknown_currency", "must be an ISO 4217 currency")
	}
	validateOffer(f, d.Offer)
	validateCustomers(f, d)
	validateChannels(f, d)
	validateTimes(f, "from", d.From, "until", d.Until)
	// Written so that NaN is refused too.
	if !(d.HoldOut >= 0 && d.HoldOut <= maxHoldOut) {
		f.Add("hold_out", "out_of_range", "must be a share from 0 to 0.9")
	}
	if q := d.QuietHours; q != nil && (q.From < 0 || q.From > 1439 || q.To < 0 || q.To > 1439 || q.From == q.To) {
		f.Add("quiet_hours", "out_of_range", "must be two different minutes of the day, 0 to 1439")
	}
	if c := d.Cap; c != nil && (c.Max < 1 || c.Max > 1000 || c.Days < 1 || c.Days > 366) {
		f.Add("cap", "out_of_range", "must allow 1 to 1000 messages in 1 to 366 days")
	}
}

func validateOffer(f *errs.Fields, o *Offer) {
	if o == nil {
		return
	}
	if !(o.Percent > 0 && o.Percent <= 100) || basisPoints(o.Percent) < 1 ||
		math.Abs(o.Percent*100-math.Round(o.Percent*100)) > 1e-6 {
		f.Add("offer.percent", "out_of_range", "must be above 0 and up to 100 with at most two decimals")
	}
	validateTimes(f, "offer.valid_from", o.ValidFrom, "offer.valid_until", o.ValidUntil)
}

// basisPoints gives hundredths of a percent.
func basisPoints(percent float64) int64 { return int64(math.Round(percent * 100)) }

func validateTimes(f *errs.Fields, fromPath string, from time.Time, untilPath string, until time.Time) {
	ok := from.IsZero() || check.Time(f, fromPath, from)
	ok = (until.IsZero() || check.Time(f, untilPath, until)) && ok
	if ok && !from.IsZero() && !until.IsZero() && !from.Before(until) {
		f.Add(untilPath, "empty", "must be after "+fromPath)
	}
}

func validateChannels(f *errs.Fields, d Definition) {
	if len(d.Channels) == 0 {
		f.Add("channels", "required", "must name at least one channel")
	}
	if len(d.Channels) > maxChannels {
		f.Add("channels", "too_many", fmt.Sprintf("must be at most %d", maxChannels))
		return
	}
	for i, ch := range d.Channels {
		path := fmt.Sprintf("channels[%d]", i)
		check.Name(f, path, string(ch))
		if slices.Contains(d.Channels[:i], ch) {
			f.Add(path, "duplicate", "stands there twice")
			continue
		}
		t, ok := d.Templates[ch]
		if !ok {
			f.Add("templates["+pathName(ch)+"]", "missing_template", "is missing, but the channel is to be used")
			continue
		}
		validateTemplate(f.At("templates["+pathName(ch)+"]"), d, t)
	}
	for _, ch := range slices.Sorted(maps.Keys(d.Templates)) {
		if !slices.Contains(d.Channels, ch) {
			f.Add("templates["+pathName(ch)+"]", "unused_template", "is there, but the channel is not among those to be used")
		}
	}
}

func pathName(ch contact.Channel) string {
	if check.IsName(string(ch)) {
		return string(ch)
	}
	return "?"
}

func validateTemplate(f *errs.Fields, d Definition, t Template) {
	if t.Text == "" {
		f.Add("text", "required", "must not be empty")
	}
	for _, part := range []struct{ path, text string }{{"subject", t.Subject}, {"text", t.Text}, {"html", t.HTML}} {
		check.Prose(f, part.path, part.text, maxTemplate)
	}
	for _, part := range broken(t, d) {
		message := "is not a template over .Contact, .Address, .Voucher and .Campaign"
		if d.Offer == nil && !slices.Contains(broken(t, withOffer(d)), part) {
			message = "uses .Voucher, which needs an Offer"
		}
		f.Add(part, "template", message)
	}
}

// broken lists the parts of a template that cannot be parsed, or filled with
// made-up data.
func broken(t Template, d Definition) []string {
	c, unparsed, _ := compile(t)
	_, unfilled, _ := c.render(sampleData(d))
	return append(unparsed, unfilled...)
}

func withOffer(d Definition) Definition {
	d.Offer = &Offer{Percent: 10}
	return d
}
