package eml_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/eml"
	"github.com/stammkunde/crm/contact"
)

var (
	shop = mail.Address{Name: "Möbel Müller", Address: "shop@moebel.example"}
	noon = time.Date(2025, 3, 30, 12, 0, 0, 0, time.FixedZone("CEST", 2*3600))
)

func setup(t *testing.T) (*eml.Sender, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mail")
	s, err := eml.New(dir, shop, &eml.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func message(change func(*channel.Message)) channel.Message {
	m := channel.Message{
		Key: "key-1", Channel: contact.ChannelEmail, Subject: "Hello", Text: "Hello!\n",
		To: channel.Recipient{Email: "erika@example.com", Name: contact.Name{Given: "Erika", Family: "Muster"}},
	}
	if change != nil {
		change(&m)
	}
	return m
}

// read sends a message and parses what lies in its file.
func read(t *testing.T, m channel.Message) *mail.Message {
	t.Helper()
	s, dir := setup(t)
	if _, err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, m.Key+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	checkLines(t, raw)
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// checkLines checks that the file is ASCII in lines that end with CRLF and are
// not too long.
func checkLines(t *testing.T, raw []byte) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(line) > 78 {
			t.Errorf("line of %d characters: %s", len(line), line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("not plain ASCII: %q", line)
		}
	}
}

func TestSend_header(t *testing.T) {
	m := read(t, message(func(m *channel.Message) { m.To.Name.Given = "Jörg, der \"Große\"" }))
	date, err := m.Header.Date()
	if err != nil || !date.Equal(noon) {
		t.Errorf("Date %v, %v", date, err)
	}
	from, err := mail.ParseAddress(m.Header.Get("From"))
	if err != nil || *from != shop {
		t.Errorf("From %v, %v", from, err)
	}
	to, err := m.Header.AddressList("To")
	want := mail.Address{Name: "Jörg, der \"Große\" Muster", Address: "erika@example.com"}
	if err != nil || len(to) != 1 || *to[0] != want {
		t.Errorf("To %v, %v", to, err)
	}
	if got := m.Header.Get("Message-ID"); got != "<key-1@moebel.example>" {
		t.Errorf("Message-ID %s", got)
	}
	if len(m.Header) != 8 {
		t.Errorf("%d headers: %v", len(m.Header), m.Header)
	}
}

func TestSend_subject(t *testing.T) {
	for _, subject := range []string{
		"", "Hello", "10 % für Sie", "=?utf-8?q?spoof?=", "two  blanks", " blank ends ", `"quoted" <x@example.com>, y`,
		strings.Repeat("long ", 60) + "end", strings.Repeat("x", 500), strings.Repeat("ß", 300), "家具の割引 🛋️",
	} {
		m := read(t, message(func(m *channel.Message) { m.Subject = subject }))
		got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || got != subject {
			t.Errorf("subject %q came back as %q, %v", subject, got, err)
		}
	}
}

func TestSend_text(t *testing.T) {
	text := "Guten Tag,\n\n10 % = Rabatt für Sie.\n.\nFrom here: " + strings.Repeat("lang ", 40) + "\ntrailing \n"
	m := read(t, message(func(m *channel.Message) { m.Text = text }))
	if got := m.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type %s", got)
	}
	if got := m.Header.Get("Content-Transfer-Encoding"); got != "quoted-printable" {
		t.Errorf("Content-Transfer-Encoding %s", got)
	}
	got, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.ReplaceAll(string(got), "\r\n", "\n") != text {
		t.Errorf("text came back as %q, %v", got, err)
	}
}

func TestSend_html_is_an_alternative(t *testing.T) {
	m := read(t, message(func(m *channel.Message) { m.HTML = "<p>Grüße</p>" }))
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct{ kind, text string }{{"text/plain; charset=utf-8", "Hello!\r\n"}, {"text/html; charset=utf-8", "<p>Grüße</p>"}} {
		p, err := parts.NextPart() // decodes quoted-printable
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(p)
		if err != nil || string(got) != want.text || p.Header.Get("Content-Type") != want.kind {
			t.Errorf("part %v: %q, %v", p.Header, got, err)
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("a third part: %v", err)
	}
}

func TestSend_refuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*channel.Message)
		want   error
	}{
		{"no address", func(m *channel.Message) { m.To.Email = "" }, channel.ErrBadAddress},
		{"no at sign", func(m *channel.Message) { m.To.Email = "erika" }, channel.ErrBadAddress},
		{"two addresses", func(m *channel.Message) { m.To.Email = "a@example.com, b@example.com" }, channel.ErrBadAddress},
		{"name in the address", func(m *channel.Message) { m.To.Email = "Erika <erika@example.com>" }, channel.ErrBadAddress},
		{"comment in the address", func(m *channel.Message) { m.To.Email = "erika@example.com (me)" }, channel.ErrBadAddress},
		{"line break in the address", func(m *channel.Message) { m.To.Email = "erika@example.com\r\nBcc: x@example.com" }, channel.ErrBadAddress},
		{"line break in the subject", func(m *channel.Message) { m.Subject = "Hello\nBcc: x@example.com" }, channel.ErrRejected},
		{"carriage return in the name", func(m *channel.Message) { m.To.Name.Family = "Muster\rBcc: x@example.com" }, channel.ErrRejected},
		{"key with a line break", func(m *channel.Message) { m.Key = "key\r\nBcc: x@example.com" }, channel.ErrRejected},
		{"key with a path", func(m *channel.Message) { m.Key = "../key" }, channel.ErrRejected},
	}
	s, dir := setup(t)
	for _, tt := range tests {
		_, err := s.Send(t.Context(), message(tt.change))
		if !errors.Is(err, tt.want) || errors.Is(err, channel.ErrBadAddress) != (tt.want == channel.ErrBadAddress) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "@example") {
			t.Errorf("%s: the error repeats the address: %v", tt.name, err)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*.eml")); len(found) != 0 {
		t.Errorf("files were written: %v", found)
	}
}

func TestSend_the_same_key_makes_one_file(t *testing.T) {
	_, dir := setup(t)
	for range 3 { // three processes, one behind the other
		s, err := eml.New(dir, shop, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Send(t.Context(), message(nil))
		if err != nil || r.ProviderID != "<key-1@moebel.example>" || !s.Caps().Idempotent {
			t.Errorf("receipt %v, %v", r, err)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*.eml")); len(found) != 1 {
		t.Errorf("files: %v", found)
	}
}

func TestSend_disk_gone_is_not_sent(t *testing.T) {
	s, dir := setup(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(t.Context(), message(nil)); !errors.Is(err, channel.ErrNotSent) {
		t.Errorf("got %v", err)
	}
}

func TestNew_refuses_a_bad_from(t *testing.T) {
	for _, from := range []mail.Address{{}, {Address: "shop"}, {Address: "a@example.com\r\nX: y"}, {Name: "a\nb", Address: "a@example.com"}} {
		if _, err := eml.New(t.TempDir(), from, nil); err == nil {
			t.Errorf("took %v", from)
		}
	}
}

func FuzzSend(f *testing.F) {
	f.Add("Hello", "Erika", "Text", "<p>")
	f.Add("=?utf-8?q?a?=", "Ä\t", "=_\r\n--=_", "")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, subject, name, text, html string) {
		s, err := eml.New(dir, shop, nil)
		if err != nil {
			t.Fatal(err)
		}
		m := message(func(m *channel.Message) {
			m.Subject, m.To.Name.Given, m.Text, m.HTML = subject, name, text, html
		})
		path := filepath.Join(dir, m.Key+".eml")
		defer os.Remove(path)
		if _, err := s.Send(t.Context(), m); err != nil {
			if !errors.Is(err, channel.ErrRejected) {
				t.Error(err)
			}
			return
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil || len(parsed.Header) < 7 || len(parsed.Header) > 8 {
			t.Errorf("%v\n%s", err, raw)
		}
	})
}
