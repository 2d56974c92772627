package main

import (
	"os"
	"strings"
	"testing"
)

// The README shows the lines of this program.
func TestREADME_shows_this_program(t *testing.T) {
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "```go\n")
	shown, _, ok := strings.Cut(shown, "```")
	if !ok || shown == "" {
		t.Fatal("the README shows no program")
	}
	indented := "\t" + strings.ReplaceAll(strings.TrimSuffix(shown, "\n"), "\n", "\n\t")
	indented = strings.ReplaceAll(indented, "\n\t\n", "\n\n")
	if !strings.Contains(string(program), indented) {
		t.Error("the lines of the README are not those of examples/quickstart")
	}
}
