package crm_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
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
	anna, err = c.Contacts.Get(ctx, anna.ID)
	fmt.Println(len(anna.Custom), err) // what was written before is not shown any more
	// Output:
	// custom[allergies] consent_required
	// [milk nuts] <nil>
	// contact.SetSensitive: invalid: custom[allergies]: needs the proof of an explicit consent that is in force [consent_required]
	// 0 <nil>
}

// With keys of the host's, sensitive values are stored encrypted, under a key for each
// contact. A key management service is one more type with two methods; here the key lies
// in the memory of the program.
func ExampleConfig_keys() {
	ctx := context.Background()
	keys, err := vault.NewLocal(map[string][]byte{"2026": bytes.Repeat([]byte{7}, vault.KeySize)}, "2026")
	if err != nil {
		fmt.Println(err)
		return
	}
	index, err := vault.NewIndex([]byte("32 random bytes would be better!"))
	if err != nil {
		fmt.Println(err)
		return
	}
	store := memory.New()
	c, err := crm.New(store, &crm.Config{Keys: keys, Index: index, Fields: []contact.Field{{
		Name: "allergy", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "allergy_advice", Searchable: true,
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	anna := customer(c, "4711", "Anna", "Müller")
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
	anna, err = c.Contacts.SetSensitive(ctx, anna.ID, anna.Version, map[string]contact.Value{"allergy": contact.Text("nuts")}, proof)
	fmt.Println("written:", anna.Custom["allergy"].Text, err)
	stored, err := store.Contacts(ctx, []contact.ID{anna.ID})
	fmt.Println("sealed:", stored[0].Custom["allergy"].IsSealed(), err)
	n, err := c.Segments.Count(ctx, segment.Field("custom.allergy").Equals("nuts"))
	fmt.Println("found by a rule:", n, err)

	if err := c.Consents.Withdraw(ctx, agreed); err != nil {
		fmt.Println(err)
		return
	}
	anna, err = c.Contacts.Get(ctx, anna.ID)
	fmt.Println("shown after the withdrawal:", len(anna.Custom), err)
	n2, err := c.Contacts.DestroyWithdrawn(ctx) // CRM.Run does it every ten minutes
	fmt.Println("destroyed:", n2, err)
	stored, err = store.Contacts(ctx, []contact.ID{anna.ID})
	fmt.Println("stored:", len(stored[0].Custom), err)
	// Output:
	// written: nuts <nil>
	// sealed: true <nil>
	// found by a rule: 1 <nil>
	// shown after the withdrawal: 0 <nil>
	// destroyed: 1 <nil>
	// stored: 0 <nil>
}
