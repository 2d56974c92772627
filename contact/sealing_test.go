package contact_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/money"
)

var sealedField = []contact.Field{
	{Name: "illness", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care", Searchable: true},
	{Name: "note", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care"},
	{Name: "points", Type: contact.TypeNumber},
}

func newSealing(t *testing.T) *contact.Sealing {
	t.Helper()
	keys, err := vault.NewLocal(map[string][]byte{"k": bytes.Repeat([]byte{7}, vault.KeySize)}, "k")
	if err != nil {
		t.Fatal(err)
	}
	index, err := vault.NewIndex([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return contact.NewSealing(sealedField, keys, index)
}

func TestSealing_knows_its_fields(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, open := newSealing(t), contact.NewSealing(sealedField, nil, nil)
	for name, want := range map[string][4]bool{ // sensitive, sealed, searched when sealed, searched when not
		"illness": {true, true, true, true},
		"note":    {true, true, false, true},
		"points":  {false, false, true, true},
		"unknown": {false, false, true, true},
	} {
		is.Equal([4]bool{s.IsSensitive(name), s.Seals(name), s.Searches(name), open.Searches(name)}, want)
		is.Equal(open.Seals(name), false)
		var none *contact.Sealing
		is.Equal([3]bool{none.IsSensitive(name), none.Seals(name), none.Searches(name)}, [3]bool{false, false, true})
	}
}

// A blind index is of a value and its type, and of the field and the tenant.
func TestSealing_Blind(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newSealing(t)
	seen := map[string]bool{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	for _, v := range []contact.Value{
		contact.Text("1"), contact.Text("true"), contact.Int(1), contact.Bool(true), contact.Bool(false), contact.Time(at),
		contact.Day(contact.Date{Year: 2026, Month: 1, Day: 2}), contact.Amount(money.New(1, "EUR")), contact.Amount(money.New(1, "USD")),
	} {
		b := s.Blind("north", "illness", v)
		is.Equal(b.Type, contact.TypeText)
		is.True(!seen[b.Text])
		seen[b.Text] = true
		is.Equal(s.Blind("north", "illness", b), b) // it stays, as in a rule that was frozen
		is.True(s.Blind("south", "illness", v).Text != b.Text)
		is.True(s.Blind("north", "note", v).Text != b.Text)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	is.NoErr(err)
	is.Equal(s.Blind("north", "illness", contact.Time(at)), s.Blind("north", "illness", contact.Time(at.In(berlin))))
}

// Records are copied before something is left out of them.
func TestSealing_leaves_the_record_alone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newSealing(t)
	sealed := contact.Value{Type: contact.TypeSealed, Sealed: []byte{1, 2}}
	stored := contact.Contact{Custom: map[string]contact.Value{"illness": sealed, "points": contact.Int(1), "gone": sealed}}
	is.Equal(s.Withhold(stored).Custom, map[string]contact.Value{"points": contact.Int(1)})
	is.Equal(len(stored.Custom), 3)
	is.True(s.Withhold(contact.Contact{Custom: map[string]contact.Value{"note": contact.Text("x")}}).Custom == nil)

	given := contact.Contact{Custom: map[string]contact.Value{"note": contact.Text("mine"), "points": contact.Int(2)}}
	is.Equal(s.Kept(stored, given).Custom, map[string]contact.Value{"illness": sealed, "gone": sealed, "points": contact.Int(2)})
	is.Equal(given.Custom, map[string]contact.Value{"note": contact.Text("mine"), "points": contact.Int(2)})
	is.Equal(s.Kept(contact.Contact{}, contact.Contact{}).Custom, map[string]contact.Value(nil))
	is.Equal(s.Kept(stored, contact.Contact{}).Custom["illness"], sealed)
	is.True(s.HasClear(given) && !s.HasClear(stored))
}

// A sealed value is kept as it is on its way through JSON and the door.
func TestValue_sealed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, v := range []contact.Value{
		{Type: contact.TypeSealed, Sealed: []byte{1, 0, 255}},
		{Type: contact.TypeText, Text: "~index", Sealed: []byte{1}},
		{Type: contact.TypeMany, Texts: []string{"a", "b"}, Sealed: []byte{2}},
	} {
		text, err := json.Marshal(v)
		is.NoErr(err)
		var again contact.Value
		is.NoErr(json.Unmarshal(text, &again))
		is.Equal(again, v)
		is.True(again.Equal(v) && again.IsSealed())
		is.Equal(contact.NormalizeValues(map[string]contact.Value{"x": v})["x"], v)
		other := v.Clone()
		other.Sealed[0]++
		is.True(!other.Equal(v))
		is.True(contact.Digest(contact.Contact{Custom: map[string]contact.Value{"x": v}}) != contact.Digest(contact.Contact{Custom: map[string]contact.Value{"x": other}}))
		is.True(!contact.SameData(contact.Contact{Custom: map[string]contact.Value{"x": v}}, contact.Contact{Custom: map[string]contact.Value{"x": other}}))
	}
	is.True(!contact.Text("a").IsSealed())
}
