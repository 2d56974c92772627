package memory_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

// What a transaction wrote is kept as a whole or not at all.
func ExampleStore_Atomic() {
	ctx := context.Background()
	store := memory.New()
	anna := contact.Contact{ID: id.Derived("example", "anna"), Name: contact.Name{Given: "Anna"}, Version: 1}

	err := store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		if err := tx.InsertContacts(ctx, []contact.Contact{anna}); err != nil {
			return err
		}
		return errors.New("no stock left")
	})
	list, _ := store.ListContacts(ctx, contact.ID{}, 10)
	fmt.Println(err, "-", len(list), "contacts")
	// Output:
	// no stock left - 0 contacts
}

// A host's test runs the code that takes a transaction without a database.
func ExampleStore_Begin() {
	ctx := context.Background()
	store := memory.New()
	anna := contact.Contact{ID: id.Derived("example", "anna"), Name: contact.Name{Given: "Anna"}, Version: 1}

	tx, err := store.Begin(ctx)
	if err != nil {
		panic(err)
	}
	defer tx.Rollback() // has no effect after Commit
	if err := tx.Store().InsertContacts(ctx, []contact.Contact{anna}); err != nil {
		panic(err)
	}
	before, _ := store.Contacts(ctx, []contact.ID{anna.ID})
	if err := tx.Commit(); err != nil {
		panic(err)
	}
	after, _ := store.Contacts(ctx, []contact.ID{anna.ID})
	fmt.Println(len(before), "before the commit,", len(after), "after it:", after[0].Name)
	// Output:
	// 0 before the commit, 1 after it: Anna
}
