package contact

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"time"
)

// Digest gives a hash that two records share if and only if SameData says that they
// say the same, as far as a hash of 128 bits can tell. It may be another one in another
// version of the library.
func Digest(c Contact) [16]byte {
	c = data(c)
	d := rooms.Get().(*digester)
	defer rooms.Put(d)
	d.b = d.b[:0]
	d.texts(string(c.Kind), c.Name.Salutation, c.Name.Title, c.Name.Given, c.Name.Family, c.Name.Company, c.Language, c.TimeZone,
		string(c.PreferredChannel), c.Occupation, c.Education, c.MaritalStatus, c.VATNumber, c.Owner)
	d.number(c.Born.Number())
	for _, words := range [][]string{c.Tags, c.Hobbies, c.Memberships} {
		d.number(int64(len(words)))
		d.texts(words...)
	}
	d.points(c)
	d.number(int64(len(c.Links)))
	for _, l := range c.Links {
		d.texts(string(l.Kind), string(l.To[:]))
	}
	d.number(int64(len(c.Origins)))
	for _, o := range c.Origins {
		d.texts(o.Source, o.Notice)
		d.time(o.At)
	}
	d.number(int64(len(c.Accounts)))
	for _, a := range c.Accounts {
		d.texts(a.Provider, a.Token, a.Mandate, a.IBAN, a.BIC)
	}
	d.number(int64(len(c.Custom)))
	for _, name := range slices.Sorted(maps.Keys(c.Custom)) {
		d.texts(name)
		d.value(c.Custom[name])
	}
	sum := sha256.Sum256(d.b)
	return [16]byte(sum[:16])
}

// rooms are digesters to be used again.
var rooms = sync.Pool{New: func() any { return &digester{make([]byte, 0, 1024)} }}

// digester writes values one behind the other, so that no two records are alike.
type digester struct{ b []byte }

func (d *digester) texts(list ...string) {
	for _, s := range list {
		d.b = binary.AppendUvarint(d.b, uint64(len(s)))
		d.b = append(d.b, s...)
	}
}

func (d *digester) number(n int64) { d.b = binary.AppendVarint(d.b, n) }

func (d *digester) time(t time.Time) {
	d.number(t.Unix())
	d.number(int64(t.Nanosecond()))
}

// points writes the ways to reach the contact.
func (d *digester) points(c Contact) {
	d.number(int64(len(c.Emails)))
	for _, e := range c.Emails {
		d.texts(e.Address, string(e.Role))
	}
	d.number(int64(len(c.Phones)))
	for _, p := range c.Phones {
		d.texts(p.Number, string(p.Role))
	}
	d.number(int64(len(c.Addresses)))
	for _, a := range c.Addresses {
		d.texts(a.Street, a.Extra, a.PostalCode, a.City, a.Region, a.Country, string(a.Role))
		d.number(a.From.Number())
		d.number(a.Until.Number())
	}
}

func (d *digester) value(v Value) {
	d.texts(string(v.Type), v.Text, v.Money.Currency)
	d.number(v.Number)
	d.number(v.Date.Number())
	d.number(v.Money.Amount)
	d.time(v.Time)
	if v.Bool {
		d.number(1)
	}
	d.number(int64(len(v.Texts)))
	d.texts(v.Texts...)
	if v.IsSealed() {
		d.texts(string(v.Sealed))
	}
}
