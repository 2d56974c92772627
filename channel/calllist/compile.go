package calllist

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// The names in the sender's directory.
const (
	listName = "call-list.csv"
	callsDir = "calls"
	callExt  = ".csv"
)

// Path is where Compile puts the list.
func (s *Sender) Path() string { return filepath.Join(s.dir, listName) }

// Compile writes the list anew, with every call that was sent so far, ordered
// by key. Whoever reads the list meanwhile sees the old one or the new one as a
// whole. Call it when a campaign was worked on, and after a restart.
func (s *Sender) Compile(ctx context.Context) error {
	paths, err := s.files()
	if err != nil {
		return fmt.Errorf("calllist: %w", err)
	}
	err = s.list.Replace(listName, func(w io.Writer) error { return writeList(ctx, w, paths) })
	if err != nil {
		return fmt.Errorf("calllist: %w", err)
	}
	return nil
}

func writeList(ctx context.Context, w io.Writer, paths []string) error {
	header, err := line(columns...)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// files gives the paths of all calls, ordered by key.
func (s *Sender) files() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, callsDir))
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), callExt) {
			paths = append(paths, filepath.Join(s.dir, callsDir, e.Name()))
		}
	}
	return paths, nil
}
