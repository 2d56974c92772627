package storagetest

import (
	"slices"
	"testing"

	"github.com/stammkunde/crm/storage"
)

// Config tells Run how to get at the store under test.
type Config struct {
	// New returns a store that is empty and ready to use. It registers with
	// t.Cleanup whatever must be cleaned up.
	New func(t *testing.T) storage.Store
	// Reopen returns a second handle on the data and the tenant of s, as
	// another process would have it. A store that lives in one process only
	// may return s itself.
	Reopen func(t *testing.T, s storage.Store) storage.Store
	// HostTx begins a transaction as a host would, without Store.Atomic, and
	// returns a handle that is bound to it, and how to commit it and to roll
	// it back. The suite calls exactly one of the two.
	HostTx func(t *testing.T, s storage.Store) (tx storage.Store, commit, rollback func() error)
	// Tenant returns a handle on the same database for another tenant. Two
	// calls with one name give the same tenant. Names consist of lower-case
	// letters.
	Tenant func(t *testing.T, s storage.Store, name string) storage.Store
	// Only names the cases to run. Defaults to all.
	Only []Case
	// Except names the cases that the store cannot pass, each with the
	// reason. They are skipped and say why. Defaults to none.
	Except map[Case]string
	// Parallel lets cases run at the same time, as t.Parallel does. New must
	// then give stores that do not disturb each other. Defaults to false.
	Parallel bool
}

// Case names one case of the suite. Its text is the name of the subtest.
type Case string

// Promise says what a store must do to pass the case, or "" for a case that
// does not exist.
func (c Case) Promise() string {
	for _, t := range cases {
		if t.name == c {
			return t.promise
		}
	}
	return ""
}

// Cases lists all cases in the order in which they run.
func Cases() []Case {
	list := make([]Case, len(cases))
	for i, t := range cases {
		list[i] = t.name
	}
	return list
}

// Run runs every case as a subtest of t.
func Run(t *testing.T, cfg Config) {
	t.Helper()
	if cfg.New == nil {
		t.Fatal("storagetest: Config.New is missing: it makes the stores to test")
	}
	for name, reason := range cfg.Except {
		if name.Promise() == "" {
			t.Errorf("storagetest: Config.Except names the case %q, which does not exist: see storagetest.Cases", name)
		}
		if reason == "" {
			t.Errorf("storagetest: Config.Except gives no reason for the case %q", name)
		}
	}
	for _, c := range cases {
		if len(cfg.Only) > 0 && !slices.Contains(cfg.Only, c.name) {
			continue
		}
		t.Run(string(c.name), func(t *testing.T) { c.start(t, cfg) })
	}
}

// testCase is a case with its promise and its code.
type testCase struct {
	name    Case
	promise string
	run     func(*kit)
}

func (c testCase) start(t *testing.T, cfg Config) {
	if reason, excepted := cfg.Except[c.name]; excepted {
		t.Skipf("excepted: %s", reason)
	}
	if cfg.Parallel {
		t.Parallel()
	}
	defer func() {
		if t.Failed() {
			t.Logf("broken promise: %s", c.promise)
		}
	}()
	c.run(newKit(t, cfg))
}
