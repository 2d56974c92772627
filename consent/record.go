package consent

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// Record is the proof of what a contact declared: the whole ledger with the texts that
// the customer saw, to be printed. The Federal Court of Justice of Germany wants each
// declaration documented so that it can be printed at any time (I ZR 164/09).
type Record struct {
	Contact   contact.ID `json:"contact"`
	CreatedAt time.Time  `json:"created_at"`
	Entries   []Entry    `json:"entries"`
	States    []State    `json:"states"`
}

// Entry is an event with the text that the customer saw.
type Entry struct {
	Event
	// Text is the wording, or that of the notice. It is empty where none was shown.
	Text string `json:"text,omitempty"`
	// Genuine is false where the text of the notice is not the one that the event
	// was noted with: somebody has changed it in the database.
	Genuine bool `json:"genuine"`
}

// Record returns the proof of what a contact declared, oldest first; an empty one for
// a contact of whom nothing is known.
func (s *Service) Record(ctx context.Context, of contact.ID) (r Record, err error) {
	const op = "consent.Record"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return r, err
	}
	r = Record{Contact: of, CreatedAt: s.env.Now()}
	events, err := followed(ctx, s.store, of, s.store.ConsentEvents)
	if err != nil {
		return r, err
	}
	if r.States, err = followed(ctx, s.store, of, s.store.ConsentStates); err != nil {
		return r, err
	}
	var keys []NoticeKey
	for _, e := range events {
		if e.Notice.Name != "" {
			keys = append(keys, e.Notice.NoticeKey)
		}
	}
	texts := map[NoticeRef]string{}
	notices, err := s.store.Notices(ctx, keys)
	for _, n := range notices {
		texts[n.Ref()] = n.Text
	}
	for _, e := range events {
		entry := Entry{Event: e, Text: e.Wording, Genuine: true}
		if text, there := texts[e.Notice]; there {
			entry.Text = strings.TrimPrefix(e.Wording+"\n\n"+text, "\n\n")
		} else if e.Notice.Name != "" {
			entry.Genuine = false
		}
		r.Entries = append(r.Entries, entry)
	}
	return r, err
}

// line is a labelled value of an entry.
type line struct{ Label, Value string }

// lines gives what there is to print of an entry, in English.
func (e Entry) lines() []line {
	purpose, channel := string(e.Purpose), string(e.Channel)
	if e.Purpose == AnyPurpose {
		purpose = "every purpose"
	}
	if e.Channel == AnyChannel {
		channel = "every channel"
	}
	action := string(e.Action)
	if e.Action == Release {
		action += " of " + string(e.Cell().Layer)
	}
	all := []line{
		{"Declared at", stamp(e.At)}, {"Recorded at", stamp(e.RecordedAt)}, {"Action", action}, {"Purpose", purpose}, {"Channel", channel},
		{"Basis", string(e.Basis)}, {"Ends at", stamp(e.ExpiresAt)}, {"Source", e.Source}, {"Method", string(e.Method)}, {"Evidence", e.Proof},
		{"Page", e.URL}, {"Address", e.IP}, {"Browser", e.UserAgent}, {"Noted by", e.Actor}, {"Sale", e.Sale},
		{"Goods", strings.Join(e.Categories, ", ")}, {"Notice", e.notice()}, {"Event", e.ID.String()},
	}
	if !e.Genuine {
		all = append(all, line{"Warning", "the text of the notice is not the one that was shown"})
	}
	var list []line
	for _, l := range all {
		if l.Value != "" {
			list = append(list, l)
		}
	}
	return list
}

func (e Entry) notice() string {
	if e.Notice.Name == "" {
		return ""
	}
	name := strings.TrimSpace(e.Notice.Name + " " + e.Notice.Version + " " + e.Notice.Locale)
	return name + ", SHA-256 " + e.Notice.SHA256
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// WriteText prints the record as plain text.
func (r Record) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Consent record of contact %s\nPrinted at %s\n", r.Contact, stamp(r.CreatedAt))
	for i, e := range r.Entries {
		fmt.Fprintf(&b, "\n%d.\n", i+1)
		for _, l := range e.lines() {
			fmt.Fprintf(&b, "   %-12s %s\n", l.Label+":", l.Value)
		}
		if e.Text != "" {
			fmt.Fprintf(&b, "   %s\n      %s\n", "Text:", strings.ReplaceAll(e.Text, "\n", "\n      "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var page = template.Must(template.New("record").Funcs(template.FuncMap{"stamp": stamp, "lines": Entry.lines}).Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Consent record</title></head><body>
<h1>Consent record of contact {{.Contact}}</h1>
<p>Printed at {{stamp .CreatedAt}}</p>
<ol>{{range .Entries}}
<li><dl>{{range lines .}}<dt>{{.Label}}</dt><dd>{{.Value}}</dd>{{end}}</dl>{{if .Text}}<blockquote style="white-space: pre-wrap">{{.Text}}</blockquote>{{end}}</li>{{end}}
</ol></body></html>
`))

// WriteHTML prints the record as a page that needs nothing else.
func (r Record) WriteHTML(w io.Writer) error { return page.Execute(w, r) }
