package privacy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// ErasureOptions say how to erase.
type ErasureOptions struct {
	// Reason says why, for the certificate: one line of at most 200 characters,
	// without personal data, such as "request of 2026-05-20".
	Reason string
	// Digest, where it is set, is that of the plan that was agreed to. Erase then
	// refuses when something about the person has changed since.
	Digest string
}

// Plan is what an erasure would do. It holds no personal data.
type Plan struct {
	// Contact is the one that is erased: where it was merged, the one that has it.
	Contact contact.ID `json:"contact"`
	// Merged are those that were merged into it. They are erased with it.
	Merged []contact.ID `json:"merged,omitempty"`
	Steps  []Step       `json:"steps"`
	// Digest stands for all that is held of the person but for what the library has
	// worked out itself: memberships and possible duplicates.
	Digest string `json:"digest"`
}

// Step is what happens to the rows of one class.
type Step struct {
	Class Class `json:"class"`
	// Rows counts what a person would call entries: an order with its lines is one.
	Rows   int    `json:"rows"`
	Action Action `json:"action"`
	// Holds are the holds that keep the rows, where Action is Keep.
	Holds []HeldBy `json:"holds,omitempty"`
}

// HeldBy says why rows are kept.
type HeldBy struct {
	Reason string `json:"reason"`
	// Until is zero where the hold ends when it is released.
	Until     time.Time `json:"until,omitzero"`
	Reference string    `json:"reference,omitempty"`
}

// PlanErasure tells what Erase would do, class by class, and changes nothing. It
// returns errs.ErrNotFound when there is no such contact.
func (s *Service) PlanErasure(ctx context.Context, of contact.ID, o *ErasureOptions) (plan Plan, err error) {
	const op = "privacy.PlanErasure"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return Plan{}, err
	}
	if _, err := o.complete(op); err != nil {
		return Plan{}, err
	}
	now := s.env.Now()
	err = s.snapshot(ctx, func(ctx context.Context, tx Stores) error {
		p, err := s.gather(ctx, tx, op, of)
		if err != nil {
			return err
		}
		plan, err = p.plan(now)
		return err
	})
	if err != nil {
		return Plan{}, err
	}
	return plan, nil
}

func (o *ErasureOptions) complete(op string) (ErasureOptions, error) {
	var own ErasureOptions
	if o != nil {
		own = *o
	}
	own.Reason = strings.TrimSpace(own.Reason)
	var f errs.Fields
	if own.Reason != "" {
		checkReason(&f, "reason", own.Reason)
	}
	return own, f.Err(op)
}

func (p *person) plan(now time.Time) (Plan, error) {
	digest, err := p.digest()
	plan := Plan{Contact: p.record.ID, Merged: p.ids[1:], Digest: digest}
	for _, c := range Classes {
		n := p.count(c)
		if n == 0 {
			continue
		}
		step := Step{Class: c, Rows: n, Action: Delete}
		if c == Campaigns {
			step.Action = Anonymise
		}
		for _, h := range p.holds {
			if h.covers(c, now) {
				step.Action, step.Holds = Keep, append(step.Holds, HeldBy{h.Reason, h.Until, h.Reference})
			}
		}
		plan.Steps = append(plan.Steps, step)
	}
	return plan, err
}

// keeps reports whether a hold keeps a class as of now.
func (p *person) keeps(c Class, now time.Time) bool {
	return slices.ContainsFunc(p.holds, func(h Hold) bool { return h.covers(c, now) })
}

// digest is a hash of all that is held, in an order that does not change.
func (p *person) digest() (string, error) {
	h := sha256.New()
	shown := make([]any, len(p.parts))
	for i, of := range p.parts {
		shown[i] = of.shown
	}
	err := json.NewEncoder(h).Encode([]any{
		p.ids, p.record, p.activities, p.events, p.rows, p.merges, p.linkers, p.holds, p.restriction, shown,
	})
	return hex.EncodeToString(h.Sum(nil)), errs.Failed("privacy.digest", err)
}
