package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// ParseRule reads a rule from JSON. Members that are unknown, or there twice,
// are an error; Check tells whether the rule makes sense.
func ParseRule(data []byte) (Rule, error) {
	if !utf8.Valid(data) || string(bytes.TrimSpace(data)) == "null" {
		return Rule{}, ruleSyntax(nil)
	}
	var r Rule
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Rule{}, ruleSyntax(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Rule{}, ruleSyntax(nil)
	}
	dec = json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if !wellNamed(dec) {
		return Rule{}, ruleSyntax(nil)
	}
	return r, nil
}

// wellNamed reports whether the members of all objects in the next value have
// names in lower case and are there once. To encoding/json "ALL" is "all", and
// of two members the last one counts.
func wellNamed(dec *json.Decoder) bool {
	token, err := dec.Token()
	if err != nil {
		return false
	}
	seen := map[string]bool{}
	for token == json.Delim('{') && dec.More() {
		member, _ := dec.Token()
		name, ok := member.(string)
		if !ok || seen[name] || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" || !wellNamed(dec) {
			return false
		}
		seen[name] = true
	}
	for token == json.Delim('[') && dec.More() {
		if !wellNamed(dec) {
			return false
		}
	}
	if _, opened := token.(json.Delim); opened {
		_, err = dec.Token()
	}
	return err == nil
}
