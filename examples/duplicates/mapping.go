package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact/duplicate"
)

// fields are what columns can be mapped to. Dates of birth are set on their own, since
// they have to be understood together.
var fields = map[string]func(r *duplicate.Record, value string){
	"given":      func(r *duplicate.Record, v string) { r.Given = v },
	"family":     func(r *duplicate.Record, v string) { r.Family = v },
	"name":       func(r *duplicate.Record, v string) { r.Name = v },
	"company":    func(r *duplicate.Record, v string) { r.Company = v },
	"birth":      nil,
	"street":     func(r *duplicate.Record, v string) { address(r).Street = v },
	"number":     func(r *duplicate.Record, v string) { address(r).Number = v },
	"postal":     func(r *duplicate.Record, v string) { address(r).Postal = v },
	"city":       func(r *duplicate.Record, v string) { address(r).City = v },
	"state":      func(r *duplicate.Record, v string) { address(r).State = v },
	"email":      func(r *duplicate.Record, v string) { r.Emails = append(r.Emails, addresses(v)...) },
	"phone":      func(r *duplicate.Record, v string) { r.Phones = append(r.Phones, v) },
	"occupation": func(r *duplicate.Record, v string) { r.Occupation = v },
	"other":      func(r *duplicate.Record, v string) { r.Other = v },
}

// several are the fields of which a record may have more than one.
var several = []string{"email", "phone"}

func address(r *duplicate.Record) *duplicate.Address {
	if len(r.Addresses) == 0 {
		r.Addresses = make([]duplicate.Address, 1)
	}
	return &r.Addresses[0]
}

// addresses are the e-mail addresses of a cell.
func addresses(v string) []string {
	return strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune(" ,;|", c) })
}

// mapped is a field and the columns that form its value.
type mapped struct {
	field   string
	columns []string
}

// oneMapping begins with a field; the name of a column may hold spaces and commas.
var oneMapping = regexp.MustCompile(`(?:^|[,\s]+)([A-Za-z_]+)=`)

// parseMapping reads what stands behind the flags -map.
func parseMapping(args []string) ([]mapped, error) {
	var all []mapped
	for _, arg := range args {
		starts := oneMapping.FindAllStringSubmatchIndex(arg, -1)
		if len(starts) == 0 || starts[0][0] != 0 {
			return nil, fmt.Errorf("-map %q: want field=column", arg)
		}
		for i, at := range starts {
			end := len(arg)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			m, err := newMapped(arg[at[2]:at[3]], arg[at[1]:end])
			if err != nil {
				return nil, err
			}
			if !slices.Contains(several, m.field) && slices.ContainsFunc(all, func(o mapped) bool { return o.field == m.field }) {
				return nil, fmt.Errorf("-map: %s is mapped twice; join columns with +", m.field)
			}
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("-map is missing: it says which column holds what, such as -map given=first_name")
	}
	return all, nil
}

func newMapped(field, columns string) (mapped, error) {
	field = strings.ToLower(field)
	if _, ok := fields[field]; !ok {
		return mapped{}, fmt.Errorf("-map: there is no field %q; the fields are %s", field, strings.Join(known(), ", "))
	}
	m := mapped{field: field}
	for column := range strings.SplitSeq(columns, "+") {
		column = strings.Trim(column, " \t,")
		if column == "" {
			return mapped{}, fmt.Errorf("-map: %s lacks its column", field)
		}
		m.columns = append(m.columns, column)
	}
	return m, nil
}

func known() []string {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
