package main

import (
	"net/mail"
	"strings"

	"github.com/stammkunde/crm/contact"
)

// particles belong to the family name that follows them.
var particles = map[string]bool{
	"van": true, "von": true, "de": true, "der": true, "den": true, "del": true, "della": true, "di": true, "da": true,
	"du": true, "la": true, "le": true, "ter": true, "ten": true, "zu": true, "zur": true, "vom": true, "bin": true, "al": true,
}

// splitName splits a full name: the last word is the family name, together
// with the particles before it.
func splitName(full string) contact.Name {
	words := strings.Fields(full)
	if len(words) < 2 {
		return contact.Name{Family: strings.Join(words, " ")}
	}
	cut := len(words) - 1
	for cut > 1 && particles[strings.ToLower(words[cut-1])] {
		cut--
	}
	return contact.Name{Given: strings.Join(words[:cut], " "), Family: strings.Join(words[cut:], " ")}
}

// sampleAddress makes up an e-mail address of an id. Signs that no address can
// hold become dashes.
func sampleAddress(id string) string {
	local := strings.ToLower(id)
	if a, err := mail.ParseAddress(local + "@example.com"); err == nil && a.Address == local+"@example.com" && len(local) <= 64 {
		return a.Address
	}
	local = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, local)
	return local[:min(len(local), 64)] + "@example.com"
}

// countryCodes of the countries that files of this kind name.
var countryCodes = map[string]string{
	"united states": "US", "usa": "US", "canada": "CA", "mexico": "MX", "united kingdom": "GB", "ireland": "IE",
	"germany": "DE", "deutschland": "DE", "austria": "AT", "switzerland": "CH", "france": "FR", "italy": "IT",
	"spain": "ES", "portugal": "PT", "netherlands": "NL", "belgium": "BE", "denmark": "DK", "sweden": "SE",
	"norway": "NO", "finland": "FI", "poland": "PL", "australia": "AU", "new zealand": "NZ", "brazil": "BR",
	"china": "CN", "india": "IN", "japan": "JP",
}

// countryCode gives the ISO code of a country; nothing where it is unknown.
func countryCode(name string) string {
	if len(name) == 2 && name[0] >= 'A' && name[0] <= 'Z' && name[1] >= 'A' && name[1] <= 'Z' {
		return name
	}
	return countryCodes[strings.ToLower(name)]
}

// postalCode gives back the zeros that spreadsheets take from the front of
// American codes.
func postalCode(code, country string) string {
	if country != "US" || len(code) >= 5 || code == "" || strings.Trim(code, "0123456789") != "" {
		return code
	}
	return strings.Repeat("0", 5-len(code)) + code
}
