package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"github.com/uptrace/bun"
	bundialect "github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// A contact's memberships are always read and written together, so they stand
// in one value of the table membership. The table member has a row for each of
// them, for the lists of a segment; it changes only with who belongs to it.

// membershipRow is a row of the table membership.
type membershipRow struct {
	bun.BaseModel `bun:"alias:m"`

	TenantID  string
	ContactID dbID
	Packed    packed
}

// liveMemberRow is a row of the table member.
type liveMemberRow struct {
	bun.BaseModel `bun:"alias:m"`

	TenantID  string
	SegmentID dbID
	ContactID dbID
	Member    bool
}

// packed are memberships, by segment: of each the id of the segment, a byte of
// flags, and the instants that are there, in microseconds since 1970.
type packed []byte

var _ schema.QueryAppender = packed{}

// The flags.
const (
	isMember = 1 << iota
	hasSince
	hasNext
)

// pack packs memberships that are in the order of their segments.
func pack(list []segment.Membership) packed {
	p := make(packed, 0, 33*len(list))
	for _, m := range list {
		p = append(p, m.Segment[:]...)
		at := len(p)
		p = append(p, 0)
		if m.Member {
			p[at] |= isMember
		}
		if !m.Since.IsZero() {
			p[at] |= hasSince
			p = binary.AppendVarint(p, m.Since.UnixMicro())
		}
		if !m.Next.IsZero() {
			p[at] |= hasNext
			p = binary.AppendVarint(p, m.Next.UnixMicro())
		}
	}
	return p
}

func (p packed) unpack() ([]segment.Membership, error) {
	var list []segment.Membership
	for len(p) > 0 {
		var m segment.Membership
		n := len(m.Segment)
		if len(p) <= n {
			return nil, errValue
		}
		copy(m.Segment[:], p)
		flags := p[n]
		p = p[n+1:]
		m.Member = flags&isMember != 0
		ok := p.take(flags&hasSince != 0, &m.Since) && p.take(flags&hasNext != 0, &m.Next)
		if !ok {
			return nil, errValue
		}
		list = append(list, m)
	}
	return list, nil
}

// take reads an instant from the beginning, if it is there.
func (p *packed) take(there bool, at *time.Time) bool {
	if !there {
		return true
	}
	micro, n := binary.Varint(*p)
	if n <= 0 {
		return false
	}
	*p, *at = (*p)[n:], instant(micro)
	return true
}

// AppendQuery writes the bytes as a literal.
func (p packed) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	open, end := "X'", "'"
	if gen.Dialect().Name() == bundialect.PG {
		open, end = `'\x`, "'::bytea"
	}
	b = append(b, open...)
	b = hex.AppendEncode(b, p)
	return append(b, end...), nil
}

// Scan reads bytes.
func (p *packed) Scan(src any) error {
	b, ok := src.([]byte)
	*p = bytes.Clone(b)
	if !ok {
		return errValue
	}
	return nil
}

// memberships reads those of contacts; lock is what locks their rows.
func (s *Store) memberships(ctx context.Context, ids idList, lock string) (map[dbID][]segment.Membership, error) {
	found := make(map[dbID][]segment.Membership, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var of dbID
	var p packed
	err := s.db.Each(ctx, func() error {
		list, err := p.unpack()
		found[of] = list
		return err
	}, []any{&of, &p}, `SELECT contact_id, packed FROM ?membership
		WHERE tenant_id = ?tenant AND contact_id IN (?) ORDER BY contact_id ?`, ids, bun.Safe(lock))
	return found, err
}

// saveMemberships applies what updates put and drop. Whoever does so has locked
// the rows of the memberships, in the order of the contacts.
func (s *Store) saveMemberships(ctx context.Context, updates []segment.WatchUpdate) error {
	var ids idList
	for _, u := range updates {
		if len(u.Put)+len(u.Drop) > 0 {
			ids = append(ids, dbID(u.Contact))
		}
	}
	old, err := s.memberships(ctx, ids, s.d.lockRows())
	if err != nil {
		return err
	}
	var w membershipWrites
	for _, u := range updates {
		if len(u.Put)+len(u.Drop) > 0 {
			w.add(s.tenant, u, old[dbID(u.Contact)])
		}
	}
	return s.writeMemberships(ctx, &w)
}

// membershipWrites is what is to be written into membership and member.
type membershipWrites struct {
	lists   []membershipRow
	members []liveMemberRow
	gone    pairList
}

// add applies an update to the memberships of its contact, which are in the
// order of their segments.
func (w *membershipWrites) add(tenant string, u segment.WatchUpdate, list []segment.Membership) {
	place := func(of segment.ID) (int, bool) {
		return slices.BinarySearchFunc(list, of, func(m segment.Membership, of segment.ID) int { return m.Segment.Compare(of) })
	}
	for _, of := range u.Drop {
		if i, known := place(of); known {
			list = slices.Delete(list, i, i+1)
			w.gone = append(w.gone, pair{dbID(of), dbID(u.Contact)})
		}
	}
	for _, m := range u.Put {
		i, known := place(m.Segment)
		if !known || list[i].Member != m.Member {
			w.members = append(w.members, liveMemberRow{TenantID: tenant, SegmentID: dbID(m.Segment), ContactID: dbID(u.Contact), Member: m.Member})
		}
		if known {
			list[i] = m
		} else {
			list = slices.Insert(list, i, m)
		}
	}
	w.lists = append(w.lists, membershipRow{TenantID: tenant, ContactID: dbID(u.Contact), Packed: pack(list)})
}

// writeMemberships writes rows in the order of their keys.
func (s *Store) writeMemberships(ctx context.Context, w *membershipWrites) error {
	slices.SortFunc(w.lists, func(a, b membershipRow) int { return compareIDs(a.ContactID, b.ContactID) })
	slices.SortFunc(w.members, func(a, b liveMemberRow) int {
		return cmp.Or(compareIDs(a.SegmentID, b.SegmentID), compareIDs(a.ContactID, b.ContactID))
	})
	_, err := insert(ctx, s, "membership", w.lists, "ON CONFLICT (tenant_id, contact_id) DO UPDATE SET packed = excluded.packed")
	if err != nil {
		return err
	}
	err = inChunks(w.gone, func(chunk []pair) error {
		_, err := s.db.Exec(ctx, "DELETE FROM ?member WHERE tenant_id = ?tenant AND (segment_id, contact_id) IN (VALUES ?)", pairList(chunk))
		return err
	})
	if err != nil {
		return err
	}
	_, err = insert(ctx, s, "member", w.members,
		"ON CONFLICT (tenant_id, segment_id, contact_id) DO UPDATE SET member = excluded.member")
	return err
}

// pair is the rest of a key behind the tenant: a segment and a contact, for
// instance.
type pair struct{ first, second dbID }

// pairList writes pairs as rows of VALUES.
type pairList []pair

// AppendQuery implements schema.QueryAppender.
func (l pairList) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	for i, p := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = gen.AppendQuery(b, "(?, ?)", p.first, p.second)
	}
	return b, nil
}

// PurgeMemberships implements segment.LiveStore.
func (s *Store) PurgeMemberships(ctx context.Context, of segment.ID, limit int) (n int64, err error) {
	err = s.write(ctx, "storage.PurgeMemberships", func(ctx context.Context, tx *Store) error {
		var ids idList
		err := tx.db.NewRaw("SELECT contact_id FROM ?member WHERE tenant_id = ?tenant AND segment_id = ? ORDER BY contact_id LIMIT ?",
			dbID(of), max(limit, 0)).Scan(ctx, &ids)
		n = int64(len(ids))
		if err != nil || n == 0 {
			return err
		}
		old, err := tx.memberships(ctx, ids, tx.d.lockRows())
		if err != nil {
			return err
		}
		var w membershipWrites
		for _, id := range ids {
			w.add(tx.tenant, segment.WatchUpdate{Contact: contact.ID(id), Drop: []segment.ID{of}}, old[id])
		}
		return tx.writeMemberships(ctx, &w)
	})
	return n, err
}
