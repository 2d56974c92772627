package access_test

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/access"
)

// What the ready roles may, in the rooms that most people work in.
func ExampleReady() {
	roles := access.Ready()
	names := []string{access.Marketing, access.Sales, access.Service, access.PrivacyOfficer, access.ReadOnly}
	for _, action := range []access.Action{
		"contact.Get", "contact.Update", "contact.IBAN", "consent.Grant", "consent.Withdraw", "segment.Save",
		"campaign.Start", "payment.Refund", "exchange.Export", "audit.Entries",
	} {
		class, _ := action.Class()
		var may []string
		for _, name := range names {
			if roles[name].May(action) {
				may = append(may, name)
			}
		}
		fmt.Printf("%-16s %-14s %s\n", action, class, strings.Join(may, ", "))
	}

	// Output:
	// contact.Get      read           marketing, sales, service, privacy-officer, read-only
	// contact.Update   write          sales, service
	// contact.IBAN     read-sensitive privacy-officer
	// consent.Grant    consent        sales, privacy-officer
	// consent.Withdraw consent        sales, service, privacy-officer
	// segment.Save     write          marketing
	// campaign.Start   send           marketing
	// payment.Refund   write          sales
	// exchange.Export  export         privacy-officer
	// audit.Entries    audit          privacy-officer
}
