package main

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/calllist"
	"github.com/stammkunde/crm/channel/eml"
	"github.com/stammkunde/crm/channel/letter"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// job is one run of the example.
type job struct {
	o        options
	db       *database
	clock    *clock
	crm      *crm.CRM
	calls    *calllist.Sender
	out      printer
	problems problems
}

// clock is the shop's clock. It stands at -today, and moves on when the
// recipients have had time to order.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) now() time.Time  { return *c.at.Load() }
func (c *clock) set(t time.Time) { c.at.Store(&t) }

func newJob(o options, db *database, out printer) (*job, error) {
	j := &job{o: o, db: db, clock: &clock{}, out: out}
	j.clock.set(o.today)
	senders, err := j.senders()
	if err != nil {
		return nil, err
	}
	j.crm, err = crm.New(db.store, &crm.Config{Zone: o.zone, Now: j.clock.now, Senders: senders})
	return j, err
}

// senders makes the three ways out of the house.
func (j *job) senders() (map[contact.Channel]channel.Sender, error) {
	mails, err1 := eml.New(filepath.Join(j.o.out, "email"), mail.Address{Name: shopName, Address: "offers@example.com"},
		&eml.Options{Now: j.clock.now})
	letters, err2 := letter.New(filepath.Join(j.o.out, "letter"),
		letter.Letterhead{Name: shopName, Lines: []string{"Musterstraße 1", "10115 Berlin"}}, &letter.Options{Now: j.clock.now})
	calls, err3 := calllist.New(filepath.Join(j.o.out, "phone"))
	j.calls = calls
	return map[contact.Channel]channel.Sender{
		contact.ChannelEmail: mails, contact.ChannelLetter: letters, contact.ChannelPhone: calls,
	}, errors.Join(err1, err2, err3)
}

// run does the job in its five steps.
func (j *job) run(ctx context.Context, d dataset) (result, error) {
	sum, err := j.load(ctx, d)
	if err != nil {
		return result{}, fmt.Errorf("importing: %w", err)
	}
	if err := j.showImport(ctx, sum, d); err != nil {
		return result{}, err
	}
	if err := j.showSegment(ctx); err != nil {
		return result{}, fmt.Errorf("finding the customers: %w", err)
	}
	c, err := j.campaign(ctx)
	if err != nil {
		return result{}, fmt.Errorf("campaign: %w", err)
	}
	if err := j.orderAgain(ctx, c); err != nil {
		return result{}, fmt.Errorf("orders with vouchers: %w", err)
	}
	report, err := j.crm.Campaigns.Report(ctx, c.ID)
	if err != nil {
		return result{}, err
	}
	j.out.report(report)
	return j.result(ctx, sum, report)
}

// rule selects those who bought in the category in the past year but not in
// the last quarter, seldom, and for much money.
func (j *job) rule() segment.Rule {
	bought := segment.Purchases().In(j.o.category)
	return segment.All(
		bought.InLast(12, segment.Months).AtLeast(1),
		bought.InLast(3, segment.Months).None(),
		segment.Purchases().AtMost(j.o.maxOrders),
		segment.Purchases().Sum(segment.AtLeast, j.o.minRevenue),
	)
}

// showImport is step 1: what is there, and one customer's history.
func (j *job) showImport(ctx context.Context, s summary, d dataset) error {
	j.out.head(1, "The shop")
	j.out.summary(j, s)
	members, err := j.crm.Segments.Members(ctx, j.rule(), "", 1)
	if err != nil {
		return err
	}
	var of contact.ID
	switch {
	case len(members.Contacts) > 0:
		of = members.Contacts[0]
	case len(d.customers) > 0:
		of = d.customers[0].record.ID
	default:
		return nil
	}
	who, err := j.crm.Contacts.Get(ctx, of)
	if err != nil {
		return err
	}
	page, err := j.crm.Activities.History(ctx, of, &activity.HistoryOptions{Limit: 5})
	if err != nil {
		return err
	}
	j.out.history(who, page, j.o.zone)
	return nil
}

// showSegment is step 2: the rule as a sentence, how many it selects, and why
// one is in and another is not.
func (j *job) showSegment(ctx context.Context) error {
	n, err := j.crm.Segments.Count(ctx, j.rule())
	if err != nil {
		return err
	}
	j.out.head(2, "Whom to ask")
	j.out.linef("The rule: %s.\nIt selects %s.", j.rule(), plural(n, "customer"))
	in := j.rule()
	almost := segment.All(segment.Purchases().In(j.o.category).AtLeast(1), segment.Not(in))
	for _, why := range []struct {
		text string
		rule segment.Rule
	}{{"is in", in}, {"is not in, although something was bought", almost}} {
		if err := j.explainFirst(ctx, why.text, why.rule); err != nil {
			return err
		}
	}
	return nil
}

// explainFirst explains the rule of the job for the first customer whom the
// other rule selects.
func (j *job) explainFirst(ctx context.Context, text string, among segment.Rule) error {
	page, err := j.crm.Segments.Members(ctx, among, "", 1)
	if err != nil || len(page.Contacts) == 0 {
		return err
	}
	who, err := j.crm.Contacts.Get(ctx, page.Contacts[0])
	if err != nil {
		return err
	}
	why, err := j.crm.Segments.Explain(ctx, j.rule(), who.ID)
	if err != nil {
		return err
	}
	j.out.linef("\n%s (%s) %s:\n%s", who.Name, who.Key(source), text, indent(why.String()))
	return nil
}

// definition of the campaign.
func (j *job) definition(of segment.ID) campaign.Definition {
	return campaign.Definition{
		Name: j.o.campaignName(), Segment: of, Currency: currency,
		Offer:     &campaign.Offer{Percent: 10, ValidUntil: j.o.today.AddDate(0, 0, 30)},
		Channels:  campaignChannels,
		Templates: campaignTemplates,
		Until:     j.o.today.AddDate(0, 0, 14),
		HoldOut:   0.1,
	}
}
