package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// PrefixPlaceholder stands for the table prefix in the migration files.
const PrefixPlaceholder = "${prefix}"

// migration is one file of the schema's history. Once released it never
// changes.
type migration struct {
	version  int64
	checksum string
	text     string
}

// loadMigrations reads the files in the order of their numbers, which have no
// gap: 0001_initial.sql, 0002_...
func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	list := make([]migration, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(path.Base(name), fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("sqlstore: migration %s is not number %d", name, i+1)
		}
		sum := sha256.Sum256(text)
		list[i] = migration{int64(i + 1), hex.EncodeToString(sum[:]), string(text)}
	}
	return list, nil
}

// statements splits the file; a statement ends with a semicolon at the end of
// a line.
func (m migration) statements(prefix string) []string {
	text := strings.ReplaceAll(m.text, PrefixPlaceholder, prefix)
	var list []string
	for _, part := range strings.SplitAfter(text, ";\n") {
		if strings.TrimSpace(part) != "" {
			list = append(list, part)
		}
	}
	return list
}
