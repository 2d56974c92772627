package people_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// What is sensitive leaves the CRM only where somebody asks for it, and so does
// what nobody declared.
func TestEncoders_leave_out_what_is_sensitive(t *testing.T) {
	t.Parallel()
	own := []contact.Field{
		{Name: "likes", Type: contact.TypeMany, OneOf: []string{"tea"}},
		{Name: "diet", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "diet"},
	}
	c := contact.Contact{Custom: map[string]contact.Value{"likes": contact.Many("tea"), "diet": contact.Text("Geheim")}}
	for _, asked := range []bool{false, true} {
		is := is.New(t)
		var file, lines bytes.Buffer
		w, err := table.NewWriter(&file, nil)
		is.NoErr(err)
		e, err := people.NewEncoder(w, own, &people.EncodeOptions{Sensitive: asked})
		is.NoErr(err)
		is.NoErr(e.Encode(c)) // that it is left out is no error
		is.NoErr(w.Flush())
		is.NoErr(people.NewLineEncoder(&lines, &people.LineEncodeOptions{Fields: own, Sensitive: asked}).Encode(c))
		for _, text := range []string{file.String(), lines.String()} {
			is.True(strings.Contains(text, "tea"))
			is.Equal(strings.Contains(text, "diet"), asked)
			is.Equal(strings.Contains(text, "Geheim"), asked)
		}
		is.Equal(len(c.Custom), 2) // the record itself stays as it was
	}
	var lines bytes.Buffer
	is := is.New(t)
	is.NoErr(people.NewLineEncoder(&lines, nil).Encode(c))
	is.True(!strings.Contains(lines.String(), "custom"))
}
