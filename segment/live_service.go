package segment

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
)

// liveChunk bounds the contacts of one transaction.
const liveChunk = 1000

// Follow makes a saved segment live: from now on its membership is kept as
// rows, and Refresh keeps them current and writes each change into the feed.
// The members that it has now appear as changes, too, with CauseRule. The
// first calls of Refresh build the membership, chunk by chunk; Live tells when
// that is done.
//
// When the rule is saved anew, or that of a segment in it, Refresh builds the
// membership again, and the differences are changes with CauseRule.
//
// It returns errs.ErrNotFound when there is no such segment, errs.ErrConflict
// when it is live already, and errs.ErrInvalid when its rule has a rank, in
// itself or in a segment that it names: there a contact's membership depends
// on others.
func (s *Service) Follow(ctx context.Context, name string) (err error) {
	const op = "segment.Follow"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return err
	}
	seg, err := s.find(ctx, op, name)
	if err != nil {
		return err
	}
	for { // what an earlier Unfollow may have left, in transactions of its own
		if _, err := s.store.Following(ctx, seg.ID); err == nil {
			return errs.Conflict(op, "name", "exists", "is live already")
		}
		n, err := s.store.PurgeMemberships(ctx, seg.ID, liveChunk)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	now := s.env.Now()
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		rule, err := s.liveRuleOf(ctx, store, op, name)
		if err != nil {
			return err
		}
		return store.InsertFollowing(ctx, Following{Segment: seg.ID, Rule: rule, Since: now, Generation: 1})
	})
}

// Unfollow ends what Follow began: the membership is deleted, without changes
// in the feed. What stands in the feed stays. It returns errs.ErrNotFound when
// there is no such live segment.
func (s *Service) Unfollow(ctx context.Context, name string) (err error) {
	const op = "segment.Unfollow"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return err
	}
	live, err := s.findLive(ctx, op, name)
	if err != nil {
		return err
	}
	if err := s.store.DeleteFollowing(ctx, live.Segment); err != nil {
		return err
	}
	for {
		n, err := s.store.PurgeMemberships(ctx, live.Segment, liveChunk)
		if err != nil || n == 0 {
			return err
		}
	}
}

// Live returns all live segments.
func (s *Service) Live(ctx context.Context) (list []Following, err error) {
	defer errs.SetOp(&err, "segment.Live")
	if ctx, err = s.env.Ask(ctx, "segment.Live", "segment", ""); err != nil {
		return list, err
	}
	return s.store.Followings(ctx)
}

// liveRuleOf binds the rule of a saved segment, without ranks, and makes it ready for the
// store.
func (s *Service) liveRuleOf(ctx context.Context, store Stores, op, name string) (Rule, error) {
	b := binder{ctx: ctx, store: store, unranked: true}
	bound, err := b.rule(Rule{Segment: name}, "rule")
	if err != nil {
		return Rule{}, err
	}
	bound = bound.Frozen()
	if bound.ranked() {
		var f errs.Fields
		f.Add("rule", "rank", "must have no rank, neither in itself nor in a segment that it names: others decide on it, so it cannot be live")
		return Rule{}, f.Err(op)
	}
	return s.blinded(bound).Clone(), nil
}

// ranked reports whether a frozen rule has a rank.
func (r Rule) ranked() bool {
	if r.Rank != nil || r.Not != nil && r.Not.ranked() {
		return true
	}
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			if child.ranked() {
				return true
			}
		}
	}
	return false
}

// findLive returns a live segment by name, or errs.ErrNotFound.
func (s *Service) findLive(ctx context.Context, op, name string) (Following, error) {
	seg, err := s.find(ctx, op, name)
	if err != nil {
		return Following{}, err
	}
	live, err := s.store.Following(ctx, seg.ID)
	if errors.Is(err, errs.ErrNotFound) {
		err = errs.NotFound(op, "name")
	}
	return live, err
}

// LiveMembers returns the members of a live segment as of the last Refresh, in
// ascending order of id, limit at a time (1 to 1000). Pass the empty cursor
// first, then Page.Next. Contacts that enter or leave meanwhile may show or
// not; no other is repeated or skipped. It returns errs.ErrNotFound when there
// is no such live segment.
func (s *Service) LiveMembers(ctx context.Context, name, cursorText string, limit int) (page Page, err error) {
	const op = "segment.LiveMembers"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return page, err
	}
	var f errs.Fields
	after := cursor.DecodeID[contact.Contact](&f, "cursor", cursorText)
	cursor.CheckLimit(&f, limit)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	live, err := s.findLive(ctx, op, name)
	if err != nil {
		return Page{}, err
	}
	ids, err := s.store.LiveMembers(ctx, live.Segment, after, limit+1)
	if err != nil {
		return Page{}, err
	}
	page.Contacts = ids
	if len(ids) > limit {
		page.Contacts = ids[:limit]
		page.Next = cursor.EncodeID(ids[limit-1])
	}
	return page, nil
}

// LiveCount counts the members of a live segment as of the last Refresh. It
// returns errs.ErrNotFound when there is no such live segment.
func (s *Service) LiveCount(ctx context.Context, name string) (n int64, err error) {
	const op = "segment.LiveCount"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return n, err
	}
	live, err := s.findLive(ctx, op, name)
	if err != nil {
		return 0, err
	}
	return s.store.CountLiveMembers(ctx, live.Segment)
}

// ChangeOptions narrows the changes.
type ChangeOptions struct {
	// Contact, where given.
	Contact contact.ID
	// Segment is the name of a saved segment, where given. It need not be live
	// any more.
	Segment string
	// Cursor of the page, from ChangePage.Next; empty for the first.
	Cursor string
	// Limit of the page, 1 to 1000. Defaults to 50.
	Limit int
}

// ChangePage is one page of changes.
type ChangePage struct {
	Changes []Change
	// Next is the cursor of the next page, empty on the last one.
	Next string
}

// Changes returns the changes of a contact, a segment, or all, delivered or
// not, in the order in which they were found. A nil options gives the first 50
// of all. Of one contact none is ever repeated or skipped; of several, one that
// is found while the pages are read may be missed by them.
func (s *Service) Changes(ctx context.Context, options *ChangeOptions) (page ChangePage, err error) {
	const op = "segment.Changes"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return page, err
	}
	var o ChangeOptions
	if options != nil {
		o = *options
	}
	if o.Limit == 0 {
		o.Limit = 50
	}
	var f errs.Fields
	q := ChangeQuery{Contact: o.Contact, Limit: o.Limit + 1}
	q.After = decodeChange(&f, "cursor", o.Cursor)
	cursor.CheckLimit(&f, o.Limit)
	if o.Segment != "" {
		check.Name(&f, "segment", o.Segment)
	}
	if err := f.Err(op); err != nil {
		return ChangePage{}, err
	}
	if o.Segment != "" {
		seg, err := s.store.SegmentByName(ctx, o.Segment)
		if errors.Is(err, errs.ErrNotFound) {
			err = errs.NotFound(op, "segment")
		}
		if err != nil {
			return ChangePage{}, err
		}
		q.Segment = seg.ID
	}
	list, err := s.changes(ctx, q)
	if err != nil {
		return ChangePage{}, err
	}
	page.Changes = list
	if len(list) > o.Limit {
		page.Changes = list[:o.Limit]
		page.Next = encodeChange(list[o.Limit-1])
	}
	return page, nil
}

// PurgeChanges deletes the changes that were found before the instant and
// delivered, and returns how many. Those that were not delivered stay, so on a
// CRM that delivers none all do. The numbers of a contact's changes go on from
// the last one. It works in transactions of up to 1000 changes, so it may be cut
// off anywhere. Nothing else deletes changes: a host that delivers them calls it
// now and then, with an instant that leaves what it still wants to list.
func (s *Service) PurgeChanges(ctx context.Context, before time.Time) (deleted int64, err error) {
	defer errs.SetOp(&err, "segment.PurgeChanges")
	if ctx, err = s.env.Ask(ctx, "segment.PurgeChanges", "segment", ""); err != nil {
		return deleted, err
	}
	for {
		n, err := s.store.PurgeChanges(ctx, core.Instant(before), liveChunk)
		deleted += n
		if err != nil || n < liveChunk {
			return deleted, err
		}
	}
}

// changes reads changes and adds the names of their segments.
func (s *Service) changes(ctx context.Context, q ChangeQuery) ([]Change, error) {
	list, err := s.store.Changes(ctx, q)
	if err != nil {
		return nil, err
	}
	names := map[ID]string{}
	for i := range list {
		of := list[i].Segment
		if _, known := names[of]; !known {
			seg, err := s.store.Segment(ctx, of)
			if err != nil {
				return nil, err
			}
			names[of] = seg.Name
		}
		list[i].Name = names[of]
	}
	return list, nil
}

func encodeChange(c Change) string {
	return cursor.EncodeTimeID(c.FoundAt, c.Contact) + "." + strconv.FormatInt(c.Number, 36)
}

func decodeChange(f *errs.Fields, path, s string) Change {
	if s == "" {
		return Change{}
	}
	position, number, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(number, 36, 64)
	if err != nil || n < 1 || position == "" || strconv.FormatInt(n, 36) != number {
		f.Add(path, "syntax", "is not a cursor of this list")
		return Change{}
	}
	var c Change
	c.FoundAt, c.Contact = cursor.DecodeTimeID[contact.Contact](f, path, position)
	c.Number = n
	return c
}
