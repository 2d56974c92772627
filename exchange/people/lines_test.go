package people_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/id"
)

func TestLineEncoder_import_of_an_export_is_the_identity(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := random{rand.New(rand.NewPCG(7, 1))}
	var file bytes.Buffer
	e := people.NewLineEncoder(&file, &people.LineEncodeOptions{Fields: fields})
	list := make([]contact.Contact, 500)
	for i := range list {
		list[i] = r.contact()
		list[i].Links = []contact.Link{{Kind: contact.WorksFor, To: id.New()}, {Kind: "friend", To: id.New()}}
		is.NoErr(e.Encode(list[i]))
	}
	d, err := people.NewLineDecoder(&file, nil)
	is.NoErr(err)
	n := 0
	for record, err := range d.Contacts() {
		is.NoErr(err)
		same(t, record.Contact, list[n])
		n++
		is.Equal([]int{record.Number, record.Line}, []int{n, n})
	}
	is.Equal(n, len(list))
}

func TestLineDecoder_broken_lines(t *testing.T) {
	t.Parallel()
	const good = `{"id":"00000000-0000-0000-0000-000000000000","kind":"person","name":{"family":"Meyer"},"created_at":"0001-01-01T00:00:00Z","updated_at":"0001-01-01T00:00:00Z","version":0}`
	for _, test := range []struct{ line, want string }{
		{good, ""}, {"{}", ""}, {"\ufeff{}", ""}, {" {} \r", ""},
		{`{"secret"}`, "line 1: is no JSON of the kind that belongs there [syntax]"},
		{`{} {}`, "line 1: is no JSON of the kind that belongs there [syntax]"},
		{`[]`, "line 1: is no JSON object [syntax]"},
		{`null`, "line 1: is no JSON object [syntax]"},
		{"{\"owner\":\"\xff\"}", "line 1: is not valid UTF-8 [invalid_utf8]"},
		{`{"vorname":"secret"}`, "line 1: column vorname: is no member that belongs there [unknown_field]"},
		{`{"name":{"vorname":"secret"}}`, "line 1: column vorname: is no member that belongs there [unknown_field]"},
		{`{"\u0007":1}`, "line 1: column ?: is no member that belongs there [unknown_field]"},
		{`{"owner":4711}`, "line 1: column owner: must be of the type that belongs there [wrong_type]"},
		{`{"id":"secret"}`, "line 1: is no JSON of the kind that belongs there [syntax]"},
		{`{"created_at":"secret"}`, "line 1: is no JSON of the kind that belongs there [syntax]"},
		{`{"custom":{"a":{"type":"text","text":"x"}}}`, ""},
		{`{"custom":{"a":{"type":"text","text":"x","note":"secret"}}}`, "line 1: column note: is no member that belongs there [unknown_field]"},
		{`{"custom":{"a":{"type":"date","date":{"jahr":1}}}}`, "line 1: column jahr: is no member that belongs there [unknown_field]"},
		{`{"custom":{"a":{"type":"number","text":"5"}}}`, "line 1: column custom.a: must have the member that its type names [shape]"},
		{`{"custom":{"a":{"type":"many","texts":["x","y"]}}}`, ""},
		{`{"custom":{"a":{"type":"many","text":"x"}}}`, "line 1: column custom.a: must have the member that its type names [shape]"},
		{`{"custom":{"a":{"type":"letter"}}}`, "line 1: column custom.a: must have the member that its type names [shape]"},
		{`{"owner":"` + strings.Repeat("x", 2000) + `"}`, "line 1: is a line of more than 1000 bytes [too_long]"},
	} {
		is := is.New(t)
		d, err := people.NewLineDecoder(strings.NewReader(test.line+"\n\n"+good), &people.LineOptions{MaxLine: 1000})
		is.NoErr(err)
		var got []string
		for record, err := range d.Contacts() {
			if err != nil {
				is.True(errors.Is(err, errs.ErrInvalid))
				is.Equal(len(record.Broken), 1)
				got = append(got, err.Error())
			} else if record.Number == 2 {
				is.Equal(record.Line, 3)
				is.Equal(record.Contact.Name.Family, "Meyer") // the next line is read
			}
		}
		is.Equal(strings.Join(got, "; "), test.want)
	}
}

func TestLineDecoder_goes_on_where_it_stopped(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d, err := people.NewLineDecoder(strings.NewReader("{}\n\n{}\n[]\n{}"), &people.LineOptions{Skip: 2})
	is.NoErr(err)
	var numbers []int
	for record := range d.Contacts() {
		numbers = append(numbers, record.Number)
		if record.Number == 3 {
			break
		}
	}
	for record := range d.Contacts() {
		numbers = append(numbers, record.Number)
	}
	is.Equal(numbers, []int{3, 4})
}

func TestLineDecoder_errors_of_the_reader(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	own := errors.New("disk on fire")
	d, err := people.NewLineDecoder(io.MultiReader(strings.NewReader("{}\n{"), iotest.ErrReader(own)), nil)
	is.NoErr(err)
	n := 0
	for _, err := range d.Contacts() {
		if n++; n == 2 {
			is.Equal(err, own)
		}
	}
	is.Equal(n, 2)
	_, err = people.NewLineDecoder(nil, &people.LineOptions{MaxLine: -1, Skip: -1})
	is.Equal(len(errs.FieldsOf(err)), 2)
}

func FuzzLineDecoder(f *testing.F) {
	f.Add("{}\n[]\n{\"custom\":{\"a\":{\"type\":\"text\",\"text\":\"\"}}}\n")
	f.Fuzz(func(t *testing.T, file string) {
		d, err := people.NewLineDecoder(strings.NewReader(file), &people.LineOptions{MaxLine: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range d.Contacts() {
			var row *table.RowError
			if err != nil && !errors.As(err, &row) {
				t.Fatal(err)
			}
		}
	})
}
