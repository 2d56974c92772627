package dbtest

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// places are the directories in which packages of PostgreSQL keep their
// programs when they put none, or not all of them, on the PATH.
var places = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/pgsql-*/bin",                  // Red Hat, packages of the PostgreSQL project
	"/usr/libexec/postgresql*",          // Alpine
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew
	"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
}

// findInstallation returns a directory with all the programs that a throw-away
// cluster needs. What stands on the PATH comes first, then the newest.
func findInstallation() (dir string, ok bool) {
	for _, dir := range append(onPath("initdb"), newestFirst(places)...) {
		if hasPrograms(dir, "initdb", "postgres", "psql") {
			return dir, true
		}
	}
	return "", false
}

// findPsql returns the path of a psql, of any version. The real program comes
// before a wrapper on the PATH, such as Debian's, which costs more to start.
func findPsql() (string, error) {
	for _, dir := range append(onPath("psql"), newestFirst(places)...) {
		if hasPrograms(dir, "psql") {
			return filepath.Join(dir, "psql"), nil
		}
	}
	path, err := exec.LookPath("psql")
	if err != nil {
		return "", fmt.Errorf("dbtest: install the client programs of PostgreSQL, to create databases with: %w", err)
	}
	return path, nil
}

// onPath returns the directory that really holds a program of the PATH: a link
// to it may stand alone, without the programs beside it.
func onPath(program string) []string {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return []string{filepath.Dir(path)}
}

// newestFirst lists the directories that match the patterns, the highest
// version number first.
func newestFirst(patterns []string) []string {
	var dirs []string
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	slices.SortStableFunc(dirs, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

// version reads the first number in a path: /usr/lib/postgresql/17/bin is 17.
func version(path string) int {
	n, err := strconv.Atoi(digits.FindString(path))
	if err != nil {
		return 0 // no number, or one too long to be a version
	}
	return n
}

func hasPrograms(dir string, names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err != nil || info.IsDir()
	})
}
