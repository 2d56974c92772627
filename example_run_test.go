package crm_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
)

// Run is the optional worker: it sends what falls due in all running campaigns
// until its context ends.
func ExampleCRM_Run() {
	c := newCRM(map[contact.Channel]channel.Sender{contact.ChannelEmail: printer{}})
	customer(c, "4711", "Anna", "Müller")
	spring := spring(c)
	if err := c.Campaigns.Plan(context.Background(), spring.ID); err != nil {
		log.Fatal(err)
	}
	if err := c.Campaigns.Start(context.Background(), spring.ID); err != nil {
		log.Fatal(err)
	}

	ctx, stop := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer stop()
	c.Run(ctx)

	report, err := c.Campaigns.Report(context.Background(), spring.ID)
	fmt.Println("sent:", report.Total.Sent, report.State, err)
	// Output:
	// to Anna Müller by email: Spring
	// sent: 1 finished <nil>
}
