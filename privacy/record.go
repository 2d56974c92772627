package privacy

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// ProcessingRecord is the record of processing (Article 30 GDPR) as far as the CRM
// knows it. It marshals to JSON, and WriteMarkdown makes a text of it.
type ProcessingRecord struct {
	At         time.Time `json:"made_at"`
	Controller string    `json:"controller,omitempty"`
	Officer    string    `json:"officer,omitempty"`
	// Subjects are whose data are processed, Classes which.
	Subjects []string    `json:"subjects"`
	Classes  []Class     `json:"classes"`
	Fields   []FieldNote `json:"fields,omitempty"`
	// Purposes are the declared ones, and those without a basis that fields and
	// campaigns have beside them.
	Purposes   []Purpose   `json:"purposes,omitempty"`
	Recipients []Recipient `json:"recipients,omitempty"`
	Retention  []Rule      `json:"retention,omitempty"`
	Measures   []string    `json:"measures"`
	// Gaps are what is missing.
	Gaps []string `json:"gaps,omitempty"`
}

// FieldNote tells of a custom field.
type FieldNote struct {
	Name        string              `json:"name"`
	Type        contact.Type        `json:"type"`
	Sensitivity contact.Sensitivity `json:"sensitivity,omitempty"`
	Purpose     string              `json:"purpose,omitempty"`
}

// measures are what the library itself does (Article 32 GDPR).
var measures = []string{
	"Every row belongs to one tenant, and every query names it.",
	"Sensitive values are written only with the proof of an explicit consent, in the same transaction.",
	"No message goes out without a consent that is in force when it is sent.",
	"Payment card numbers are refused in every text.",
	"Account numbers are masked, and whole only if the host encrypts them.",
	"Errors and logs hold no personal data.",
	"Legal holds, restriction, erasure and retention are carried out by the library; what an erasure did is certified.",
}

// Record makes the record of processing from what is declared and from the campaigns
// that there are.
func (s *Service) Record(ctx context.Context) (r ProcessingRecord, err error) {
	const op = "privacy.Record"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return r, err
	}
	campaigns, err := s.store.Campaigns(ctx)
	if err != nil {
		return r, err
	}
	r = ProcessingRecord{
		At: s.env.Now(), Controller: s.setup.Controller, Officer: s.setup.Officer,
		Subjects: []string{"customers", "interested persons", "persons who act for companies"}, Classes: Classes,
		Purposes: slices.Clone(s.setup.Purposes), Recipients: s.setup.Recipients, Retention: s.setup.Retention, Measures: measures,
	}
	for _, f := range s.setup.Fields {
		r.Fields = append(r.Fields, FieldNote{f.Name, f.Type, f.Sensitivity, f.Purpose})
		r.use(f.Purpose)
	}
	for _, c := range campaigns {
		r.use(string(c.Purpose))
	}
	r.findGaps()
	return r, nil
}

// use adds a purpose that is not declared.
func (r *ProcessingRecord) use(purpose string) {
	known := slices.ContainsFunc(r.Purposes, func(p Purpose) bool { return p.Name == purpose })
	if purpose != "" && !known {
		r.Purposes = append(r.Purposes, Purpose{Name: purpose})
	}
}

// findGaps lists what is missing.
func (r *ProcessingRecord) findGaps() {
	gap := func(format string, args ...any) { r.Gaps = append(r.Gaps, fmt.Sprintf(format, args...)) }
	kept := func(c Class) bool {
		return slices.ContainsFunc(r.Retention, func(rule Rule) bool { return rule.Class == c })
	}
	if r.Controller == "" {
		gap("it is not said who is responsible")
	}
	for _, f := range r.Fields {
		if f.Sensitivity != contact.Ordinary && !kept(Record) {
			gap("the %s field %s has no rule of retention: there is none for the class %s", f.Sensitivity, f.Name, Record)
		}
	}
	for _, p := range r.Purposes {
		if p.Basis == "" {
			gap("the purpose %s has no legal basis", p.Name)
		}
		if len(p.Classes) == 0 {
			gap("it is not said which data the purpose %s needs", p.Name)
		}
		for _, c := range p.Classes {
			if _, sweeps := actions[c]; sweeps && !kept(c) {
				gap("the purpose %s has no rule of retention: there is none for the class %s", p.Name, c)
			}
		}
	}
}

// WriteMarkdown writes the record as a text in Markdown.
func (r ProcessingRecord) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Record of processing\n\nMade at %s.\n", r.At.Format(time.RFC3339))
	line("- Responsible: %s\n- Data protection officer: %s\n- Persons: %s", plain(r.Controller), plain(r.Officer), strings.Join(r.Subjects, ", "))
	line("\n## Purposes\n\n| purpose | legal basis | data | what for |\n| --- | --- | --- | --- |")
	for _, p := range r.Purposes {
		line("| %s | %s | %s | %s |", plain(p.Name), plain(p.Basis), plain(classes(p.Classes)), plain(p.Text))
	}
	line("\n## Data\n\n%s\n\n| field | type | sensitivity | purpose |\n| --- | --- | --- | --- |", classes(r.Classes))
	for _, f := range r.Fields {
		line("| %s | %s | %s | %s |", plain(f.Name), f.Type, plain(string(f.Sensitivity)), plain(f.Purpose))
	}
	line("\n## Recipients\n\n| who | what |\n| --- | --- |")
	for _, to := range r.Recipients {
		line("| %s | %s |", plain(to.Name), plain(to.Data))
	}
	line("\n## Retention\n\n| data | kept for | then |\n| --- | --- | --- |")
	for _, rule := range r.Retention {
		line("| %s | %s | %s |", rule.Class, rule.Keep, rule.Action)
	}
	list(&b, "Measures", r.Measures)
	list(&b, "Gaps", r.Gaps)
	_, err := io.WriteString(w, b.String())
	return err
}

func list(b *strings.Builder, heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", heading)
	for _, text := range lines {
		fmt.Fprintf(b, "- %s\n", plain(text))
	}
}

func classes(list []Class) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = string(c)
	}
	return strings.Join(names, ", ")
}

// plain makes a text that ends no cell, and a dash of none.
func plain(s string) string {
	if s == "" {
		return "-"
	}
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(s)
}
