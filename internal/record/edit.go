package record

import (
	"reflect"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
)

// Edit makes in a record the changes that lead from one state of it to a later one. A
// list loses the elements that were taken away and gets those that were added.
func Edit(c, from, to contact.Contact) contact.Contact {
	c.Name = edited(reflect.ValueOf(c.Name), reflect.ValueOf(from.Name), reflect.ValueOf(to.Name)).Interface().(contact.Name)
	for _, p := range Parts {
		if p.Path == "name" {
			continue
		}
		now := reflect.ValueOf(p.Of(&c)).Elem()
		now.Set(changed(now, reflect.ValueOf(p.Of(&from)).Elem(), reflect.ValueOf(p.Of(&to)).Elem()))
	}
	if from.VATNumber != to.VATNumber {
		c.VATNormal = to.VATNormal
	}
	for name := range from.Custom {
		if _, stays := to.Custom[name]; !stays {
			c.Custom = Without(c.Custom, name)
		}
	}
	for name, v := range to.Custom {
		if old, had := from.Custom[name]; !had || !old.Equal(v) {
			c.Custom = With(c.Custom, name, v)
		}
	}
	gone := func(i contact.Identity) bool {
		return slices.Contains(from.Identities, i) && !slices.Contains(to.Identities, i)
	}
	var added []contact.Identity
	for _, i := range to.Identities {
		if !slices.Contains(from.Identities, i) {
			added = append(added, i)
		}
	}
	c.Identities = Identities(slices.DeleteFunc(slices.Clone(c.Identities), gone), added)
	return c
}

// edited is changed for each field of a struct.
func edited(now, from, to reflect.Value) reflect.Value {
	out := reflect.New(now.Type()).Elem()
	for i := range now.NumField() {
		out.Field(i).Set(changed(now.Field(i), from.Field(i), to.Field(i)))
	}
	return out
}

// changed gives a value with the change between two others.
func changed(now, from, to reflect.Value) reflect.Value {
	switch {
	case reflect.DeepEqual(from.Interface(), to.Interface()):
		return now
	case now.Kind() != reflect.Slice || reflect.DeepEqual(now.Interface(), from.Interface()):
		return to
	}
	return list(now, from, to)
}

// list gives a list with the change between two others, in the order of the later one:
// what was taken away goes, what was added comes, and what was edited is as it was edited,
// if the list has it. Elements are the same that have the same value, or at least the same
// key.
func list(now, from, to reflect.Value) reflect.Value {
	out := reflect.Zero(now.Type())
	before, mine := newMatcher(from), newMatcher(now)
	for i := range to.Len() {
		e := to.Index(i)
		was, is := before.take(e), mine.take(e)
		switch {
		case was >= 0 && is < 0: // it is not the list's own
		case was >= 0 && reflect.DeepEqual(e.Interface(), from.Index(was).Interface()):
			out = reflect.Append(out, now.Index(is))
		default:
			out = reflect.Append(out, e)
		}
	}
	for i := range now.Len() {
		if e := now.Index(i); !mine.taken[i] && before.take(e) < 0 {
			out = reflect.Append(out, e)
		}
	}
	return out
}

// matcher finds each element of a list once.
type matcher struct {
	list  reflect.Value
	taken []bool
}

func newMatcher(list reflect.Value) *matcher { return &matcher{list, make([]bool, list.Len())} }

// take gives the place of an element, -1 where it is not, or no longer.
func (m *matcher) take(e reflect.Value) int {
	for _, same := range []func(a, b any) bool{reflect.DeepEqual, func(a, b any) bool { return key(a) == key(b) }} {
		for i := range m.list.Len() {
			if !m.taken[i] && same(m.list.Index(i).Interface(), e.Interface()) {
				m.taken[i] = true
				return i
			}
		}
	}
	return -1
}

// key is what stays the same of an element when the rest of it is edited.
func key(element any) any {
	switch e := element.(type) {
	case contact.Email:
		return strings.ToLower(e.Address)
	case contact.Phone:
		return digits(e.Number)
	case contact.Address:
		return e.Postal()
	case contact.Account:
		return [4]string{e.Provider, e.Token, e.Mandate, e.IBAN}
	case contact.Origin:
		return [2]string{e.Source, e.Notice}
	}
	return element
}
