package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// A value of Dittofeed is kept in a field per type, and traits also in one with
// the instant at which they were last set.
const (
	textOf    = "text."
	numberOf  = "number."
	timeOf    = "time."
	sinceOf   = "since."
	nameField = "event"
)

// nameOf turns any text into a name of the CRM.
func nameOf(prefix, text string) string {
	var b strings.Builder
	b.WriteString(prefix)
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	name := b.String()
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = "n-" + name
	}
	if len(name) > 50 { // some room for what stands before it
		sum := sha256.Sum256([]byte(name))
		name = "h-" + hex.EncodeToString(sum[:16])
	}
	return name
}

func traitName(path string) string { return nameOf("trait.", strings.TrimPrefix(path, "$.")) }

func dataName(path string) string { return nameOf("p.", strings.TrimPrefix(path, "$.")) }

func lastName(event, path string) string { return nameOf("last.", event+"\x00"+path) }

func manualName(version any) string { return nameOf("manual.", textOfValue(version)) }

func tagOf(path string, item any) string {
	return strings.ToLower(nameOf("tag.", path+"\x00"+textOfValue(item)))
}
