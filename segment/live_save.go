package segment

import (
	"context"
	"errors"

	"github.com/stammkunde/crm/errs"
)

// checkLive refuses to save a rule that would bring a rank into a live
// segment. A segment that is new is not live, and no other one names it.
func checkLive(ctx context.Context, store Stores, saved Segment) error {
	if _, err := store.SegmentByName(ctx, saved.Name); errors.Is(err, errs.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	live, err := store.Followings(ctx)
	if err != nil || len(live) == 0 {
		return err
	}
	all, err := store.Segments(ctx)
	if err != nil {
		return err
	}
	shelf := shelf{store, map[string]Segment{saved.Name: saved}}
	names := make(map[ID]string, len(all))
	for _, seg := range all {
		names[seg.ID] = seg.Name
		if seg.Name != saved.Name {
			shelf.byName[seg.Name] = seg
		}
	}
	for _, l := range live {
		b := binder{ctx: ctx, store: shelf, unranked: true}
		rule, err := b.rule(Rule{Segment: names[l.Segment]}, "rule")
		if err != nil {
			return err
		}
		if rule.Frozen().ranked() {
			var f errs.Fields
			f.Add("rule", "rank", "must have no rank, because the segment "+names[l.Segment]+" is live")
			return f.Err("segment.Save")
		}
	}
	return nil
}
