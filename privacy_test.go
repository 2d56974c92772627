package crm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/storage/memory"
)

func TestNew_checks_privacy(t *testing.T) {
	is := is.New(t)
	_, err := crm.New(memory.New(), &crm.Config{
		Retention: []privacy.Rule{{Class: "all", Keep: privacy.Period{Years: 1}, Action: privacy.Delete}},
		Privacy: privacy.Settings{
			Controller: "a\nb",
			Purposes:   []privacy.Purpose{{Name: "a"}, {Name: "a", Classes: []privacy.Class{"x"}}, {Name: "A"}},
			Parts:      []privacy.Part{{Name: "p"}},
		},
	})
	var got []string
	for _, f := range errs.FieldsOf(err) {
		got = append(got, f.Path+" "+f.Code)
	}
	is.Equal(got, []string{
		"config.retention[0].class unknown_class", "config.privacy.controller control_character", "config.privacy.purposes[1].name duplicate",
		"config.privacy.purposes[1].classes[0] unknown_class", "config.privacy.purposes[2].name syntax", "config.privacy.parts[0].class unknown_class",
	})
}

func TestPrivacy_checks_its_arguments(t *testing.T) {
	is := is.New(t)
	c := newCRM(nil)
	anna := customer(c, "4711", "Anna", "Müller")
	codes := func(err error) (list []string) {
		for _, f := range errs.FieldsOf(err) {
			list = append(list, f.Path+" "+f.Code)
		}
		return list
	}
	ctx := context.Background()
	_, err := c.Privacy.Hold(ctx, anna.ID, privacy.Hold{Class: privacy.Segments, Until: today, Reference: "4111 1111 1111 1111"})
	is.Equal(codes(err), []string{"class unknown_class", "reason required", "reference card_number", "until out_of_range"})
	is.Equal(codes(c.Privacy.Restrict(ctx, anna.ID, " ")), []string{"reason required"})
	_, err = c.Privacy.Erase(ctx, anna.ID, &privacy.ErasureOptions{Reason: "a\nb"})
	is.Equal(codes(err), []string{"reason control_character"})
	_, err = c.Privacy.Sweep(ctx, &privacy.SweepOptions{Now: today.AddDate(0, 0, 1), Limit: -1})
	is.Equal(codes(err), []string{"now in_future", "limit out_of_range"})
	for _, err := range []error{
		c.Privacy.Restrict(ctx, contact.ID{1}, "x"), c.Privacy.Unrestrict(ctx, contact.ID{1}), c.Privacy.ReleaseHold(ctx, anna.ID, privacy.HoldID{1}),
	} {
		is.Equal(len(codes(err)), 1)
		is.True(errs.Has(err, "not_found"))
	}
}

// An export says whom data are handed to, for what, and how long they are kept, and can
// be read again as what it was.
func TestPrivacy_Export_tells_of_the_processing(t *testing.T) {
	is := is.New(t)
	c := newCRM(map[contact.Channel]channel.Sender{contact.ChannelLetter: printer{}})
	anna := customer(c, "4711", "Anna", "Müller")
	doc, err := c.Privacy.Export(context.Background(), anna.ID)
	is.NoErr(err)
	is.Equal(doc.Recipients, []privacy.Recipient{{Name: "sender for the channel letter", Data: "name, language, the address on the channel, and the message"}})
	is.Equal(doc.Retention, privacy.DefaultRetention())
	text, err := json.Marshal(doc)
	is.NoErr(err)
	is.True(bytes.HasPrefix(text, []byte(`{"format":"stammkunde.person","version":1,"made_at":"2026-03-02T09:00:00Z","contact":"`+anna.ID.String()+`"`)))
	var again privacy.Document
	is.NoErr(json.Unmarshal(text, &again))
	second, err := json.Marshal(again)
	is.NoErr(err)
	is.Equal(string(second), string(text))
}
