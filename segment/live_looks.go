package segment

import "github.com/stammkunde/crm/activity"

// looks tells what a rule looks at in a contact.
type looks struct {
	record, consents bool
	// anyKind and kinds are about activities.
	anyKind bool
	kinds   map[activity.Kind]bool
}

func looksOf(r Rule) looks {
	l := looks{kinds: map[activity.Kind]bool{}}
	l.rule(r)
	return l
}

func (l *looks) rule(r Rule) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			l.rule(child)
		}
	}
	switch {
	case r.Not != nil:
		l.rule(*r.Not)
	case r.bound != nil:
		l.rule(*r.bound)
	case r.Field != nil, r.Has != nil:
		l.record = true
	case r.Activity != nil:
		l.selection(r.Activity.Selection)
	case r.Ratio != nil:
		l.selection(r.Ratio.Of.Selection)
		l.selection(r.Ratio.Per.Selection)
	case r.Sequence != nil:
		l.selection(r.Sequence.First)
		l.selection(r.Sequence.Then)
	case r.Consent != nil:
		l.consents = true
	}
}

func (l *looks) selection(s Selection) {
	if s.Kind == "" {
		l.anyKind = true
		return
	}
	l.kinds[s.Kind] = true
}

// activities reports whether the rule looks at any.
func (l *looks) activities() bool { return l.anyKind || len(l.kinds) > 0 }

// at reports whether the rule looks at such activities.
func (l *looks) at(k activity.Kind) bool { return l.anyKind || l.kinds[k] }
