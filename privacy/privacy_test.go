package privacy

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

func TestPeriod_Before(t *testing.T) {
	is := is.New(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	is.NoErr(err)
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		is.NoErr(err)
		return v
	}
	for _, c := range []struct {
		p          Period
		from, want string
		words      string
	}{
		{Period{Years: 8}, "2034-01-01T00:00:00+01:00", "2026-01-01T00:00:00+01:00", "8 years"},
		{Period{Months: 1}, "2026-03-31T12:00:00+02:00", "2026-02-28T12:00:00+01:00", "1 month"}, // a month that is too short
		{Period{Months: 13}, "2026-05-20T12:00:00+02:00", "2025-04-20T12:00:00+02:00", "13 months"},
		{Period{Days: 90}, "2026-05-20T12:00:00+02:00", "2026-02-19T12:00:00+01:00", "90 days"}, // by the clock on the wall
		{Period{Years: 1, Months: 2, Days: 3}, "2026-05-20T12:00:00+02:00", "2025-03-17T12:00:00+01:00", "1 year 2 months 3 days"},
		{Period{Years: 1}, "2024-02-29T12:00:00+01:00", "2023-02-28T12:00:00+01:00", "1 year"},
	} {
		is.Equal(c.p.Before(at(c.from), berlin), at(c.want).UTC()) // the instant before which data are due
		is.Equal(c.p.String(), c.words)
	}
}

func TestCheckRules(t *testing.T) {
	is := is.New(t)
	var f errs.Fields
	CheckRules(f.At("rules"), DefaultRetention())
	is.NoErr(f.Err("test")) // the defaults are valid
	CheckRules(f.At("rules"), []Rule{
		{Campaigns, Period{Months: 13}, Delete}, {Consents, Period{Years: 1}, Delete}, {Record, Period{}, Erase}, {Record, Period{Years: 101}, Erase}, {Imports, Period{Years: 2, Days: -1}, Delete},
	})
	var got []string
	for _, e := range errs.FieldsOf(f.Err("test")) {
		got = append(got, e.Path+" "+e.Code)
	}
	is.Equal(got, []string{
		"rules[0].action unknown_action", "rules[1].class unknown_class", "rules[2].keep out_of_range",
		"rules[3].class duplicate", "rules[3].keep out_of_range", "rules[4].keep out_of_range",
	})
}

func TestHold_covers(t *testing.T) {
	is := is.New(t)
	now := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	books := Hold{Class: Purchases, Until: now}
	is.True(books.covers(Purchases, now.Add(-time.Microsecond)))
	is.True(!books.covers(Purchases, now)) // it ends at Until
	is.True(!books.covers(Record, now.Add(-time.Hour)))
	is.True(Hold{}.covers(Record, now))    // everything, until it is released
	is.True(!Hold{}.covers(Segments, now)) // but nothing that cannot be held
}

// What a page shows is text, whatever it holds, and nothing in it is fetched.
func TestDocument_WriteHTML_escapes(t *testing.T) {
	is := is.New(t)
	const evil = `<script src="https://example.com/x.js">alert(1)</script>" onload='x'`
	doc := &Document{Record: contact.Contact{Name: contact.Name{Family: evil}, Custom: map[string]contact.Value{"note": contact.Text(evil)}}}
	doc.Activities = []activity.Activity{{Subject: evil, Text: "<img src=x>", Data: map[string]contact.Value{"a": contact.Text(evil)}}}
	doc.Parts = map[string]any{evil: evil} // a key is text, too
	for _, language := range []string{"de", "en", "fr"} {
		var b bytes.Buffer
		is.NoErr(doc.WriteHTML(&b, language))
		page := b.String()
		for _, bad := range []string{"<script", "<img", "<link", "src=\"http", "href=", "url(", "@import"} {
			is.True(!strings.Contains(page, bad)) // nothing but text
		}
		is.True(strings.Count(page, "&lt;script") >= 5)
	}
	var german, other bytes.Buffer
	is.NoErr(doc.WriteHTML(&german, "de"))
	is.NoErr(doc.WriteHTML(&other, "xx"))
	is.True(strings.Contains(german.String(), `<html lang="de">`) && strings.Contains(german.String(), "Nachname"))
	is.True(strings.Contains(other.String(), `<html lang="en">`) && strings.Contains(other.String(), "your record"))
}

// Rows that are made nobody's have nothing in common with what they were, and everything
// that is counted.
func TestMasks_rows(t *testing.T) {
	is := is.New(t)
	who, in := contact.ID{1}, campaign.ID{2}
	rows := CampaignRows{
		Audience:   []campaign.Member{{Campaign: in, Contact: who, Origin: contact.ID{3}, Outcome: campaign.Addressed, Channel: contact.ChannelEmail}},
		Deliveries: []campaign.Delivery{{ID: campaign.DeliveryID{4}, Campaign: in, Contact: who, State: campaign.Sent, ProviderID: "p"}, {ID: campaign.DeliveryID{5}, Campaign: in, Contact: who, State: campaign.Queued, Step: 1}},
		Vouchers:   []campaign.Voucher{{Code: "AAA", Campaign: in, Contact: who, Uses: 1, MaxUses: 1}},
		Redemptions: []campaign.Redemption{
			{Order: activity.Ref{Source: "shop", Key: "1"}, Code: "AAA", Campaign: in, Contact: who},
			{Order: activity.Ref{Source: "shop", Key: "2"}, Code: "AAA", Campaign: in, Contact: who},
		},
	}
	m := newMasks(strings.NewReader(strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 10)))
	m.bought[in] = bought{2, 300}
	got, err := m.rows(rows)
	is.NoErr(err)
	nobody := got.Audience[0].Contact
	is.True(nobody != who && nobody[6]>>4 == 4) // drawn, so that it does not tell the time
	is.Equal([]int64{got.Audience[0].Orders, got.Audience[0].Revenue}, []int64{2, 300})
	is.True(got.Audience[0].Origin.IsZero())
	is.Equal(got.Deliveries[0].State, campaign.Sent)
	is.Equal(got.Deliveries[1].State, campaign.Stopped) // it waited
	is.Equal(got.Deliveries[0].ProviderID, "")
	is.True(got.Deliveries[0].ID != rows.Deliveries[0].ID && got.Deliveries[0].ID != got.Deliveries[1].ID)
	for _, id := range []contact.ID{got.Deliveries[0].Contact, got.Deliveries[1].Contact, got.Vouchers[0].Contact, got.Redemptions[0].Contact, got.Redemptions[1].Contact} {
		is.Equal(id, nobody) // one person is one nobody
	}
	is.Equal(got.Redemptions[0].Code, got.Vouchers[0].Code) // what belongs together still does
	is.True(got.Vouchers[0].Code != "AAA" && got.Redemptions[0].Order.Key != "1" && got.Redemptions[0].Order != got.Redemptions[1].Order)
	is.Equal(rows.Audience[0].Contact, who) // what was given stays
	_, err = newMasks(strings.NewReader("short")).rows(rows)
	is.True(err != nil) // no randomness, no mask
}
