// Package keyfile keeps one file per key in a directory. The senders that write
// files share it: it is what makes them idempotent, over restarts and with any
// number of processes on one directory.
package keyfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/stammkunde/crm/channel"
)

// Only their owner may read the files: they hold personal data.
const dirMode = 0o700

// unfinished is the directory, below that of the files, in which a file is
// written before it gets its name.
const unfinished = ".unfinished"

// Dir is a directory with one file per key.
type Dir struct{ path, ext string }

// Open makes the directory where it is missing. Ext is the ending of its
// files, with the dot.
func Open(path, ext string) (Dir, error) {
	if err := os.MkdirAll(filepath.Join(path, unfinished), dirMode); err != nil {
		return Dir{}, err
	}
	return Dir{path, ext}, nil
}

// Put writes the file of the key unless it is there already, and returns its
// name. What is there is there as a whole and survives a loss of power. The
// errors are those of package channel.
func (d Dir) Put(ctx context.Context, key string, content []byte) (string, error) {
	if !isKey(key) {
		return "", fmt.Errorf("%w: the key cannot be the name of a file", channel.ErrRejected)
	}
	name := key + d.ext
	if err := ctx.Err(); err != nil {
		return name, notSent(err)
	}
	if !d.has(name) {
		write := func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		}
		// Where two wrote the same file, the first one to end removes the
		// other's beginning: then the file is there all the same.
		if err := d.write(name, write); err != nil && !d.has(name) {
			return name, notSent(err)
		}
	}
	if err := d.settle(name, 0); err != nil {
		return name, fmt.Errorf("%w: %w", channel.ErrUnknown, err)
	}
	return name, nil
}

// abandoned is the age at which nobody can be writing a file any more.
const abandoned = time.Hour

// Replace writes a file of any name anew. Readers see the old one or the new
// one, never a part.
func (d Dir) Replace(name string, write func(io.Writer) error) error {
	if err := d.write(name, write); err != nil {
		return err
	}
	return d.settle(name, abandoned)
}

// isKey takes what is a file name on every system, without a dot, and does not
// depend on capitals.
func isKey(key string) bool {
	for _, c := range []byte(key) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return key != "" && len(key) <= 100
}

func notSent(cause error) error { return fmt.Errorf("%w: %w", channel.ErrNotSent, cause) }

func (d Dir) has(name string) bool {
	_, err := os.Lstat(filepath.Join(d.path, name))
	return err == nil
}

// write makes the file under another name, brings it to the disk and renames
// it.
func (d Dir) write(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Join(d.path, unfinished), name+".*")
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(d.path, name))
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// settle brings the name of a finished file to the disk, and removes what was
// left, for that long at least, of attempts at it.
func (d Dir) settle(name string, age time.Duration) error {
	if err := syncDir(d.path); err != nil {
		return err
	}
	dir := filepath.Join(d.path, unfinished)
	left, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), name+".") {
			continue
		}
		if info, err := e.Info(); err != nil || time.Since(info.ModTime()) < age {
			continue // where it is gone, somebody else was faster
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncDir brings the names in a directory to the disk. Windows does that by
// itself and cannot be asked.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
