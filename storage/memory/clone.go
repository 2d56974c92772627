package memory

import (
	"maps"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
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
	c.Tags, c.Hobbies, c.Memberships = slices.Clone(c.Tags), slices.Clone(c.Hobbies), slices.Clone(c.Memberships)
	c.Origins, c.Accounts = slices.Clone(c.Origins), slices.Clone(c.Accounts)
	for i := range c.Accounts {
		c.Accounts[i].Sealed = slices.Clone(c.Accounts[i].Sealed)
	}
	c.Links = slices.Clone(c.Links)
	c.Custom = cloneValues(c.Custom)
	return &c
}

func cloneValues(values map[string]contact.Value) map[string]contact.Value {
	values = maps.Clone(values)
	for name, v := range values {
		values[name] = v.Clone()
	}
	return values
}

func cloneActivity(a activity.Activity) *activity.Activity {
	a.Items = slices.Clone(a.Items)
	a.Data = cloneValues(a.Data)
	a.Payment = clonePointer(a.Payment)
	return &a
}

func cloneEvent(e consent.Event) *consent.Event {
	e.Categories = slices.Clone(e.Categories)
	return &e
}

func cloneSegment(s segment.Segment) *segment.Segment {
	s.Rule = s.Rule.Clone()
	return &s
}

func cloneSnapshot(s segment.Snapshot) *segment.Snapshot {
	s.Rule = s.Rule.Clone()
	return &s
}

func cloneCampaign(c campaign.Campaign) *campaign.Campaign {
	c.Offer = clonePointer(c.Offer)
	c.Channels = slices.Clone(c.Channels)
	c.Templates = maps.Clone(c.Templates)
	c.QuietHours = clonePointer(c.QuietHours)
	c.Cap = clonePointer(c.Cap)
	if c.Customers = clonePointer(c.Customers); c.Customers != nil {
		c.Customers.Categories = slices.Clone(c.Customers.Categories)
	}
	if c.Rule != nil {
		rule := c.Rule.Clone()
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
