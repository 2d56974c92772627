package segment

import (
	_ "embed"
	"slices"
)

//go:embed rule.schema.json
var schema []byte

// Schema returns the JSON schema (draft 2020-12) of the JSON of a [Rule]. It
// knows the shape of rules, not the declared custom fields: the JSON of every
// rule that Check accepts is valid, and Check may refuse what is valid.
func Schema() []byte { return slices.Clone(schema) }
