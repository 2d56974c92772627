package duplicate

import "strings"

// Words in names that say nothing about who it is.
var (
	titles = set("dr", "prof", "professor", "dipl", "mag", "herr", "frau", "hr", "fr", "fraeulein", "mr", "mrs", "ms",
		"miss", "mister", "sir", "madam", "mme", "mdm", "familie", "eheleute", "fam")
	// afterTitle are part of a title where they follow one. Phil alone is a name.
	afterTitle = set("med", "phil", "ing", "rer", "nat", "jur", "pol", "oec", "habil", "h", "c", "hc", "dent", "vet",
		"theol", "mult", "dr", "soc", "kfm", "inform", "des")
	// generations tell a father from a son of the same name.
	generations = map[string]byte{"sen": '1', "senior": '1', "sr": '1', "jun": '2', "junior": '2', "jr": '2', "ii": '2', "iii": '3', "iv": '4'}
	// particles belong to the family name that follows.
	particles = set("von", "van", "vom", "zu", "zum", "zur", "de", "der", "den", "del", "della", "di", "da", "du", "la",
		"le", "el", "al", "ten", "ter", "mc", "mac", "o", "st", "san", "dos", "ben", "bin")
)

// person are the names of a person in plain form.
type person struct {
	given, family string
	more          string // names of the whole name that are in neither
	generation    byte   // 0 for unknown
}

// named takes titles and generations out of a plain name.
func (p *person) named(s string) string {
	var kept [16]string
	n, title := 0, false
	for word := range strings.SplitSeq(s, " ") {
		if titles[word] || title && afterTitle[word] {
			title = true
			continue
		}
		title = false
		if g := generations[word]; g != 0 && n > 0 {
			p.generation = g
			continue
		}
		if n < len(kept) {
			kept[n] = word
			n++
		}
	}
	if n == 0 {
		return s // nothing but a title: so it is a name
	}
	return strings.Join(kept[:n], " ")
}

// people brings the names of a record in order.
func people(r *Record) person {
	var p person
	p.given = p.named(known(plain(r.Given)))
	p.family = p.named(known(plain(r.Family)))
	if nothing[p.given+" "+p.family] {
		p.given, p.family = "", ""
	}
	if r.Name != "" {
		p.whole(r.Name)
	}
	p.given, p.family, p.more = short(p.given), short(p.family), short(p.more)
	return p
}

// whole takes names out of a text with all of them.
func (p *person) whole(name string) {
	if open, end := strings.IndexByte(name, '('), strings.LastIndexByte(name, ')'); open > 0 && open < end {
		name = name[:open] + name[end+1:] // such as a maiden name
	}
	before, after, comma := strings.Cut(name, ",")
	first, last := p.named(known(plain(before))), p.named(known(plain(after)))
	if comma && last != "" && p.given == "" && p.family == "" {
		if apposition(first, last) {
			p.given, p.family = split(first)
			p.more = last
		} else {
			p.given, p.family = last, first
		}
		return
	}
	all := strings.TrimSpace(first + " " + last)
	if p.given == "" && p.family == "" {
		p.given, p.family = split(all)
		return
	}
	var more []string
	for word := range strings.SplitSeq(all, " ") {
		if !has(p.given, word) && !has(p.family, word) {
			more = append(more, word)
		}
	}
	p.more = strings.Join(more, " ")
}

// apposition reports whether what follows a comma is no given name, as in "Thomas
// Clifford, 1st Baron Clifford".
func apposition(first, last string) bool {
	return strings.ContainsAny(last, "0123456789") || strings.Count(first, " ") > 0 && strings.Count(last, " ") > 1
}

// split takes the last word, and the particles before it, for the family name. Where
// that is wrong, as in "Müller Hans", comparing crosswise finds the match all the
// same.
func split(name string) (given, family string) {
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return "", name
	}
	for {
		j := strings.LastIndexByte(name[:i], ' ')
		if !particles[name[j+1:i]] || j < 0 {
			return name[:i], name[i+1:]
		}
		i = j
	}
}
