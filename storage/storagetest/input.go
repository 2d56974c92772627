package storagetest

import (
	"errors"
	"strings"

	"github.com/stammkunde/crm/errs"
)

// planted is part of every text that is to be refused. It must never stand in
// an error.
const planted = "Planted4711"

// card is a number that passes for that of a payment card.
const card = "4111 1111 1111 1111"

// what is a broken field: its path and the code of the reason.
func what(path, code string) string { return path + ": " + code }

// refused checks that an error lists these broken fields, all of them and in
// this order, and none of the values.
func (k *kit) refused(err error, fields ...string) {
	k.Helper()
	if !errors.Is(err, errs.ErrInvalid) {
		k.Errorf("the error must be %q for %v, but it is %v", errs.ErrInvalid, fields, err)
		return
	}
	var got []string
	for _, f := range errs.FieldsOf(err) {
		got = append(got, what(f.Path, f.Code))
	}
	if d := difference(got, fields); d != "" {
		k.Errorf("an error must list every broken field with its path and reason, and no other:\n%s", d)
	}
	k.secret(err)
}

// secret checks that an error quotes nothing of the input.
func (k *kit) secret(err error) {
	k.Helper()
	k.discreet(err)
	for _, value := range []string{planted, strings.ToLower(planted), card} {
		if err != nil && strings.Contains(err.Error(), value) {
			k.Errorf("the text of an error quotes a value: %v", err)
		}
	}
}

// mistake is a call that must be refused for the fields.
type mistake struct {
	err    error
	fields []string
}

func refusal(_ any, err error, fields ...string) mistake { return mistake{err, fields} }

// inputRefused makes every mistake there is, and looks whether anything was
// written.
func inputRefused(k *kit) {
	s := k.stage()
	before := k.read(k.store)
	for _, list := range [][]mistake{
		k.badContacts(s), k.badBatches(s), k.badActivities(s), k.badItems(s), k.badPayments(s), k.badConsents(s),
		k.badSegments(), k.badRules(s), k.badCampaigns(s), k.badTemplates(s), k.badRedemptions(s), k.badPages(s),
	} {
		for _, m := range list {
			k.refused(m.err, m.fields...)
		}
	}
	k.equal(k.read(k.store), before, "refused input has left something in the store")
	k.equal(k.traces(k.store), [2]int{}, "refused input has bound identities or references")
}

// inputSecret causes errors beyond those of validation, and looks for values
// in their text.
func inputSecret(k *kit) {
	key := strings.ToLower(planted)
	c := person(1)
	c.Identities[0].Key, c.Name.Family = planted, planted
	first, err := k.crm.Contacts.Create(k.ctx, c)
	k.ok(err, "creating a contact")
	again := c
	again.ID = first.ID
	again.Identities = nil
	seg, err := k.crm.Segments.Save(k.ctx, key, lapsed())
	k.ok(err, "saving a segment")
	d := k.definition(key, seg.ID)
	_, err = k.crm.Campaigns.Create(k.ctx, d)
	k.ok(err, "creating a campaign")
	a := order(first.ID, 1, noon)
	a.Ref.Key, a.Subject = planted, planted
	k.record(a)
	a.Text = planted
	stray := order(spread(5), 2, noon)
	stray.Subject = planted
	other := seg
	other.ID = spreadSegment(5)
	for what, err := range map[string]error{
		"an identity that is taken":           last(k.crm.Contacts.Create(k.ctx, c)),
		"an id that is taken":                 last(k.crm.Contacts.Create(k.ctx, again)),
		"a campaign's name that is taken":     last(k.crm.Campaigns.Create(k.ctx, d)),
		"a segment's name that is taken":      k.store.InsertSegment(k.ctx, other),
		"a reference used for something else": last(k.crm.Activities.Record(k.ctx, a)),
		"an activity of an unknown contact":   last(k.crm.Activities.Record(k.ctx, stray)),
		"an unknown key":                      last(k.crm.Activities.ByRef(k.ctx, refOf("erp", planted))),
		"an unknown segment":                  last(k.crm.Segments.Find(k.ctx, key+"x")),
		"an unknown campaign":                 last(k.crm.Campaigns.Find(k.ctx, key+"x")),
		"an unknown voucher":                  last(k.crm.Campaigns.Voucher(k.ctx, planted)),
	} {
		if err == nil {
			k.Errorf("%s: there must be an error", what)
		}
		k.secret(err)
	}
}
