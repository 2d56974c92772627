package segment_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stammkunde/crm/segment"
)

// TestRules_page keeps docs/rules.md true: its JSON are rules, valid by the
// schema too, and the two lines below each are its sentences.
func TestRules_page(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	s := compileSchema(t)
	examples := regexp.MustCompile("(?s)```json\n(.*?)```\n- ([^\n]*)\n- ([^\n]*)\n").FindAllStringSubmatch(string(page), -1)
	if len(examples) < 10 || len(examples) != strings.Count(string(page), "```json") {
		t.Fatalf("%d examples with sentences were found", len(examples))
	}
	for _, e := range examples {
		text := []byte(e[1])
		if err := accepted(text); err != nil {
			t.Errorf("%v\n%s", err, text)
			continue
		}
		if err := valid(t, s, text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		rule, _ := segment.ParseRule(text)
		for i, lang := range []string{"en", "de"} {
			if got := rule.Sentence(lang); got != e[2+i] {
				t.Errorf("%s: the page says\n%s\nand the library\n%s", lang, e[2+i], got)
			}
		}
	}
}
