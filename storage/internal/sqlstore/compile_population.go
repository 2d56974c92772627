package sqlstore

import "github.com/stammkunde/crm/segment"

// population selects the contact_id of all that the rule selects, each once, but of nobody
// whose data must not be used.
func (c *compiler) population(r segment.Resolved) frag {
	f, repeats := c.ids(literal{&r.Root, false})
	distinct := ""
	if repeats {
		distinct = "DISTINCT "
	}
	return cat(raw("SELECT "+distinct+"p.contact_id FROM ("), f, raw(") AS p WHERE "), c.unrestricted("p.contact_id"))
}

// unrestricted says that the contact in a column may be used.
func (c *compiler) unrestricted(column string) frag {
	return raw("NOT EXISTS (SELECT 1 FROM "+c.table("restriction")+" AS z WHERE z.tenant_id = ? AND z.contact_id = "+column+")", c.tenant)
}

// countOf counts all that the rule selects.
func (c *compiler) countOf(r segment.Resolved) frag {
	return cat(raw("SELECT COUNT(*) FROM ("), c.population(r), raw(") AS r"))
}

// ids selects the contacts that a literal selects, and tells whether one may be
// selected more than once.
func (c *compiler) ids(l literal) (f frag, repeats bool) {
	if l.isOr() {
		return c.union(l.disjuncts()), false
	}
	parts := conjuncts(l, nil)
	sets, rest := c.sets(parts)
	var plain []literal
	for _, p := range rest {
		if more := c.asSets(p); more != nil {
			sets = append(sets, more...)
		} else {
			plain = append(plain, p)
		}
	}
	return c.intersection(sets, plain)
}

// asSets gives the sets of a condition that is not plain, nil for a plain one.
func (c *compiler) asSets(l literal) []set {
	switch {
	case l.Kind == segment.NodeConsent && !l.negated:
		return c.consent(l.Consent)
	case l.Kind == segment.NodeField && l.Field.Custom && l.Field.Other == nil:
		return []set{c.customSet(l.Field, l.negated)}
	case l.Kind == segment.NodeConsent:
		return []set{{rows: func(string) frag { return c.unconsented(l.Consent) }}}
	case l.isOr() && beyondRecord(l.Node):
		return []set{{rows: func(string) frag { return wrapped(c.union(l.disjuncts())) }}}
	}
	return nil
}

// unconsented selects those who break one of the sets of a consent condition.
func (c *compiler) unconsented(t *segment.ConsentTest) frag {
	var list []frag
	for _, s := range c.consent(t) {
		s.complement = !s.complement
		f, _ := c.intersection([]set{s}, nil)
		list = append(list, wrapped(f))
	}
	return wrapped(join(" UNION ", list...))
}

// wrapped makes one SELECT of several.
func wrapped(f frag) frag { return cat(raw("SELECT contact_id FROM ("), f, raw(") AS m")) }

// union selects those whom one of the literals selects, each once.
func (c *compiler) union(list []literal) frag {
	var parts []frag
	var plain []literal
	for _, l := range list {
		if !beyondRecord(l.Node) {
			plain = append(plain, l)
			continue
		}
		f, _ := c.ids(l)
		parts = append(parts, wrapped(f))
	}
	if len(plain) > 0 || len(parts) == 0 {
		c.notes.record(plain)
		x := c.alias()
		parts = append(parts, c.contacts(x, c.or(plain, x)))
	}
	if len(parts) == 1 {
		parts = append(parts, parts[0])
	}
	return join(" UNION ", parts...)
}

// intersection selects those who are in all of the sets and satisfy the
// conditions on the record, which are looked up for those only who are in the
// sets.
func (c *compiler) intersection(sets []set, plain []literal) (f frag, repeats bool) {
	var in, out []frag
	loose := true
	for _, s := range sets {
		rows := s.rows("")
		if s.complement {
			out = append(out, rows)
			continue
		}
		in = append(in, rows)
		loose, repeats = loose && s.loose, s.repeats
	}
	repeats = repeats && len(in) == 1 && len(out) == 0
	lookUp := len(in) > 0 && (loose || len(plain) > 0)
	if len(in) == 0 {
		c.notes.record(plain)
		x := c.alias()
		in = append(in, c.contacts(x, c.and(plain, x)))
	}
	f = join(" INTERSECT ", in...)
	if len(out) > 0 {
		f = cat(f, raw(" EXCEPT "), join(" EXCEPT ", out...))
	}
	if !lookUp {
		return f, repeats
	}
	x := c.alias()
	return cat(raw("SELECT m.contact_id FROM ("), f, raw(") AS m JOIN "+c.table("contact")+" AS "+x+
		" ON "+x+".tenant_id = ? AND "+x+".id = m.contact_id WHERE ", c.tenant), c.and(plain, x)), repeats
}

// contacts selects the contacts that satisfy a condition on the alias.
func (c *compiler) contacts(alias string, condition frag) frag {
	return cat(raw("SELECT "+alias+".id AS contact_id FROM "+c.table("contact")+" AS "+alias+" WHERE "+alias+".tenant_id = ?", c.tenant),
		c.inStretch(alias+".id"), raw(" AND "), condition)
}
