package storagetest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// Planted is a person with a past, as Plant makes one.
type Planted struct {
	// Contact is the person, Merged was merged into it, and Other has a link to it.
	Contact, Merged, Other contact.ID
	// Words stand in the data of the person and nowhere else, in this case.
	Words []string
	// CRM has the config with which the person was made.
	CRM *crm.CRM

	campaign campaign.ID
	voucher  campaign.Voucher
}

// Plant writes a person into an empty store, with everything that the CRM can keep of
// one: of each kind of data something, a merge and two imports in the past. Those who
// test that nothing is left of an erased person look for the words: in the tables, or
// in the bytes of the files.
func Plant(t *testing.T, store storage.Store) Planted {
	t.Helper()
	return newKit(t, Config{New: func(*testing.T) storage.Store { return store }}).person()
}

// plantedWords stand in what the person has said or done.
var plantedWords = []string{
	"Zwetschgenbaum", "quitte17", "4930998877", "Mirabellenweg", "4711-Schlehe", "Hagebutte", "holunder", "Kornelkirsche-1", "Felsenbirne",
	"Sanddorn", "Maulbeere", "Vogelbeere", "berberitze", "Stachelbeere", "Moosbeere", "Brombeere", "0815-Preiselbeere", "Heidelbeere", "Weissdorn",
}

func (k *kit) person() Planted {
	k.Helper()
	k.crm = k.with(k.store, func(c *crm.Config) {
		c.Duplicates = &crm.Duplicates{Secret: []byte("a secret of sixteen bytes")}
		c.Validation.Off = contact.Checks
	})
	k.customers(3, nil)
	p := Planted{CRM: k.crm, Words: slices.Clone(plantedWords)}
	k.bring("old-system", nil, entryOf(contact.Contact{
		Name: contact.Name{Given: "Pomona", Family: "Moosbeere"}, Emails: []contact.Email{{Address: "quitte17@example.com"}},
		Identities: []contact.Identity{{Source: "shop", Key: "4711-Schlehe"}},
	}))
	k.bring("new-system", &exchange.Options{Known: exchange.Replace}, exchange.Entry{Contact: plantedRecord()})
	found, err := k.crm.Contacts.Find(k.ctx, contact.Identity{Source: "shop", Key: "4711-Schlehe"})
	k.ok(err, "finding who was imported")
	lost := k.create(contact.Contact{
		Name: contact.Name{Given: "Pomona", Family: "Brombeere"}, Identities: []contact.Identity{{Source: "shop", Key: "0815-Preiselbeere"}},
	})
	k.follow("all", segment.Everyone())
	k.merge(found.ID, lost.ID)
	p.Contact, p.Merged = found.ID, lost.ID
	k.plantHistory(p.Contact)
	k.plantCampaign(&p)
	p.Other = k.create(contact.Contact{Name: contact.Name{Family: "Neighbour"}, Links: []contact.Link{{Kind: contact.SameHousehold, To: p.Contact}}}).ID
	k.refresh()
	k.freeze("frozen", segment.Everyone())
	scan := duplicates.Scan{Number: 1, State: duplicates.Finished, StartedAt: noon, UpdatedAt: noon, Version: 1}
	k.ok(k.store.InsertDuplicateScan(k.ctx, scan, []byte("{}")), "inserting a scan")
	pair := pairOf(p.Contact, p.Other)
	k.ok(k.store.PutDuplicatePairs(k.ctx, []duplicates.Found{{Scan: 1, A: pair[0], B: pair[1], MilliBits: 9000}}), "storing a pair")
	k.ok(k.crm.Duplicates.Dismiss(k.ctx, p.Contact, p.Other), "dismissing a pair")
	k.clock.add(time.Hour)
	return p
}

// plantedRecord holds the words of the record.
func plantedRecord() contact.Contact {
	return contact.Contact{
		Name:       contact.Name{Given: "Pomona", Family: "Zwetschgenbaum"},
		Emails:     []contact.Email{{Address: "quitte17@example.com"}},
		Phones:     []contact.Phone{{Number: "+4930998877"}},
		Addresses:  []contact.Address{{Street: "Mirabellenweg 93", PostalCode: "10115", City: "Berlin", Country: "DE"}},
		Identities: []contact.Identity{{Source: "shop", Key: "4711-Schlehe"}},
		Tags:       []string{"holunder"}, Occupation: "Weissdorn",
		Custom: map[string]contact.Value{"nickname": contact.Text("Hagebutte")},
	}
}

func (k *kit) plantHistory(of contact.ID) {
	k.Helper()
	buy := order(of, 1, noon)
	buy.Ref = refOf("shop", "Kornelkirsche-1")
	k.record(buy)
	k.record(activity.Activity{
		Contact: of, Kind: activity.Complaint, At: noon, Subject: "Felsenbirne", Text: "It tastes of Sanddorn.",
		Data: map[string]contact.Value{"kind": contact.Text("Maulbeere")},
	})
	k.ok(k.crm.Consents.Grant(k.ctx, consent.Declaration{
		Contact: of, Purpose: consent.Marketing, Channels: []contact.Channel{contact.ChannelEmail, contact.ChannelLetter},
		Wording: "Vogelbeere, please.", Source: "berberitze", Proof: "Stachelbeere",
	}), "granting")
}

// plantCampaign sends the person a voucher, which is used.
func (k *kit) plantCampaign(p *Planted) {
	k.Helper()
	p.campaign = k.campaign("planted", segment.Everyone(), nil).ID
	k.ok(k.crm.Campaigns.Plan(k.ctx, p.campaign), "planning")
	k.ok(k.crm.Campaigns.Start(k.ctx, p.campaign), "starting")
	k.clock.add(time.Minute)
	now := k.clock.Now()
	for _, d := range k.claim(p.campaign, 5, now, time.Minute, 9) {
		to := campaign.Move{Delivery: d.ID, Contact: d.Contact, From: campaign.Claimed, To: campaign.Sending, Attempts: 1}
		k.ok(last(k.store.MoveDeliveries(k.ctx, 5, now, []campaign.Move{to})), "passing the gate")
		to.From, to.To, to.ProviderID = campaign.Sending, campaign.Sent, "Heidelbeere"
		k.ok(last(k.store.MoveDeliveries(k.ctx, 5, now, []campaign.Move{to})), "sending")
	}
	list, err := k.store.Vouchers(k.ctx, p.campaign, []contact.ID{p.Contact})
	k.ok(err, "reading vouchers")
	if len(list) != 1 {
		k.Fatalf("the person got %d vouchers, must be 1", len(list))
	}
	p.voucher = list[0]
	in := redeem(p.voucher, 1)
	in.Order = refOf("shop", "Kornelkirsche-2")
	k.ok(last(k.crm.Campaigns.Redeem(k.ctx, in)), "redeeming")
	k.clock.add(time.Minute)
	buy := order(p.Contact, 2, k.clock.Now())
	buy.Ref = refOf("shop", "Kornelkirsche-3")
	k.record(buy)
	p.Words = append(p.Words, p.voucher.Code, "Kornelkirsche-2", "Kornelkirsche-3")
}

// text is everything that a store shows, but for what is held, as JSON.
func (k *kit) text(p Planted) string {
	k.Helper()
	rows, err := k.store.PersonalRows(k.ctx, []contact.ID{p.Contact, p.Merged})
	k.ok(err, "reading the rows of a person")
	all := k.read(k.store)
	all.Held = nil
	b, err := json.Marshal([]any{all, rows, rows.Pairs})
	k.ok(err, "writing everything as JSON")
	return string(b)
}

// has lists those of the words that stand in a text, without regard to case.
func has(text string, words []string) (found []string) {
	text = strings.ToLower(text)
	for _, word := range words {
		if strings.Contains(text, strings.ToLower(word)) {
			found = append(found, word)
		}
	}
	return found
}

// report is the report of a campaign.
func (k *kit) report(of campaign.ID) campaign.Report {
	k.Helper()
	r, err := k.crm.Campaigns.Report(k.ctx, of)
	k.ok(err, "reporting on a campaign")
	return r
}

// erase erases a person, which must work.
func (k *kit) erase(of contact.ID, o *privacy.ErasureOptions) privacy.Certificate {
	k.Helper()
	c, err := k.crm.Privacy.Erase(k.ctx, of, o)
	k.ok(err, "erasing a person")
	return c
}

// sweep sweeps, which must work, and says the same before in a dry run.
func (k *kit) sweep(c *crm.CRM) privacy.SweepReport {
	k.Helper()
	before := k.read(k.store)
	dry, err := c.Privacy.Sweep(k.ctx, &privacy.SweepOptions{DryRun: true})
	k.ok(err, "a dry run of a sweep")
	k.equal(k.read(k.store), before, "a dry run of a sweep has changed something")
	done, err := c.Privacy.Sweep(k.ctx, nil)
	k.ok(err, "sweeping")
	k.equal(dry.DryRun, true, "whether a dry run says that it is one")
	dry.DryRun = false
	k.equal(dry, done, "what a dry run says, and what the sweep then does")
	return done
}

// ending lets a hold end after some days.
func (k *kit) ending(days int) time.Time {
	return k.clock.Now().Add(time.Duration(days) * 24 * time.Hour)
}
