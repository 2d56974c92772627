package segment_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/segment"
)

// Blinded puts blind indexes in the place of constants for sealed fields, wherever they
// stand, and touches nothing else.
func TestBlinded(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	keys, err := vault.NewLocal(map[string][]byte{"k": bytes.Repeat([]byte{7}, vault.KeySize)}, "k")
	is.NoErr(err)
	index, err := vault.NewIndex([]byte("0123456789abcdef"))
	is.NoErr(err)
	s := contact.NewSealing([]contact.Field{
		{Name: "illness", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care", Searchable: true},
		{Name: "signs", Type: contact.TypeMany, OneOf: []string{"fever"}, Sensitivity: contact.Health, Purpose: "care", Searchable: true},
		{Name: "secret", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care"},
	}, keys, index)
	where := segment.Any(segment.Not(segment.Field("name").Equals("fever")))
	rule := segment.All(
		segment.Not(segment.Field("custom.illness").OneOf("gout", "flu")),
		segment.Any(segment.Rule{Has: &segment.HasCondition{List: "custom.signs", Where: &where, Op: segment.AtLeast, Number: 1}}),
		segment.Field("custom.illness").Missing(),
		segment.Field("custom.secret").Equals("unsearchable"),
		segment.Field("name.given").Equals("Anna"),
	)
	before, err := json.Marshal(rule)
	is.NoErr(err)
	blind := segment.Blinded(rule, s, "north")
	text, err := json.Marshal(blind)
	is.NoErr(err)
	for _, hidden := range []string{"gout", "flu", "fever"} {
		is.True(!strings.Contains(string(text), hidden))
	}
	for _, kept := range []string{"unsearchable", "Anna", s.Blind("north", "illness", contact.Text("flu")).Text, s.Blind("north", "signs", contact.Text("fever")).Text} {
		is.True(strings.Contains(string(text), kept))
	}
	after, err := json.Marshal(rule)
	is.NoErr(err)
	is.Equal(string(after), string(before)) // the rule itself stays
	again, err := json.Marshal(segment.Blinded(blind, s, "north"))
	is.NoErr(err)
	is.Equal(string(again), string(text)) // and a blind one, too
	same, err := json.Marshal(segment.Blinded(rule, nil, "north"))
	is.NoErr(err)
	is.Equal(string(same), string(before))
}
