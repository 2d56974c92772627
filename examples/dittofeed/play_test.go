package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/sqlite"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var stores = map[string]func(*testing.T) storage.Store{
	"memory": func(*testing.T) storage.Store { return memory.New() },
	"sqlite": func(t *testing.T) storage.Store {
		db, err := sql.Open("sqlite", dbtest.SQLite(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := sqlite.Migrate(t.Context(), db, nil); err != nil {
			t.Fatal(err)
		}
		s, err := sqlite.New(db, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
}

// Dittofeed's own expectations hold for live segments.
func TestPlay(t *testing.T) {
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA does not name the directory of the test data")
	}
	list, err := load(filepath.Join(dir, "segmentation", "segment_over_time_examples.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		t.Run(s.Description, func(t *testing.T) { playAll(t, s) })
	}
}

func playAll(t *testing.T, s scenario) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			n, err := play(t.Context(), s, open(t))
			if err != nil {
				t.Error(err)
			}
			if n == 0 {
				t.Error("nothing was expected")
			}
		})
	}
}

// The kinds of node that no file of the project's own has.
func TestPlay_other_nodes(t *testing.T) {
	list, err := load(filepath.Join("testdata", "nodes.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		t.Run(s.Description, func(t *testing.T) { playAll(t, s) })
	}
}

// What a rule cannot say is an error, and no wrong answer.
func TestPlay_says_what_cannot_be_said(t *testing.T) {
	for _, typ := range []string{"KeyedPerformed", "Broadcast", "unheard-of"} {
		var s scenario
		s.Segments = make([]definition, 1)
		s.Segments[0].Definition.EntryNode.Type = typ
		if _, err := play(t.Context(), s, memory.New()); err == nil {
			t.Errorf("a node of type %s was translated", typ)
		}
	}
}
