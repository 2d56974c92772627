// Package calllist sends phone calls to people: it makes a call list, a CSV
// file with the columns key, name, phone, campaign and text.
//
// Each call is first a file of its own, named by the message's key, written
// under another name, brought to the disk and renamed; [Sender.Compile] then
// writes the list anew from all of them. So a call that was sent stands in
// every later list exactly once, however often it was sent, by whatever number
// of processes, and wherever one of them was killed. To append to one file
// instead would need a lock that all processes share and a repair of the last
// line after each crash.
package calllist

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/internal/keyfile"
)

// columns of the list.
var columns = []string{"key", "name", "phone", "campaign", "text"}

// Sender makes a call list. It is safe for concurrent use.
type Sender struct {
	calls, list keyfile.Dir
	dir         string
}

var _ channel.Sender = (*Sender)(nil)

// New returns a sender that works in dir, which is made where it is missing.
func New(dir string) (*Sender, error) {
	s := &Sender{dir: dir}
	var err error
	if s.calls, err = keyfile.Open(filepath.Join(dir, callsDir), callExt); err != nil {
		return nil, fmt.Errorf("calllist: %w", err)
	}
	if s.list, err = keyfile.Open(dir, ""); err != nil {
		return nil, fmt.Errorf("calllist: %w", err)
	}
	return s, nil
}

// Caps implements channel.Sender: a key that was sent before is not sent again,
// ever.
func (s *Sender) Caps() channel.Caps {
	return channel.Caps{Idempotent: true, Timeout: 5 * time.Second}
}

// Send puts the call down. It stands in the list from the next Compile on.
//
// A recipient without a telephone number, or with something else in its place,
// is channel.ErrBadAddress. A key that cannot name a file is
// channel.ErrRejected. When the disk fails before the file has its name it is
// channel.ErrNotSent.
func (s *Sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	if !isPhone(m.To.Phone) {
		return channel.Receipt{}, fmt.Errorf("calllist: %w", channel.ErrBadAddress)
	}
	row, err := line(m.Key, cell(m.To.Name.String()), m.To.Phone, cell(m.Campaign), cell(m.Text))
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("calllist: %w: %w", channel.ErrRejected, err)
	}
	if _, err := s.calls.Put(ctx, m.Key, row); err != nil {
		return channel.Receipt{}, fmt.Errorf("calllist: %w", err)
	}
	return channel.Receipt{ProviderID: m.Key}, nil
}

// line writes one record as RFC 4180 wants it.
func line(cells ...string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.Write(cells); err != nil {
		return nil, err
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// isPhone takes digits and the usual signs between them. Such a cell cannot
// call a function in a spreadsheet, so it is written as it is: a number is
// there to be dialled.
func isPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ -/().", r):
			return false
		}
	}
	return digits >= 3
}

// cell makes a text harmless for spreadsheets, which take a cell that begins
// with one of these signs, or its full-width form, for a formula: an apostrophe
// before it makes it text.
func cell(s string) string {
	if first := strings.TrimLeft(s, " \u00a0\r\n"); first != "" && strings.ContainsRune("=+-@\t＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
