package vault_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/vault"
)

var here = vault.Place{Tenant: "north", Owner: [16]byte{1, 2, 3}, Version: 7, Field: "diet"}

func newKey(t testing.TB) (vault.Key, []byte) {
	t.Helper()
	k, raw, err := vault.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k, raw
}

// A value opens as it was sealed, and for its own place only.
func TestKey_opens_where_a_value_belongs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	k, raw := newKey(t)
	for _, plain := range []string{"", "a", strings.Repeat("x", 62), strings.Repeat("x", 63), strings.Repeat("ü", 5000)} {
		sealed := k.Seal([]byte(plain), here)
		is.True(!bytes.Contains(sealed, []byte("xxxx")))
		again, err := vault.KeyOf(raw)
		is.NoErr(err)
		got, err := again.Open(sealed, here)
		is.NoErr(err)
		is.Equal(string(got), plain)
		owner, version, err := vault.OwnerOf(sealed)
		is.NoErr(err)
		is.Equal(owner, here.Owner)
		is.Equal(version, here.Version)
	}
	sealed := k.Seal([]byte("nuts"), here)
	is.True(!bytes.Equal(sealed, k.Seal([]byte("nuts"), here))) // a nonce of its own
	for name, there := range map[string]vault.Place{
		"tenant":       {Tenant: "south", Owner: here.Owner, Version: 7, Field: "diet"},
		"owner":        {Tenant: "north", Owner: [16]byte{1, 2, 4}, Version: 7, Field: "diet"},
		"version":      {Tenant: "north", Owner: here.Owner, Version: 8, Field: "diet"},
		"field":        {Tenant: "north", Owner: here.Owner, Version: 7, Field: "debts"},
		"moved border": {Tenant: "northd", Owner: here.Owner, Version: 7, Field: "iet"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			_, err := k.Open(sealed, there)
			is.True(errors.Is(err, vault.ErrOpen))
			// also if the header is made to say so
			forged := bytes.Clone(sealed)
			copy(forged, k.Seal(nil, there)[:25])
			_, err = k.Open(forged, there)
			is.True(errors.Is(err, vault.ErrOpen))
		})
	}
	other, _ := newKey(t)
	_, err := other.Open(sealed, here)
	is.True(errors.Is(err, vault.ErrOpen))
	_, err = vault.Key{}.Open(sealed, here)
	is.True(errors.Is(err, vault.ErrOpen))
}

// The length of what is sealed tells little of its own.
func TestKey_hides_the_length(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	k, _ := newKey(t)
	yes, no := k.Seal([]byte(`{"type":"bool","bool":true}`), here), k.Seal([]byte(`{"type":"bool","bool":false}`), here)
	is.Equal(len(yes), len(no))
}

// Whatever is cut off or changed, nothing opens.
func TestKey_notices_every_change(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	k, _ := newKey(t)
	sealed := k.Seal([]byte("nuts"), here)
	for i := range sealed {
		_, err := k.Open(sealed[:i], here)
		is.True(errors.Is(err, vault.ErrOpen)) // cut off
		for bit := range 8 {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1 << bit
			_, err := k.Open(changed, here)
			is.True(errors.Is(err, vault.ErrOpen)) // flipped
		}
	}
	_, err := k.Open(append(bytes.Clone(sealed), 0), here)
	is.True(errors.Is(err, vault.ErrOpen))
}

// A wrapper unwraps what it has wrapped, with every key it has and for the same contact.
func TestLocal(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	keks := map[string][]byte{"2025": bytes.Repeat([]byte{1}, 32), "2026": bytes.Repeat([]byte{2}, 32)}
	old, err := vault.NewLocal(keks, "2025")
	is.NoErr(err)
	now, err := vault.NewLocal(keks, "2026")
	is.NoErr(err)
	later, err := vault.NewLocal(map[string][]byte{"2026": keks["2026"]}, "2026")
	is.NoErr(err)
	of := vault.KeyContext{Tenant: "north", Contact: "c", Version: 7}
	_, raw := newKey(t)
	wrapped, kek, err := old.Wrap(ctx, raw, of)
	is.NoErr(err)
	is.Equal(kek, "2025")
	is.True(!bytes.Contains(wrapped, raw))
	got, err := now.Unwrap(ctx, wrapped, kek, of) // after the change of the current key
	is.NoErr(err)
	is.Equal(got, raw)
	rewrapped, kek, err := now.Wrap(ctx, got, of)
	is.NoErr(err)
	is.Equal(kek, "2026")
	got, err = later.Unwrap(ctx, rewrapped, kek, of) // when the old one is gone
	is.NoErr(err)
	is.Equal(got, raw)

	for name, unwrap := range map[string]func() error{
		"without the key": func() error { _, err := later.Unwrap(ctx, wrapped, "2025", of); return err },
		"wrong key":       func() error { _, err := now.Unwrap(ctx, wrapped, "2026", of); return err },
		"other tenant": func() error {
			_, err := now.Unwrap(ctx, wrapped, "2025", vault.KeyContext{Tenant: "nort", Contact: "hc", Version: 7})
			return err
		},
		"other contact": func() error {
			_, err := now.Unwrap(ctx, wrapped, "2025", vault.KeyContext{Tenant: "north", Contact: "d", Version: 7})
			return err
		},
		"other version": func() error {
			_, err := now.Unwrap(ctx, wrapped, "2025", vault.KeyContext{Tenant: "north", Contact: "c", Version: 8})
			return err
		},
		"cut off": func() error { _, err := now.Unwrap(ctx, wrapped[:len(wrapped)-1], "2025", of); return err },
		"empty":   func() error { _, err := now.Unwrap(ctx, nil, "2025", of); return err },
	} {
		if err := unwrap(); !errors.Is(err, vault.ErrOpen) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	_, err = vault.KeyOf(raw[:31])
	is.True(errors.Is(err, vault.ErrOpen))
}

func TestNewLocal_refuses_what_is_no_key(t *testing.T) {
	t.Parallel()
	good := bytes.Repeat([]byte{1}, 32)
	for name, keks := range map[string]map[string][]byte{
		"no keys":         nil,
		"too short":       {"a": good, "b": good[:31]},
		"no id":           {"a": good, "": good},
		"two lines":       {"a": good, "b\nc": good},
		"not the current": {"b": good},
	} {
		if _, err := vault.NewLocal(keks, "a"); err == nil {
			t.Errorf("%s: there is no error", name)
		}
	}
}

// The same text has the same index in one field of one tenant, and another one elsewhere.
func TestIndex(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	x, err := vault.NewIndex([]byte("0123456789abcdef"))
	is.NoErr(err)
	y, err := vault.NewIndex([]byte("0123456789abcdeg"))
	is.NoErr(err)
	is.Equal(x.Blind("north", "diet", "nuts"), "c3ac1436d752460f876d0f252e7571c2") // computed by Python's hmac
	is.Equal(x.Blind("north", "diet", "nuts"), x.Blind("north", "diet", "nuts"))
	seen := map[string]bool{}
	for _, i := range []string{
		x.Blind("north", "diet", "nuts"), y.Blind("north", "diet", "nuts"), x.Blind("south", "diet", "nuts"),
		x.Blind("north", "debts", "nuts"), x.Blind("north", "diet", "nut"), x.Blind("northd", "iet", "nuts"),
	} {
		is.Equal(len(i), 32)
		is.True(!seen[i])
		seen[i] = true
	}
	_, err = vault.NewIndex([]byte("0123456789abcde"))
	is.True(err != nil)
}

// No secret is printed, whatever prints it.
func TestSecrets_are_not_printed(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte("TopSecret"), 4)[:32]
	local, err := vault.NewLocal(map[string][]byte{"kek": secret}, "kek")
	if err != nil {
		t.Fatal(err)
	}
	index, err := vault.NewIndex(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.KeyOf(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{local, *local, index, *index, key, &key, struct{ Keys vault.KeyWrapper }{local}, []any{index, key}} {
		var text bytes.Buffer
		fmt.Fprintf(&text, "%v %+v %#v %s %x %q %d", v, v, v, v, v, v, v)
		if err := json.NewEncoder(&text).Encode(v); err != nil {
			t.Error(err)
		}
		slog.New(slog.NewTextHandler(&text, nil)).Info("secret", "is", v)
		slog.New(slog.NewJSONHandler(&text, nil)).Info("secret", "is", v)
		for _, shown := range []string{"TopSecret", fmt.Sprintf("%x", "TopSecret"), "[84 111", "VG9wU2"} {
			if strings.Contains(text.String(), shown) {
				t.Errorf("%T is printed: %s", v, text.String())
			}
		}
		if !strings.Contains(text.String(), "(secret)") {
			t.Errorf("%T does not say that it is hidden: %s", v, text.String())
		}
	}
}

// Whatever stands in a database, opening it ends without a panic and opens only what was
// sealed.
func FuzzKey_Open(f *testing.F) {
	k, _ := newKey(f)
	sealed := k.Seal([]byte("nuts"), here)
	f.Add(sealed)
	f.Add(sealed[:25])
	f.Add([]byte{1})
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := k.Open(b, here)
		if bytes.Equal(b, sealed) {
			if err != nil || string(got) != "nuts" {
				t.Fatalf("what was sealed does not open: %v", err)
			}
			return
		}
		if err == nil {
			t.Fatalf("something opens that was not sealed")
		}
	})
}
