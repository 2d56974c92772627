package bench

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// gateBatch is how many deliveries raw takes from one state to the next at
// once, as the library does.
const gateBatch = 100

// runSend sends campaigns to everybody in Berlin.
func runSend(tb testing.TB, s *shop, d *duel) int {
	tb.Helper()
	berlin := segment.Field("address.city").Equals("Berlin")
	sent := int64(0)
	for i := range 5 {
		ours, theirs := s.campaign(tb, berlin), s.campaign(tb, berlin)
		s.plan(tb, ours)
		s.plan(tb, theirs)
		before := s.sender.sent.Load()
		d.turn(i, func() { s.send(tb, ours) }, s.rawSend(tb, theirs))
		sent = (s.sender.sent.Load() - before) / 2
	}
	return int(sent)
}

// send lets the library send a planned campaign.
func (s *shop) send(tb testing.TB, c campaign.ID) {
	tb.Helper()
	p, err := s.Campaigns.Run(ctx, c, &campaign.RunOptions{Workers: s.workers})
	must(tb, err)
	if !p.Done || p.States[campaign.Sent] != p.Planned || p.Planned == 0 {
		tb.Fatalf("after the run: %+v", p)
	}
}

// rawSend makes a function that sends a planned campaign by hand.
func (s *shop) rawSend(tb testing.TB, c campaign.ID) func() {
	tb.Helper()
	if s.db == nil {
		return s.plainSend(tb)
	}
	senders := make([]*rawSender, s.workers)
	for i := range senders {
		senders[i] = newRawSender(tb, s, c)
	}
	return func() {
		var wg sync.WaitGroup
		batches := make(chan []outgoing)
		for _, r := range senders {
			wg.Go(func() { r.work(batches) })
		}
		for batch := range slices.Chunk(senders[0].list(), gateBatch) {
			batches <- batch
		}
		close(batches)
		wg.Wait()
		for _, r := range senders {
			r.close()
		}
	}
}

// outgoing is one delivery as raw sees it.
type outgoing struct {
	id any
	to string
}

// rawSender is one worker without the library.
type rawSender struct {
	*session
	sender   channel.Sender
	campaign any
	update   func(...any)
}

func newRawSender(tb testing.TB, s *shop, c campaign.ID) *rawSender {
	tb.Helper()
	r := &rawSender{session: s.db.session(tb), sender: s.sender, campaign: s.db.id(c)}
	r.update = r.prepare("UPDATE crm_delivery SET state = ?, updated_at = ?" +
		" WHERE tenant_id = 'default' AND campaign_id = ? AND id IN (?" + strings.Repeat(", ?", gateBatch-1) + ")")
	return r
}

// list reads what is to be sent.
func (r *rawSender) list() (list []outgoing) {
	r.tb.Helper()
	stmt, err := r.conn.PrepareContext(ctx, r.db.rebind("SELECT d.id, c.email FROM crm_delivery AS d"+
		" JOIN crm_contact AS c ON c.tenant_id = d.tenant_id AND c.id = d.contact_id"+
		" WHERE d.tenant_id = 'default' AND d.campaign_id = ?"))
	must(r.tb, err)
	rows, err := stmt.QueryContext(ctx, r.campaign)
	must(r.tb, err)
	for rows.Next() {
		var o outgoing
		must(r.tb, rows.Scan(&o.id, &o.to))
		list = append(list, o)
	}
	must(r.tb, errors.Join(rows.Err(), rows.Close(), stmt.Close()))
	return list
}

// work sends batches, each between two commits.
func (r *rawSender) work(batches <-chan []outgoing) {
	for batch := range batches {
		r.move("sending", batch)
		for _, o := range batch {
			m := channel.Message{
				Channel: contact.ChannelEmail, To: channel.Recipient{Email: o.to}, Subject: "For you", Text: "Dear customer",
			}
			if _, err := r.sender.Send(ctx, m); err != nil {
				r.tb.Error(err)
			}
		}
		r.move("sent", batch)
	}
}

// move takes a batch to a state. A short one is filled up with its last id.
func (r *rawSender) move(state string, batch []outgoing) {
	args := []any{state, now.UnixMicro(), r.campaign}
	for i := range gateBatch {
		args = append(args, batch[min(i, len(batch)-1)].id)
	}
	r.update(args...)
}

// plainSend sends to structs.
func (s *shop) plainSend(tb testing.TB) func() {
	var list []campaign.Delivery
	for i := range s.contacts {
		if agreed(i) && customer(i).Address().City == "Berlin" {
			list = append(list, campaign.Delivery{Contact: contactID(i)})
		}
	}
	return func() {
		for i := range list {
			list[i].State = campaign.Sending
			if _, err := s.sender.Send(ctx, channel.Message{}); err != nil {
				tb.Error(err)
			}
			list[i].State = campaign.Sent
		}
	}
}
