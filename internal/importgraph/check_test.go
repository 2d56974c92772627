package importgraph

import (
	"fmt"
	"slices"
	"strings"
)

const module = "github.com/stammkunde/crm"

// pkg is a package as "go list -json" describes it.
type pkg struct {
	ImportPath   string
	Imports      []string // of its code
	TestImports  []string // of its tests inside the package
	XTestImports []string // of its tests outside
}

// violations lists every import that the tables forbid, in words.
func violations(pkgs []pkg) []string {
	var found []string
	for _, p := range pkgs {
		from := short(p.ImportPath)
		for _, path := range p.Imports {
			found = append(found, checkRooms(from, path)...)
			found = append(found, checkBans(from, short(path), false)...)
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			found = append(found, checkBans(from, short(path), true)...)
		}
		if _, ok := roomOf(from); !ok {
			found = append(found, fmt.Sprintf("%s is in no room: add a row to the table", from))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// checkRooms checks the import of a package of this module.
func checkRooms(from, path string) []string {
	r, ok := roomOf(from)
	to := short(path)
	if !ok || !ours(path) || named(r.name, to) || named(r.imports, to) {
		return nil
	}
	return []string{fmt.Sprintf("%s imports %s, but %s may import only: %s", from, to, r.name, orNothing(r.imports))}
}

func checkBans(from, to string, test bool) []string {
	var found []string
	for _, b := range bans {
		free := named(b.except, from) || test && named(b.exceptTests, from)
		if named(b.in, from) && named(b.what, to) && !free {
			found = append(found, fmt.Sprintf("%s%s imports %s, but %s", testOf(test), from, to, b.why))
		}
	}
	return found
}

func testOf(test bool) string {
	if test {
		return "a test of "
	}
	return ""
}

func orNothing(names string) string {
	if names == "" {
		return "nothing"
	}
	return strings.TrimSpace(names)
}

func roomOf(name string) (room, bool) {
	i := slices.IndexFunc(rooms, func(r room) bool { return named(r.name, name) })
	if i < 0 {
		return room{}, false
	}
	return rooms[i], true
}

func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// short is the name of a package in the tables.
func short(path string) string {
	switch {
	case path == module:
		return "."
	case ours(path):
		return strings.TrimPrefix(path, module+"/")
	}
	return path
}

// named reports whether one of the patterns, with spaces between them, names a
// package.
func named(patterns, name string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(p string) bool {
		below, tree := strings.CutSuffix(p, "/...")
		switch {
		case p == "...", p == name:
			return true
		case p == thirdParty: // only the path of a module begins with the name of a host
			host, _, _ := strings.Cut(name, "/")
			return strings.Contains(host, ".") && name != "."
		}
		return tree && (name == below || strings.HasPrefix(name, below+"/"))
	})
}
