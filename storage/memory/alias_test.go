package memory_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/memory"
)

var instant = time.Date(2026, 1, 31, 12, 0, 0, 1000, time.UTC)

// filled makes a value in which every field is set, down to the depth.
func filled[T any](depth int) T {
	var v T
	set(reflect.ValueOf(&v).Elem(), depth)
	return v
}

func set(v reflect.Value, depth int) {
	if _, ok := v.Interface().(time.Time); ok {
		v.Set(reflect.ValueOf(instant))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				set(v.Field(i), depth)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			set(v.Index(i), depth)
		}
	default:
		if depth > 0 {
			setShared(v, depth-1)
		}
	}
}

// setShared fills what a copy of the value would share.
func setShared(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		set(v.Elem(), depth)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		set(v.Index(0), depth)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		set(key, depth)
		set(value, depth)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		panic("no way to fill a " + v.Type().String())
	}
}

// scribble overwrites all that is reachable from a value through slices, maps
// and pointers.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribble(v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			scribble(v.Elem())
			v.Elem().SetZero()
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribble(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		v.Clear()
	}
}

// copies checks that neither what was written nor what was read shares memory
// with what is stored.
func copies[T any](t *testing.T, write func(T) error, read func() (T, error)) {
	t.Helper()
	in := filled[T](5)
	must(t, write(in))
	scribble(reflect.ValueOf(&in).Elem())
	for range 2 {
		got, err := read()
		must(t, err)
		if want := filled[T](5); !reflect.DeepEqual(got, want) {
			t.Fatalf("stored is\n%#v, want\n%#v", got, want)
		}
		scribble(reflect.ValueOf(&got).Elem())
	}
}

func first[T any](list []T, err error) (T, error) {
	if err != nil || len(list) == 0 {
		return *new(T), err
	}
	return list[0], nil
}

func TestStore_copies_contacts(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	one := filled[contact.ID](0)
	claim := contact.Claim{Identity: filled[contact.Identity](0), Contact: one}
	_, err := store.ClaimIdentities(ctx, []contact.Claim{claim})
	must(t, err)
	read := func() (contact.Contact, error) { return first(store.Contacts(ctx, []contact.ID{one})) }
	copies(t, func(c contact.Contact) error { return store.InsertContacts(ctx, []contact.Contact{c}) }, read)
	copies(t, func(c contact.Contact) error {
		c.Version = 2
		return store.UpdateContacts(ctx, []contact.Contact{c})
	}, func() (contact.Contact, error) {
		c, err := first(store.ListContacts(ctx, contact.ID{}, 1))
		c.Version = 1
		return c, err
	})
}

func TestStore_copies_activities(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	one := filled[contact.ID](0)
	must(t, store.InsertContacts(ctx, []contact.Contact{{ID: one}}))
	insert := func(a activity.Activity) error { return store.InsertActivities(ctx, []activity.Activity{a}) }
	for _, read := range []func() (activity.Activity, error){
		func() (activity.Activity, error) { return store.Activity(ctx, one, filled[activity.ID](0)) },
		func() (activity.Activity, error) {
			return first(store.History(ctx, activity.HistoryQuery{Contact: one, Limit: 1}))
		},
		func() (activity.Activity, error) { return first(store.ActivitiesOf(ctx, []contact.ID{one})) },
	} {
		copies(t, insert, read)
		insert = func(activity.Activity) error { return nil } // once is enough
	}
}

func TestStore_copies_segments(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	copies(t, func(s segment.Segment) error { return store.InsertSegment(ctx, s) },
		func() (segment.Segment, error) { return store.Segment(ctx, filled[segment.ID](0)) })
	copies(t, func(s segment.Segment) error { return store.UpdateSegment(ctx, s) },
		func() (segment.Segment, error) { return store.SegmentByName(ctx, "x") })
	copies(t, func(segment.Segment) error { return nil },
		func() (segment.Segment, error) { return first(store.Segments(ctx)) })
}

func TestStore_copies_campaigns(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	copies(t, func(c campaign.Campaign) error { return store.InsertCampaign(ctx, c) },
		func() (campaign.Campaign, error) { return store.Campaign(ctx, filled[campaign.ID](0)) })
	copies(t, func(c campaign.Campaign) error { return store.UpdateCampaign(ctx, c) },
		func() (campaign.Campaign, error) { return store.CampaignByName(ctx, "x") })
	copies(t, func(campaign.Campaign) error { return nil },
		func() (campaign.Campaign, error) { return first(store.Campaigns(ctx)) })
}

// The types that clone.go leaves out share nothing.
func TestStore_copies_the_rest_by_value(t *testing.T) {
	t.Parallel()
	for _, typ := range []reflect.Type{
		reflect.TypeFor[campaign.Delivery](), reflect.TypeFor[campaign.Voucher](), reflect.TypeFor[campaign.Redemption](),
		reflect.TypeFor[campaign.Member](), reflect.TypeFor[activity.RefEntry](),
	} {
		for i := range typ.NumField() {
			switch f := typ.Field(i); f.Type.Kind() {
			case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
				t.Errorf("%v.%s is shared between copies", typ, f.Name)
			}
		}
	}
}
