package exchange

import (
	"maps"
	"reflect"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/record"
)

// unmerge takes a record back from after to before, as far as it is still as after.
// It names the fields that were changed since, and stay.
func unmerge(now, before, after contact.Contact) (was contact.Contact, changed []string) {
	was = now
	was.Custom = maps.Clone(now.Custom)
	was.Identities = nil // are released, and bound, by themselves
	for _, p := range record.Parts {
		is, old, new := p.Of(&now), p.Of(&before), p.Of(&after)
		switch {
		case reflect.DeepEqual(old, new): // the import left it alone
		case reflect.DeepEqual(is, new):
			reflect.ValueOf(p.Of(&was)).Elem().Set(reflect.ValueOf(old).Elem())
		default:
			changed = append(changed, p.Path)
		}
	}
	if was.VATNumber == before.VATNumber {
		was.VATNormal = before.VATNormal
	}
	for _, name := range names(now.Custom, before.Custom, after.Custom) {
		is, there := now.Custom[name]
		old, had := before.Custom[name]
		new, got := after.Custom[name]
		switch {
		case had == got && reflect.DeepEqual(old, new):
		case there != got || !reflect.DeepEqual(is, new):
			changed = append(changed, "custom["+name+"]")
		case had:
			was.Custom = record.With(was.Custom, name, old)
		default:
			delete(was.Custom, name)
		}
	}
	if len(was.Custom) == 0 {
		was.Custom = nil
	}
	return was, changed
}

func names(maps ...map[string]contact.Value) []string {
	var list []string
	for _, m := range maps {
		for name := range m {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
