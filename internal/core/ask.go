package core

import (
	"context"

	"github.com/stammkunde/crm/id"
)

// Ask begins an operation of a service, before anything is checked or read. It
// returns the error with which the operation must end when it is not permitted,
// else a context that knows the operation; see Operation.
func (e Env) Ask(ctx context.Context, op, kind, id string) (context.Context, error) {
	if e.Permit == nil {
		return ctx, nil
	}
	if err := e.Permit(ctx, op, kind, id); err != nil {
		return ctx, err
	}
	return context.WithValue(ctx, operation{}, op), nil
}

// operation is the key under which a context holds what is being done.
type operation struct{}

// Operation tells which operation was begun last with the context, or "".
func Operation(ctx context.Context) string {
	op, _ := ctx.Value(operation{}).(string)
	return op
}

// Note says what an operation has read, for the audit log.
type Note struct {
	// Kind and ID name what was read, where that is no contact.
	Kind, ID string
	// Contacts are those whose data was read.
	Contacts [][16]byte
}

// Read notes that an operation has read what is sensitive, or is about to give out
// records. When it fails nothing must be given out.
func (e Env) Read(ctx context.Context, n Note) error {
	if e.Log == nil {
		return nil
	}
	return e.Log(ctx, n)
}

// ReadOf is Read for records of contacts.
func ReadOf[E any](ctx context.Context, e Env, contacts []id.ID[E]) error {
	if e.Log == nil || len(contacts) == 0 {
		return nil
	}
	ids := make([][16]byte, len(contacts))
	for i, c := range contacts {
		ids[i] = c
	}
	return e.Log(ctx, Note{Kind: "contact", Contacts: ids})
}
