package segment

import "strings"

// languages are those that a rule can be told in, by their base tag.
var languages = map[string]*words{"en": &english, "de": &german}

// Sentence tells the rule in a sentence that a person can read, in the language
// with the BCP 47 tag: "en" or "de", with or without a region. Another language
// gives English. Rules that differ in meaning have different sentences.
func (r Rule) Sentence(lang string) string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	w, ok := languages[base]
	if !ok {
		w = &english
	}
	return w.rule(r, w.ofContacts)
}

// String is the sentence in English.
func (r Rule) String() string { return r.Sentence("en") }

// bare returns what a list of one rule, however deep, stands for.
func bare(r Rule) Rule {
	for {
		switch {
		case len(r.All) == 1:
			r = r.All[0]
		case r.All == nil && len(r.Any) == 1:
			r = r.Any[0]
		default:
			return r
		}
	}
}

// rule tells a rule on contacts, or, with the names of other fields, one on
// activities or elements.
func (w *words) rule(r Rule, s subjectWords) string {
	r = bare(r)
	switch {
	case r.All != nil:
		return w.join(r.All, w.and, s.all, s)
	case r.Any != nil:
		return w.join(r.Any, w.or, s.none, s)
	case r.Not != nil:
		return w.not(bare(*r.Not), s)
	case r.Field != nil:
		return w.field(r.Field, s, w.ops)
	}
	return w.leaf(r)
}

// leaf tells a condition that only contacts have.
func (w *words) leaf(r Rule) string {
	switch {
	case r.Has != nil:
		return w.has(r.Has)
	case r.Activity != nil:
		return w.activity(r.Activity)
	case r.Ratio != nil:
		return w.ratio(r.Ratio)
	case r.Sequence != nil:
		return w.sequence(r.Sequence)
	case r.Consent != nil:
		return w.consent(r.Consent)
	case r.Share != nil:
		from, to := w.value(r.Share.From), w.value(r.Share.To)
		return fill(w.share, "{from}", from, "{to}", to, "{seed}", quote(r.Share.Seed))
	case r.Rank != nil:
		return w.rank(r.Rank)
	case r.Segment != "":
		return fill(w.segment, "{name}", quote(r.Segment))
	}
	return w.nothing
}

// join tells a list; lists in it stand in brackets.
func (w *words) join(rules []Rule, word, empty string, s subjectWords) string {
	if len(rules) == 0 {
		return empty
	}
	parts := make([]string, len(rules))
	for i, r := range rules {
		parts[i] = w.rule(r, s)
		if r = bare(r); len(r.All) > 1 || len(r.Any) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

// not tells a negation, with a word of its own where the language has one.
func (w *words) not(r Rule, s subjectWords) string {
	if f := r.Field; r.All == nil && r.Any == nil && r.Not == nil && f != nil {
		if _, ok := w.negated[f.Op]; ok {
			return w.field(f, s, w.negated)
		}
	}
	return fill(w.negation, "{rule}", w.rule(r, s))
}

func (w *words) has(c *HasCondition) string {
	what := ""
	if c.Where != nil {
		what = fill(w.where, "{rule}", w.rule(*c.Where, w.ofElements(c.List)))
	}
	return w.count(c.Op, c.Number, w.nounOf(c.List), what)
}

// nounOf names the elements of a list.
func (w *words) nounOf(list List) noun {
	if _, ok := list.custom(); ok {
		return w.texts.with("{of}", string(list))
	}
	return w.lists[list]
}

func (w *words) consent(c *ConsentCondition) string {
	pattern, ok := w.consents[c.Is]
	if !ok {
		return w.nothing
	}
	return fill(pattern, "{channel}", name(w.channels, string(c.Channel)), "{purpose}", name(w.purposes, string(c.Purpose)))
}

// name translates a name, if the language has a word for it.
func name(table map[string]string, of string) string {
	if word, ok := table[of]; ok {
		return word
	}
	return of
}

// fill puts words in the places of a pattern.
func fill(pattern string, placesAndWords ...string) string {
	return strings.NewReplacer(placesAndWords...).Replace(pattern)
}
