package storagetest

import (
	"math"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

func (k *kit) badSegments() []mistake {
	unknown := segment.Field("custom." + strings.ToLower(planted)).Equals(planted)
	_, parse := segment.ParseRule([]byte(`{"all":[],"` + planted + `":1}`))
	_, null := segment.ParseRule([]byte(" null\n"))
	_, bytes := segment.ParseRule([]byte(`{"field":{"name":"name.given","op":"equals","values":["` + badUTF8 + `"]}}`))
	_, trailing := segment.ParseRule([]byte(`{"all":[]}{}`))
	return []mistake{
		refusal(nil, last(k.crm.Segments.Save(k.ctx, planted, unknown)), what("name", "syntax"), what("rule.field.name", "unknown_field")),
		refusal(nil, last(k.crm.Segments.Save(k.ctx, "", segment.Rule{})), what("name", "required"), what("rule", "shape")),
		refusal(nil, last(k.crm.Segments.Count(k.ctx, unknown)), what("rule.field.name", "unknown_field")),
		refusal(nil, last(k.crm.Segments.Members(k.ctx, unknown, planted, 0)), what("cursor", "syntax"), what("limit", "out_of_range"), what("rule.field.name", "unknown_field")),
		refusal(nil, last(k.crm.Segments.Among(k.ctx, unknown, make([]contact.ID, 1001))), what("contacts", "too_many"), what("rule.field.name", "unknown_field")),
		refusal(nil, last(k.crm.Segments.Explain(k.ctx, unknown, spread(1))), what("rule.field.name", "unknown_field")),
		refusal(nil, parse, what("rule", "syntax")), refusal(nil, trailing, what("rule", "syntax")),
		refusal(nil, null, what("rule", "syntax")), refusal(nil, bytes, what("rule", "syntax")),
	}
}

func (k *kit) badRules(s stage) []mistake {
	from, to := noon, noon.Add(-time.Second)
	count := segment.ActivityCondition{Op: segment.Equals}
	count.Kind, count.Aggregate = "visit", segment.Count
	with := func(change func(*segment.ActivityCondition)) segment.Rule {
		c := count
		change(&c)
		return segment.Rule{Activity: &c}
	}
	deep := segment.Any()
	for range segment.MaxDepth {
		deep = segment.Not(deep)
	}
	rule := segment.All(
		segment.Field("name.family").Less(3), segment.Field("custom.points").Contains(planted), segment.Field("custom.vip").Greater(true),
		segment.Field("email").OneOf(), segment.Field("email").Equals(""), segment.Field("email").Equals(nul), segment.Field("custom.points").Equals(math.Inf(-1)),
		segment.Field("created_at").Less(time.Date(2400, 1, 1, 0, 0, 0, 0, time.UTC)), segment.Field("kind").Equals(struct{ planted int }{}),
		with(func(c *segment.ActivityCondition) {
			c.Kind, c.Direction, c.Channels, c.Categories, c.SKUs, c.Op = planted, planted, []contact.Channel{planted}, []string{""}, []string{badUTF8}, segment.Contains
		}),
		with(func(c *segment.ActivityCondition) { c.Aggregate = planted }),
		with(func(c *segment.ActivityCondition) {
			c.Number, c.Amount, c.Time = -1, &money.Money{Currency: "EUR"}, &from
		}),
		with(func(c *segment.ActivityCondition) {
			c.Aggregate, c.Amount = segment.Min, &money.Money{Amount: 1_000_000_000_001, Currency: "EUX"}
		}),
		with(func(c *segment.ActivityCondition) { c.Window.From, c.Window.To = &from, &to }),
		with(func(c *segment.ActivityCondition) { c.Window.Last = &segment.Span{N: 0, Unit: planted} }),
		with(func(c *segment.ActivityCondition) {
			c.Window.Last, c.Window.From = &segment.Span{N: 201, Unit: segment.Years}, &from
		}),
		with(func(c *segment.ActivityCondition) {
			c.Window.Calendar = &segment.CalendarUnit{Unit: segment.Hours, Offset: 1}
		}),
		segment.Rule{All: []segment.Rule{}, Any: []segment.Rule{}}, deep,
	)
	return []mistake{refusal(nil, k.crm.Segments.Check(rule),
		what("rule.all[0].field.values[0]", "wrong_type"), what("rule.all[1].field.op", "operator"), what("rule.all[2].field.op", "operator"),
		what("rule.all[3].field.values", "out_of_range"), what("rule.all[4].field.values[0]", "required"), what("rule.all[5].field.values[0]", "control_character"),
		what("rule.all[6].field.values[0]", "not_valid"), what("rule.all[7].field.values[0]", "out_of_range"), what("rule.all[8].field.values[0]", "wrong_type"),
		what("rule.all[9].activity.kind", "syntax"), what("rule.all[9].activity.direction", "unknown_direction"), what("rule.all[9].activity.channels[0]", "syntax"),
		what("rule.all[9].activity.categories[0]", "required"), what("rule.all[9].activity.skus[0]", "invalid_utf8"), what("rule.all[9].activity.op", "operator"),
		what("rule.all[10].activity.aggregate", "unknown_aggregate"),
		what("rule.all[11].activity.number", "out_of_range"), what("rule.all[11].activity.amount", "shape"), what("rule.all[11].activity.time", "shape"),
		what("rule.all[12].activity.amount", "unknown_currency"), what("rule.all[12].activity.amount", "out_of_range"),
		what("rule.all[13].activity.window", "empty"), what("rule.all[14].activity.window.last.n", "out_of_range"), what("rule.all[14].activity.window.last.unit", "unknown_unit"),
		what("rule.all[15].activity.window.last.n", "out_of_range"), what("rule.all[15].activity.window", "shape"),
		what("rule.all[16].activity.window.calendar.offset", "out_of_range"), what("rule.all[16].activity.window.calendar.unit", "unknown_unit"),
		what("rule.all[17]", "shape"), what("rule.all[18]"+strings.Repeat(".not", segment.MaxDepth-1), "too_deep"))}
}

func (k *kit) badCampaigns(s stage) []mistake {
	d := campaign.Definition{
		Name: planted, Purpose: planted, Currency: planted, Offer: &campaign.Offer{Percent: math.NaN(), ValidFrom: noon, ValidUntil: noon},
		Channels: []contact.Channel{"email", "email", planted, "fax"},
		Templates: map[contact.Channel]campaign.Template{
			"email": {Subject: "{{.Nothing.At.All}}", Text: planted + nul}, "sms": {Text: "x"},
		},
		From: noon, Until: noon.Add(-time.Hour), HoldOut: math.NaN(), QuietHours: &campaign.QuietHours{From: 1440, To: 0}, Cap: &campaign.Cap{},
	}
	missing := k.definition("new", s.segment)
	delete(missing.Templates, contact.ChannelLetter)
	none := k.definition("new", s.segment)
	none.Channels, none.Templates = nil, nil
	noSender := k.with(k.store, func(c *crm.Config) { delete(c.Senders, contact.ChannelLetter) })
	_, run := noSender.Campaigns.Run(k.ctx, s.paused, nil)
	return []mistake{
		refusal(nil, last(k.crm.Campaigns.Create(k.ctx, d)),
			what("name", "syntax"), what("purpose", "syntax"), what("segment", "required"), what("currency", "unknown_currency"),
			what("offer.percent", "out_of_range"), what("offer.valid_until", "empty"),
			what("templates[email].text", "control_character"), what("templates[email].subject", "template"), what("channels[1]", "duplicate"),
			what("channels[2]", "syntax"), what("templates[?]", "missing_template"), what("templates[fax]", "missing_template"), what("templates[sms]", "unused_template"),
			what("until", "empty"), what("hold_out", "out_of_range"), what("quiet_hours", "out_of_range"), what("cap", "out_of_range")),
		refusal(nil, last(k.crm.Campaigns.Create(k.ctx, missing)), what("templates[letter]", "missing_template")),
		refusal(nil, last(k.crm.Campaigns.Create(k.ctx, none)), what("channels", "required")),
		refusal(nil, run, what("config.senders[letter]", "missing_sender")),
		refusal(nil, last(k.crm.Campaigns.Run(k.ctx, s.paused, &campaign.RunOptions{Workers: -1, Lease: -1})), what("options.workers", "out_of_range"), what("options.lease", "out_of_range")),
		refusal(nil, last(k.crm.Campaigns.List(k.ctx, campaign.Draft, "started")), what("states[1]", "unknown_state")),
		refusal(nil, last(k.crm.Campaigns.Audience(k.ctx, s.running, "left", "", 10)), what("outcome", "unknown_outcome")),
		refusal(nil, last(k.crm.Campaigns.Deliveries(k.ctx, s.running, "", 10, "lost", planted)), what("states[0]", "unknown_state"), what("states[1]", "unknown_state")),
		refusal(nil, k.crm.Campaigns.Resolve(k.ctx, s.doubt, planted), what("verdict", "unknown_verdict")),
		refusal(nil, last(k.crm.Campaigns.Vouchers(k.ctx, s.running, make([]contact.ID, 1001))), what("contacts", "too_many")),
	}
}

func (k *kit) badTemplates(s stage) []mistake {
	create := func(t campaign.Template, offer bool, fields ...string) mistake {
		d := k.definition("new", s.segment)
		if !offer {
			d.Offer = nil
			for _, ch := range d.Channels {
				d.Templates[ch] = campaign.Template{Text: "x"}
			}
		}
		d.Templates[contact.ChannelEmail] = t
		return refusal(nil, last(k.crm.Campaigns.Create(k.ctx, d)), fields...)
	}
	return []mistake{
		create(campaign.Template{Text: ""}, true, what("templates[email].text", "required")),
		create(campaign.Template{Text: "{{.Contact.Nickname}}"}, true, what("templates[email].text", "template")),
		create(campaign.Template{Text: "{{" + planted}, true, what("templates[email].text", "template")),
		create(campaign.Template{Text: "x", HTML: "<a href='{{.Contact.Name}"}, true, what("templates[email].html", "template")),
		create(campaign.Template{Text: "{{.Voucher.Code}}"}, false, what("templates[email].text", "template")),
		create(campaign.Template{Subject: "{{.Nothing}}", Text: "{{if}}", HTML: "{{.Contact.Nickname}}"}, true,
			what("templates[email].text", "template"), what("templates[email].subject", "template"), what("templates[email].html", "template")),
		create(campaign.Template{Text: card, HTML: badUTF8}, true, what("templates[email].text", "card_number"), what("templates[email].html", "invalid_utf8")),
	}
}

func (k *kit) badRedemptions(s stage) []mistake {
	redeem := func(in campaign.RedeemInput, fields ...string) mistake {
		return refusal(nil, last(k.crm.Campaigns.Redeem(k.ctx, in)), fields...)
	}
	amount := func(m money.Money) campaign.RedeemInput {
		in := redeem2(s.voucher)
		in.Amount = m
		return in
	}
	tooEarly := redeem2(s.voucher)
	tooEarly.At = k.clock.Now().Add(24*time.Hour + time.Microsecond)
	return []mistake{
		redeem(campaign.RedeemInput{Code: planted, Order: activity.Ref{Source: planted, Key: nul}, Amount: money.New(-1, planted), At: time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC)},
			what("code", "mistyped"), what("contact", "required"), what("order.source", "syntax"), what("order.key", "control_character"),
			what("amount", "unknown_currency"), what("amount", "out_of_range"), what("at", "out_of_range")),
		redeem(tooEarly, what("at", "in_future")),
		redeem(amount(euro(-1)), what("amount", "out_of_range")),
		redeem(amount(euro(1_000_000_000_001)), what("amount", "out_of_range")),
		redeem(amount(money.Money{}), what("amount", "unknown_currency")),
		refusal(nil, last(k.crm.Campaigns.Voucher(k.ctx, planted)), what("code", "mistyped")),
	}
}

func redeem2(v campaign.Voucher) campaign.RedeemInput { return redeem(v, 800) }

func (k *kit) badPages(s stage) []mistake {
	const long = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	page := func(err error) mistake {
		return refusal(nil, err, what("cursor", "syntax"), what("limit", "out_of_range"))
	}
	_, history := k.crm.Activities.History(k.ctx, s.people[0].ID, &activity.HistoryOptions{Cursor: long, Limit: -1, Kinds: []activity.Kind{"call", planted}})
	return []mistake{
		page(last(k.crm.Contacts.List(k.ctx, planted, 0))), page(last(k.crm.Contacts.List(k.ctx, long, 1001))),
		page(last(k.crm.Campaigns.Audience(k.ctx, s.running, "", "=", -1))), page(last(k.crm.Campaigns.Deliveries(k.ctx, s.running, "AAAA", 0))),
		refusal(nil, history, what("limit", "out_of_range"), what("kinds[1]", "syntax"), what("cursor", "syntax")),
		refusal(nil, last(k.crm.Activities.ByRef(k.ctx, refOf(planted, ""))), what("ref.source", "syntax"), what("ref.key", "required")),
	}
}
