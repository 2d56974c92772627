package exchange

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/record"
)

// leaveOut takes what is broken out of a record. It reports false where that is not
// possible: what tells who the contact is, cannot be left out.
func leaveOut(c contact.Contact, broken []errs.Field) (rest contact.Contact, ok bool) {
	drop := map[string][]int{}
	for _, f := range broken {
		list, at, name := cutPath(f.Path)
		switch {
		case at >= 0:
			drop[list] = append(drop[list], at)
		case list == "custom":
			c.Custom = record.Without(c.Custom, name)
		case !empty(&c, f.Path):
			return c, false
		}
	}
	for list, at := range drop {
		switch list {
		case "emails":
			c.Emails = except(c.Emails, at)
		case "phones":
			c.Phones = except(c.Phones, at)
		case "addresses":
			c.Addresses = except(c.Addresses, at)
		case "tags":
			c.Tags = except(c.Tags, at)
		case "hobbies":
			c.Hobbies = except(c.Hobbies, at)
		case "memberships":
			c.Memberships = except(c.Memberships, at)
		case "links":
			c.Links = except(c.Links, at)
		case "accounts":
			c.Accounts = except(c.Accounts, at)
		default:
			return c, false
		}
	}
	return c, true
}

// cutPath reads the beginning of a path such as "emails[2].address" or
// "custom[points]". The index is -1 where there is none.
func cutPath(path string) (list string, at int, name string) {
	list, rest, found := strings.Cut(path, "[")
	name, _, closed := strings.Cut(rest, "]")
	if n, err := strconv.Atoi(name); found && closed && err == nil {
		return list, n, ""
	}
	return list, -1, name
}

// texts are the fields of a record that are one text each, by their paths.
func texts(c *contact.Contact) map[string]*string {
	return map[string]*string{
		"name.salutation": &c.Name.Salutation, "name.title": &c.Name.Title, "name.given": &c.Name.Given, "name.family": &c.Name.Family,
		"name.company": &c.Name.Company, "language": &c.Language, "time_zone": &c.TimeZone, "occupation": &c.Occupation,
		"education": &c.Education, "marital_status": &c.MaritalStatus, "owner": &c.Owner, "vat_number": &c.VATNumber,
		"preferred_channel": (*string)(&c.PreferredChannel),
	}
}

// empty takes out a field that stands alone.
func empty(c *contact.Contact, path string) bool {
	if text, ok := texts(c)[path]; ok {
		*text = ""
		return true
	}
	if path == "born" {
		c.Born = contact.Date{}
		return true
	}
	return false
}

// stood reports whether what is broken in a record stands in the stored one already,
// which was checked by other rules, so that the entry is not to blame.
func stood(old, next contact.Contact, path string) bool {
	list, at, name := cutPath(path)
	switch {
	case list == "emails" && at >= 0:
		return slices.ContainsFunc(old.Emails, func(e contact.Email) bool { return e.Address == next.Emails[at].Address })
	case list == "phones" && at >= 0:
		return slices.ContainsFunc(old.Phones, func(p contact.Phone) bool { return p.Number == next.Phones[at].Number })
	case list == "addresses" && at >= 0:
		return slices.ContainsFunc(old.Addresses, func(a contact.Address) bool { return a.Postal() == next.Addresses[at].Postal() })
	case list == "custom":
		v, there := old.Custom[name]
		return there && v.Equal(next.Custom[name])
	case path == "born":
		return old.Born == next.Born
	}
	text, ok := texts(&next)[path]
	return ok && *text == *texts(&old)[path]
}

func except[E any](list []E, at []int) []E {
	var rest []E
	for i, e := range list {
		if !slices.Contains(at, i) {
			rest = append(rest, e)
		}
	}
	return rest
}
