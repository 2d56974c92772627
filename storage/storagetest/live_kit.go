package storagetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// follow saves a rule and makes it live.
func (k *kit) follow(name string, rule segment.Rule) segment.ID {
	k.Helper()
	seg, err := k.crm.Segments.Save(k.ctx, name, rule)
	k.ok(err, "saving a segment")
	k.ok(k.crm.Segments.Follow(k.ctx, name), "making a segment live")
	return seg.ID
}

// refresh brings all live segments up to the clock.
func (k *kit) refresh() {
	k.Helper()
	k.ok(k.crm.Segments.Refresh(k.ctx), "refreshing the live segments")
}

// live returns the members of a live segment.
func (k *kit) live(c *crm.CRM, name string) []contact.ID {
	k.Helper()
	all := []contact.ID{}
	for cursor, n := "", 0; n == 0 || cursor != ""; n++ {
		page, err := c.Segments.LiveMembers(k.ctx, name, cursor, 7)
		k.ok(err, "listing the members of a live segment")
		all = append(all, page.Contacts...)
		cursor = page.Next
	}
	count, err := c.Segments.LiveCount(k.ctx, name)
	k.ok(err, "counting the members of a live segment")
	k.equal(count, len(all), "LiveCount of what LiveMembers lists")
	return all
}

// feed returns all changes that the options select, and checks their order.
func (k *kit) feed(o segment.ChangeOptions) []segment.Change {
	k.Helper()
	var all []segment.Change
	for o.Limit = 5; ; {
		page, err := k.crm.Segments.Changes(k.ctx, &o)
		k.ok(err, "listing changes")
		all = append(all, page.Changes...)
		if o.Cursor = page.Next; o.Cursor == "" {
			break
		}
	}
	last := map[contact.ID]segment.Change{}
	for _, c := range all {
		before, known := last[c.Contact]
		if known && (c.Number <= before.Number || c.At.Before(before.At) || c.FoundAt.Before(before.FoundAt)) {
			k.Errorf("the changes of a contact go back: %v behind %v", c, before)
		}
		if c.FoundAt.Before(c.At) {
			k.Errorf("a change was found before it was true: %v", c)
		}
		last[c.Contact] = c
	}
	return all
}

// turns tells the changes of one contact in words, those after the first skip.
func (k *kit) turned(of contact.ID, skip int) []string {
	k.Helper()
	list := []string{}
	for i, c := range k.feed(segment.ChangeOptions{Contact: of}) {
		k.equal(c.Number, i+1, "the number of a change")
		if i >= skip {
			list = append(list, turn(c.Name, c.Entered, c.At, c.Cause))
		}
	}
	return list
}

// turn tells a change in words.
func turn(name string, entered bool, at time.Time, cause segment.Cause) string {
	does := "leaves"
	if entered {
		does = "enters"
	}
	return strings.Join([]string{does, name, at.UTC().Format(time.RFC3339Nano), string(cause)}, " ")
}

// foldsTo checks that the feed of a segment leads to its membership.
func (k *kit) foldsTo(name string) {
	k.Helper()
	in := map[contact.ID]bool{}
	for _, c := range k.feed(segment.ChangeOptions{Segment: name}) {
		if c.Entered == in[c.Contact] {
			k.Errorf("%s: a contact enters or leaves twice: %v", name, c)
		}
		in[c.Contact] = c.Entered
	}
	for _, id := range k.live(k.crm, name) {
		if !in[id] {
			k.Errorf("%s: a member that the feed knows nothing of: %s", name, id)
		}
		delete(in, id)
	}
	for id, member := range in {
		if member {
			k.Errorf("%s: by the feed %s is a member, but is none", name, id)
		}
	}
}

// verified checks that the stored membership is what the rule says.
func (k *kit) verified(name string) {
	k.Helper()
	d, err := k.crm.Segments.VerifyLive(k.ctx, name)
	k.ok(err, "verifying a live segment")
	if !d.IsEmpty() {
		k.Errorf("%s: VerifyLive finds missing %s and extra %s", name, names(d.Missing), names(d.Extra))
	}
	k.foldsTo(name)
}

// deliveredTo delivers the feed into a list.
func (k *kit) deliveredTo(c *crm.CRM, list *[]segment.Change) {
	k.Helper()
	_, err := c.Segments.Deliver(k.ctx, func(_ context.Context, changes []segment.Change) error {
		*list = append(*list, changes...)
		return nil
	})
	k.ok(err, "delivering changes")
}

func changeKeys(list []segment.Change) []string {
	keys := make([]string, len(list))
	for i, c := range list {
		keys[i] = fmt.Sprintf("%s/%d", c.Contact, c.Number)
	}
	return keys
}
