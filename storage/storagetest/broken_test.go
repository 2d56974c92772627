package storagetest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/storagetest"
)

// breakage is a store that does one thing wrong, and the case that must find
// it.
type breakage struct {
	name  string
	fails storagetest.Case
	// wrap breaks a handle, within transactions and outside of them.
	wrap func(storage.Store) storage.Store
	// atomic, where given, takes the place of Store.Atomic.
	atomic func(s handle, ctx context.Context, fn func(context.Context, storage.Store) error) error
	// config, where given, breaks the functions of the Config.
	config func(*storagetest.Config)
}

// envBroken tells a process that it is to run the suite on the broken stores.
const envBroken = "CRM_STORAGETEST_BROKEN"

// The suite runs on all broken stores in a process of its own, so that its
// failures can be told from ours.
func TestRun_finds_every_broken_store(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBroken$", "-test.v", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), envBroken+"=1", "CRM_RULE_CASES=1000") // with fewer one is missed now and then
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("the suite passes on broken stores")
	}
	output := string(out)
	if strings.Contains(output, "panic: ") {
		t.Errorf("a broken store made the suite panic:\n%s", output)
	}
	for _, b := range breakages {
		if !strings.Contains(output, "--- FAIL: TestBroken/"+b.name+"/"+string(b.fails)+" ") {
			t.Errorf("the case %s does not notice that a store %s", b.fails, strings.ReplaceAll(b.name, "_", " "))
		}
		if b.fails.Promise() == "" || !strings.Contains(output, "broken promise: "+b.fails.Promise()) {
			t.Errorf("the failing case %s does not say which promise was broken", b.fails)
		}
	}
	if t.Failed() && os.Getenv("CI") == "" {
		t.Logf("output of the suite:\n%s", output)
	}
}

// TestBroken is no test of its own: TestRun_finds_every_broken_store runs it.
func TestBroken(t *testing.T) {
	if os.Getenv(envBroken) == "" {
		t.Skip("runs only in a process that TestRun_finds_every_broken_store starts")
	}
	for _, b := range breakages {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			storagetest.Run(t, b.suite())
		})
	}
}

// suite configures the suite for a broken store and the one case that must
// find it.
func (b breakage) suite() storagetest.Config {
	c := storagetest.Config{
		New:    func(*testing.T) storage.Store { return b.handle(memory.New(), false) },
		Reopen: func(_ *testing.T, s storage.Store) storage.Store { return s },
		HostTx: func(t *testing.T, s storage.Store) (storage.Store, func() error, func() error) {
			tx, err := s.(handle).plain.(*memory.Store).Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return b.handle(tx.Store(), true), tx.Commit, tx.Rollback
		},
		Tenant: func(t *testing.T, s storage.Store, name string) storage.Store {
			other, err := s.(handle).plain.(*memory.Store).ForTenant(name)
			if err != nil {
				t.Fatal(err)
			}
			return b.handle(other, false)
		},
		Except: map[storagetest.Case]string{},
	}
	for _, other := range storagetest.Cases() {
		if other != b.fails {
			c.Except[other] = "another case is to find this"
		}
	}
	if b.config != nil {
		b.config(&c)
	}
	return c
}

// handle is a handle on a broken store.
type handle struct {
	storage.Store               // broken
	plain         storage.Store // as it was
	b             breakage
	inTx          bool
}

func (b breakage) handle(plain storage.Store, inTx bool) handle {
	s := handle{plain, plain, b, inTx}
	if b.wrap != nil {
		s.Store = b.wrap(plain)
	}
	return s
}

// Atomic implements storage.Store; what runs in it is broken too.
func (s handle) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	if s.b.atomic != nil {
		return s.b.atomic(s, ctx, fn)
	}
	return s.transaction(ctx, fn)
}

func (s handle) transaction(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.plain.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, s.b.handle(tx, true)) })
}

func (s handle) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	return segment.EvaluatorOf(s.Store).CountMembers(ctx, r)
}

func (s handle) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	return segment.EvaluatorOf(s.Store).Members(ctx, r, after, limit)
}

func (s handle) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	return segment.EvaluatorOf(s.Store).MembersAmong(ctx, r, ids)
}

func (s handle) RankBound(ctx context.Context, t segment.RankTest) (int64, bool, error) {
	return segment.EvaluatorOf(s.Store).RankBound(ctx, t)
}
