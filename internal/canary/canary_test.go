package canary

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// What is planted, wherever something personal can stand. Each is found by the part that
// no message of the library holds.
const (
	family = "Zqanary"
	mail   = "zqanary@secret-mail.example"
	phone  = "+49 30 77441199"
	iban   = "DE89 3704 0044 0532 0130 00"
	street = "Zqgasse 7"
	health = "zqhealth-gluten"
	number = "zqkey-4711"
	note   = "zqnote: called about her knee"
	pan    = "4111 1111 1111 1111"
)

// canaries are what is searched for, without regard to case.
var canaries = []string{"zqanary", "secret-mail", "77441199", "3704 0044", "370400440532", "zqgasse", "zqhealth", "zqkey", "zqnote", "4111 1111", "41111111"}

// aviary is where everything that is logged or returned comes by.
type aviary struct {
	t    *testing.T
	mu   sync.Mutex
	log  bytes.Buffer
	errs int
}

// Write implements io.Writer, for logs.
func (a *aviary) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.log.Write(p)
}

// search looks for canaries in a text.
func (a *aviary) search(what, text string) {
	a.t.Helper()
	text = strings.ToLower(text)
	for _, c := range canaries {
		if strings.Contains(text, c) {
			a.t.Errorf("%s shows %q: %s", what, c, text)
		}
	}
}

// fails wants an error, and prints it in every way.
func (a *aviary) fails(what string, err error) {
	a.t.Helper()
	if err == nil {
		a.t.Errorf("%s: there must be an error", what)
		return
	}
	a.errs++
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		a.search(what+" with "+verb, fmt.Sprintf(verb, err))
	}
	if text, failed := json.Marshal(err); failed == nil {
		a.search(what+" as JSON", string(text))
	}
	log.Print(err)
	slog.Debug("failed", "error", err, slog.Any("what", err))
}

// ok ends the test where something must work.
func (a *aviary) ok(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// listening catches what goes to the standard log, too, and looks through all at the end.
func listening(t *testing.T) *aviary {
	a := &aviary{t: t}
	before, writer, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.NewJSONHandler(a, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.SetOutput(a)
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(writer)
		log.SetFlags(flags)
		a.mu.Lock()
		defer a.mu.Unlock()
		for line := range strings.Lines(a.log.String()) {
			a.search("the log", line)
		}
		if a.errs < 20 || a.log.Len() < 1000 {
			t.Errorf("only %d errors and %d bytes of log were looked at", a.errs, a.log.Len())
		}
	})
	return a
}

// chatty is a sender whose errors quote the address, as those of mail servers do.
type chatty struct{ kind error }

// Caps implements channel.Sender.
func (chatty) Caps() channel.Caps { return channel.Caps{} }

// Send implements channel.Sender.
func (c chatty) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	return channel.Receipt{}, fmt.Errorf("550 5.1.1 <%s>, %s: %w", m.To.Email, m.To.Name, c.kind)
}

// config is that of a shop that uses most of the CRM.
func config(a *aviary, kind error) *crm.Config {
	secret := bytes.Repeat([]byte{7}, 32)
	sealer, err := contact.NewSealer(secret)
	a.ok(err)
	return &crm.Config{
		Fields: []contact.Field{
			{Name: "diet", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "diet"}, {Name: "points", Type: contact.TypeNumber, Min: contact.Int(0)},
		},
		Validation:  contact.Validation{Sealer: sealer},
		Duplicates:  &crm.Duplicates{Secret: secret},
		Suppression: &crm.Suppression{Secrets: [][]byte{secret}},
		OptIn: &consent.OptIn{
			Secrets: [][]byte{secret}, Link: "https://shop.example/c?t={token}", Mails: map[string]consent.OptInMail{"": {Subject: "Please confirm", Text: "{link}"}},
		},
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: chatty{kind}},
	}
}

// anna is a customer who is all canaries.
func anna() contact.Contact {
	return contact.Contact{
		Kind: contact.Person, Name: contact.Name{Given: family, Family: family}, Born: contact.Date{Year: 1980, Month: 5, Day: 17},
		Emails: []contact.Email{{Address: mail}}, Phones: []contact.Phone{{Number: phone}}, Accounts: []contact.Account{{IBAN: iban, Mandate: "zqkey-m"}},
		Addresses:  []contact.Address{{Street: street, PostalCode: "10115", City: family, Country: "DE"}},
		Identities: []contact.Identity{{Source: "shop", Key: number}},
	}
}

// person creates her, and makes the mistakes that are possible with contacts.
func (a *aviary) person(ctx context.Context, c *crm.CRM) contact.Contact {
	t := a.t
	t.Helper()
	stored, err := c.Contacts.Create(ctx, anna())
	a.ok(err)
	_, err = c.Contacts.Create(ctx, anna())
	a.fails("an identity that is taken", err)
	stale := stored
	stale.Version = 9
	_, err = c.Contacts.Update(ctx, stale)
	a.fails("a stale update", err)
	for what, change := range map[string]func(*contact.Contact){
		"no address":     func(c *contact.Contact) { c.Emails = []contact.Email{{Address: family + " at " + mail}} },
		"no number":      func(c *contact.Contact) { c.Phones = []contact.Phone{{Number: phone + "x"}} },
		"a card":         func(c *contact.Contact) { c.Name.Title = pan },
		"no IBAN":        func(c *contact.Contact) { c.Accounts = []contact.Account{{IBAN: iban + "0"}} },
		"a line break":   func(c *contact.Contact) { c.Name.Family = family + "\r\nBcc: " + mail },
		"no kind":        func(c *contact.Contact) { c.Kind = health },
		"no country":     func(c *contact.Contact) { c.Addresses[0].Country = family },
		"no zone":        func(c *contact.Contact) { c.TimeZone = family },
		"no role":        func(c *contact.Contact) { c.Emails[0].Role = "Zqanary role" },
		"no source":      func(c *contact.Contact) { c.Identities[0].Source = "Zqkey" },
		"no field":       func(c *contact.Contact) { c.Custom = map[string]contact.Value{health + "!": contact.Text(health)} },
		"a wrong type":   func(c *contact.Contact) { c.Custom = map[string]contact.Value{"points": contact.Text(health)} },
		"without a yes":  func(c *contact.Contact) { c.Custom = map[string]contact.Value{"diet": contact.Text(health)} },
		"a link to none": func(c *contact.Contact) { c.Links = []contact.Link{{To: contact.ID{9}, Kind: family}} },
	} {
		bad := anna()
		change(&bad)
		_, err = c.Contacts.Create(ctx, bad)
		a.fails(what, err)
	}
	_, err = c.Contacts.SetSensitive(ctx, stored.ID, stored.Version, map[string]contact.Value{"diet": contact.Text(health)}, contact.Proof(number))
	a.fails("a sensitive value without a proof", err)
	_, err = c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: number + "9"})
	a.fails("an unknown identity", err)
	return stored
}

// history makes the mistakes that are possible with what happened and was said.
func (a *aviary) history(ctx context.Context, c *crm.CRM, of contact.ID) {
	a.t.Helper()
	visit := activity.Activity{Contact: of, Kind: "visit", Ref: activity.Ref{Source: "shop", Key: number}, Subject: note, Text: note}
	_, err := c.Activities.Record(ctx, visit)
	a.ok(err)
	visit.Text = family
	_, err = c.Activities.Record(ctx, visit)
	a.fails("a reference for something else", err)
	visit.Ref.Key, visit.Text = number+"2", "card "+pan
	_, err = c.Activities.Record(ctx, visit)
	a.fails("a card in a text", err)
	visit.Contact, visit.Text = contact.ID{9}, note
	_, err = c.Activities.Record(ctx, visit)
	a.fails("an unknown contact", err)
	_, err = c.Payments.Charge(ctx, activity.Ref{Source: "shop", Key: number}, "card "+pan)
	a.fails("a charge of a visit", err)
	yes := consent.Declaration{Contact: of, Channels: []contact.Channel{contact.ChannelEmail}, Wording: note, Source: "form", Proof: number}
	a.ok(c.Consents.Grant(ctx, yes))
	yes.At = time.Now().AddDate(1, 0, 0)
	a.fails("a grant of tomorrow", c.Consents.Grant(ctx, yes))
	a.fails("an address that is none", c.Consents.SuppressAddresses(ctx, consent.AddressSuppression{Addresses: consent.Addresses{Emails: []string{family}}, Source: "complaint"}))
	a.fails("a wish of nobody", c.Consents.RequestOptIn(ctx, consent.OptInRequest{Email: family, Wording: note, Source: "footer"}))
	_, err = c.Consents.ConfirmOptIn(ctx, number, consent.Evidence{Actor: number})
	a.fails("a token that is none", err)
}

// campaign sends with a sender that quotes addresses, and makes the mistakes that are
// possible there.
func (a *aviary) campaign(ctx context.Context, c *crm.CRM, name string) {
	a.t.Helper()
	seg, err := c.Segments.Save(ctx, name, segment.Everyone())
	a.ok(err)
	_, err = c.Segments.Save(ctx, family, segment.Field("name.family").Equals(family))
	a.fails("a segment's name that is none", err)
	_, err = c.Segments.Count(ctx, segment.Field("custom."+health).Equals(health))
	a.fails("a rule on an unknown field", err)
	d := campaign.Definition{
		Name: name, Segment: seg.ID, Currency: "EUR", Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{contact.ChannelEmail: {Subject: "Hello {{.Contact.Family}}", Text: "Hello {{.Contact.Family}}"}},
	}
	sent, err := c.Campaigns.Create(ctx, d)
	a.ok(err)
	d.Templates = map[contact.Channel]campaign.Template{contact.ChannelEmail: {Subject: family + "{{.Zqanary}}", Text: "{{" + family}}
	_, err = c.Campaigns.Create(ctx, d)
	a.fails("a template that is none", err)
	a.ok(c.Campaigns.Plan(ctx, sent.ID))
	a.ok(c.Campaigns.Start(ctx, sent.ID))
	if _, err = c.Campaigns.Run(ctx, sent.ID, nil); err != nil {
		a.fails("a run", err)
	}
	page, err := c.Campaigns.Deliveries(ctx, sent.ID, "", 100)
	a.ok(err)
	for _, d := range page.Deliveries {
		a.search("a delivery", fmt.Sprintf("%+v", d))
	}
	_, err = c.Campaigns.Redeem(ctx, campaign.RedeemInput{Code: family, Order: activity.Ref{Source: "shop", Key: number}, Amount: money.New(100, "EUR")})
	a.fails("a voucher that is none", err)
}

// imports reads entries of which most are broken.
func (a *aviary) imports(ctx context.Context, c *crm.CRM) {
	a.t.Helper()
	bad, card := anna(), anna()
	bad.Emails[0].Address, card.Name.Title = family, pan
	bad.Identities[0].Key, card.Identities[0].Key = number+"3", number+"4"
	list := []exchange.Entry{{Number: 1, Contact: bad}, {Number: 2, Contact: card}, {Number: 3, Contact: anna()}}
	done, err := c.Exchange.Import(ctx, "zqfile", entries(list, nil), &exchange.Options{Problem: func(p exchange.Problem) error {
		a.search("a problem", fmt.Sprintf("%+v", p))
		return nil
	}})
	a.ok(err)
	a.search("an import", fmt.Sprintf("%+v", done))
	_, err = c.Exchange.Import(ctx, "zqother", entries(list, errs.Failed("reader", errors.New(note))), nil)
	a.fails("a reader that breaks", err)
	_, err = c.Exchange.Status(ctx, family)
	a.fails("an unknown import", err)
}

// entries gives the entries, and then an error where there is one.
func entries(list []exchange.Entry, end error) iter.Seq2[exchange.Entry, error] {
	return func(yield func(exchange.Entry, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
		if end != nil {
			yield(exchange.Entry{}, end)
		}
	}
}

// wish is a wish to get mail.
var wish = consent.OptInRequest{Email: mail, Wording: note, Source: "footer", IP: "192.0.2.7"}

// A record, and the parts of one, can be handed to slog.
func TestCanaries_in_records_that_are_logged(t *testing.T) {
	a := &aviary{t: t}
	c := anna()
	c.ID, c.Custom = contact.ID{7}, map[string]contact.Value{"diet": contact.Text(health)}
	for _, handler := range []slog.Handler{slog.NewTextHandler(a, nil), slog.NewJSONHandler(a, nil)} {
		l := slog.New(handler)
		l.Info("seen", "contact", c, "name", c.Name, "email", c.Emails[0], "phone", c.Phones[0], "address", c.Addresses[0],
			"account", c.Accounts[0], "identity", c.Identities[0], "message", channel.Message{Key: "k", Text: note, To: channel.Recipient{Email: mail, Name: c.Name}})
		l.Info("seen", "pointer", &c)
	}
	a.search("the log", a.log.String())
	if !strings.Contains(a.log.String(), c.ID.String()) {
		t.Error("the id is not logged")
	}
}
