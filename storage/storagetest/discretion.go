package storagetest

import (
	"fmt"
	"log/slog"
	"strings"
)

// personal are parts of what the people of the cases are called and reached by: person,
// order, and what is planted. No log and no error may show them.
var personal = []string{"Person 0", "@example.com", "@example.org", "+49 30 0", "+49300", "Lange Straße", "customer-0", "order-0", planted, card}

// sample stands in the message about an address that is none.
const sample = "name@example.com"

// personalIn returns the first of them in a text, or "".
func personalIn(text string) string {
	text = strings.ReplaceAll(text, sample, "")
	for _, p := range personal {
		if strings.Contains(text, p) {
			return p
		}
	}
	return ""
}

// eavesdropper is where everything is logged in all cases.
type eavesdropper struct{ k *kit }

// Write implements io.Writer.
func (e eavesdropper) Write(line []byte) (int, error) {
	if p := personalIn(string(line)); p != "" {
		e.k.Errorf("personal data (%q) stands in the log: %s", p, line)
	}
	return len(line), nil
}

// logger logs everything to the eavesdropper.
func (k *kit) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(eavesdropper{k}, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// discreet checks that no way to print an error shows personal data.
func (k *kit) discreet(err error) {
	k.Helper()
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if p := personalIn(fmt.Sprintf(verb, err)); err != nil && p != "" {
			k.Errorf("personal data (%q) stands in an error that is printed with %s: %v", p, verb, err)
		}
	}
}
