package canary

import (
	"context"
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/memory"
)

// inbox keeps the pages of the messages.
type inbox struct{ pages []string }

// Caps implements channel.Sender.
func (*inbox) Caps() channel.Caps { return channel.Caps{} }

// Send implements channel.Sender.
func (i *inbox) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	i.pages = append(i.pages, m.HTML)
	return channel.Receipt{}, nil
}

// What stands in a record is text in a mail, wherever the template puts it.
func TestMarkup_is_escaped_in_mails(t *testing.T) {
	const evil = `"><script>alert('x')</script><a href="javascript:alert(1)">`
	a, box := &aviary{t: t}, &inbox{}
	c, err := crm.New(memory.New(), &crm.Config{
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: box}, Validation: contact.Validation{Off: contact.Checks},
	})
	a.ok(err)
	p, err := c.Contacts.Create(t.Context(), contact.Contact{Kind: contact.Person, Name: contact.Name{Family: evil}, Emails: []contact.Email{{Address: mail}}})
	a.ok(err)
	a.ok(c.Consents.Grant(t.Context(), consent.Declaration{Contact: p.ID, Channels: []contact.Channel{contact.ChannelEmail}, Wording: "Yes.", Source: "form"}))
	seg, err := c.Segments.Save(t.Context(), "all", segment.Everyone())
	a.ok(err)
	page := `<p title="{{.Contact.Family}}">{{.Contact.Family}}</p><a href="{{.Contact.Family}}">x</a>`
	d, err := c.Campaigns.Create(t.Context(), campaign.Definition{
		Name: "summer", Segment: seg.ID, Currency: "EUR", Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{contact.ChannelEmail: {Subject: "x", Text: "x", HTML: page}},
	})
	a.ok(err)
	a.ok(c.Campaigns.Plan(t.Context(), d.ID))
	a.ok(c.Campaigns.Start(t.Context(), d.ID))
	_, err = c.Campaigns.Run(t.Context(), d.ID, nil)
	a.ok(err)
	if len(box.pages) != 1 {
		t.Fatalf("%d mails were sent", len(box.pages))
	}
	html := box.pages[0]
	if strings.Contains(html, "<script") || strings.Contains(html, `title=""`) || strings.Count(html, "<a ") != 1 || !strings.Contains(html, "&lt;script&gt;") {
		t.Error(html)
	}
}
