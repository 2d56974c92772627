package record

import (
	"reflect"
	"slices"

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
	out := reflect.Zero(now.Type())
	for i := range now.Len() {
		if e := now.Index(i); !holds(from, e) || holds(to, e) {
			out = reflect.Append(out, e)
		}
	}
	for i := range to.Len() {
		if e := to.Index(i); !holds(from, e) && !holds(out, e) {
			out = reflect.Append(out, e)
		}
	}
	return out
}

func holds(list, element reflect.Value) bool {
	for i := range list.Len() {
		if reflect.DeepEqual(list.Index(i).Interface(), element.Interface()) {
			return true
		}
	}
	return false
}
