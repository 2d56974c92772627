package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
)

// scenario is a case: segments, and what happens when.
type scenario struct {
	Description string
	Segments    []definition
	Steps       []step
}

type step struct {
	Step        string
	At          time.Time
	Description string
	Events      []event
	Segments    []definition
	Users       []struct {
		ID       string
		Segments map[string]*bool
	}
}

type event struct {
	Type, UserID, AnonymousID string
	Event                     string
	Traits, Properties        map[string]any
	Timestamp                 time.Time
}

// player plays a scenario on a CRM.
type player struct {
	crm     *crm.CRM
	t       *translator
	now     time.Time
	live    map[string]bool
	traits  map[string]map[string]stated // by user and path
	people  map[string]contact.Contact
	checked int
}

// stated is a value and when it was stated.
type stated struct {
	value any
	at    time.Time
}

// play plays the scenario and returns how many expectations held. The error
// tells the first that did not, or what cannot be translated.
func play(ctx context.Context, s scenario, store storage.Store) (int, error) {
	p := &player{live: map[string]bool{}, traits: map[string]map[string]stated{}, people: map[string]contact.Contact{}}
	p.t = &translator{seconds: unit(s), fields: map[string]contact.Type{}}
	if len(s.Steps) > 0 {
		p.t.base = s.Steps[0].At.Truncate(time.Hour)
	}
	if err := p.prepare(s, store); err != nil {
		return 0, err
	}
	if err := p.define(ctx, s.Segments); err != nil {
		return 0, err
	}
	for i, step := range s.Steps {
		p.now = p.t.scale(step.At)
		if err := p.step(ctx, step); err != nil {
			return p.checked, fmt.Errorf("step %d, %s: %w", i, step.Step, err)
		}
	}
	return p.checked, nil
}

// unit gives the seconds that become an hour: the greatest number of which all
// windows are multiples.
func unit(s scenario) float64 {
	var all int64
	add := func(seconds float64) {
		for b := int64(math.Round(seconds)); b != 0; {
			all, b = b, all%b
		}
	}
	each := func(n node) {
		add(n.WithinSeconds)
		add(n.Operator.WindowSeconds)
		for _, p := range slices.Concat(n.Properties, n.HasProperties, n.WhereProperties) {
			add(p.Operator.WindowSeconds)
		}
	}
	for _, d := range s.definitions() {
		each(d.Definition.EntryNode)
		for _, n := range d.Definition.Nodes {
			each(n)
		}
	}
	if all == 0 || all%3600 == 0 {
		return 3600
	}
	return float64(all)
}

// definitions lists all segments, also those that come later.
func (s scenario) definitions() []definition {
	list := slices.Clone(s.Segments)
	for _, step := range s.Steps {
		list = append(list, step.Segments...)
	}
	return list
}

// prepare makes a CRM that has a custom field for all that rules look at.
func (p *player) prepare(s scenario, store storage.Store) error {
	for _, d := range s.definitions() {
		if _, err := p.t.rule(d); err != nil {
			return err
		}
	}
	config := crm.Config{Now: func() time.Time { return p.now }}
	for name, typ := range p.t.fields {
		config.Fields = append(config.Fields, contact.Field{Name: name, Type: typ})
	}
	var err error
	p.crm, err = crm.New(store, &config)
	p.now = p.t.base
	return err
}

func (p *player) define(ctx context.Context, list []definition) error {
	for _, d := range list {
		rule, err := p.t.rule(d)
		if err != nil {
			return err
		}
		name := nameOf("", d.Name)
		if _, err := p.crm.Segments.Save(ctx, name, rule); err != nil {
			return err
		}
		if !p.live[name] {
			p.live[name] = true
			if err := p.crm.Segments.Follow(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *player) step(ctx context.Context, s step) error {
	switch s.Step {
	case "events":
		for i, e := range s.Events {
			if err := p.event(ctx, e); err != nil {
				return fmt.Errorf("event %d: %w", i, err)
			}
		}
		return nil
	case "compute":
		return p.crm.Segments.Refresh(ctx)
	case "define":
		return p.define(ctx, s.Segments)
	case "assert":
		return p.expect(ctx, s)
	}
	return fmt.Errorf("a step of this kind cannot be played")
}

// event records what a user did, or is said to be.
func (p *player) event(ctx context.Context, e event) error {
	at := p.t.scale(e.Timestamp)
	if e.Timestamp.IsZero() {
		at = p.now
	}
	key := e.UserID
	if key == "" {
		key = "anonymous:" + e.AnonymousID
	}
	if e.Type == "identify" {
		p.state(key, "", e.Traits, at)
	}
	if e.Type == "track" {
		p.last(key, e, at)
	}
	if err := p.store(ctx, key); err != nil {
		return err
	}
	of := p.people[key].ID
	if e.Type == "identify" {
		return nil
	}
	if e.Event == "DFSubscriptionChange" {
		return p.subscribe(ctx, of, e, at)
	}
	data := map[string]contact.Value{nameField: contact.Text(e.Event)}
	for path, v := range flatten("", e.Properties) {
		p.t.values(data, dataName(path), v)
	}
	kind := trackKind
	if e.Type != "track" {
		kind = activity.Kind(nameOf("", e.Type))
	}
	_, err := p.crm.Activities.Record(ctx, activity.Activity{Contact: of, Kind: kind, At: at, Direction: activity.Inbound, Data: data})
	return err
}

// state notes traits, the latest of each.
func (p *player) state(key, prefix string, traits map[string]any, at time.Time) {
	if p.traits[key] == nil {
		p.traits[key] = map[string]stated{}
	}
	for path, v := range flatten("", traits) {
		if old, known := p.traits[key][prefix+path]; !known || !at.Before(old.at) {
			p.traits[key][prefix+path] = stated{v, at}
		}
	}
}

// last notes the properties of the last event of its name, and to which segment
// somebody was added by hand.
func (p *player) last(key string, e event, at time.Time) {
	prefix := "\x00last\x00" + e.Event + "\x00"
	newest := true
	for path, s := range p.traits[key] {
		newest = newest && !(strings.HasPrefix(path, prefix) && s.at.After(at))
	}
	if !newest {
		return
	}
	for path := range p.traits[key] {
		if strings.HasPrefix(path, prefix) {
			delete(p.traits[key], path)
		}
	}
	p.state(key, prefix, e.Properties, at)
	p.state(key, prefix, map[string]any{"\x00": true}, at)
	if v, ok := e.Properties["inSegment"]; ok && strings.Contains(e.Event, "ManualSegment") {
		p.state(key, "\x00manual\x00", map[string]any{textOfValue(e.Properties["version"]): v}, at)
	}
}

// store brings the contact's record up to date.
func (p *player) store(ctx context.Context, key string) error {
	c := contact.Contact{Kind: contact.Person, Name: contact.Name{Family: "User"}, Identities: []contact.Identity{{Source: "dittofeed", Key: key}},
		Custom: map[string]contact.Value{}}
	for path, s := range p.traits[key] {
		name := traitName(path)
		if rest, ok := strings.CutPrefix(path, "\x00last\x00"); ok {
			event, property, _ := strings.Cut(rest, "\x00")
			name = lastName(event, property)
		} else if version, ok := strings.CutPrefix(path, "\x00manual\x00"); ok {
			name = manualName(version)
		} else if list, ok := s.value.([]any); ok {
			for _, item := range list {
				c.Tags = append(c.Tags, tagOf(path, item))
			}
		}
		p.t.values(c.Custom, name, s.value)
		c.Custom[sinceOf+name] = contact.Time(s.at)
	}
	for name := range c.Custom {
		if _, used := p.t.fields[name]; !used {
			delete(c.Custom, name)
		}
	}
	stored, _, err := p.crm.Contacts.Upsert(ctx, c)
	p.people[key] = stored
	return err
}

// values adds the fields of a value.
func (t *translator) values(to map[string]contact.Value, name string, v any) {
	text := textOfValue(v)
	if text == "" || len(text) > 1000 {
		return
	}
	to[textOf+name] = contact.Text(text)
	if x, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(x) < 1e9 {
		to[numberOf+name] = contact.Float(x)
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999", time.DateTime, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			to[timeOf+name] = contact.Time(t.scale(at.UTC()))
			return
		}
	}
	if x, ok := v.(float64); ok && x > 1e9 && x < 4e12 { // seconds or milliseconds since 1970
		if x > 1e11 {
			x /= 1000
		}
		to[timeOf+name] = contact.Time(t.scale(time.UnixMicro(int64(x * 1e6)).UTC()))
	}
}

// flatten gives the values by path. A list is a value, too.
func flatten(prefix string, m map[string]any) map[string]any {
	flat := map[string]any{}
	for k, v := range m {
		if inner, ok := v.(map[string]any); ok {
			for path, v := range flatten(prefix+k+".", inner) {
				flat[path] = v
			}
			continue
		}
		flat[prefix+k] = v
	}
	return flat
}

// subscribe notes a consent.
func (p *player) subscribe(ctx context.Context, of contact.ID, e event, at time.Time) error {
	d := consent.Declaration{Contact: of, Purpose: consent.Purpose(nameOf("", textOfValue(e.Properties["subscriptionId"]))),
		Channels: []contact.Channel{contact.ChannelEmail}, At: at, Wording: "Subscribed.", Source: "dittofeed"}
	if textOfValue(e.Properties["action"]) == "Unsubscribe" {
		return p.crm.Consents.Withdraw(ctx, d)
	}
	return p.crm.Consents.Grant(ctx, d)
}

// expect compares the live members with what the case says.
func (p *player) expect(ctx context.Context, s step) error {
	for _, u := range s.Users {
		for name, want := range u.Segments {
			is, err := p.member(ctx, nameOf("", name), u.ID)
			if err != nil {
				return err
			}
			if is != (want != nil && *want) {
				return fmt.Errorf("%s: user %s in segment %s: %t", s.Description, u.ID, name, is)
			}
			p.checked++
		}
	}
	return nil
}

func (p *player) member(ctx context.Context, name, user string) (bool, error) {
	c, known := p.people[user]
	if !known {
		return false, nil
	}
	page, err := p.crm.Segments.LiveMembers(ctx, name, "", 1000)
	return slices.Contains(page.Contacts, c.ID), err
}
