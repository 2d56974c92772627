package segment_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/stammkunde/crm/segment"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(segment.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("rule.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rule.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// valid tells whether the text is valid by the schema.
func valid(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s.Validate(doc)
}

// accepted tells whether Go takes the text for a rule that makes sense.
func accepted(text []byte) error {
	r, err := segment.ParseRule(text)
	if err != nil {
		return err
	}
	return segment.Check(r, declared)
}

// TestSchema_agrees_with_ParseRule makes random rules, whose JSON both must
// accept, and spoils them with an unknown member or a value of another type,
// which both must refuse.
func TestSchema_agrees_with_ParseRule(t *testing.T) {
	t.Parallel()
	s, r := compileSchema(t), newRandom(2)
	for range 400 {
		text := []byte(asJSON(t, r.rule(2)))
		if err := valid(t, s, text); err != nil {
			t.Fatalf("the schema refuses %s: %v", text, err)
		}
		if err := accepted(text); err != nil {
			t.Fatalf("Go refuses %s: %v", text, err)
		}
		for range 3 {
			broken := r.spoil(t, text)
			if valid(t, s, broken) == nil {
				t.Fatalf("the schema accepts %s", broken)
			}
			if accepted(broken) == nil {
				t.Fatalf("Go accepts %s", broken)
			}
		}
	}
}

// spoil adds a member somewhere, or puts a value of another type in the place of
// one.
func (r random) spoil(t *testing.T, text []byte) []byte {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var changes []func()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			changes = append(changes, func() { v["unknown"] = 1 })
			names := make([]string, 0, len(v))
			for name := range v {
				names = append(names, name)
			}
			slices.Sort(names)
			for _, name := range names {
				changes = append(changes, func() { v[name] = map[string]any{"unknown": 1} }, func() { v[name] = []any{[]any{}} })
				walk(v[name])
			}
		case []any:
			for i := range v {
				changes = append(changes, func() { v[i] = []any{} })
				walk(v[i])
			}
		}
	}
	walk(doc)
	pick(r, changes...)()
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSchema_and_Check_refuse lists what neither the schema nor Go accepts.
func TestSchema_and_Check_refuse(t *testing.T) {
	t.Parallel()
	s := compileSchema(t)
	for _, text := range []string{
		`{}`, `[]`, `"all"`, `1`, `null`,
		`{"all":[],"any":[]}`, `{"all":{}}`, `{"not":[]}`, `{"segment":""}`, `{"segment":"Not A Name"}`,
		`{"field":{"name":"email"}}`, `{"field":{"op":"missing"}}`, `{"field":{"name":"email","op":"equals"}}`,
		`{"field":{"name":"email","op":"equals","values":["a","b"]}}`, `{"field":{"name":"email","op":"equals","values":[""]}}`,
		`{"field":{"name":"email","op":"like","values":["a"]}}`, `{"field":{"name":"email","op":"one_of","values":[]}}`,
		`{"field":{"name":"email","op":"between","values":["a"]}}`, `{"field":{"name":"email","op":"missing","values":["a"]}}`,
		`{"field":{"name":"name.given","op":"equals","values":["a"],"other":"name.family"}}`,
		`{"field":{"name":"born","op":"within"}}`, `{"field":{"name":"born","op":"within","window":{}}}`,
		`{"field":{"name":"born","op":"within","window":{"last":{"n":1,"unit":"days"},"next":{"n":1,"unit":"days"}}}}`,
		`{"field":{"name":"born","op":"anniversary"}}`, `{"field":{"name":"born","op":"anniversary","days":{"from":0,"to":367}}}`,
		`{"field":{"name":"born","op":"equals","values":[{"date":"2024-13-01"}]}}`,
		`{"field":{"name":"born","op":"equals","values":[{"date":"2024-01-01","time":"2024-01-01T00:00:00Z"}]}}`,
		`{"has":{"list":"cats","op":"equals"}}`, `{"has":{"list":"custom.","op":"equals"}}`, `{"has":{"list":"tags"}}`, `{"has":{"list":"tags","op":"equals","number":-1}}`,
		`{"has":{"list":"tags","op":"equals","where":{"segment":"a"}}}`,
		`{"activity":{"aggregate":"count"}}`, `{"activity":{"op":"equals"}}`, `{"activity":{"aggregate":"count","op":"equals","number":1.5}}`,
		`{"activity":{"aggregate":"sum","op":"equals"}}`, `{"activity":{"aggregate":"sum","op":"equals","number":1}}`,
		`{"activity":{"aggregate":"distinct","op":"equals"}}`, `{"activity":{"aggregate":"count","of":"kind","op":"equals"}}`,
		`{"activity":{"aggregate":"count","op":"equals","window":{"next":{"n":1,"unit":"days"}}}}`,
		`{"activity":{"aggregate":"count","op":"equals","window":{"calendar":{"unit":"days","offset":1}}}}`,
		`{"activity":{"aggregate":"count","op":"equals","window":{"calendar":{"unit":"hours"}}}}`,
		`{"activity":{"aggregate":"count","op":"equals","direction":"up"}}`, `{"activity":{"aggregate":"count","op":"equals","campaigns":["1"]}}`,
		`{"activity":{"aggregate":"last","op":"equals","time":"2024-01-01"}}`,
		`{"ratio":{"of":{"aggregate":"count"},"per":{"aggregate":"count"},"op":"equals"}}`,
		`{"ratio":{"of":{"aggregate":"max"},"per":{"aggregate":"count"},"op":"equals","value":1}}`,
		`{"ratio":{"of":{"aggregate":"count"},"per":{"aggregate":"count"},"op":"equals","value":1000.5}}`,
		`{"sequence":{"first":{},"then":{}}}`, `{"sequence":{"first":{},"then":{},"hours":0}}`,
		`{"sequence":{"first":{},"then":{"window":{"last":{"n":1,"unit":"days"}}},"hours":1}}`,
		`{"consent":{"channel":"email","is":"granted"}}`, `{"consent":{"channel":"email","is":"suppressed","purpose":"x"}}`,
		`{"consent":{"channel":"email","purpose":"x","is":"maybe"}}`,
		`{"share":{"seed":"","from":0,"to":1}}`, `{"share":{"seed":"x","from":0}}`, `{"share":{"seed":"x","from":0,"to":1.1}}`,
		`{"rank":{"aggregate":"count"}}`, `{"rank":{"aggregate":"count","percent":0}}`, `{"rank":{"aggregate":"count","percent":1,"number":1}}`,
		`{"rank":{"aggregate":"average","number":1}}`,
	} {
		if valid(t, s, []byte(text)) == nil {
			t.Errorf("the schema accepts %s", text)
		}
		if accepted([]byte(text)) == nil {
			t.Errorf("Go accepts %s", text)
		}
	}
}
