package segment

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// Explanation says why a contact is, or is not, selected by one condition.
type Explanation struct {
	// Matched tells whether the condition holds.
	Matched bool `json:"matched"`
	// Condition is its sentence.
	Condition string `json:"condition"`
	// Seen is what was found in the contact; empty for All, Any and Not.
	Seen string `json:"seen,omitempty"`
	// NextChange is the first later instant at which the condition changes
	// by the passing of time alone; the zero time means never.
	NextChange time.Time `json:"next_change,omitzero"`
	// Parts explains the conditions within All, Any and Not.
	Parts []Explanation `json:"parts,omitempty"`
}

// String draws the explanation as an indented list.
func (e Explanation) String() string {
	var b strings.Builder
	e.write(&b, 0)
	return strings.TrimSuffix(b.String(), "\n")
}

func (e Explanation) write(b *strings.Builder, depth int) {
	mark := "no "
	if e.Matched {
		mark = "yes"
	}
	fmt.Fprintf(b, "%s%s  %s", strings.Repeat("  ", depth), mark, e.Condition)
	if e.Seen != "" {
		fmt.Fprintf(b, ": %s", e.Seen)
	}
	if !e.NextChange.IsZero() {
		fmt.Fprintf(b, " (changes %s)", formatTime(e.NextChange))
	}
	b.WriteByte('\n')
	for _, p := range e.Parts {
		p.write(b, depth+1)
	}
}

// Explain evaluates a checked and bound rule for one contact as of now and says
// per condition what was seen and when time alone will change it.
func Explain(r Rule, f *Facts, now time.Time, zone *time.Location) Explanation {
	resolved := Resolve(r, now, zone)
	e := Explanation{
		Matched:    Match(resolved, f),
		Condition:  r.String(),
		NextChange: NextChange(r, f, now, zone),
	}
	switch {
	case len(r.All) > 0:
		e.Condition, e.Parts = "all of", explainList(r.All, f, now, zone)
	case len(r.Any) > 0:
		e.Condition, e.Parts = "any of", explainList(r.Any, f, now, zone)
	case r.Not != nil:
		e.Condition, e.Parts = "not", explainList([]Rule{*r.Not}, f, now, zone)
	case r.bound != nil:
		e.Parts = explainList([]Rule{*r.bound}, f, now, zone)
	default:
		e.Seen = seen(r, &resolved.Root, f, zone)
	}
	if !e.NextChange.IsZero() {
		e.NextChange = e.NextChange.In(zone)
	}
	return e
}

func explainList(rules []Rule, f *Facts, now time.Time, zone *time.Location) []Explanation {
	parts := make([]Explanation, len(rules))
	for i, r := range rules {
		parts[i] = Explain(r, f, now, zone)
	}
	return parts
}

// NextChange returns the first instant after now at which the rule's answer
// for the contact changes by the passing of time alone, or the zero time when
// it never does.
func NextChange(r Rule, f *Facts, now time.Time, zone *time.Location) time.Time {
	turner := turner{f: f, zone: zone, now: now}
	turner.rule(r)
	at := turner.at
	sort.Slice(at, func(i, j int) bool { return at[i].Before(at[j]) })
	present := Match(Resolve(r, now, zone), f)
	for i, t := range at {
		if !t.After(now) || i > 0 && t.Equal(at[i-1]) {
			continue
		}
		if Match(Resolve(r, t, zone), f) != present {
			return t
		}
	}
	return time.Time{}
}
