package storagetest

import (
	"math"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

const (
	nul     = planted + "\x00"
	badUTF8 = planted + "\xff"
)

var tooLong = planted + strings.Repeat("x", 200)

func refOf(source, key string) activity.Ref { return activity.Ref{Source: source, Key: key} }

func spreadSegment(n uint32) segment.ID { return segment.ID(spread(n)) }

// badContact breaks every field of a contact.
func badContact() (contact.Contact, []string) {
	c := contact.Contact{
		Kind: contact.Kind(planted), Language: planted, TimeZone: "Mars/" + planted, PreferredChannel: planted,
		Name:       contact.Name{Title: nul, Given: badUTF8, Family: tooLong, Company: planted + " " + card},
		Emails:     []contact.Email{{Address: "fine@example.com"}, {Address: planted}},
		Phones:     []contact.Phone{{Number: planted}, {Number: "12"}},
		Addresses:  []contact.Address{{Street: nul, PostalCode: tooLong, City: planted + "\nx", Country: "Germany"}, {Region: badUTF8, Extra: card}},
		Identities: []contact.Identity{{Source: planted, Key: nul}, {Source: "shop", Key: ""}},
		Custom: map[string]contact.Value{
			"points": contact.Float(math.NaN()), "member_since": contact.Time(time.Date(1799, 12, 31, 0, 0, 0, 0, time.UTC)),
			"vip": contact.Text(planted), "nickname": contact.Text(card), "unheard_of": contact.Bool(true), planted: contact.Int(1),
		},
	}
	return c, []string{
		what("kind", "unknown_kind"), what("name.title", "control_character"), what("name.given", "invalid_utf8"), what("name.family", "too_long"),
		what("name.company", "card_number"), what("language", "syntax"), what("time_zone", "unknown_zone"), what("preferred_channel", "syntax"),
		what("emails[1].address", "syntax"), what("phones[0].number", "syntax"), what("phones[1].number", "syntax"),
		what("addresses[0].street", "control_character"), what("addresses[0].postal_code", "too_long"), what("addresses[0].city", "control_character"),
		what("addresses[0].country", "unknown_country"), what("addresses[1].extra", "card_number"), what("addresses[1].region", "invalid_utf8"),
		what("identities[0].source", "syntax"), what("identities[0].key", "control_character"), what("identities[1].key", "required"),
		what("custom[?]", "unknown_field"), what("custom[member_since]", "out_of_range"), what("custom[nickname]", "card_number"),
		what("custom[points]", "not_a_number"), what("custom[unheard_of]", "unknown_field"), what("custom[vip]", "wrong_type"),
	}
}

func (k *kit) badContacts(s stage) []mistake {
	c, fields := badContact()
	created, err := k.crm.Contacts.Create(k.ctx, c)
	upserted, _, err2 := k.crm.Contacts.Upsert(k.ctx, c)
	c.ID, c.Version = s.people[0].ID, 1
	_, err3 := k.crm.Contacts.Update(k.ctx, c)
	var withoutIdentities []string
	for _, f := range fields {
		if !strings.HasPrefix(f, "identities") {
			withoutIdentities = append(withoutIdentities, f)
		}
	}
	many := contact.Contact{Phones: make([]contact.Phone, 51)}
	for i := range many.Phones {
		many.Phones[i].Number = "030 12345"
	}
	_, _, noIdentity := k.crm.Contacts.Upsert(k.ctx, contact.Contact{})
	return []mistake{
		refusal(created, err, fields...), refusal(upserted, err2, fields...), refusal(nil, err3, withoutIdentities...),
		refusal(nil, noIdentity, what("identities", "required")),
		refusal(nil, last(k.crm.Contacts.Update(k.ctx, contact.Contact{})), what("id", "required")),
		refusal(nil, last(k.crm.Contacts.Create(k.ctx, many)), what("", "too_many")),
		refusal(nil, last(k.crm.Contacts.Create(k.ctx, contact.Contact{Custom: map[string]contact.Value{"points": contact.Float(math.Inf(1))}})), what("custom[points]", "not_a_number")),
		refusal(nil, last(k.crm.Contacts.Find(k.ctx, contact.Identity{Source: planted, Key: badUTF8})), what("identity.source", "syntax"), what("identity.key", "invalid_utf8")),
	}
}

func (k *kit) badBatches(s stage) []mistake {
	same := person(800)
	same.Identities = []contact.Identity{shop(700), shop(800)}
	_, err := k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{person(800), {Name: contact.Name{Family: nul}}, same})
	good := order(s.people[0].ID, 800, noon)
	bad := good
	bad.Ref, bad.Kind, bad.Contact = refOf("", planted), "", contact.ID{}
	return []mistake{
		refusal(nil, err, what("contacts[1].name.family", "control_character"), what("contacts[1].identities", "required"), what("contacts[2].identities[1]", "duplicate")),
		refusal(nil, last(k.crm.Contacts.UpsertMany(k.ctx, make([]contact.Contact, contact.MaxBatch+1))), what("contacts", "too_many")),
		refusal(nil, last(k.crm.Activities.RecordMany(k.ctx, []activity.Activity{good, bad})),
			what("activities[1].contact", "required"), what("activities[1].kind", "required"), what("activities[1].ref.source", "required")),
		refusal(nil, last(k.crm.Activities.RecordMany(k.ctx, make([]activity.Activity, activity.MaxBatch+1))), what("activities", "too_many")),
		refusal(nil, k.crm.Consents.GrantMany(k.ctx, []consent.Declaration{declaration(s.people[0].ID, "fax"), {Contact: s.people[1].ID, Wording: "w", Source: "s"}}), what("declarations[1].channels", "required")),
		refusal(nil, k.crm.Consents.GrantMany(k.ctx, make([]consent.Declaration, consent.MaxBatch+1)), what("declarations", "too_many")),
	}
}

func (k *kit) badActivities(s stage) []mistake {
	of, now := s.people[0].ID, k.clock.Now()
	record := func(change func(*activity.Activity), fields ...string) mistake {
		a := activity.Activity{Contact: of, Kind: "visit", Ref: ref(800), At: noon}
		change(&a)
		return refusal(nil, last(k.crm.Activities.Record(k.ctx, a)), fields...)
	}
	return []mistake{
		record(func(a *activity.Activity) {
			*a = activity.Activity{Kind: planted, Ref: refOf(planted, nul), At: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC), Direction: planted, Channel: planted, Subject: planted + "\nx", Text: planted + " " + card}
		}, what("contact", "required"), what("kind", "syntax"), what("ref.source", "syntax"), what("ref.key", "control_character"), what("at", "out_of_range"),
			what("direction", "unknown_direction"), what("channel", "syntax"), what("subject", "control_character"), what("text", "card_number")),
		record(func(a *activity.Activity) { a.At = now.Add(24*time.Hour + time.Microsecond) }, what("at", "in_future")),
		record(func(a *activity.Activity) { a.At = now.AddDate(5, 0, 0) }, what("at", "in_future")),
		record(func(a *activity.Activity) { a.At = time.Date(1799, 12, 31, 23, 59, 59, 999999000, time.UTC) }, what("at", "out_of_range")),
		record(func(a *activity.Activity) { a.Kind = activity.Purchase }, what("amount", "required")),
		record(func(a *activity.Activity) { a.Kind, a.Amount = activity.Purchase, euro(-1) }, what("amount", "negative")),
		record(func(a *activity.Activity) { a.Amount = money.New(1, "EUX") }, what("amount", "unknown_currency")),
		record(func(a *activity.Activity) { a.Amount = euro(1_000_000_000_001) }, what("amount", "out_of_range")),
		record(func(a *activity.Activity) { a.Text = badUTF8 }, what("text", "invalid_utf8")),
		record(func(a *activity.Activity) { a.Text = strings.Repeat("x", 100_001) }, what("text", "too_long")),
	}
}

func (k *kit) badItems(s stage) []mistake {
	record := func(a activity.Activity, fields ...string) mistake {
		a.Contact, a.Kind, a.Ref, a.At = s.people[0].ID, activity.Purchase, ref(800), noon
		return refusal(nil, last(k.crm.Activities.Record(k.ctx, a)), fields...)
	}
	item := func(quantity int64, m money.Money) activity.Item { return activity.Item{Quantity: quantity, Amount: m} }
	return []mistake{
		record(activity.Activity{Amount: euro(1), Items: []activity.Item{
			item(0, euro(1)), item(-1, euro(1)), item(1, money.Money{}), item(1_000_000_001, euro(1)), item(1, money.New(1, "USD")), item(1, euro(-1_000_000_000_001)),
			{SKU: nul, Name: card, Category: badUTF8, Quantity: 1, Amount: euro(1)},
		}}, what("items[0].quantity", "out_of_range"), what("items[1].quantity", "out_of_range"), what("items[2].amount", "required"), what("items[3].quantity", "out_of_range"),
			what("items[4].amount", "currency"), what("items[5].amount", "out_of_range"),
			what("items[6].name", "card_number"), what("items[6].category", "invalid_utf8"), what("items[6].sku", "control_character")),
		record(activity.Activity{Amount: euro(3), Items: []activity.Item{item(1, euro(1)), item(1, euro(1))}}, what("amount", "not_the_sum")),
		record(activity.Activity{Items: []activity.Item{item(1, euro(1)), item(1, euro(-2))}}, what("amount", "negative")),
		record(activity.Activity{Amount: euro(0), Items: make([]activity.Item, 10_001)}, what("items", "too_many")),
		record(activity.Activity{Amount: euro(1), Payment: &activity.Payment{}}, what("payment", "unexpected")),
	}
}

func (k *kit) badPayments(s stage) []mistake {
	charge := activity.Activity{Contact: s.people[0].ID, Kind: activity.Charge, Ref: ref(800), Amount: euro(1)}
	broken := charge
	broken.Payment = &activity.Payment{Provider: planted, Token: card, Status: planted, Purchase: refOf("shop", "")}
	return []mistake{
		refusal(nil, last(k.crm.Activities.Record(k.ctx, charge)), what("payment", "required")),
		refusal(nil, last(k.crm.Activities.Record(k.ctx, broken)), what("payment.provider", "syntax"), what("payment.token", "card_number"),
			what("payment.status", "unknown_status"), what("payment.purchase.key", "required")),
		refusal(nil, last(k.crm.Payments.Charge(k.ctx, ref(800), card)), what("method", "card_number")),
		refusal(nil, last(k.crm.Payments.Charge(k.ctx, ref(800), "")), what("method", "required")),
		refusal(nil, last(k.crm.Payments.Charge(k.ctx, refOf(planted, nul), card)), what("purchase.source", "syntax"), what("purchase.key", "control_character"), what("method", "card_number")),
		refusal(nil, last(k.crm.Payments.Refund(k.ctx, refOf("", ""), "", money.New(0, planted))), what("purchase.source", "required"), what("purchase.key", "required"), what("number", "required"),
			what("amount", "unknown_currency"), what("amount", "out_of_range")),
		refusal(nil, last(k.crm.Payments.Settle(k.ctx, refOf("", ""), card, planted)), what("purchase.source", "required"), what("purchase.key", "required"),
			what("token", "card_number"), what("status", "unknown_status")),
	}
}

func (k *kit) badConsents(s stage) []mistake {
	broken := consent.Declaration{
		Purpose: planted, Channels: []contact.Channel{"email", planted}, At: k.clock.Now().Add(time.Minute + time.Microsecond),
		Wording: card, Source: nul, Proof: tooLong,
	}
	fields := []string{
		what("contact", "required"), what("purpose", "syntax"), what("channels[1]", "syntax"), what("at", "in_future"), what("wording", "card_number"),
		what("source", "control_character"), what("proof", "too_long"),
	}
	empty := []string{what("contact", "required"), what("channels", "required"), what("wording", "required"), what("source", "required")}
	many := declaration(s.people[0].ID, make([]contact.Channel, 51)...)
	unheard := consent.Declaration{Contact: contact.ID(id.New()), Channels: channels, Source: badUTF8, At: time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)}
	return []mistake{
		refusal(nil, k.crm.Consents.Grant(k.ctx, broken), fields...), refusal(nil, k.crm.Consents.Withdraw(k.ctx, broken), fields...),
		refusal(nil, k.crm.Consents.Grant(k.ctx, consent.Declaration{}), empty...),
		refusal(nil, k.crm.Consents.Suppress(k.ctx, consent.Declaration{}), empty[0], empty[1], empty[3]),
		refusal(nil, k.crm.Consents.Grant(k.ctx, many), what("channels", "too_many")),
		refusal(nil, last(k.crm.Consents.Permit(k.ctx, s.people[0].ID, planted, "")), what("purpose", "syntax"), what("channel", "required")),
		refusal(nil, k.crm.Consents.Release(k.ctx, unheard), what("at", "out_of_range"), what("source", "invalid_utf8")),
	}
}
