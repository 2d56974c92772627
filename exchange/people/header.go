package people

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/stammkunde/crm/exchange/internal/cell"
)

// meaning is what a header says.
type meaning struct {
	list   string // emails, phones, addresses; or none
	member string // of the element, or the path
	group  string // which element, together with n
	n      int
	role   string // of the element
	order  int    // of the element among those of its list
	rank   int    // of the header among those for one field
}

// Headers by their keys.
var (
	singleWords, singleRanks   = cell.Dictionary(singleHeaders), cell.Ranks(singleHeaders)
	addressWords, addressRanks = cell.Dictionary(addressHeaders), cell.Ranks(addressHeaders)
	phoneWords                 = cell.Dictionary(phoneHeaders)
	emailWords                 = cell.Dictionary(emailHeaders)
	phonesOfOutlook            = cell.Dictionary(otherPhones)
	partWords                  = cell.Dictionary(numberedParts)
	organizationWords          = cell.Dictionary(organizationParts)
)

// numbered is the form of the headers of Google, and of the e-mails of Outlook.
var numbered = regexp.MustCompile(`^(email|phone|telefon|address|adresse|organization|organisation)([1-9][0-9]?)(\pL+)$`)

var numbers = regexp.MustCompile(`[0-9]+`)

// understand tells what a header means.
func understand(k string) (meaning, bool) {
	if path, ok := singleWords()[k]; ok {
		return meaning{member: path, rank: singleRanks()[k]}, true
	}
	if group, ok := phonesOfOutlook()[k]; ok {
		return phoneOfOutlook(group), true
	}
	if parts := numbered.FindStringSubmatch(k); parts != nil {
		n, _ := strconv.Atoi(parts[2])
		if m, ok := numberedMeaning(parts[1], n, parts[3]); ok {
			return m, true
		}
	}
	n := 0
	if found := numbers.FindAllStringIndex(k, 2); len(found) == 1 {
		n, _ = strconv.Atoi(k[found[0][0]:found[0][1]])
		k = k[:found[0][0]] + k[found[0][1]:]
	}
	if n > maxPoints {
		return meaning{}, false
	}
	return qualified(k, n)
}

func phoneOfOutlook(group string) meaning {
	m := meaning{list: "phones", member: "number", group: group, order: 40}
	switch group {
	case "primary":
		m.order = -1
	case "company":
		m.role = "work"
	case "car":
		m.role = "mobile"
	case "pager":
		m.role, m.order = "pager", 99
	}
	return m
}

// numberedMeaning understands "E-mail 1 - Value".
func numberedMeaning(what string, n int, part string) (meaning, bool) {
	m := meaning{n: n}
	word := partWords()[part]
	switch what {
	case "email":
		m.list, m.member = "emails", "address"
	case "phone", "telefon":
		m.list, m.member = "phones", "number"
	case "address", "adresse":
		m.list, m.member = "addresses", addressWords()[part]
		m.rank = addressRanks()[part]
	default:
		path, ok := organizationWords()[part]
		return meaning{member: path, rank: 1}, ok && n == 1
	}
	if word == "role" {
		m.member = "role"
		return m, true
	}
	return m, word == "value" && m.list != "addresses" || m.list == "addresses" && m.member != ""
}

// qualified understands a header with a qualifier, or with none.
func qualified(k string, n int) (meaning, bool) {
	if m, ok := plain(k, n); ok {
		return m, true
	}
	for _, q := range qualifiers {
		for _, affix := range q.affixes {
			for _, rest := range []string{strings.TrimPrefix(k, affix), strings.TrimSuffix(k, affix)} {
				if rest == k {
					continue
				}
				m, ok := plain(rest, n)
				if !ok {
					continue
				}
				m.group += q.group
				m.order += 10 * q.order
				if m.role == "" {
					m.role = q.role
				}
				return m, true
			}
		}
	}
	return meaning{}, false
}

// plain understands a header without a qualifier.
func plain(k string, n int) (meaning, bool) {
	if member, ok := addressWords()[k]; ok {
		m := meaning{list: "addresses", member: member, n: n, rank: addressRanks()[k]}
		if member == "street" { // its number is that of the line
			m.n = 0
			switch {
			case n == 2 || n == 3:
				m.member += strconv.Itoa(n)
			case n > 3:
				return m, false
			}
		} else if n == 1 {
			m.n = 0
		}
		return m, true
	}
	if _, ok := emailWords()[k]; ok {
		return meaning{list: "emails", member: "address", n: n}, true
	}
	switch phoneWords()[k] {
	case "phone":
		return meaning{list: "phones", member: "number", n: n}, true
	case "mobile":
		return meaning{list: "phones", member: "number", group: "mobile", n: n, role: "mobile", order: 1}, true
	case "fax":
		return meaning{list: "phones", member: "number", group: "fax", n: n, role: "fax", order: 1000}, true
	}
	return meaning{}, false
}
