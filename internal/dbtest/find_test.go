package dbtest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestNewestFirst(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"9.6", "17", "13"} {
		if err := os.MkdirAll(filepath.Join(root, dir, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root) // so that no number stands before the version
	got := newestFirst([]string{"*/bin", "none/*"})
	want := []string{filepath.FromSlash("17/bin"), filepath.FromSlash("13/bin"), filepath.FromSlash("9.6/bin")}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHasPrograms(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "psql"), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if !hasPrograms(dir, "psql") {
		t.Error("psql is there and was not found")
	}
	if hasPrograms(dir, "psql", "initdb") {
		t.Error("initdb is not there and was found")
	}
}

func TestOnPath_follows_links(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, links := filepath.Join(root, "real"), filepath.Join(root, "links")
	for _, dir := range []string{real, links} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(real, "initdb-of-this-test")
	if err := os.WriteFile(program, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(links, "initdb-of-this-test")); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", links)
	if got := onPath("initdb-of-this-test"); !slices.Equal(got, []string{real}) {
		t.Errorf("got %v, want the directory behind the link, %s", got, real)
	}
}
