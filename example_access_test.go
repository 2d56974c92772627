package crm_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage/memory"
)

// Who may do what goes by roles. The host names its user with each request; a role of
// its own stands beside the ready ones.
func Example_access() {
	roles := access.Ready()
	roles["cashier"] = access.Role{
		Grants:  []access.Grant{{Rooms: []string{"contact"}, Classes: []access.Class{access.Read}}},
		Actions: []access.Action{"campaign.Redeem"},
	}
	c, err := crm.New(memory.New(), &crm.Config{Authorizer: access.Policy{Roles: roles}})
	if err != nil {
		log.Fatal(err)
	}
	for _, user := range []access.Actor{
		{ID: "user-1", Roles: []string{access.Sales}},
		{ID: "user-2", Roles: []string{"cashier"}},
		{},
	} {
		ctx := context.Background()
		if user.ID != "" {
			ctx = access.With(ctx, user)
		}
		_, err := c.Contacts.Create(ctx, contact.Contact{Name: contact.Name{Given: "Ann", Family: "Smith"}})
		fmt.Printf("%q creates: %v, denied: %t\n", user.ID, err, errors.Is(err, crm.ErrDenied))
		_, err = c.Contacts.List(ctx, "", 10)
		fmt.Printf("%q lists: %v\n", user.ID, err)
	}

	// Output:
	// "user-1" creates: <nil>, denied: false
	// "user-1" lists: <nil>
	// "user-2" creates: contact.Create: denied: is not permitted to the actor [denied], denied: true
	// "user-2" lists: <nil>
	// "" creates: contact.Create: denied: is not permitted to the actor [denied], denied: true
	// "" lists: contact.List: denied: is not permitted to the actor [denied]
}
