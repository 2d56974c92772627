package bench

import (
	"fmt"
	"sync/atomic"
	"testing"

	"context"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// silent is a sender that does nothing but count.
type silent struct{ sent atomic.Int64 }

// Caps implements channel.Sender.
func (s *silent) Caps() channel.Caps { return channel.Caps{Idempotent: true} }

// Send implements channel.Sender.
func (s *silent) Send(context.Context, channel.Message) (channel.Receipt, error) {
	s.sent.Add(1)
	return channel.Receipt{}, nil
}

// campaign makes a campaign by e-mail with a voucher.
func (s *shop) campaign(tb testing.TB, to segment.Rule) campaign.ID {
	tb.Helper()
	s.named++
	name := fmt.Sprintf("campaign-%d", s.named)
	audience, err := s.Segments.Save(ctx, name, to)
	must(tb, err)
	c, err := s.Campaigns.Create(ctx, campaign.Definition{
		Name: name, Segment: audience.ID, Currency: "EUR", Offer: &campaign.Offer{Percent: 10},
		Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{
			contact.ChannelEmail: {Subject: "For you", Text: "Dear {{.Contact.Name}}, your code is {{.Voucher.Code}}."},
		},
	})
	must(tb, err)
	return c.ID
}

// plan plans a campaign.
func (s *shop) plan(tb testing.TB, c campaign.ID) {
	tb.Helper()
	must(tb, s.Campaigns.Plan(ctx, c))
}
