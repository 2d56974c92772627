package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

func contactSensitive(k *kit) {
	c, other := k.customer(1), k.customer(2)
	diet := contact.Many("nuts", "gluten")
	values := map[string]contact.Value{"diet": diet}
	k.unproven(c, "", values)
	proof := k.consents(k.crm, c.ID, "diet", noon)
	k.unproven(c, k.consents(k.crm, other.ID, "diet", noon), values)    // of somebody else
	k.unproven(c, k.consents(k.crm, c.ID, "credit", noon), values)      // for something else
	k.unproven(c, contact.Proof(contact.ID(id.New()).String()), values) // of nothing
	k.unproven(c, contact.Proof(planted), values)

	c = k.setSensitive(k.crm, c, values, proof)
	k.equal(c.Custom, map[string]contact.Value{"diet": contact.Many("gluten", "nuts")}, "a sensitive value that was written with a proof")
	k.equal(k.get(c.ID), c, "a contact with a sensitive value differs from what SetSensitive returned")
	k.otherWrites(c)
	c = k.get(c.ID)
	k.takenAway(c, proof)
	k.withdrawn(k.customer(3))
	k.inOneTransaction(k.customer(4))
	k.badSensitive(k.customer(5), proof)
	k.besideWithdrawal(k.customer(6))
}

// consents grants a purpose and returns the proof of it.
func (k *kit) consents(c *crm.CRM, of contact.ID, purpose consent.Purpose, at time.Time) contact.Proof {
	k.Helper()
	d := declaration(of, "counter")
	d.Purpose, d.At = purpose, at
	k.ok(c.Consents.Grant(k.ctx, d), "granting")
	states, err := c.Consents.States(k.ctx, of)
	k.ok(err, "reading the state of consent")
	for _, s := range states {
		if s.Purpose == purpose && s.Action == consent.Grant {
			return contact.Proof(s.Event.String())
		}
	}
	return ""
}

func (k *kit) setSensitive(on *crm.CRM, c contact.Contact, values map[string]contact.Value, proof contact.Proof) contact.Contact {
	k.Helper()
	stored, err := on.Contacts.SetSensitive(k.ctx, c.ID, c.Version, values, proof)
	k.ok(err, "writing a sensitive value with a proof")
	return stored
}

// unproven checks that a proof is none.
func (k *kit) unproven(c contact.Contact, proof contact.Proof, values map[string]contact.Value) {
	k.Helper()
	before := k.read(k.store)
	_, err := k.crm.Contacts.SetSensitive(k.ctx, c.ID, c.Version, values, proof)
	k.refused(err, what("custom[diet]", "consent_required"))
	k.equal(k.read(k.store), before, "a sensitive value without a proof has left something in the store")
}

// otherWrites checks that no other method writes a sensitive value, and each
// leaves one alone that is the stored one.
func (k *kit) otherWrites(c contact.Contact) {
	k.Helper()
	before := k.read(k.store)
	changed := c
	changed.Custom = map[string]contact.Value{"diet": contact.Many("nuts"), "points": contact.Int(1)}
	fresh := person(900)
	fresh.Custom = changed.Custom
	one, many := what("custom[diet]", "consent_required"), what("contacts[1].custom[diet]", "consent_required")
	k.refused(last(k.crm.Contacts.Create(k.ctx, fresh)), one)
	k.refused(last(k.crm.Contacts.Update(k.ctx, changed)), one)
	k.refused(last(k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{person(901), changed})), many)
	k.refused(last(k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{person(901), fresh})), many)
	_, _, err := k.crm.Contacts.Upsert(k.ctx, changed)
	k.refused(err, one)
	k.equal(k.read(k.store), before, "a refused sensitive value has left something in the store")

	changed.Custom = map[string]contact.Value{"diet": contact.Many("nuts", "gluten", "nuts"), "points": contact.Int(1)}
	updated, err := k.crm.Contacts.Update(k.ctx, changed)
	k.ok(err, "updating a contact whose sensitive value stays")
	k.equal(updated.Custom["diet"], contact.Many("gluten", "nuts"), "a sensitive value that an update gave as it was")
	_, _, err = k.crm.Contacts.Upsert(k.ctx, changed)
	k.ok(err, "an upsert of a contact whose sensitive value stays")
}

// takenAway checks that sensitive values are taken away by SetSensitive, without a proof,
// and by nothing else.
func (k *kit) takenAway(c contact.Contact, proof contact.Proof) {
	k.Helper()
	with := c
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"diet": contact.Many()}, "")
	k.equal(c.Custom, map[string]contact.Value{"points": contact.Int(1)}, "custom values after SetSensitive took one away")
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"diet": with.Custom["diet"]}, proof)
	both := map[string]contact.Value{"points": contact.Int(2), "diet": with.Custom["diet"]}
	c.Custom = map[string]contact.Value{"points": contact.Int(2)}
	c, err := k.crm.Contacts.Update(k.ctx, c)
	k.ok(err, "updating a record without its sensitive value")
	k.equal([]any{c.Custom, k.get(c.ID).Custom}, []any{both, both}, "custom values after an update that does not name the sensitive one")
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"diet": {}}, "")
	k.equal(k.get(c.ID).Custom, map[string]contact.Value{"points": contact.Int(2)}, "custom values after the zero value took one away")
}

// withdrawn checks that a consent proves nothing once it was withdrawn, also when
// another one follows, and that the order of arrival does not matter.
func (k *kit) withdrawn(c contact.Contact) {
	k.Helper()
	values := map[string]contact.Value{"diet": contact.Many("nuts")}
	k.clock.add(10 * time.Hour)
	proof := k.consents(k.crm, c.ID, "diet", noon)
	again := k.consents(k.crm, c.ID, "diet", noon.Add(3*time.Hour))
	c = k.setSensitive(k.crm, c, values, proof) // the second grant takes nothing away
	ends := declaration(c.ID, "counter")
	ends.Purpose, ends.At = "diet", noon.Add(time.Hour)
	k.ok(k.crm.Consents.Withdraw(k.ctx, ends), "withdrawing")
	k.unproven(c, proof, values)
	c = k.setSensitive(k.crm, c, values, again)
	ends.Channels = []contact.Channel{"post"}
	ends.At = noon.Add(4 * time.Hour)
	k.ok(k.crm.Consents.Withdraw(k.ctx, ends), "withdrawing elsewhere")
	c = k.setSensitive(k.crm, c, values, again)
	ends.Channels = []contact.Channel{"counter"}
	k.ok(k.crm.Consents.Withdraw(k.ctx, ends), "withdrawing again")
	k.unproven(c, again, values)
	k.equal(len(k.get(c.ID).Custom), 0, "how many values that were written before a withdrawal can be read after it")
}

// inOneTransaction checks that a consent counts in the transaction that notes it,
// and nowhere else before that is committed.
func (k *kit) inOneTransaction(c contact.Contact) {
	k.Helper()
	values := map[string]contact.Value{"debts": contact.Int(5)}
	var proof contact.Proof
	failed := k.crm.Atomic(k.ctx, func(_ context.Context, tx *crm.CRM) error {
		proof = k.consents(tx, c.ID, "credit", noon)
		k.setSensitive(tx, c, values, proof)
		return errInjected
	})
	k.equal(failed, errInjected, "what Atomic returns")
	k.equal(k.get(c.ID), c, "a contact after a sensitive value was rolled back with its consent")
	_, err := k.crm.Contacts.SetSensitive(k.ctx, c.ID, c.Version, values, proof)
	k.refused(err, what("custom[debts]", "consent_required"))
	k.ok(k.crm.Atomic(k.ctx, func(_ context.Context, tx *crm.CRM) error {
		k.setSensitive(tx, c, values, k.consents(tx, c.ID, "credit", noon))
		return nil
	}), "a consent and a sensitive value in one transaction")
	k.equal(k.get(c.ID).Custom, values, "a sensitive value that was committed with its consent")
}

// besideWithdrawal tries to write while a withdrawal is under way: who comes
// second sees it.
func (k *kit) besideWithdrawal(c contact.Contact) {
	k.Helper()
	values := map[string]contact.Value{"diet": contact.Many("nuts")}
	proof := k.consents(k.crm, c.ID, "diet", noon)
	late := k.reopened()
	done := make(chan error, 10) // Atomic may run its function again
	k.ok(k.crm.Atomic(k.ctx, func(ctx context.Context, tx *crm.CRM) error {
		d := declaration(c.ID, "counter")
		d.Purpose = "diet"
		if err := tx.Consents.Withdraw(ctx, d); err != nil {
			return err
		}
		go func() { done <- last(late.Contacts.SetSensitive(k.ctx, c.ID, c.Version, values, proof)) }()
		time.Sleep(50 * time.Millisecond)
		return nil
	}), "withdrawing in a transaction")
	k.refused(<-done, what("custom[diet]", "consent_required"))
	k.equal(k.get(c.ID), c, "a contact for whom a consent was withdrawn while somebody wrote")
}

// badSensitive makes the other mistakes.
func (k *kit) badSensitive(c contact.Contact, proof contact.Proof) {
	k.Helper()
	before := k.read(k.store)
	set := func(values map[string]contact.Value) error {
		return last(k.crm.Contacts.SetSensitive(k.ctx, c.ID, c.Version, values, proof))
	}
	k.refused(set(nil), what("custom", "required"))
	k.refused(set(map[string]contact.Value{"points": contact.Int(1), planted: contact.Int(1), "debts": contact.Int(-1), "diet": contact.Many("nuts", planted)}),
		what("custom[?]", "unknown_field"), what("custom[debts]", "out_of_range"), what("custom[diet]", "not_permitted"), what("custom[points]", "unexpected"))
	k.refused(set(map[string]contact.Value{"debts": contact.Text(""), "diet": contact.Text(planted)}), what("custom[debts]", "wrong_type"), what("custom[diet]", "wrong_type"))
	k.refused(set(map[string]contact.Value{"debts": contact.Int(1), "diet": contact.Many("nuts")}), what("custom[debts]", "consent_required"), what("custom[diet]", "consent_required"))
	k.equal(k.read(k.store), before, "refused sensitive values have left something in the store")
	mine := k.consents(k.crm, c.ID, "diet", noon)
	before = k.read(k.store)
	values := map[string]contact.Value{"diet": contact.Many("nuts")}
	_, err := k.crm.Contacts.SetSensitive(k.ctx, c.ID, c.Version+1, values, mine)
	k.failsAt(err, errs.ErrConflict, what("version", "changed"))
	k.calledIs(err, "contact.SetSensitive")
	_, err = k.crm.Contacts.SetSensitive(k.ctx, spread(900), 1, values, mine)
	k.failsAt(err, errs.ErrNotFound, what("id", "not_found"))
	k.equal(k.read(k.store), before, "sensitive values for another version, or for nobody, have left something in the store")
}
