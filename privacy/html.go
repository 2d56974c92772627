package privacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"strings"
)

// WriteHTML writes the document as a page that a person can read: one file, with
// nothing to be fetched from elsewhere. language is "de" or "en", which stands for all
// others; it is that of the headings, while values stay as they are stored. All that
// stands in the JSON stands in the page.
func (doc *Document) WriteHTML(w io.Writer, language string) error {
	text, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	words := english
	if language == "de" {
		words = german
	} else {
		language = "en"
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	root, err := readNode(in, "", words)
	if err != nil {
		return err
	}
	return page.Execute(w, map[string]any{"Language": language, "Title": words["title"], "Root": root})
}

// node is a value of the JSON with its heading.
type node struct {
	Label    string
	Text     string
	Children []node
}

var errJSON = errors.New("privacy: not the JSON of a document")

// readNode reads the next value, in the order of the text.
func readNode(in *json.Decoder, label string, words map[string]string) (node, error) {
	n := node{Label: label}
	token, err := in.Token()
	if err != nil {
		return n, err
	}
	switch v := token.(type) {
	case json.Delim:
		for in.More() {
			next := ""
			if v == '{' {
				key, err := in.Token()
				name, ok := key.(string)
				if err != nil || !ok {
					return n, errors.Join(errJSON, err)
				}
				next = labelOf(name, words)
			}
			child, err := readNode(in, next, words)
			if err != nil {
				return n, err
			}
			n.Children = append(n.Children, child)
		}
		_, err = in.Token() // the closing bracket
	case string:
		n.Text = v
	case json.Number:
		n.Text = v.String()
	case bool:
		n.Text = words["no"]
		if v {
			n.Text = words["yes"]
		}
	case nil:
	}
	return n, err
}

// labelOf returns the heading of a key; one without a translation is told in its own
// words.
func labelOf(key string, words map[string]string) string {
	if word, known := words[key]; known {
		return word
	}
	return strings.ReplaceAll(key, "_", " ")
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
<style>
body { font-family: sans-serif; margin: 2em auto; max-width: 60em; line-height: 1.4; }
dl { margin: 0 0 0 1em; border-left: 1px solid #ccc; padding-left: 1em; }
dt { font-weight: bold; }
dd { margin: 0 0 .4em 0; white-space: pre-wrap; overflow-wrap: anywhere; }
ol { margin: 0; }
</style>
</head>
<body>
<h1>{{.Title}}</h1>
{{template "node" .Root}}
</body>
</html>
{{define "node"}}{{if .Children}}{{if (index .Children 0).Label}}<dl>{{range .Children}}<dt>{{.Label}}</dt><dd>{{template "node" .}}</dd>
{{end}}</dl>{{else}}<ol>{{range .Children}}<li>{{template "node" .}}</li>
{{end}}</ol>{{end}}{{else}}{{.Text}}{{end}}{{end}}`))
