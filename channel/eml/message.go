package eml

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"github.com/stammkunde/crm/channel"
)

// compose makes the whole file.
func (s *Sender) compose(m channel.Message, id string) ([]byte, error) {
	var b strings.Builder
	field(&b, "Date", s.now().Format(time.RFC1123Z))
	field(&b, "From", mailbox(s.from))
	field(&b, "To", mailbox(mail.Address{Name: m.To.Name.String(), Address: m.To.Email}))
	field(&b, "Subject", unstructured(m.Subject))
	field(&b, "Message-ID", id)
	field(&b, "MIME-Version", "1.0")
	if m.HTML == "" {
		part := partHeader("text/plain")
		for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
			field(&b, name, part.Get(name))
		}
		b.WriteString("\r\n")
		err := writeBody(&b, m.Text)
		return []byte(b.String()), err
	}
	err := writeAlternatives(&b, m)
	return []byte(b.String()), err
}

// writeAlternatives writes both forms of the message, the better one last (RFC
// 2046, section 5.1.4).
func writeAlternatives(b *strings.Builder, m channel.Message) error {
	w := multipart.NewWriter(b)
	if err := w.SetBoundary(boundary(m.Key)); err != nil {
		return err
	}
	field(b, "Content-Type", fmt.Sprintf(`multipart/alternative; boundary="%s"`, w.Boundary()))
	b.WriteString("\r\n")
	for _, part := range []struct{ mediaType, text string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		body, err := w.CreatePart(partHeader(part.mediaType))
		if err != nil {
			return err
		}
		if err := writeBody(body, part.text); err != nil {
			return err
		}
	}
	return w.Close()
}

func partHeader(mediaType string) textproto.MIMEHeader {
	return textproto.MIMEHeader{
		"Content-Type":              {mediaType + "; charset=utf-8"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	}
}

// boundary is the same for the same key. It cannot stand in a body, because
// quoted-printable writes "=_" otherwise.
func boundary(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "=_" + hex.EncodeToString(sum[:12])
}

// writeBody writes text as quoted-printable, with line ends as mail wants them.
func writeBody(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	if _, err := io.WriteString(q, text); err != nil {
		return err
	}
	return q.Close()
}
