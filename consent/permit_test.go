package consent_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

var now = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)

// state is a state of marketing by e-mail, unless the action is about more.
func state(a consent.Action, more ...func(*consent.Event)) consent.State {
	e := consent.Event{Purpose: consent.Marketing, Channel: contact.ChannelEmail, Action: a, At: now.Add(-time.Hour)}
	if a.Grants() {
		e.Basis = consent.Agreed
	}
	if a == consent.Suppress || a == consent.Listed || a == consent.Restrict {
		e.Purpose = consent.AnyPurpose
	}
	for _, change := range more {
		change(&e)
	}
	return consent.StateOf(e)
}

func everywhere(e *consent.Event) { e.Channel = consent.AnyChannel }
func elsewhere(e *consent.Event)  { e.Channel = contact.ChannelLetter }
func customer(e *consent.Event)   { e.Basis = consent.ExistingCustomer }
func later(e *consent.Event)      { e.At = now }
func ended(e *consent.Event)      { e.ExpiresAt = now }
func other(e *consent.Event)      { e.Purpose = "service" }

// TestPermit is the order in which what a customer declared counts.
func TestPermit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what   string
		states []consent.State
		want   consent.Permission
	}{
		{"nothing", nil, consent.NoConsent},
		{"a grant", []consent.State{state(consent.Grant)}, consent.Granted},
		{"a confirmation", []consent.State{state(consent.Confirm)}, consent.Granted},
		{"a request", []consent.State{state(consent.Request)}, consent.NoConsent},
		{"a grant that was used", []consent.State{state(consent.Grant), state(consent.Use)}, consent.Granted},
		{"a grant on another channel", []consent.State{state(consent.Grant, elsewhere)}, consent.NoConsent},
		{"a grant for another purpose", []consent.State{state(consent.Grant, other)}, consent.NoConsent},
		{"a grant that ends now", []consent.State{state(consent.Grant, ended)}, consent.NoConsent},
		{"a withdrawal", []consent.State{state(consent.Withdraw)}, consent.NoConsent},
		{"a no", []consent.State{state(consent.Deny)}, consent.NoConsent},
		{"an end", []consent.State{state(consent.Expire)}, consent.NoConsent},
		{"an existing customer", []consent.State{state(consent.Grant, customer)}, consent.ToCustomers},
		{"one who consented, too", []consent.State{state(consent.Grant), state(consent.Grant, customer)}, consent.Granted},
		{"one who has refused", []consent.State{state(consent.Grant, customer, later), state(consent.Withdraw)}, consent.NoConsent},
		{"one whose consent has ended", []consent.State{state(consent.Grant, customer), state(consent.Expire)}, consent.ToCustomers},
		{"a suppression", []consent.State{state(consent.Grant, later), state(consent.Suppress)}, consent.Suppressed},
		{"a suppression of another channel", []consent.State{state(consent.Grant), state(consent.Suppress, elsewhere)}, consent.Granted},
		{"a list", []consent.State{state(consent.Grant, later), state(consent.Listed)}, consent.Suppressed},
		{"an objection before the grant", []consent.State{state(consent.Grant, later), state(consent.Object)}, consent.Objected},
		{"an objection to all channels", []consent.State{state(consent.Grant), state(consent.Object, everywhere)}, consent.Objected},
		{"an objection to another purpose", []consent.State{state(consent.Grant), state(consent.Object, other, everywhere)}, consent.Granted},
		{"an objection of an existing customer", []consent.State{state(consent.Grant, customer, later), state(consent.Object)}, consent.Objected},
		{"an objection and a suppression", []consent.State{state(consent.Object), state(consent.Suppress)}, consent.Objected},
		{"a restriction above all", []consent.State{state(consent.Restrict, everywhere), state(consent.Object), state(consent.Suppress), state(consent.Grant)}, consent.Restricted},
	} {
		for range 2 {
			if got := consent.Permit(c.states, consent.Marketing, contact.ChannelEmail, now); got != c.want {
				t.Errorf("%s: %q, must be %q", c.what, got, c.want)
			}
			for i, j := 0, len(c.states)-1; i < j; i, j = i+1, j-1 {
				c.states[i], c.states[j] = c.states[j], c.states[i] // the order must not matter
			}
		}
	}
}

func TestAgrees(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		states []consent.State
		want   bool
	}{
		{[]consent.State{state(consent.Grant)}, true},
		{[]consent.State{state(consent.Grant, elsewhere), state(consent.Suppress)}, true},
		{[]consent.State{state(consent.Grant, customer)}, false},
		{[]consent.State{state(consent.Grant, func(e *consent.Event) { e.Basis = consent.Contract })}, false},
		{[]consent.State{state(consent.Grant, ended)}, false},
		{[]consent.State{state(consent.Grant), state(consent.Object, everywhere)}, false},
		{[]consent.State{state(consent.Grant), state(consent.Object, elsewhere)}, true},
		{[]consent.State{state(consent.Grant), state(consent.Restrict, everywhere)}, false},
	} {
		if got := consent.Agrees(c.states, consent.Marketing, now); got != c.want {
			t.Errorf("%d: %v, must be %v", i, got, c.want)
		}
	}
}

// Strictness is kept in the first byte of an event's id, and by stores.
func TestStrictness_grows_along_the_list(t *testing.T) {
	t.Parallel()
	for i, a := range consent.Strict {
		if a.Strictness() != i+1 {
			t.Errorf("%s has the strictness %d", a, a.Strictness())
		}
	}
	for _, a := range []consent.Action{"", consent.Grant, consent.Confirm, consent.Release, consent.Request, consent.Use} {
		if a.Strictness() != 0 {
			t.Errorf("%s forbids something", a)
		}
	}
}

func ExampleAction_StricterThan() {
	fmt.Println(consent.Withdraw.StricterThan(consent.Grant), consent.Grant.StricterThan(consent.Object))
	// Output: true false
}
