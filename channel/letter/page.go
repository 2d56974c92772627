package letter

import (
	_ "embed"
	"html/template"
	"strings"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
)

//go:embed sheet.html
var sheetText string

var sheet = template.Must(template.New("sheet").Parse(sheetText))

// page is what the sheet shows.
type page struct {
	Language   string
	Head       Letterhead
	Return     string // the small line above the address
	Address    []string
	Date       string
	Subject    string
	Paragraphs []string
}

func (s *Sender) page(m channel.Message) page {
	return page{
		Language:   m.To.Language,
		Head:       s.head,
		Return:     strings.Join(append([]string{s.head.Name}, s.head.Lines...), " · "),
		Address:    s.address(m.To),
		Date:       s.o.Date(s.o.Now()),
		Subject:    m.Subject,
		Paragraphs: paragraphs(m.Text),
	}
}

// address gives the lines of the address field: company, person, street, town
// and, abroad, the country.
func (s *Sender) address(to channel.Recipient) []string {
	a := to.Address
	person := to.Name
	person.Company = ""
	lines := []string{to.Name.Company, person.String(), a.Extra, a.Street, town(a)}
	if a.Country != "" && a.Country != s.head.Country {
		lines = append(lines, s.o.CountryName(a.Country))
	}
	kept := lines[:0]
	for _, l := range lines {
		if l != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

// town writes postal code and town in the order of the country.
func town(a contact.Address) string {
	parts := []string{a.PostalCode, a.City}
	switch a.Country {
	case "US", "CA", "AU":
		parts = []string{a.City, a.Region, a.PostalCode}
	case "GB", "IE":
		parts = []string{a.City, a.PostalCode}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// paragraphs cuts a text at its empty lines.
func paragraphs(text string) []string {
	var list []string
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			list = append(list, strings.Join(lines, "\n"))
		}
		lines = nil
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		lines = append(lines, strings.TrimRight(line, " \t\r"))
	}
	flush()
	return list
}
