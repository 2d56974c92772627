package crm_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/storage/memory"
)

// A customer wants to be erased. The plan says what will happen; the law demands to keep
// the purchases; the certificate says what was done.
func ExampleCRM_erasure() {
	ctx := context.Background()
	now := today
	c, err := crm.New(memory.New(), &crm.Config{Now: func() time.Time { return now }})
	if err != nil {
		log.Fatal(err)
	}
	anna := customer(c, "4711", "Anna", "Müller")
	_, err = c.Activities.Record(ctx, order(anna.ID, "R-1", now, "Furniture", 120_000))
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.Privacy.Hold(ctx, anna.ID, privacy.Hold{
		Class: privacy.Purchases, Reason: "section 147 AO: invoices", Until: time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		log.Fatal(err)
	}

	plan, err := c.Privacy.PlanErasure(ctx, anna.ID, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range plan.Steps {
		fmt.Println("plan:", s.Class, s.Rows, s.Action)
	}
	done, err := c.Privacy.Erase(ctx, anna.ID, &privacy.ErasureOptions{Digest: plan.Digest, Reason: "request of 2026-03-01"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("erased", done.At.Format(time.DateOnly), "because of a", done.Reason)
	for _, s := range done.Steps {
		for _, h := range s.Holds {
			fmt.Println("held until", h.Until.Format(time.DateOnly)+":", s.Rows, s.Class, "for", h.Reason)
		}
	}
	_, err = c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4711"})
	fmt.Println(err)
	held, err := c.Privacy.Held(ctx, anna.ID)
	fmt.Println(len(held), "row is held", err)

	now = time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
	swept, err := c.Privacy.Sweep(ctx, nil)
	fmt.Println("in 2035:", swept.Done, err)
	held, err = c.Privacy.Held(ctx, anna.ID)
	fmt.Println(len(held), "rows are held", err)
	// Output:
	// plan: record 1 delete
	// plan: purchases 1 hold
	// plan: consents 1 delete
	// erased 2026-03-02 because of a request of 2026-03-01
	// held until 2035-01-01: 1 purchases for section 147 AO: invoices
	// contact.Find: not found: identity: does not exist [not_found]
	// 1 row is held <nil>
	// in 2035: [{measures end 1} {purchases delete 1}] <nil>
	// 0 rows are held <nil>
}

// Data that are disputed are left alone until it is settled.
func ExampleCRM_restriction() {
	ctx := context.Background()
	c := newCRM(nil)
	anna := customer(c, "4711", "Anna", "Müller")
	err := c.Privacy.Restrict(ctx, anna.ID, "says that the address is wrong")
	fmt.Println(err)
	_, err = c.Contacts.Update(ctx, anna)
	fmt.Println(err)
	doc, err := c.Privacy.Export(ctx, anna.ID)
	fmt.Println(doc.Record.Name, doc.Restriction.Reason, err)
	err = c.Privacy.Unrestrict(ctx, anna.ID)
	fmt.Println(err)
	// Output:
	// <nil>
	// contact.Update: conflict: id: the data of the contact must not be used at present [restricted]
	// Anna Müller says that the address is wrong <nil>
	// <nil>
}

// The record of processing is made from what the host has declared, and tells what is
// missing.
func ExampleCRM_recordOfProcessing() {
	c, err := crm.New(memory.New(), &crm.Config{
		Now: func() time.Time { return today },
		Fields: []contact.Field{
			{Name: "loyalty_points", Type: contact.TypeNumber},
			{Name: "allergies", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "diet"},
		},
		Retention: []privacy.Rule{
			{Class: privacy.Purchases, Keep: privacy.Period{Years: 10}, Action: privacy.Delete},
			{Class: privacy.Campaigns, Keep: privacy.Period{Months: 13}, Action: privacy.Anonymise},
		},
		Privacy: privacy.Settings{
			Controller: "Möbelhaus Beispiel GmbH, Berlin",
			Purposes: []privacy.Purpose{
				{Name: "orders", Basis: "Art. 6(1)(b) GDPR: contract", Text: "carrying out orders", Classes: []privacy.Class{privacy.Purchases}},
				{Name: "diet", Basis: "Art. 9(2)(a) GDPR: explicit consent", Classes: []privacy.Class{privacy.Record}},
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	r, err := c.Privacy.Record(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	if err := r.WriteMarkdown(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// # Record of processing
	//
	// Made at 2026-03-02T09:00:00Z.
	//
	// - Responsible: Möbelhaus Beispiel GmbH, Berlin
	// - Data protection officer: -
	// - Persons: customers, interested persons, persons who act for companies
	//
	// ## Purposes
	//
	// | purpose | legal basis | data | what for |
	// | --- | --- | --- | --- |
	// | orders | Art. 6(1)(b) GDPR: contract | purchases | carrying out orders |
	// | diet | Art. 9(2)(a) GDPR: explicit consent | record | - |
	//
	// ## Data
	//
	// record, purchases, activities, consents, campaigns, segments, links, merges, imports, duplicates, measures
	//
	// | field | type | sensitivity | purpose |
	// | --- | --- | --- | --- |
	// | loyalty_points | number | - | - |
	// | allergies | text | health | diet |
	//
	// ## Recipients
	//
	// | who | what |
	// | --- | --- |
	//
	// ## Retention
	//
	// | data | kept for | then |
	// | --- | --- | --- |
	// | purchases | 10 years | delete |
	// | campaigns | 13 months | anonymise |
	//
	// ## Measures
	//
	// - Every row belongs to one tenant, and every query names it.
	// - Sensitive values are written only with the proof of an explicit consent, in the same transaction.
	// - No message goes out without a consent that is in force when it is sent.
	// - Payment card numbers are refused in every text.
	// - Account numbers are masked, and whole only if the host encrypts them.
	// - Errors and logs hold no personal data.
	// - Legal holds, restriction, erasure and retention are carried out by the library; what an erasure did is certified.
	//
	// ## Gaps
	//
	// - the health field allergies has no rule of retention: there is none for the class record
	// - the purpose diet has no rule of retention: there is none for the class record
}
