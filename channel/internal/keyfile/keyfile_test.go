package keyfile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/internal/keyfile"
)

func open(t *testing.T) (keyfile.Dir, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new [dir]")
	d, err := keyfile.Open(path, ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return d, path
}

// files gives the names of all files below path.
func files(t *testing.T, path string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(path, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestPut_the_first_content_of_a_key_stays(t *testing.T) {
	d, path := open(t)
	for _, content := range []string{"first", "second"} {
		name, err := d.Put(t.Context(), "key-1", []byte(content))
		if err != nil || name != "key-1.txt" {
			t.Fatalf("Put gave %q, %v", name, err)
		}
	}
	got, err := os.ReadFile(filepath.Join(path, "key-1.txt"))
	if err != nil || string(got) != "first" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if names := files(t, path); len(names) != 1 {
		t.Errorf("files: %v", names)
	}
}

func TestPut_removes_what_a_killed_attempt_left(t *testing.T) {
	d, path := open(t)
	unfinished := filepath.Join(path, ".unfinished")
	for _, name := range []string{"key-1.txt.123", "key-10.txt.123"} {
		if err := os.WriteFile(filepath.Join(unfinished, name), []byte("torn"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Put(t.Context(), "key-1", []byte("whole")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(files(t, unfinished), " "); got != "key-10.txt.123" {
		t.Errorf("unfinished holds %q; only the other key's file may be left", got)
	}
}

func TestPut_errors(t *testing.T) {
	d, path := open(t)
	for _, key := range []string{"", "../up", "a/b", `a\b`, "a.b", "Capital", "ä", "nul\x00", strings.Repeat("k", 101)} {
		if _, err := d.Put(t.Context(), key, nil); !errors.Is(err, channel.ErrRejected) {
			t.Errorf("key %q: %v, want ErrRejected", key, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Put(ended, "key", nil); !errors.Is(err, channel.ErrNotSent) || !errors.Is(err, context.Canceled) {
		t.Errorf("after the context's end: %v", err)
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), "key", nil); !errors.Is(err, channel.ErrNotSent) {
		t.Errorf("without a directory: %v, want ErrNotSent", err)
	}
}

func TestPut_by_many_at_once(t *testing.T) {
	d, path := open(t)
	const keys, writers = 20, 8
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range keys {
				key := fmt.Sprintf("key-%d", i)
				if _, err := d.Put(t.Context(), key, []byte(strings.Repeat(key, 1000))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	names := files(t, path)
	if len(names) != keys {
		t.Errorf("%d files, want %d: %v", len(names), keys, names)
	}
	for _, name := range names {
		got, err := os.ReadFile(filepath.Join(path, name))
		if want := strings.Repeat(strings.TrimSuffix(name, ".txt"), 1000); err != nil || string(got) != want {
			t.Errorf("%s is torn: %v", name, err)
		}
	}
}

func TestReplace(t *testing.T) {
	d, path := open(t)
	put := func(s string, fail error) error {
		return d.Replace("list.csv", func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return errors.Join(err, fail)
		})
	}
	broken := errors.New("broken")
	if err := errors.Join(put("one", nil), put("two", nil)); err != nil {
		t.Fatal(err)
	}
	if err := put("three", broken); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got, _ := os.ReadFile(filepath.Join(path, "list.csv")); string(got) != "two" {
		t.Errorf("the file holds %q", got)
	}
	if names := files(t, path); len(names) != 1 {
		t.Errorf("files: %v", names)
	}
}

func TestReplace_by_many_at_once(t *testing.T) {
	d, path := open(t)
	old := filepath.Join(path, ".unfinished", "list.csv.123")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().AddDate(0, 0, -1)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := d.Replace("list.csv", func(w io.Writer) error {
				_, err := io.WriteString(w, "whole")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if names := files(t, path); len(names) != 1 {
		t.Errorf("files: %v", names)
	}
}
