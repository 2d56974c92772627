package crm_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page on attacks names only tests that exist.
func TestAttacks_page_names_tests_that_exist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	function, name := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`), regexp.MustCompile(`Case = "([^"]+)"`)
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "storagetest/names.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, pattern := range []*regexp.Regexp{function, name} {
			for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
				known[found[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| .* \| .* \| (.*) \|$`).FindAllStringSubmatch(string(page), -1)
	if len(rows) < 15 {
		t.Errorf("the page has %d rows only", len(rows))
	}
	for _, row := range rows[2:] {
		tests := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1)
		if len(tests) == 0 {
			t.Errorf("a row names no test: %s", row[0])
		}
		for _, test := range tests {
			if !known[test[1]] {
				t.Errorf("there is no test %s", test[1])
			}
		}
	}
}
