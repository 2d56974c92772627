package crm_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage/memory"
)

// inbox keeps the last mail.
type inbox struct{ last channel.Message }

func (*inbox) Caps() channel.Caps { return channel.Caps{} }

func (b *inbox) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	b.last = m
	return channel.Receipt{}, nil
}

// Double opt-in: a request grants nothing, the link in one mail does, once.
func ExampleCRM_doubleOptIn() {
	ctx := context.Background()
	mails := &inbox{}
	c, err := crm.New(memory.New(), &crm.Config{
		Now:     func() time.Time { return today },
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: mails},
		OptIn: &consent.OptIn{
			Secrets: [][]byte{[]byte("thirty-two bytes of randomness..")},
			Link:    "https://shop.example/confirm?t={token}",
			Mails:   map[string]consent.OptInMail{"": {Subject: "Please confirm", Text: "Did you ask for our letters?\n{link}\n"}},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	err = c.Consents.RequestOptIn(ctx, consent.OptInRequest{
		Email: "mara@example.org", Wording: "Send me your letters.", Source: "footer",
	})
	if err != nil {
		log.Fatal(err)
	}
	// CRM.Run does this in the background.
	if _, err := c.Consents.SendOptIns(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mails.last.To.Email, "gets:", mails.last.Subject)

	// The page behind the link shows a button, which posts the token.
	_, token, _ := strings.Cut(strings.TrimSpace(mails.last.Text), "?t=")
	done, err := c.Consents.ConfirmOptIn(ctx, token, consent.Evidence{URL: "https://shop.example/confirm"})
	if err != nil {
		log.Fatal(err)
	}
	answer, err := c.Consents.Permit(ctx, done.Contact, done.Purpose, contact.ChannelEmail)
	fmt.Println(answer, err)
	_, err = c.Consents.ConfirmOptIn(ctx, token, consent.Evidence{})
	fmt.Println(err)
	// Output:
	// mara@example.org gets: Please confirm
	// granted <nil>
	// consent.ConfirmOptIn: conflict: token: was used before [used]
}

// An objection stands above every grant, and the record shows what was seen and said.
func ExampleCRM_objection() {
	ctx := context.Background()
	c := newCRM(nil)
	key := consent.NoticeKey{Name: "newsletter", Version: "2026-01", Locale: "en"}
	if _, err := c.Consents.PutNotice(ctx, consent.Notice{NoticeKey: key, Text: "Yes, send me your letters."}); err != nil {
		log.Fatal(err)
	}
	mara, err := c.Contacts.Create(ctx, contact.Contact{
		ID: contact.ID{15: 1}, Name: contact.Name{Given: "Mara", Family: "Lind"},
	})
	if err != nil {
		log.Fatal(err)
	}
	email := []contact.Channel{contact.ChannelEmail}
	steps := []error{
		c.Consents.Object(ctx, consent.Declaration{Contact: mara.ID, At: today.AddDate(0, -2, 0), Source: "call"}),
		c.Consents.Grant(ctx, consent.Declaration{Contact: mara.ID, Channels: email, At: today.AddDate(0, -1, 0), Notice: key, Source: "fair"}),
	}
	for _, err := range steps {
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(c.Consents.Permit(ctx, mara.ID, consent.Marketing, contact.ChannelEmail))
	record, err := c.Consents.Record(ctx, mara.ID)
	if err != nil {
		log.Fatal(err)
	}
	if err := record.WriteText(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// objected <nil>
	// Consent record of contact 00000000-0000-0000-0000-000000000001
	// Printed at 2026-03-02 09:00:00 UTC
	//
	// 1.
	//    Declared at: 2026-01-02 09:00:00 UTC
	//    Recorded at: 2026-03-02 09:00:00 UTC
	//    Action:      object
	//    Purpose:     marketing
	//    Channel:     every channel
	//    Source:      call
	//    Event:       067bd56f-0866-5fa8-bf23-56a947a62873
	//
	// 2.
	//    Declared at: 2026-02-02 09:00:00 UTC
	//    Recorded at: 2026-03-02 09:00:00 UTC
	//    Action:      grant
	//    Purpose:     marketing
	//    Channel:     email
	//    Basis:       consent
	//    Source:      fair
	//    Notice:      newsletter 2026-01 en, SHA-256 351e17b0e7d54846ee71d6badee5e24aed767bada89e4fba60978d02fdb6f860
	//    Event:       00b32862-27d0-5aa5-91e7-2f427096e479
	//    Text:
	//       Yes, send me your letters.
}
