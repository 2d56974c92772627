package eml_test

import (
	"context"
	"fmt"
	"log"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/eml"
	"github.com/stammkunde/crm/contact"
)

func Example() {
	dir, err := os.MkdirTemp("", "eml")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	from := mail.Address{Name: "Example Shop", Address: "shop@example.com"}
	now := func() time.Time { return time.Date(2025, 6, 2, 9, 0, 0, 0, time.UTC) }
	sender, err := eml.New(dir, from, &eml.Options{Now: now})
	if err != nil {
		log.Fatal(err)
	}
	m := channel.Message{
		Key: "delivery-1", Subject: "10 % für Sie", Text: "Hello Erika,\n",
		To: channel.Recipient{Name: contact.Name{Given: "Erika"}, Email: "erika@example.com"},
	}
	for range 2 { // the second time nothing happens
		if _, err := sender.Send(context.Background(), m); err != nil {
			log.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "delivery-1.eml"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(strings.ReplaceAll(string(text), "\r\n", "\n"))
	// Output:
	// Date: Mon, 02 Jun 2025 09:00:00 +0000
	// From: "Example Shop" <shop@example.com>
	// To: "Erika" <erika@example.com>
	// Subject: =?utf-8?b?MTAgJSBmw7xyIFNpZQ==?=
	// Message-ID: <delivery-1@example.com>
	// MIME-Version: 1.0
	// Content-Type: text/plain; charset=utf-8
	// Content-Transfer-Encoding: quoted-printable
	//
	// Hello Erika,
}
