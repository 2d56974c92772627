package errs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The package's comment is the list of all codes: none is missing, and none
// stands there that no code gives.
func TestCodes_are_all_documented(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && slices.Contains([]string{"examples", "storagetest", "tools", "testdata", ".bin"}, d.Name()) {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			ast.Inspect(file, func(n ast.Node) bool { note(used, n); return true })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "errs.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(file.Doc.Text(), "# Codes")
	for code := range maps.Keys(used) {
		if !regexp.MustCompile(`\b` + code + `\b`).MatchString(list) {
			t.Errorf("the code %s is not documented", code)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^ +- ([a-z0-9_, ]+):`).FindAllStringSubmatch(list, -1) {
		for code := range strings.SplitSeq(line[1], ", ") {
			if !used[code] {
				t.Errorf("the code %s is documented, but nothing gives it", code)
			}
		}
	}
}

// note finds the code of a call that makes a broken field.
func note(used map[string]bool, n ast.Node) {
	var code ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
		case *ast.Ident:
			name = f.Name
		}
		arity := map[string][]int{"Add": {3}, "Conflict": {4}, "refuse": {2, 3}, "Refuse": {2}, "refuseRule": {3}}[name]
		if slices.Contains(arity, len(n.Args)) {
			code = n.Args[len(n.Args)-2]
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
			code = n.Value
		}
	case *ast.CompositeLit:
		named, _ := n.Type.(*ast.SelectorExpr)
		switch {
		case len(n.Elts) == 3 && (n.Type == nil || named != nil && named.Sel.Name == "Field") && sentence(n.Elts[2]): // Field without keys
			code = n.Elts[1]
		case len(n.Elts) == 2 && n.Type == nil && sentence(n.Elts[1]): // code and message in a table
			code = n.Elts[0]
		}
	}
	lit, ok := code.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	if text, err := strconv.Unquote(lit.Value); err == nil && regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(text) {
		used[text] = true
	}
}

// sentence reports whether an expression is a text of several words, as
// messages are.
func sentence(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return ok && lit.Kind == token.STRING && strings.Contains(lit.Value, " ")
}
