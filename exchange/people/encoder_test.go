package people_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

// nasty are texts that programs on the way might change.
var nasty = []string{
	"=1+1", "+49 30 123", "-x", "-12,5", "@home", "'", "''=x", "'quoted'", "a;b", `a\;b\\`, `\`, ";", "a,b", `say "x"`, "sep=;", "NULL", "n/a", "0",
	"\ufeffx", "Straße", "日本", "a\tb", "＝1", "o'", "'+1", "true", "2025-01-02", " ::: ", "a ::: b", "* myContacts", `="1"`, "privat", "Home", "other",
}

// random makes records with every field.
type random struct{ *rand.Rand }

func (r random) text() string {
	switch r.IntN(4) {
	case 0:
		return ""
	case 1:
		return string(rune('a'+r.IntN(26))) + string(rune('à'+r.IntN(20)))
	}
	return nasty[r.IntN(len(nasty))] + []string{"", nasty[r.IntN(len(nasty))]}[r.IntN(2)]
}

func (r random) prose() string {
	return r.text() + []string{"", "\n", "\r\n", "\r", "\n\n", ";\n\""}[r.IntN(6)] + r.text()
}

func (r random) key() string {
	return []string{"", " ", "'"}[r.IntN(3)] + "k" + r.text() + []string{"", " "}[r.IntN(2)]
}

func (r random) role() contact.Role {
	return []contact.Role{"", contact.Home, contact.Work, contact.Fax, "other", "privat", "x.y-z_1"}[r.IntN(7)]
}

func (r random) time() time.Time {
	if r.IntN(5) == 0 {
		return time.Time{}
	}
	return time.UnixMicro(r.Int64N(10_413_792_000_000_000) - 5_364_662_400_000_000).UTC()
}

func (r random) day() contact.Date {
	return contact.Date{Year: 1800 + r.IntN(500), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)}
}

// part is a date of which parts may be missing.
func (r random) part() contact.Date {
	d := r.day()
	switch r.IntN(5) {
	case 0:
		return contact.Date{}
	case 1:
		d.Year = 0
	case 2:
		d.Month, d.Day = 0, 0
	case 3:
		d.Day = 0
	}
	return d
}

func (r random) maybe() contact.Date {
	if r.IntN(2) == 0 {
		return contact.Date{}
	}
	return r.day()
}

func many[E any](r random, f func() E) []E {
	list := make([]E, r.IntN(4))
	for i := range list {
		list[i] = f()
	}
	return list
}

func (r random) contact() contact.Contact {
	c := contact.Contact{
		Kind:     []contact.Kind{"", contact.Person, contact.Company}[r.IntN(3)],
		Name:     contact.Name{Salutation: r.text(), Title: r.text(), Given: r.text(), Family: r.text(), Company: r.text()},
		Language: r.text(), TimeZone: r.text(), PreferredChannel: contact.Channel(r.text()), Born: r.part(),
		Occupation: r.text(), Education: r.text(), MaritalStatus: r.text(), VATNumber: r.text(), Owner: r.text(),
		Tags: many(r, r.text), Hobbies: many(r, r.text), Memberships: many(r, r.text),
		Emails: many(r, func() contact.Email { return contact.Email{Address: r.text(), Role: r.role(), Normal: r.text()} }),
		Phones: many(r, func() contact.Phone { return contact.Phone{Number: r.text(), Role: r.role(), Normal: r.text()} }),
		Addresses: many(r, func() contact.Address {
			return contact.Address{
				Street: r.text(), Extra: r.text(), PostalCode: r.text(), City: r.text(), Region: r.text(), Country: r.text(),
				Role: r.role(), From: r.maybe(), Until: r.maybe(),
			}
		}),
		Identities: many(r, func() contact.Identity {
			return contact.Identity{Source: []string{"shop", "erp.de"}[r.IntN(2)], Key: r.key()}
		}),
		Origins: many(r, func() contact.Origin { return contact.Origin{Source: r.text(), At: r.time(), Notice: r.text()} }),
		Custom:  r.custom(), CreatedAt: r.time(), UpdatedAt: r.time(), Version: r.Int64N(1 << 40),
	}
	if r.IntN(4) > 0 {
		c.ID = id.New()
	}
	return c
}

func (r random) custom() map[string]contact.Value {
	m := map[string]contact.Value{
		"note": contact.Text(r.prose()), "points": {Type: contact.TypeNumber, Number: int64(r.Uint64()|1) >> r.IntN(63)},
		"seen.at": contact.Time(r.time()), "vip": contact.Bool(r.IntN(2) == 0), "wedding": contact.Day(r.day()),
		"balance": contact.Amount(money.New(r.Int64N(2*contact.MaxAmount)-contact.MaxAmount, []string{"EUR", "JPY", "KWD", "CLF"}[r.IntN(4)])),
	}
	if likes := many(r, r.text); len(likes) > 0 {
		m["likes"] = contact.Many(likes...)
	}
	for name := range m {
		if r.IntN(4) == 0 {
			delete(m, name)
		}
	}
	return m
}

// same checks that a record came back.
func same(t *testing.T, got, want contact.Contact) {
	t.Helper()
	sort := func(list []contact.Identity) []contact.Identity {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b contact.Identity) int {
			return bytes.Compare([]byte(a.Source+"\x00"+a.Key), []byte(b.Source+"\x00"+b.Key))
		})
		return slices.Compact(list)
	}
	switch {
	case !contact.SameData(got, want):
	case got.ID != want.ID || !slices.Equal(sort(got.Identities), sort(want.Identities)):
	case !got.CreatedAt.Equal(want.CreatedAt) || !got.UpdatedAt.Equal(want.UpdatedAt) || got.Version != want.Version:
	default:
		return
	}
	sameAs(t, got, want)
}

// export writes contacts into a table that is just wide enough.
func export(t testing.TB, list []contact.Contact, o *table.WriteOptions) string {
	t.Helper()
	var file bytes.Buffer
	w, err := table.NewWriter(&file, o)
	if err != nil {
		t.Fatal(err)
	}
	var own people.EncodeOptions
	for _, c := range list {
		own.Fit(c)
	}
	e, err := people.NewEncoder(w, fields, &own)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if err := e.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestEncoder_import_of_an_export_is_the_identity(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for seed := range uint64(40) {
		r := random{rand.New(rand.NewPCG(seed, 1))}
		list := make([]contact.Contact, 25)
		for i := range list {
			list[i] = r.contact()
		}
		file := export(t, list, &table.WriteOptions{Delimiter: []rune{',', ';', '\t'}[r.IntN(3)], BOM: r.IntN(2) == 0, LF: r.IntN(2) == 0})
		in, err := table.NewReader(bytes.NewReader([]byte(file)), &table.Options{Unprotect: true})
		is.NoErr(err)
		m, unplaced := people.Guess(in.Columns(), fields)
		is.Equal(len(unplaced), 0)
		// Options do not matter for what an Encoder wrote.
		d, err := people.NewDecoder(in, m, &people.Options{Fields: fields, Missing: []string{"NULL"}, Decimal: ",", Layout: "2.1.2006"})
		is.NoErr(err)
		got, broken := all(t, d)
		is.Equal(broken, nil)
		is.Equal(len(got), len(list))
		for i := range list {
			same(t, got[i], list[i])
		}
	}
}

func TestEncoder_refuses_what_has_no_room(t *testing.T) {
	t.Parallel()
	full := contact.Contact{
		Emails: []contact.Email{{Address: "a@example.com"}}, Identities: []contact.Identity{{Source: "erp", Key: "1"}},
		Custom: map[string]contact.Value{"other": contact.Bool(true), "points": contact.Text("x"), "wedding": contact.Day(contact.Date{Year: 2000})},
	}
	for _, cut := range []bool{false, true} {
		is := is.New(t)
		var file bytes.Buffer
		w, err := table.NewWriter(&file, nil)
		is.NoErr(err)
		e, err := people.NewEncoder(w, fields, &people.EncodeOptions{Sources: []string{"shop"}, Cut: cut})
		is.NoErr(err)
		err = e.Encode(full)
		is.True(errors.Is(err, errs.ErrInvalid))
		is.Equal(errs.Has(err, "too_many"), !cut)
		is.Equal(errs.Has(err, "unknown_source"), !cut)
		is.Equal(errs.Has(err, "unknown_field"), !cut)
		is.True(errs.Has(err, "wrong_type"))
		is.True(errs.Has(err, "not_valid"))
		is.Equal(e.Encode(contact.Contact{Emails: full.Emails}) == nil, cut)
	}
}

func TestNewEncoder_refuses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w, err := table.NewWriter(new(bytes.Buffer), nil)
	is.NoErr(err)
	_, err = people.NewEncoder(w, []contact.Field{{Name: "a"}, {Name: "a"}, {Name: "B"}}, &people.EncodeOptions{Emails: 51, Sources: []string{"x", "x", "Y"}})
	is.Equal(errs.FieldsOf(err), []errs.Field{
		{Path: "options", Code: "out_of_range", Message: "must be at most 50 of each"},
		{Path: "options.sources[0]", Code: "syntax", Message: errs.FieldsOf(err)[1].Message},
		{Path: "options.sources[2]", Code: "duplicate", Message: "stands there twice"},
		{Path: "fields[1].name", Code: "duplicate", Message: "stands there twice"},
		{Path: "fields[2].name", Code: "syntax", Message: errs.FieldsOf(err)[4].Message},
	})
}
