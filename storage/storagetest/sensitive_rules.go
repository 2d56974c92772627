package storagetest

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// sensitiveRules: rules find sealed values by equality, and by nothing else.
func sensitiveRules(k *kit) {
	clear := k.sealing(k.store, nil)
	k.crm = k.sealing(k.store, k.wrapper("a", "a"))
	a, proof := k.patient(1)
	b := k.customer(2)
	other := k.consents(k.crm, b.ID, "diet", noon)
	b = k.setSensitive(k.crm, b, map[string]contact.Value{
		"s_text": contact.Text("milk"), "s_number": contact.Int(7), "s_many": contact.Many("milk", "nuts"), "s_bool": contact.Bool(false),
	}, other)
	k.customer(3)
	ids := func(list ...contact.Contact) []contact.ID {
		return sortedBy(idsOf(list), contact.ID.String)
	}
	values := sensitiveValues()
	for _, name := range []string{"s_text", "s_number", "s_time", "s_bool", "s_date", "s_money"} {
		is := segment.Literal(values[name])
		equals := segment.Rule{Field: &segment.FieldCondition{Name: "custom." + name, Op: segment.Equals, Values: []segment.Literal{is}}}
		k.members(equals, ids(a), "who has a sealed value: "+name)
	}
	k.members(segment.Field("custom.s_text").OneOf(secretValue, "milk"), ids(a, b), "who has one of two sealed values")
	k.members(segment.All(segment.Field("custom.s_text").Equals("Milk")), []contact.ID{}, "who has a sealed value in other capitals")
	k.members(segment.Not(segment.Field("custom.s_date").Missing()), ids(a), "who has any sealed value")
	has := func(text string) segment.Rule {
		where := segment.Field("name").Equals(text)
		return segment.Rule{Has: &segment.HasCondition{List: "custom.s_many", Where: &where, Op: segment.AtLeast, Number: 1}}
	}
	k.members(has("nuts"), ids(a, b), "who has a text among sealed ones")
	k.members(has("milk"), ids(b), "who has another text among sealed ones")
	k.refusedSealed()
	k.liveSealed(a, proof)
	k.ok(clear.Segments.Check(segment.Field("custom.s_text").StartsWith("Mor")), "checking a rule where nothing is sealed")
}

// refusedSealed checks what no blind index can tell.
func (k *kit) refusedSealed() {
	k.Helper()
	check := func(r segment.Rule, fields ...string) {
		k.Helper()
		k.refused(k.crm.Segments.Check(r), fields...)
	}
	check(segment.Field("custom.s_text").StartsWith("Mor"), what("rule.field.op", "operator"))
	check(segment.Field("custom.s_number").AtLeast(3), what("rule.field.op", "operator"))
	check(segment.Field("custom.s_note").Equals("x"), what("rule.field.name", "operator"))
	check(segment.Field("custom.s_note").Missing(), what("rule.field.name", "operator"))
	folded := segment.Rule{Field: &segment.FieldCondition{Name: "custom.s_text", Op: segment.Equals, Values: []segment.Literal{segment.Literal(contact.Text("x"))}, Folded: true}}
	check(folded, what("rule.field.folded", "operator"))
	fields := segment.Rule{Field: &segment.FieldCondition{Name: "custom.s_text", Op: segment.Equals, Other: "name.given"}}
	check(fields, what("rule.field.other", "operator"))
	fields.Field.Name, fields.Field.Other = "name.given", "custom.s_text"
	check(fields, what("rule.field.other", "operator"))
	where := segment.Field("name").StartsWith("n")
	check(segment.Rule{Has: &segment.HasCondition{List: "custom.s_many", Where: &where, Op: segment.AtLeast, Number: 1}}, what("rule.has.where.op", "operator"))
}

// liveSealed follows a segment of a sealed value, and freezes it.
func (k *kit) liveSealed(c contact.Contact, proof contact.Proof) {
	k.Helper()
	_, err := k.crm.Segments.Save(k.ctx, "sick", segment.Field("custom.s_text").Equals(secretValue))
	k.ok(err, "saving a rule about a sealed value")
	k.ok(k.crm.Segments.Follow(k.ctx, "sick"), "making a segment of a sealed value live")
	members := func() []contact.ID {
		k.Helper()
		k.ok(k.crm.Segments.Refresh(k.ctx), "refreshing")
		page, err := k.crm.Segments.LiveMembers(k.ctx, "sick", "", 10)
		k.ok(err, "reading members")
		return page.Contacts
	}
	k.equal(members(), []contact.ID{c.ID}, "the live members by a sealed value")
	frozen := k.freeze("sick-then", segment.Rule{Segment: "sick"})
	page, err := k.crm.Segments.SnapshotMembers(k.ctx, frozen.ID, "", 10)
	k.ok(err, "reading a snapshot")
	k.equal(page.Contacts, []contact.ID{c.ID}, "the members of a snapshot by a sealed value")
	why, err := k.crm.Segments.Explain(k.ctx, segment.Rule{Segment: "sick"}, c.ID)
	k.ok(err, "explaining a rule about a sealed value")
	k.equal(why.Matched, true, "whether an explanation agrees with the membership")
	k.clock.add(time.Second)
	k.setSensitive(k.crm, k.get(c.ID), map[string]contact.Value{"s_text": contact.Text("well")}, proof)
	k.equal(len(members()), 0, "how many live members there are after the sealed value changed")
	d, err := k.crm.Segments.VerifyLive(k.ctx, "sick")
	k.ok(err, "verifying")
	k.equal(d.IsEmpty(), true, "whether live members agree with the rule")
}
