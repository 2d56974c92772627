package sqlstore

import (
	"testing"
	"time"

	"github.com/matryer/is"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/id"
)

func TestDBID(t *testing.T) {
	is := is.New(t)
	want := dbID(id.New())
	text := id.ID[int](want).String()
	for _, src := range []any{want[:], text, []byte(text)} {
		var got dbID
		is.NoErr(got.Scan(src))
		is.Equal(got, want) // every form in which a driver gives an id
	}
	var got dbID
	for _, src := range []any{nil, int64(1), "x", []byte{1, 2}} {
		is.True(got.Scan(src) != nil) // not an id
	}
}

func TestDBID_literal(t *testing.T) {
	is := is.New(t)
	i := dbID{0: 0x01, 15: 0xff}
	for want, d := range map[string]schema.Dialect{
		"X'010000000000000000000000000000ff'":      sqlitedialect.New(),
		"'010000000000000000000000000000ff'::uuid": pgdialect.New(),
	} {
		gen := schema.NewQueryGen(d)
		is.Equal(gen.FormatQuery("?", i), want)
		is.Equal(gen.FormatQuery("?", idList{i, i}), want+","+want)
	}
}

func TestDBTime(t *testing.T) {
	is := is.New(t)
	gen := schema.NewQueryGen(sqlitedialect.New())
	for want, at := range map[string]time.Time{
		"NULL":              {},
		"0":                 time.Unix(0, 0),
		"-1":                time.Unix(0, -1000),
		"1700000000123456":  time.Unix(1700000000, 123456000),
		"-5364662400000000": time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC),
		"10413791999999999": time.Date(2300, 1, 1, 0, 0, 0, -1000, time.UTC),
	} {
		is.Equal(gen.FormatQuery("?, ?", dbTime{at}, 0), want+", 0")
		got := dbTime{time.Unix(1, 0)}
		var src any
		if want != "NULL" {
			src = at.UnixMicro()
		}
		is.NoErr(got.Scan(src))
		is.True(got.t.Equal(at))
	}
}

func TestInstant(t *testing.T) {
	is := is.New(t)
	is.Equal(instant(never), time.Time{}) // the zero time survives as an integer, too
	now := time.Now().UTC().Truncate(time.Microsecond)
	is.Equal(instant(now.UnixMicro()), now)
}
