package importgraph

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the directory of the module, seen from here.
var root = filepath.Join("..", "..")

func TestImports(t *testing.T) {
	watchSources(t)
	pkgs := list(t)
	if len(pkgs) == 0 {
		t.Fatal("go list found no package")
	}
	for _, v := range violations(pkgs) {
		t.Error(v)
	}
}

// list asks the go command for the packages. One that does not compile is
// listed too: to say so is the business of other tests.
func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			return pkgs
		case err != nil:
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// watchSources looks at every source file, so that the go command does not take
// the result of this test from its cache after one of them has changed.
func watchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".go" {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestViolations shows that the checker finds what it is there for.
func TestViolations(t *testing.T) {
	code := func(from string, to ...string) pkg { return pkg{ImportPath: from, Imports: to} }
	tests := []struct {
		name string
		pkg  pkg
		want string // a part of the only complaint; empty means that all is well
	}{
		{"up the stairs", code(module+"/contact", module+"/campaign"), "contact imports campaign"},
		{"down the stairs", code(module+"/campaign", module+"/contact", "context"), ""},
		{"next door", code(module+"/consent", module+"/activity"), "consent imports activity"},
		{"within a room", code(module+"/channel/smtp", module+"/channel", "net/http"), ""},
		{"a similar name", code(module+"/contact", module+"/errsx"), "contact imports errsx"},
		{"a leaf that leans on something", code(module+"/errs", module+"/id"), "may import only: nothing"},
		{"a helper that knows the domain", code(module+"/internal/token", module+"/contact"), "internal/token imports contact"},
		{"the root imports an adapter", code(module, module+"/storage/memory"), ". imports storage/memory"},
		{"the root imports the interface", code(module, module+"/storage"), ""},
		{"the domain imports storage", code(module+"/segment", module+"/storage"), "segment imports storage"},
		{"an unknown room", code(module+"/kitchen", "fmt"), "kitchen is in no room"},
		{"bun in the domain", code(module+"/contact", "github.com/uptrace/bun"), "bun is a detail"},
		{"a part of bun in web", code(module+"/web", "github.com/uptrace/bun/dialect"), "bun is a detail"},
		{"bun in an adapter", code(module+"/storage/internal/sqlstore", "github.com/uptrace/bun", "database/sql"), ""},
		{"a driver in an adapter", code(module+"/storage/sqlite", "modernc.org/sqlite"), "the host brings its driver"},
		{"a driver in an example", code(module+"/examples/shop", "github.com/jackc/pgx/v5/stdlib"), ""},
		{"SQL in the domain", code(module+"/activity", "database/sql/driver"), "neither SQL nor HTTP"},
		{"HTTP in the root", code(module, "net/http"), "neither SQL nor HTTP"},
		{"a module in crmtest", code(module+"/crmtest", "github.com/google/go-cmp/cmp"), "brings them no module"},
		{"testing in storagetest", code(module+"/storage/storagetest", "testing", module+"/storage"), ""},
		{"testing in the domain", code(module+"/contact", "testing/fstest"), "must not reach the binaries"},
		{"dbtest in code", code(module+"/storage/postgres", module+"/internal/dbtest"), "made for tests"},
		{"a driver in a test", pkg{ImportPath: module, XTestImports: []string{"modernc.org/sqlite"}}, ""},
		{
			"PostgreSQL's driver in the test of another package",
			pkg{ImportPath: module + "/storage/internal/sqlstore", TestImports: []string{"github.com/lib/pq"}},
			"a test of storage/internal/sqlstore imports github.com/lib/pq",
		},
		{
			"PostgreSQL's driver in the test of its adapter",
			pkg{ImportPath: module + "/storage/postgres", XTestImports: []string{"github.com/jackc/pgx/v5/stdlib"}},
			"",
		},
		{
			"an example in a test",
			pkg{ImportPath: module + "/web", XTestImports: []string{module + "/examples/shop"}},
			"read and run, not imported",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := violations([]pkg{tt.pkg})
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("want no complaint, got %q", got)
			case tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)):
				t.Errorf("want one complaint with %q, got %q", tt.want, got)
			}
		})
	}
}

// TestRooms finds rows that can never count, because one above them already
// names the same package.
func TestRooms(t *testing.T) {
	for _, r := range rooms {
		name := strings.TrimSuffix(r.name, "/...")
		if first, _ := roomOf(name); first.name != r.name {
			t.Errorf("the row of %s stands below that of %s", r.name, first.name)
		}
	}
}
