package calllist_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/calllist"
	"github.com/stammkunde/crm/contact"
)

func Example() {
	dir, err := os.MkdirTemp("", "calls")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	sender, err := calllist.New(dir)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	m := channel.Message{
		Key: "delivery-1", Campaign: "winback", Text: "Offer 10 % on the next order.",
		To: channel.Recipient{Name: contact.Name{Given: "Erika", Family: "Muster"}, Phone: "+49 30 23125 001"},
	}
	for range 2 { // the second time nothing happens
		if _, err := sender.Send(ctx, m); err != nil {
			log.Fatal(err)
		}
	}
	if err := sender.Compile(ctx); err != nil {
		log.Fatal(err)
	}
	list, err := os.ReadFile(sender.Path())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(strings.ReplaceAll(string(list), "\r\n", "\n"))
	// Output:
	// key,name,phone,campaign,text
	// delivery-1,Erika Muster,+49 30 23125 001,winback,Offer 10 % on the next order.
}
