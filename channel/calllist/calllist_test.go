package calllist_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/calllist"
	"github.com/stammkunde/crm/contact"
)

func setup(t *testing.T) *calllist.Sender {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "phone"))
}

func open(t *testing.T, dir string) *calllist.Sender {
	t.Helper()
	s, err := calllist.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func message(key string, change func(*channel.Message)) channel.Message {
	m := channel.Message{
		Key: key, Campaign: "winback", Text: "Offer 10 %.",
		To: channel.Recipient{Name: contact.Name{Given: "Jörg", Family: "Muster"}, Phone: "+49 30 23125-001"},
	}
	if change != nil {
		change(&m)
	}
	return m
}

// rows compiles the list and parses it.
func rows(t *testing.T, s *calllist.Sender) [][]string {
	t.Helper()
	if err := s.Compile(t.Context()); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(list[0], " "); got != "key name phone campaign text" {
		t.Errorf("columns: %s", got)
	}
	return list[1:]
}

func TestCompile_lists_every_call_once(t *testing.T) {
	s := setup(t)
	if got := rows(t, s); len(got) != 0 {
		t.Errorf("an empty list has %v", got)
	}
	for _, key := range []string{"b", "a", "b"} {
		if _, err := s.Send(t.Context(), message(key, nil)); err != nil {
			t.Fatal(err)
		}
	}
	want := "[[a Jörg Muster +49 30 23125-001 winback Offer 10 %.] [b Jörg Muster +49 30 23125-001 winback Offer 10 %.]]"
	if got := fmt.Sprint(rows(t, s)); got != want {
		t.Errorf("got %s", got)
	}
}

func TestSend_text_survives(t *testing.T) {
	for _, text := range []string{"two\nlines", `a "quoted", word;`, "1=1", "Grüße 家具", "a\tb", ""} {
		s := setup(t)
		if _, err := s.Send(t.Context(), message("k", func(m *channel.Message) { m.Text = text })); err != nil {
			t.Fatal(err)
		}
		if got := rows(t, s); len(got) != 1 || got[0][4] != text {
			t.Errorf("text %q came back as %q", text, got)
		}
	}
}

func TestSend_no_cell_is_a_formula(t *testing.T) {
	for _, evil := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A", "\u00a0=1"} {
		s := setup(t)
		m := message("k", func(m *channel.Message) { m.To.Name = contact.Name{Company: evil}; m.Campaign, m.Text = evil, evil })
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{1, 3, 4} {
			if got := rows(t, s)[0][i]; got != "'"+evil {
				t.Errorf("%q came out as %q", evil, got)
			}
		}
	}
}

func TestSend_phone_numbers_stay_as_they_are(t *testing.T) {
	for _, phone := range []string{"+49 30 23125 001", "030/23125-001", "(030) 23125.001", "110"} {
		s := setup(t)
		if _, err := s.Send(t.Context(), message("k", func(m *channel.Message) { m.To.Phone = phone })); err != nil {
			t.Fatal(err)
		}
		if got := rows(t, s)[0][2]; got != phone {
			t.Errorf("%q came out as %q", phone, got)
		}
	}
}

func TestSend_errors(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "phone")
	s := open(t, dir)
	for _, phone := range []string{"", "12", "call me", "=HYPERLINK(1)", "+49 30\r\n1234", "+49cmd|1"} {
		_, err := s.Send(t.Context(), message("k", func(m *channel.Message) { m.To.Phone = phone }))
		if !errors.Is(err, channel.ErrBadAddress) {
			t.Errorf("phone %q: %v", phone, err)
		}
	}
	if _, err := s.Send(t.Context(), message("../k", nil)); !errors.Is(err, channel.ErrRejected) {
		t.Errorf("key with a path: %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(t.Context(), message("k", nil)); !errors.Is(err, channel.ErrNotSent) {
		t.Errorf("disk gone: %v", err)
	}
	if err := s.Compile(t.Context()); err == nil {
		t.Error("compiled from a directory that is gone")
	}
}

func TestSend_a_killed_attempt_leaves_no_torn_row(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "phone")
	open(t, dir)
	torn := filepath.Join(dir, "calls", ".unfinished", "a.csv.1")
	if err := os.WriteFile(torn, []byte("a,Jör"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir) // the next process
	if got := rows(t, s); len(got) != 0 {
		t.Errorf("the torn row is in the list: %v", got)
	}
	if _, err := s.Send(t.Context(), message("a", nil)); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, s); len(got) != 1 {
		t.Errorf("rows: %v", got)
	}
	if _, err := os.Stat(torn); err == nil {
		t.Error("the beginning of the row was left")
	}
}

func TestSender_many_at_once(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "phone")
	var wg sync.WaitGroup
	for range 4 {
		s := open(t, dir)
		wg.Go(func() {
			for i := range 25 {
				if _, err := s.Send(t.Context(), message(fmt.Sprintf("key-%02d", i), nil)); err != nil {
					t.Error(err)
				}
			}
			if err := s.Compile(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := rows(t, open(t, dir)); len(got) != 25 {
		t.Errorf("%d rows, want 25", len(got))
	}
}
