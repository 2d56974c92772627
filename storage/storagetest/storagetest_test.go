package storagetest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stammkunde/crm/storage/storagetest"
)

// The comment of each case, which people read, is what the case says when it
// fails.
func TestCases_are_documented_by_their_promise(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "names.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	documented := map[storagetest.Case]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		c := storagetest.Case(text)
		documented[c] = true
		want := spec.Names[0].Name + ": " + c.Promise() + "."
		if got := strings.Join(strings.Fields(spec.Doc.Text()), " "); got != want {
			t.Errorf("the comment of a case is %q, but its promise is %q", got, want)
		}
		return true
	})
	seen := map[storagetest.Case]bool{}
	for _, c := range storagetest.Cases() {
		if !documented[c] || seen[c] {
			t.Errorf("the case %q has no constant in names.go, or runs twice", c)
		}
		seen[c] = true
	}
	if len(seen) != len(documented) {
		t.Errorf("%d cases are named, but %d run", len(documented), len(seen))
	}
}
