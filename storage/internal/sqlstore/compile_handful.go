package sqlstore

import "github.com/stammkunde/crm/segment"

// handful gives the rule as a condition on the contact row under the alias.
func (c *compiler) handful(r segment.Resolved, alias string) frag {
	return c.condition(literal{&r.Root, false}, alias)
}

// among selects those of the contacts that the rule selects, in order.
func (c *compiler) among(r segment.Resolved, ids idList) frag {
	return cat(raw("SELECT c.id FROM "+c.table("contact")+" AS c WHERE c.tenant_id = ? AND ", c.tenant), c.handful(r, "c"),
		raw(" AND c.id IN (?) AND ", ids), c.unrestricted("c.id"), raw(" ORDER BY c.id"))
}

func (c *compiler) condition(l literal, alias string) frag {
	switch {
	case l.isOr():
		return c.or(l.disjuncts(), alias)
	case l.Kind == segment.NodeField:
		return not(c.field(l.Field, record{alias}), l.negated)
	case l.Kind == segment.NodeShare:
		return not(share(l.Share, alias), l.negated)
	case l.Kind == segment.NodeConsent:
		f := c.exists(c.consent(l.Consent), alias)
		return not(cat(raw("("), join(" AND ", f...), raw(")")), l.negated)
	}
	return c.and(conjuncts(l, nil), alias)
}

func (c *compiler) and(list []literal, alias string) frag {
	sets, plain := c.sets(list)
	parts := c.exists(sets, alias)
	for _, l := range plain {
		parts = append(parts, c.condition(l, alias))
	}
	if len(parts) == 0 {
		return raw("1=1")
	}
	return cat(raw("("), join(" AND ", parts...), raw(")"))
}

func (c *compiler) or(list []literal, alias string) frag {
	if len(list) == 0 {
		return raw("1=0")
	}
	parts := make([]frag, len(list))
	for i, l := range list {
		parts[i] = c.condition(l, alias)
	}
	return cat(raw("("), join(" OR ", parts...), raw(")"))
}

// exists says, set by set, that the contact is in it.
func (c *compiler) exists(sets []set, alias string) []frag {
	list := make([]frag, len(sets))
	for i, s := range sets {
		list[i] = not(cat(raw("EXISTS ("), s.rows(alias+".id"), raw(c.dialect.fence+")")), s.complement)
	}
	return list
}
