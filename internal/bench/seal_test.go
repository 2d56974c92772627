package bench

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
)

// BenchmarkRotateKeys wraps the keys of CRM_BENCH_CONTACTS (100,000) contacts anew, with
// keys in memory: a key service adds its own time, eight calls at once. It shall take
// less than 60 seconds.
func BenchmarkRotateKeys(b *testing.B) {
	n := scale(b, "CRM_BENCH_CONTACTS", 100_000)
	for _, name := range slices.Sorted(maps.Keys(duplicateStores)) {
		b.Run(name, func(b *testing.B) {
			s := duplicateStores[name](b, size{})
			keys := s.secrets(b, n)
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				rotate(b, s, keys, fmt.Sprint(i%2), n)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
		})
	}
}

// TestRotateKeys plays the benchmark through with few keys.
func TestRotateKeys(t *testing.T) {
	for name, open := range map[string]opener{"memory": openMemory, "sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s := open(t, size{})
			keys := s.secrets(t, 2500)
			for _, current := range []string{"0", "1"} {
				rotate(t, s, keys, current, 2500)
			}
		})
	}
}

// secrets stores the keys of n contacts, and returns the keys that wrap them.
func (s *shop) secrets(tb testing.TB, n int) map[string][]byte {
	tb.Helper()
	keks := map[string][]byte{"0": bytes.Repeat([]byte{1}, vault.KeySize), "1": bytes.Repeat([]byte{2}, vault.KeySize)}
	local, err := vault.NewLocal(keks, "1")
	must(tb, err)
	for from := 0; from < n; from += 1000 {
		var list []contact.Secret
		for i := range min(1000, n-from) {
			_, raw, err := vault.NewKey()
			must(tb, err)
			secret := contact.Secret{Contact: contact.ID{byte((from + i) >> 16), byte((from + i) >> 8), byte(from + i), 1}, Version: int64(i) + 1, CreatedAt: now}
			of := vault.KeyContext{Tenant: s.store.Tenant(), Contact: secret.Contact.String(), Version: secret.Version}
			secret.Wrapped, secret.KEK, err = local.Wrap(ctx, raw, of)
			must(tb, err)
			list = append(list, secret)
		}
		must(tb, s.store.InsertSecrets(ctx, list))
	}
	return keks
}

// rotate wraps all keys anew, and checks that it did.
func rotate(tb testing.TB, s *shop, keks map[string][]byte, current string, n int) {
	tb.Helper()
	local, err := vault.NewLocal(keks, current)
	must(tb, err)
	c, err := crm.New(s.store, &crm.Config{Keys: local})
	must(tb, err)
	must(tb, c.Contacts.RotateKeys(ctx, nil))
	list, err := s.store.ListSecrets(ctx, contact.Secret{}, n+1)
	must(tb, err)
	if len(list) != n || slices.ContainsFunc(list, func(s contact.Secret) bool { return s.KEK != current }) {
		tb.Fatalf("not all of %d keys were wrapped anew", len(list))
	}
}
