package eml_test

import (
	"testing"

	"github.com/stammkunde/crm/channel"
)

// Line breaks that are written as an encoded word add no header, neither now nor when a
// program decodes the words of a header once.
func TestSend_encoded_line_breaks_add_no_header(t *testing.T) {
	const evil = "=?utf-8?q?Anna=0D=0ABcc:_eve@example.com?="
	m := read(t, message(func(m *channel.Message) { m.Subject, m.To.Name.Given = evil, evil }))
	if len(m.Header) != 8 || m.Header.Get("Bcc") != "" {
		t.Errorf("%d headers: %v", len(m.Header), m.Header)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != evil+" Muster" || to[0].Address != "erika@example.com" {
		t.Errorf("To %v, %v", to, err)
	}
}
