package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// forecast tells what the campaign would do.
func (p printer) forecast(f campaign.Forecast) {
	p.linef("Simulation: of %s", plural(f.Audience, "customer"))
	for _, ch := range slices.Sorted(maps.Keys(f.Deliveries)) {
		p.linef("  %8s get a message by %s", count(f.Deliveries[ch]), ch)
	}
	p.linef("  %8s get none, for comparison", count(f.HeldOut))
	for _, reason := range slices.Sorted(maps.Keys(f.Excluded)) {
		p.linef("  %8s cannot be addressed: %s", count(f.Excluded[reason]), reason)
	}
}

// sent tells what was sent.
func (p printer) sent(before campaign.State, done campaign.Progress, dir string) {
	switch {
	case before == campaign.Finished:
		p.linef("\nThe campaign was over already: nothing was sent now.")
	default:
		p.linef("\nSent: %s of %s.", count(done.States[campaign.Sent]), plural(done.Planned, "message"))
	}
	if !done.Done {
		p.linef("Some are not: %v.", done.States)
	}
	p.linef("Look at them below %s", dir)
}

// report is step 5.
func (p printer) report(r campaign.Report) {
	p.head(5, "What came of it")
	p.linef("  %-8s %10s %9s %9s  %-26s %16s", "channel", "deliveries", "sent", "redeemed", "response (95 % interval)", "revenue")
	for _, c := range r.Channels {
		p.channel(c)
	}
	p.channel(r.Total)
	p.linef("\n  %-12s %9s %7s %7s  %-26s %16s", "", "customers", "buyers", "orders", "buying (95 % interval)", "revenue")
	p.group("recipients", r.Effect.Addressed)
	p.group("hold-out", r.Effect.HeldOut)
	d := r.Effect.Difference
	verdict := "which may be chance: it holds zero."
	if d.Low > 0 || d.High < 0 {
		verdict = "which is more than chance."
	}
	p.linef("\nThe difference of the buying rates is %s, %s", rate(d, "points"), verdict)
}

func (p printer) channel(c campaign.ChannelReport) {
	name := c.Channel
	if name == "" {
		name = contact.Channel("all")
	}
	p.linef("  %-8s %10s %9s %9s  %-26s %16s", name, count(c.Deliveries), count(c.Sent), count(c.Redeemed), rate(c.Response, "%"), euro(c.Revenue))
}

func (p printer) group(name string, g campaign.Group) {
	p.linef("  %-12s %9s %7s %7s  %-26s %16s", name, count(g.Contacts), count(g.Buyers), count(g.Orders), rate(g.Buying, "%"), euro(g.Revenue))
}

// rate writes a share with its interval.
func rate(r campaign.Rate, unit string) string {
	return fmt.Sprintf("%.1f %s (%.1f to %.1f)", 100*r.Value, unit, 100*r.Low, 100*r.High)
}
