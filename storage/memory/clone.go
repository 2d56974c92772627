package memory

import (
	"maps"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// What comes in and what goes out is copied as a whole, so that no caller can
// change a row behind the store's back. Types that are not in this file hold
// no slices, maps or pointers.

func cloneContact(c contact.Contact) *contact.Contact {
	c.Emails = slices.Clone(c.Emails)
	c.Phones = slices.Clone(c.Phones)
	c.Addresses = slices.Clone(c.Addresses)
	c.Identities = slices.Clone(c.Identities)
	c.Custom = maps.Clone(c.Custom)
	return &c
}

func cloneActivity(a activity.Activity) *activity.Activity {
	a.Items = slices.Clone(a.Items)
	a.Payment = clonePointer(a.Payment)
	return &a
}

func cloneSegment(s segment.Segment) *segment.Segment {
	s.Rule = cloneRule(s.Rule)
	return &s
}

func cloneRule(r segment.Rule) segment.Rule {
	r.All = cloneRules(r.All)
	r.Any = cloneRules(r.Any)
	if r.Not != nil {
		not := cloneRule(*r.Not)
		r.Not = &not
	}
	if r.Field != nil {
		field := *r.Field
		field.Values = slices.Clone(field.Values)
		r.Field = &field
	}
	if r.Activity != nil {
		condition := cloneCondition(*r.Activity)
		r.Activity = &condition
	}
	return r
}

func cloneRules(list []segment.Rule) []segment.Rule {
	list = slices.Clone(list)
	for i, r := range list {
		list[i] = cloneRule(r)
	}
	return list
}

func cloneCondition(c segment.ActivityCondition) segment.ActivityCondition {
	c.Channels = slices.Clone(c.Channels)
	c.Categories = slices.Clone(c.Categories)
	c.SKUs = slices.Clone(c.SKUs)
	c.Amount = clonePointer(c.Amount)
	c.Time = clonePointer(c.Time)
	c.Window.From = clonePointer(c.Window.From)
	c.Window.To = clonePointer(c.Window.To)
	c.Window.Last = clonePointer(c.Window.Last)
	c.Window.Calendar = clonePointer(c.Window.Calendar)
	return c
}

func cloneCampaign(c campaign.Campaign) *campaign.Campaign {
	c.Offer = clonePointer(c.Offer)
	c.Channels = slices.Clone(c.Channels)
	c.Templates = maps.Clone(c.Templates)
	c.QuietHours = clonePointer(c.QuietHours)
	c.Cap = clonePointer(c.Cap)
	if c.Rule != nil {
		rule := cloneRule(*c.Rule)
		c.Rule = &rule
	}
	return &c
}

// clonePointer copies what p points to, which must be flat.
func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
