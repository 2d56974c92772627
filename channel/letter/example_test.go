package letter_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/letter"
	"github.com/stammkunde/crm/contact"
)

func Example() {
	dir, err := os.MkdirTemp("", "letters")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	shop := letter.Letterhead{Name: "Example Shop", Lines: []string{"Lange Straße 1", "10115 Berlin"}}
	sender, err := letter.New(dir, shop, nil)
	if err != nil {
		log.Fatal(err)
	}
	receipt, err := sender.Send(context.Background(), channel.Message{
		Key: "delivery-1", Subject: "10 % for you", Text: "Dear Erika,\n\nplease come again.",
		To: channel.Recipient{
			Name:    contact.Name{Given: "Erika", Family: "Muster"},
			Address: contact.Address{Street: "Hauptstr. 5", PostalCode: "20095", City: "Hamburg", Country: "DE"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("print", receipt.ProviderID)
	// Output: print delivery-1.html
}
