package letter

import (
	_ "embed"
	"html/template"
	"strings"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact/postal"
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

// address gives the lines of the address field: company, person, and the address
// as its country's post wants it.
func (s *Sender) address(to channel.Recipient) []string {
	person := to.Name
	person.Company = ""
	return postal.Lines([]string{to.Name.Company, person.String()}, to.Address.Postal(), s.head.Country)
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
