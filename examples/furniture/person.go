package main

import (
	"net/mail"
	"strings"
)

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

// postalCode gives back the zeros that spreadsheets take from the front of
// American codes.
func postalCode(code, country string) string {
	if country != "US" || len(code) >= 5 || code == "" || strings.Trim(code, "0123456789") != "" {
		return code
	}
	return strings.Repeat("0", 5-len(code)) + code
}
