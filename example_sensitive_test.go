package crm_test

import (
	"context"
	"fmt"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage/memory"
)

// What is said of a customer's health is written only with the proof that the
// customer consented to just that, and not after the consent was withdrawn.
func ExampleCRM_sensitive() {
	ctx := context.Background()
	c, err := crm.New(memory.New(), &crm.Config{Fields: []contact.Field{{
		Name: "allergies", Type: contact.TypeMany, OneOf: []string{"gluten", "nuts", "milk"},
		Sensitivity: contact.Health, Purpose: "allergy_advice",
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	anna := customer(c, "4711", "Anna", "Müller")
	allergies := map[string]contact.Value{"allergies": contact.Many("nuts", "milk")}

	anna.Custom = allergies
	_, err = c.Contacts.Update(ctx, anna)
	fmt.Println(errs.FieldsOf(err)[0].Path, errs.FieldsOf(err)[0].Code)

	agreed := consent.Declaration{
		Contact: anna.ID, Purpose: "allergy_advice", Channels: []contact.Channel{"counter"}, Source: "tablet",
		Wording: "I agree that the shop keeps my allergies to advise me.",
	}
	if err := c.Consents.Grant(ctx, agreed); err != nil {
		fmt.Println(err)
		return
	}
	states, err := c.Consents.States(ctx, anna.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	proof := contact.Proof(states[0].Event.String()) // the states are sorted by purpose
	anna, err = c.Contacts.SetSensitive(ctx, anna.ID, anna.Version, allergies, proof)
	fmt.Println(anna.Custom["allergies"].Texts, err)

	if err := c.Consents.Withdraw(ctx, agreed); err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Contacts.SetSensitive(ctx, anna.ID, anna.Version, allergies, proof)
	fmt.Println(err)
	// Output:
	// custom[allergies] consent_required
	// [milk nuts] <nil>
	// contact.SetSensitive: invalid: custom[allergies]: needs the proof of an explicit consent that is in force [consent_required]
}
