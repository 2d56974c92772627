package segment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/stammkunde/crm/contact"
)

// Refresh brings all live segments up to the present: it builds those that are
// new or whose rule was changed, looks at every contact that something was
// written about, and at every contact for which time alone may have changed
// something, and writes the differences into the feed. It works in
// transactions of up to 1000 contacts, which it evaluates on all cores, so it may be
// cut off anywhere and goes on with the next call. Work calls it again and again; hosts that schedule
// themselves, and tests, call it on their own.
//
// Any number of processes may call it at the same time: what two of them look
// at at once is written by one. A contact that another transaction is writing
// about is left for a later call. A live segment that cannot be followed any
// more, because somebody saved a rank into it, keeps its last members and
// makes the error, but does not keep the others from being worked on.
func (s *Service) Refresh(ctx context.Context) error {
	ctx, err := s.env.Ask(ctx, "segment.Refresh", "segment", "")
	if err != nil {
		return err
	}
	return s.refresh(ctx)
}

func (s *Service) refresh(ctx context.Context) error {
	r := refresh{s: s, now: s.env.Now()}
	broken := r.adopt(ctx)
	steps := []func(context.Context) error{
		r.build,
		func(ctx context.Context) error { return r.drain(ctx, s.store.ChangedContacts) },
		func(ctx context.Context) error {
			return r.drain(ctx, func(ctx context.Context, limit int) ([]contact.ID, error) {
				return s.store.DueContacts(ctx, r.now, limit)
			})
		},
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return errors.Join(broken, err)
		}
	}
	return broken
}

// refresh is one run of Refresh.
type refresh struct {
	s   *Service
	now time.Time
}

// adopt notices rules that were saved since.
func (r *refresh) adopt(ctx context.Context) error {
	live, err := r.s.store.Followings(ctx)
	if err != nil || len(live) == 0 {
		return err
	}
	all, err := r.s.store.Segments(ctx)
	if err != nil {
		return err
	}
	store := shelf{r.s.store, make(map[string]Segment, len(all))}
	names := make(map[ID]string, len(all))
	for _, seg := range all {
		store.byName[seg.Name], names[seg.ID] = seg, seg.Name
	}
	var broken []error
	for _, f := range live {
		rule, err := r.s.liveRuleOf(ctx, store, "segment.Refresh", names[f.Segment])
		if err != nil {
			broken = append(broken, fmt.Errorf("live segment %s: %w", names[f.Segment], err))
			continue
		}
		if sameRule(rule, f.Rule) {
			continue
		}
		next := Following{Segment: f.Segment, Rule: rule, Since: r.now, Generation: f.Generation + 1}
		if _, err := r.s.store.UpdateFollowing(ctx, f, next); err != nil {
			return err
		}
	}
	return errors.Join(broken...)
}

// shelf is a store that has all segments at hand.
type shelf struct {
	Stores
	byName map[string]Segment
}

// SegmentByName implements Store.
func (s shelf) SegmentByName(ctx context.Context, name string) (Segment, error) {
	if seg, ok := s.byName[name]; ok {
		return seg, nil
	}
	return s.Stores.SegmentByName(ctx, name)
}

func sameRule(a, b Rule) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// drain looks at the contacts that list gives until it gives none, or only
// such as others are at work on.
func (r *refresh) drain(ctx context.Context, list func(context.Context, int) ([]contact.ID, error)) error {
	for {
		ids, err := list(ctx, liveChunk)
		if err != nil || len(ids) == 0 {
			return err
		}
		done, _, err := r.look(ctx, ids, true)
		if err != nil || len(done) == 0 {
			return err
		}
	}
}

// build looks at all contacts, in the order of their ids, for the segments
// that are not built.
func (r *refresh) build(ctx context.Context) error {
	for {
		live, err := r.s.store.Followings(ctx)
		if err != nil {
			return err
		}
		from, ok := leastBuilt(live)
		if !ok {
			return nil
		}
		everyone := Resolve(Everyone(), r.now, r.s.env.Zone)
		ids, err := EvaluatorOf(r.s.store).Members(ctx, everyone, from, liveChunk)
		if err != nil {
			return err
		}
		done, used, err := r.look(ctx, ids, false)
		if err != nil {
			return err
		}
		n := prefix(ids, done)
		if n == 0 && len(ids) > 0 {
			return nil // others are at work on the first of them
		}
		if err := r.advance(ctx, used, from, ids[:n], n == len(ids) && n < liveChunk); err != nil {
			return err
		}
	}
}

// leastBuilt gives the contact up to which all segments are built, false when
// there is none to build.
func leastBuilt(live []Following) (least contact.ID, ok bool) {
	for _, f := range live {
		if !f.Built && (!ok || f.BuiltTo.Compare(least) < 0) {
			least, ok = f.BuiltTo, true
		}
	}
	return least, ok
}

// prefix counts how many of the ids, from the first on, are done.
func prefix(ids, done []contact.ID) int {
	is := make(map[contact.ID]bool, len(done))
	for _, id := range done {
		is[id] = true
	}
	for n, id := range ids {
		if !is[id] {
			return n
		}
	}
	return len(ids)
}

// advance notes how far the segments are built that were evaluated for the
// contacts after from. When it is cut off they are looked at again, and nothing
// is found.
func (r *refresh) advance(ctx context.Context, used []liveRule, from contact.ID, done []contact.ID, end bool) error {
	to := from
	if len(done) > 0 {
		to = done[len(done)-1]
	}
	for _, u := range used {
		f := u.Following
		if f.Built || f.BuiltTo.Compare(from) < 0 || f.BuiltTo.Compare(to) > 0 {
			continue
		}
		next := f
		next.Built, next.BuiltTo = end, to
		if next.Built != f.Built || next.BuiltTo != f.BuiltTo {
			if _, err := r.s.store.UpdateFollowing(ctx, f, next); err != nil {
				return err
			}
		}
	}
	return nil
}

// look evaluates the live segments for the contacts and returns those that are
// done, and the segments as they were. The order matters: a segment that is
// not among those read here was made live after the versions were read, and
// whatever is written after that makes the versions differ. always is false
// when a contact for which nothing differs needs no writing.
func (r *refresh) look(ctx context.Context, ids []contact.ID, always bool) ([]contact.ID, []liveRule, error) {
	watches, err := r.s.store.Watches(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	live, err := r.live(ctx)
	if err != nil {
		return nil, nil, err
	}
	facts, err := r.facts(ctx, watches, live)
	if err != nil {
		return nil, nil, err
	}
	var done []contact.ID
	var updates []WatchUpdate
	for i, u := range r.evaluate(watches, live, facts) {
		if !always && watches[i].Changed.IsZero() && len(u.Put)+len(u.Drop)+len(u.Add) == 0 {
			done = append(done, u.Contact)
			continue
		}
		updates = append(updates, u)
	}
	saved, err := r.save(ctx, updates, live)
	return append(done, saved...), live, err
}

// evaluate evaluates the live segments for each contact, on all cores.
func (r *refresh) evaluate(watches []Watch, live []liveRule, facts map[contact.ID]*Facts) []WatchUpdate {
	updates := make([]WatchUpdate, len(watches))
	share := max(fewWatches, (len(watches)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for from := 0; from < len(watches); from += share {
		wg.Go(func() {
			own := r.ownLenses(live)
			for i := from; i < min(from+share, len(watches)); i++ {
				w := &watches[i]
				f, exists := facts[w.Contact]
				if !exists { // or nobody looks at it
					f = &Facts{Contact: contact.Contact{ID: w.Contact}}
				}
				t := newTimeline(w, f, later(r.now, w.Evaluated))
				t.gone = !exists && asked(w, live)
				updates[i] = t.update(own)
			}
		})
	}
	wg.Wait()
	return updates
}

// fewWatches is how many contacts are not worth another goroutine.
const fewWatches = 50

// ownLenses gives the rules with lenses that nobody else looks through.
func (r *refresh) ownLenses(live []liveRule) []liveRule {
	own := slices.Clone(live)
	for i := range own {
		own[i].lens = newLens(own[i].Rule, r.s.env.Zone)
	}
	return own
}

func (r *refresh) live(ctx context.Context) ([]liveRule, error) {
	list, err := r.s.store.Followings(ctx)
	if err != nil {
		return nil, err
	}
	live := make([]liveRule, len(list))
	for i, f := range list {
		live[i] = liveRule{Following: f, looks: looksOf(f.Rule)}
	}
	return live, nil
}

// asked reports whether the facts of a contact are read: because of rules, or to
// see whether it is still there.
func asked(w *Watch, live []liveRule) bool { return len(live) > 0 || !w.Removed.IsZero() }

// facts reads what the rules look at.
func (r *refresh) facts(ctx context.Context, watches []Watch, live []liveRule) (map[contact.ID]*Facts, error) {
	var ids []contact.ID
	for i := range watches {
		if asked(&watches[i], live) {
			ids = append(ids, watches[i].Contact)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rules := make([]Rule, len(live))
	for i := range live {
		rules[i] = live[i].Rule
	}
	list, err := ReadFacts(ctx, r.s.store, ids, FactNeedsOf(rules...))
	if err != nil {
		return nil, err
	}
	facts := make(map[contact.ID]*Facts, len(list))
	for i := range list {
		facts[list[i].Contact.ID] = &list[i]
	}
	return facts, nil
}

// save writes the updates, unless a segment is not live any more: then nothing
// is written and all is looked at again.
func (r *refresh) save(ctx context.Context, updates []WatchUpdate, live []liveRule) (saved []contact.ID, err error) {
	if len(updates) == 0 {
		return nil, nil
	}
	ids := make([]ID, len(live))
	for i := range live {
		ids[i] = live[i].Segment
	}
	err = r.s.atomic(ctx, func(ctx context.Context, store Stores) error {
		saved = nil
		held, err := store.HoldFollowings(ctx, ids)
		if err != nil || held != len(ids) {
			return err
		}
		saved, err = store.SaveWatches(ctx, updates)
		return err
	})
	return saved, err
}
