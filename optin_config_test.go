package crm_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage/memory"
)

// TestNew_refuses_mails_that_nobody_agreed_to: until a request is confirmed, its mail must
// hold nothing but the question.
func TestNew_refuses_mails_that_nobody_agreed_to(t *testing.T) {
	t.Parallel()
	good := func() *consent.OptIn {
		return &consent.OptIn{Secrets: [][]byte{bytes.Repeat([]byte{1}, 16)}, Link: "https://shop.example/c?t={token}",
			Mails: map[string]consent.OptInMail{"": {Subject: "Confirm", Text: "Was it you? {link}"}}}
	}
	mail := func(subject, text string) func(*consent.OptIn) {
		return func(o *consent.OptIn) { o.Mails[""] = consent.OptInMail{Subject: subject, Text: text} }
	}
	for _, c := range []struct {
		what, path string
		change     func(*consent.OptIn)
	}{
		{"nothing wrong", "", func(*consent.OptIn) {}},
		{"a picture", "config.opt_in.mails[].text", mail("Confirm", `{link} <img src="https://t.example/p.gif">`)},
		{"another link", "config.opt_in.mails[].text", mail("Confirm", "{link} New: https://shop.example/sofas")},
		{"a bare link", "config.opt_in.mails[].text", mail("Confirm", "{link} New: www.shop.example")},
		{"a voucher", "config.opt_in.mails[].text", mail("Confirm", "{link} {{.Voucher.Code}}")},
		{"no link", "config.opt_in.mails[].text", mail("Confirm", "Was it you?")},
		{"two links", "config.opt_in.mails[].text", mail("Confirm", "{link} {link}")},
		{"a header in the subject", "config.opt_in.mails[].subject", mail("Confirm\r\nBcc: a@example.org", "{link}")},
		{"a short secret", "config.opt_in.secrets[0]", func(o *consent.OptIn) { o.Secrets[0] = []byte("short") }},
		{"no page", "config.opt_in.link", func(o *consent.OptIn) { o.Link = "javascript:{token}" }},
		{"no mail", "config.opt_in.mails", func(o *consent.OptIn) { o.Mails = nil }},
	} {
		o := good()
		c.change(o)
		_, err := crm.New(memory.New(), &crm.Config{OptIn: o, Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: printer{}}})
		fields := errs.FieldsOf(err)
		switch {
		case c.path == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.path != "" && (!errors.Is(err, crm.ErrInvalid) || len(fields) == 0 || fields[0].Path != c.path):
			t.Errorf("%s: %v, must name %s", c.what, err, c.path)
		}
	}
	_, err := crm.New(memory.New(), &crm.Config{OptIn: good()})
	if fields := errs.FieldsOf(err); len(fields) != 1 || fields[0].Code != "missing_sender" {
		t.Errorf("without a sender for e-mail: %v", err)
	}
}
