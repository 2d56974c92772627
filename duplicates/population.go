package duplicates

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
)

const page = 1000

// population is who a scan looks at, in ascending order of the ids.
type population struct {
	ids     []contact.ID
	records []duplicate.Prepared
}

// place returns where a contact stands.
func (p *population) place(id contact.ID) (int, bool) {
	return slices.BinarySearchFunc(p.ids, id, contact.ID.Compare)
}

// read reads all contacts that were created until an instant. While a page is being
// prepared, the next one is read.
func (s *Service) read(ctx context.Context, until time.Time) (p population, err error) {
	pages := make(chan []contact.Contact, 1)
	failed := make(chan error, 1)
	go func() {
		defer close(pages)
		failed <- s.pages(ctx, pages)
	}()
	for list := range pages {
		for _, c := range list {
			if !c.CreatedAt.After(until) {
				p.ids, p.records = append(p.ids, c.ID), append(p.records, duplicate.Prepare(c.DuplicateRecord()))
			}
		}
	}
	return p, <-failed
}

// pages sends all contacts; they are to be received until the end.
func (s *Service) pages(ctx context.Context, to chan<- []contact.Contact) error {
	var after contact.ID
	for {
		list, err := s.store.ListContacts(ctx, after, page)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].ID
		to <- list
	}
}
