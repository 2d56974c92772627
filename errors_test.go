package crm_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/memory"
)

func TestNew_says_which_sender_is_broken(t *testing.T) {
	_, err := crm.New(memory.New(), &crm.Config{Senders: map[contact.Channel]channel.Sender{"fax": nil, "E-Mail": printer{}}})
	is.New(t).Equal(errs.FieldsOf(err), []errs.Field{
		{Path: "config.senders[?]", Code: "syntax", Message: errs.FieldsOf(err)[0].Message},
		{Path: "config.senders[fax]", Code: "required", Message: "must not be nil"},
	})
}

func TestCreate_says_that_a_voucher_needs_an_offer(t *testing.T) {
	is := is.New(t)
	d := spring(newCRM(nil)).Definition
	d.Name, d.Offer = "autumn", nil
	d.Templates = map[contact.Channel]campaign.Template{contact.ChannelEmail: {Subject: "{{.Voucher.Colour}}", Text: "{{.Voucher.Code}}", HTML: "{{"}}
	_, err := newCRM(nil).Campaigns.Create(t.Context(), d)
	fields := errs.FieldsOf(err)
	is.Equal(len(fields), 3)
	for i, path := range []string{"html", "subject", "text"} {
		is.Equal(fields[i].Path, "templates[email]."+path)
		is.Equal(fields[i].Code, "template")
		is.Equal(strings.Contains(fields[i].Message, "needs an Offer"), path == "text")
	}
}

// The worker does not begin what it cannot do, and says so once.
func TestWork_returns_when_it_cannot_work(t *testing.T) {
	is := is.New(t)
	var told []error
	note := func(err error) { told = append(told, err) }
	c := newCRM(nil)
	c.Campaigns.Work(t.Context(), &campaign.RunOptions{Workers: -1}, note)
	is.NoErr(c.Atomic(t.Context(), func(ctx context.Context, in *crm.CRM) error {
		in.Campaigns.Work(ctx, nil, note)
		return nil
	}))
	is.Equal(len(told), 2)
	is.True(errors.Is(told[0], crm.ErrInvalid))
	is.True(errors.Is(told[1], crm.ErrConflict))
}

// What goes on inside is nothing that a caller has to know.
func TestErrors_name_the_method_that_was_called(t *testing.T) {
	is := is.New(t)
	_, err := newCRM(nil).Payments.Settle(t.Context(), activity.Ref{Source: "shop", Key: "O-1"}, "tok", activity.PaymentFailed)
	var e *crm.Error
	is.True(errors.As(err, &e))
	is.Equal(e.Op, "payment.Settle")
}

// So it is with segments, whose methods share much of what they do.
func TestErrors_of_segments_name_the_method_that_was_called(t *testing.T) {
	ctx, s := t.Context(), newCRM(nil).Segments
	unknown, nobody := segment.InSegment("unknown"), contact.ID{1}
	for op, err := range map[string]error{
		"segment.Save":             second(s.Save(ctx, "a", unknown)),
		"segment.Get":              second(s.Get(ctx, segment.ID{1})),
		"segment.Find":             second(s.Find(ctx, "unknown")),
		"segment.Count":            second(s.Count(ctx, unknown)),
		"segment.Members":          second(s.Members(ctx, unknown, "", 1)),
		"segment.Among":            second(s.Among(ctx, unknown, []contact.ID{nobody})),
		"segment.Explain":          second(s.Explain(ctx, segment.All(), nobody)),
		"segment.Plan":             second(s.Plan(ctx, unknown)),
		"segment.Preview":          second(s.Preview(ctx, unknown, 1)),
		"segment.Overlap":          second(s.Overlap(ctx, unknown, unknown)),
		"segment.Freeze":           second(s.Freeze(ctx, "a", unknown)),
		"segment.Snapshot":         second(s.Snapshot(ctx, segment.SnapshotID{1})),
		"segment.SnapshotMembers":  second(s.SnapshotMembers(ctx, segment.SnapshotID{1}, "", 1)),
		"segment.CompareSnapshots": second(s.CompareSnapshots(ctx, segment.SnapshotID{1}, segment.SnapshotID{2}, segment.Left, "", 1)),
	} {
		var e *crm.Error
		if !errors.As(err, &e) || e.Op != op {
			t.Errorf("%s gives the error %v", op, err)
		}
	}
	for _, err := range s.Export(ctx, unknown) {
		var e *crm.Error
		if !errors.As(err, &e) || e.Op != "segment.Export" {
			t.Errorf("segment.Export gives the error %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
