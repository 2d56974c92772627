package campaign

import (
	"bytes"
	"cmp"
	"errors"
	htmltemplate "html/template"
	"io"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/vouchercode"
)

// maxOutput bounds one rendered part, in bytes.
const maxOutput = 2 << 20

// compiled is a parsed Template.
type compiled struct {
	subject, text, html executor // nil where there is none
}

// executor is what both template packages offer.
type executor interface {
	Execute(w io.Writer, data any) error
}

// compile parses a template. With an error come the paths of all broken parts,
// and the others can be rendered.
func compile(t Template) (*compiled, []string, error) {
	var c compiled
	var broken []string
	var first error
	keep := func(path string, part *executor, parsed executor, err error) {
		if err == nil {
			*part = parsed
			return
		}
		broken = append(broken, path)
		first = cmp.Or(first, err)
	}
	subject, err := texttemplate.New("subject").Option("missingkey=error").Parse(t.Subject)
	keep("subject", &c.subject, subject, err)
	text, err := texttemplate.New("text").Option("missingkey=error").Parse(t.Text)
	keep("text", &c.text, text, err)
	if t.HTML != "" {
		html, err := htmltemplate.New("html").Option("missingkey=error").Parse(t.HTML)
		keep("html", &c.html, html, err)
	}
	return &c, broken, first
}

// compileAll parses the templates of a stored campaign.
func compileAll(d Definition) (map[contact.Channel]*compiled, error) {
	all := make(map[contact.Channel]*compiled, len(d.Templates))
	for ch, t := range d.Templates {
		c, _, err := compile(t)
		if err != nil {
			return nil, err
		}
		all[ch] = c
	}
	return all, nil
}

// data is what templates see: texts only, so that no template can call into
// the program.
type data map[string]map[string]string

func newData(d Definition, c contact.Contact, v Voucher, zone *time.Location) data {
	a := c.Address()
	values := data{
		"Contact": {
			"Name": c.Name.String(), "Title": c.Name.Title, "Given": c.Name.Given, "Family": c.Name.Family,
			"Company": c.Name.Company, "Language": c.Language,
		},
		"Address": {
			"Street": a.Street, "Extra": a.Extra, "PostalCode": a.PostalCode, "City": a.City, "Region": a.Region, "Country": a.Country,
		},
		"Campaign": {"Name": d.Name},
	}
	if d.Offer != nil {
		values["Voucher"] = map[string]string{
			"Code":       vouchercode.Format(v.Code),
			"Percent":    strconv.FormatFloat(float64(v.BasisPoints)/100, 'f', -1, 64),
			"ValidUntil": lastDay(v.ValidUntil, zone),
		}
	}
	return values
}

// lastDay gives the last day, in the zone, on which a voucher that ends at the
// instant is valid; nothing where it does not end.
func lastDay(until time.Time, zone *time.Location) string {
	if until.IsZero() {
		return ""
	}
	return until.Add(-time.Microsecond).In(zone).Format(time.DateOnly)
}

// sampleData is made up, to try a template when the campaign is created.
func sampleData(d Definition) data {
	sample := Voucher{Code: strings.Repeat("2", 11), BasisPoints: 1000}
	return newData(d, contact.Contact{}, sample, time.UTC)
}

// render fills the templates. With an error come the paths of all broken parts.
func (c *compiled) render(d data) (channel.Message, []string, error) {
	var m channel.Message
	var broken []string
	var first error
	parts := []struct {
		path string
		t    executor
		out  *string
	}{{"subject", c.subject, &m.Subject}, {"text", c.text, &m.Text}, {"html", c.html, &m.HTML}}
	for _, p := range parts {
		if p.t == nil {
			continue
		}
		var b limitedBuffer
		if err := p.t.Execute(&b, d); err != nil {
			broken = append(broken, p.path)
			first = cmp.Or(first, err)
		}
		*p.out = b.String()
	}
	if first != nil {
		return channel.Message{}, broken, first
	}
	// A header cannot hold a line break.
	m.Subject = strings.Join(strings.Fields(m.Subject), " ")
	return m, nil, nil
}

var errTooLong = errors.New("campaign: template makes too much text")

// limitedBuffer is a buffer that refuses to grow beyond maxOutput.
type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxOutput {
		return 0, errTooLong
	}
	return b.Buffer.Write(p)
}
