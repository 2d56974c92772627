package access_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stammkunde/crm/access"
)

var update = flag.Bool("update", false, "write testdata/policy.txt anew")

// The file is what the ready roles may, to be read when it changes.
func TestReady_permits_what_the_table_says(t *testing.T) {
	ready := access.Ready()
	names := slices.Sorted(maps.Keys(ready))
	var b strings.Builder
	for _, action := range access.Actions() {
		class, _ := action.Class()
		fmt.Fprintf(&b, "%-26s %-15s", action, class)
		for _, name := range names {
			if ready[name].May(action) {
				b.WriteString(" " + name)
			}
		}
		b.WriteByte('\n')
	}
	const file = "testdata/policy.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, lines := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(lines)) {
		if i >= len(got) || i >= len(lines) || got[i] != lines[i] {
			t.Fatalf("line %d of %s differs; got\n%s", i+1, file, b.String())
		}
	}
}

func TestPolicy_permits_by_role(t *testing.T) {
	roles := access.Ready()
	roles["cashier"] = access.Role{Actions: []access.Action{"campaign.Redeem", "shop.Open"}}
	p := access.Policy{Roles: roles}
	for _, c := range []struct {
		roles  string
		action access.Action
		may    bool
	}{
		{"marketing", "contact.Get", true},
		{"marketing", "contact.IBAN", false},
		{"marketing", "contact.Update", false},
		{"marketing", "campaign.Start", true},
		{"marketing", "segment.Save", true},
		{"marketing", "segment.Export", false},
		{"marketing", "merge.Merge", false},
		{"marketing", "exchange.Export", false},
		{"marketing", "audit.ErasePayload", false},
		{"sales", "contact.Update", true},
		{"sales", "activity.RecordMany", true},
		{"sales", "consent.Grant", true},
		{"sales", "consent.Release", false},
		{"sales", "payment.Refund", true},
		{"sales", "campaign.Start", false},
		{"service", "consent.Withdraw", true},
		{"service", "consent.Suppress", true},
		{"service", "consent.Grant", false},
		{"service", "campaign.Redeem", true},
		{"service", "payment.Refund", false},
		{"privacy-officer", "contact.IBAN", true},
		{"privacy-officer", "exchange.Export", true},
		{"privacy-officer", "audit.Entries", true},
		{"privacy-officer", "audit.ErasePayload", true},
		{"privacy-officer", "contact.Update", false},
		{"read-only", "contact.List", true},
		{"read-only", "contact.IBAN", false},
		{"read-only", "audit.Entries", false},
		{"read-only", "contact.Create", false},
		{"administrator", "exchange.Import", true},
		{"administrator", "consent.Grant", false},
		{"administrator", "exchange.Export", false},
		{"worker", "crm.Run", true},
		{"worker", "contact.Get", false},
		{"service sales", "consent.Grant", true},
		{"nobody", "contact.Get", false},
		{"nobody sales", "contact.Get", true},
		{"", "contact.Get", false},
		{"cashier", "campaign.Redeem", true},
		{"cashier", "campaign.Voucher", false},
		{"cashier", "shop.Open", false},
		{"privacy-officer", "privacy.Whatever", false},
	} {
		actor := access.Actor{ID: "7", Roles: strings.Fields(c.roles)}
		err := access.Ask(access.With(t.Context(), actor), p, c.action, access.Resource{})
		if may := err == nil; may != c.may {
			t.Errorf("%q %s: %v", c.roles, c.action, err)
		}
	}
	if err := access.Ask(t.Context(), p, "contact.Get", access.Resource{}); err == nil {
		t.Error("nobody may read")
	}
	if err := access.Ask(access.With(t.Context(), access.Actor{ID: "7", Roles: []string{"sales"}}), access.Policy{}, "contact.Get", access.Resource{}); err == nil {
		t.Error("a policy without roles permits something")
	}
}

func TestActions_have_a_class(t *testing.T) {
	used := map[access.Class]bool{}
	for _, a := range access.Actions() {
		class, known := a.Class()
		if !known || !slices.Contains(access.Classes(), class) {
			t.Errorf("%s has the class %q", a, class)
		}
		used[class] = true
	}
	if len(used) != len(access.Classes()) {
		t.Errorf("of the classes %v only %v are used", access.Classes(), used)
	}
	if _, known := access.Action("contact.Nothing").Class(); known {
		t.Error("an unknown action has a class")
	}
	if room := access.Action("contact.Get").Room(); room != "contact" {
		t.Errorf("the room is %q", room)
	}
}

// The map is the caller's own.
func TestReady_makes_a_new_map(t *testing.T) {
	delete(access.Ready(), access.Sales)
	if _, there := access.Ready()[access.Sales]; !there {
		t.Error("somebody else's change shows")
	}
}
