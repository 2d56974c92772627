package letter_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/letter"
	"github.com/stammkunde/crm/contact"
)

var head = letter.Letterhead{Name: "Möbel & Mehr", Lines: []string{"Lange Straße 1", "10115 Berlin"}}

func setup(t *testing.T) (*letter.Sender, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "letters")
	s, err := letter.New(dir, head, &letter.Options{
		Now: func() time.Time { return time.Date(2025, 6, 2, 23, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func message(change func(*channel.Message)) channel.Message {
	m := channel.Message{
		Key: "key-1", Subject: "10 % for you", Text: "Dear Erika,\n\nfirst line\nsecond line\n\n\nBye\n",
		To: channel.Recipient{
			Language: "de", Name: contact.Name{Title: "Dr.", Given: "Erika", Family: "Muster"},
			Address: contact.Address{Street: "Hauptstr. 5", PostalCode: "20095", City: "Hamburg", Country: "DE"},
		},
	}
	if change != nil {
		change(&m)
	}
	return m
}

// render sends a message and gives what lies in its file.
func render(t *testing.T, m channel.Message) string {
	t.Helper()
	s, dir := setup(t)
	r, err := s.Send(t.Context(), m)
	if err != nil || r.ProviderID != "key-1.html" {
		t.Fatalf("receipt %v, %v", r, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "key-1.html"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var addressLine = regexp.MustCompile(`(?m)^<div>(.*)</div>$`)

func addressOf(t *testing.T, m channel.Message) string {
	t.Helper()
	var lines []string
	for _, found := range addressLine.FindAllStringSubmatch(render(t, m), -1) {
		lines = append(lines, found[1])
	}
	return strings.Join(lines, "|")
}

func TestSend_address(t *testing.T) {
	tests := []struct{ name, want string }{
		{"at home", "Dr. Erika Muster|Hauptstr. 5|20095 Hamburg"},
		{"company", "Muster GmbH|Dr. Erika Muster|c/o Beispiel|Hauptstr. 5|20095 Hamburg"},
		{"abroad", "Dr. Erika Muster|Hauptstr. 5|HENDERSON KENTUCKY 42420|VEREINIGTE STAATEN"},
		{"no postal code", "Dr. Erika Muster|Hauptstr. 5|Hamburg"},
	}
	for _, tt := range tests {
		got := addressOf(t, message(func(m *channel.Message) {
			switch tt.name {
			case "company":
				m.To.Name.Company, m.To.Address.Extra = "Muster GmbH", "c/o Beispiel"
			case "abroad":
				m.To.Address = contact.Address{Street: "Hauptstr. 5", City: "Henderson", Region: "Kentucky", PostalCode: "42420", Country: "US"}
			case "no postal code":
				m.To.Address.PostalCode = ""
			}
		}))
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSend_text(t *testing.T) {
	html := render(t, message(nil))
	for _, want := range []string{
		`<html lang="de">`, "<h1>10 % for you</h1>", "<time>2025-06-02</time>",
		"<p>Dear Erika,</p>\n<p>first line\nsecond line</p>\n<p>Bye</p>",
		"<span>Möbel &amp; Mehr · Lange Straße 1 · 10115 Berlin</span>",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is missing in\n%s", want, html)
		}
	}
	if strings.Contains(html, "http") || strings.Contains(html, "src=") {
		t.Error("the letter loads something from elsewhere")
	}
}

func TestSend_escapes_every_value(t *testing.T) {
	const evil = `"><script>alert('x')</script>`
	html := render(t, message(func(m *channel.Message) {
		m.Subject, m.Text, m.HTML = evil, evil+"\n\n"+evil, evil
		m.To.Language = evil
		m.To.Name = contact.Name{Title: evil, Given: evil, Family: evil, Company: evil}
		m.To.Address = contact.Address{Street: evil, Extra: evil, PostalCode: evil, City: evil, Region: evil, Country: "FR"}
	}))
	if strings.Contains(html, "<script") || strings.Contains(html, `""><`) {
		t.Errorf("not escaped:\n%s", html)
	}
}

func TestSend_errors(t *testing.T) {
	s, dir := setup(t)
	for name, change := range map[string]func(*channel.Message){
		"no street": func(m *channel.Message) { m.To.Address.Street = "" },
		"no city":   func(m *channel.Message) { m.To.Address.City = "" },
	} {
		if _, err := s.Send(t.Context(), message(change)); !errors.Is(err, channel.ErrBadAddress) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Send(t.Context(), message(func(m *channel.Message) { m.Key = "../key" })); !errors.Is(err, channel.ErrRejected) {
		t.Errorf("key with a path: %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(t.Context(), message(nil)); !errors.Is(err, channel.ErrNotSent) {
		t.Errorf("disk gone: %v", err)
	}
}

func TestSend_the_same_key_makes_one_file(t *testing.T) {
	_, dir := setup(t)
	for range 3 {
		s, err := letter.New(dir, head, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Send(t.Context(), message(nil)); err != nil || !s.Caps().Idempotent {
			t.Error(err)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*.html")); len(found) != 1 {
		t.Errorf("files: %v", found)
	}
}

func TestNew_needs_a_name(t *testing.T) {
	if _, err := letter.New(t.TempDir(), letter.Letterhead{}, nil); err == nil {
		t.Error("took a letterhead without a name")
	}
}
