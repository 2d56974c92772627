package storagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/storage"
)

// secretValue is part of the sensitive texts of these cases. It must never stand in a store
// that seals, nor in an error or a log.
const secretValue = "Morbus 4711"

// sensitiveFields are those of these cases: one of each type, which rules can search, and
// one that they cannot.
var sensitiveFields = func() []contact.Field {
	var list []contact.Field
	for _, t := range []contact.Type{
		contact.TypeText, contact.TypeNumber, contact.TypeTime, contact.TypeBool, contact.TypeDate, contact.TypeMoney,
	} {
		list = append(list, contact.Field{Name: "s_" + string(t), Type: t, Sensitivity: contact.Health, Purpose: "diet", Searchable: true})
	}
	return append(list,
		contact.Field{Name: "s_many", Type: contact.TypeMany, OneOf: []string{secretValue, "nuts", "milk"}, Sensitivity: contact.Health, Purpose: "diet", Searchable: true},
		contact.Field{Name: "s_note", Type: contact.TypeText, Sensitivity: contact.Special, Purpose: "diet"},
		contact.Field{Name: "s_credit", Type: contact.TypeText, Sensitivity: contact.Financial, Purpose: "credit"},
		contact.Field{Name: "points", Type: contact.TypeNumber})
}()

// sensitiveValues has a value of each of the fields of the purpose "diet".
func sensitiveValues() map[string]contact.Value {
	return map[string]contact.Value{
		"s_text": contact.Text(secretValue), "s_number": contact.Int(4711), "s_time": contact.Time(noon), "s_bool": contact.Bool(true),
		"s_date": contact.Day(contact.Date{Year: 1980, Month: 5, Day: 17}), "s_money": contact.Amount(money.New(471100, "EUR")),
		"s_many": contact.Many(secretValue, "nuts"), "s_note": contact.Text("note on " + secretValue),
	}
}

// keyring is a wrapper that counts, and that can be made to fail.
type keyring struct {
	vault.KeyWrapper
	wraps, unwraps atomic.Int64
	down           atomic.Bool
}

func (r *keyring) Wrap(ctx context.Context, key []byte, of vault.KeyContext) ([]byte, string, error) {
	r.wraps.Add(1)
	if r.down.Load() {
		return nil, "", errInjected
	}
	return r.KeyWrapper.Wrap(ctx, key, of)
}

func (r *keyring) Unwrap(ctx context.Context, wrapped []byte, kek string, of vault.KeyContext) ([]byte, error) {
	r.unwraps.Add(1)
	if r.down.Load() {
		return nil, errInjected
	}
	return r.KeyWrapper.Unwrap(ctx, wrapped, kek, of)
}

// wrapper makes one of two keys, of which one is current.
func (k *kit) wrapper(current string, ids ...string) *keyring {
	k.Helper()
	keks := map[string][]byte{}
	for _, id := range ids {
		keks[id] = bytes.Repeat([]byte(id[:1]), vault.KeySize)
	}
	local, err := vault.NewLocal(keks, current)
	k.ok(err, "making a key wrapper")
	return &keyring{KeyWrapper: local}
}

// sealing gives a CRM on the store that seals with the keys, or not where they are nil.
func (k *kit) sealing(store storage.Store, keys *keyring) *crm.CRM {
	k.Helper()
	index, err := vault.NewIndex([]byte("storagetest index"))
	k.ok(err, "making an index")
	return k.with(store, func(c *crm.Config) {
		if c.Fields, c.Index = sensitiveFields, index; keys != nil {
			c.Keys = keys
		}
		c.Duplicates = &crm.Duplicates{Secret: keySecret}
		c.Logger = slog.New(slog.NewTextHandler(k.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
}

// patient creates a customer with all sensitive values of the purpose "diet", and returns
// the proof of the consent.
func (k *kit) patient(n int) (contact.Contact, contact.Proof) {
	k.Helper()
	c := k.customer(n)
	proof := k.consents(k.crm, c.ID, "diet", noon)
	return k.setSensitive(k.crm, c, sensitiveValues(), proof), proof
}

// withdraws withdraws a purpose.
func (k *kit) withdraws(of contact.ID, purpose consent.Purpose) {
	k.Helper()
	k.clock.add(time.Second)
	d := declaration(of, "counter")
	d.Purpose, d.At = purpose, k.clock.Now()
	k.ok(k.crm.Consents.Withdraw(k.ctx, d), "withdrawing")
}

// raw returns a record as the store has it.
func (k *kit) raw(store storage.Store, of contact.ID) contact.Contact {
	k.Helper()
	list, err := store.Contacts(k.ctx, []contact.ID{of})
	k.ok(err, "reading a record from the store")
	if len(list) != 1 {
		k.Fatalf("the store has %d records of a contact", len(list))
	}
	return list[0]
}

// overwrite puts custom values into a record, as somebody does who writes to the database.
func (k *kit) overwrite(store storage.Store, of contact.ID, custom map[string]contact.Value) {
	k.Helper()
	c := k.raw(store, of)
	c.Custom = custom
	c.Version++
	k.ok(store.UpdateContacts(k.ctx, []contact.Contact{c}), "writing past the service")
}

// nothingClear checks that no sensitive value stands in clear anywhere in the store.
func (k *kit) nothingClear(store storage.Store, when string) {
	k.Helper()
	text, err := json.Marshal(k.read(store))
	k.ok(err, "writing everything as JSON")
	for _, secret := range []string{secretValue, "4711000000", "471100", `"year":1980`, `"bool":true`, "nuts"} {
		if bytes.Contains(text, []byte(secret)) {
			k.Errorf("%s a sensitive value stands in the store in clear", when)
		}
	}
}

// journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// quiet runs something and checks that neither its error nor what was logged so far says
// anything sensitive.
func (k *kit) quiet(f func() error) error {
	k.Helper()
	err := f()
	k.log.mu.Lock()
	defer k.log.mu.Unlock()
	text := k.log.text.String() + fmt.Sprintf("%v %+v %#v", err, err, err)
	if strings.Contains(text, secretValue) || strings.Contains(text, "4711") {
		k.Errorf("an error or a log holds a sensitive value: %s", text)
	}
	return err
}

// namesOf lists the names of custom values, sorted.
func namesOf(c contact.Contact) []string {
	list := []string{}
	for name := range c.Custom {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
