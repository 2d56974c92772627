// Package crmtest helps hosts to test what they do with the CRM: quickly, in
// memory, with the same result every time.
//
// [New] gives a [Kit]: a whole CRM on the in-memory store, whose clock stands
// still until it is set, whose ids and voucher codes are the same in every
// run, and whose senders and payment provider are fakes that write down what
// they were asked to do and fail when they are told to.
//
//	func TestWelcome(t *testing.T) {
//		k := crmtest.New(t, nil)
//		erika := k.AddContact(crmtest.Contact("4711").Named("Erika", "Muster").
//			Email("erika@example.com").AgreesTo(contact.ChannelEmail))
//		...
//		if got := k.Email.Messages(); len(got) != 1 { ... }
//	}
//
// The parts can be used without the kit: a [Clock] for crm.Config.Now, a
// [Recorder] for crm.Config.Senders, [Payments] for crm.Config.Payments, and
// the builders [Contact] and [Purchase] with any store.
//
// Everything here is safe for concurrent use. The package imports the standard
// library and the CRM alone.
package crmtest
