package crm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/crmtest"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

// refuser refuses everything and keeps what it was asked.
type refuser struct {
	asked []access.Action
	error
}

func (r *refuser) Authorize(_ context.Context, _ access.Actor, action access.Action, _ access.Resource) error {
	r.asked = append(r.asked, action)
	return r.error
}

// untouchable is a store of which every method panics.
type untouchable struct{ storage.Store }

var errRefused = errors.New("the name of somebody")

func refusing(t *testing.T) (*crm.CRM, *refuser) {
	t.Helper()
	r := &refuser{error: errRefused}
	c, err := crm.New(untouchable{}, &crm.Config{
		Authorizer: r, Audit: &crm.Audit{}, Duplicates: &crm.Duplicates{Secret: make([]byte, 16)},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

// services are those of a CRM, by the name of their package.
func services(c *crm.CRM) map[string]any {
	all := map[string]any{}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			path := strings.Split(f.Type.Elem().PkgPath(), "/")
			all[path[len(path)-1]] = v.Field(i).Interface()
		}
	}
	return all
}

// Every method that takes a context asks first, once, under its own name.
func TestServices_ask_before_anything_else(t *testing.T) {
	c, r := refusing(t)
	actions := []access.Action{"crm.Run"}
	for room, service := range services(c) {
		v := reflect.ValueOf(service)
		for i := range v.NumMethod() {
			if takesContext(v.Method(i).Type()) {
				action := access.Action(room + "." + v.Type().Method(i).Name)
				actions = append(actions, action)
				for _, complaint := range refused(v.Method(i), action, r) {
					t.Errorf("%s %s", action, complaint)
				}
			}
		}
	}
	actions = append(actions, "contact.ReadSensitive") // what reading asks besides, for what it hides
	slices.Sort(actions)
	if known := access.Actions(); !slices.Equal(actions, known) {
		t.Errorf("access.Actions does not list what is asked for:\nasked:  %v\nlisted: %v", actions, known)
	}
	if len(actions) < 80 {
		t.Errorf("only %d methods were called", len(actions))
	}
}

var contextType = reflect.TypeFor[context.Context]()

func takesContext(m reflect.Type) bool { return m.NumIn() > 0 && m.In(0) == contextType }

// refused calls a method and tells what is wrong with its refusal.
func refused(method reflect.Value, action access.Action, r *refuser) (complaints []string) {
	r.asked = nil
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }
	defer func() {
		if p := recover(); p != nil {
			complain("goes on: %v", p)
		}
	}()
	err := call(method)
	switch {
	case !errors.Is(err, crm.ErrDenied):
		complain("is not refused, but gives %v", err)
	case !errors.Is(err, errRefused):
		complain("hides the cause of the refusal")
	case strings.Contains(err.Error(), errRefused.Error()):
		complain("shows what the authorizer said")
	case !strings.HasPrefix(err.Error(), string(action)+": "):
		complain("says that it is %v", err)
	}
	if !slices.Equal(r.asked, []access.Action{action}) {
		complain("asks for %v", r.asked)
	}
	return complaints
}

// call calls a method with a context and otherwise empty arguments, and returns the
// error that it returns, yields, or tells to a callback.
func call(method reflect.Value) (err error) {
	note := func(args []reflect.Value) {
		for _, a := range args {
			if e, is := a.Interface().(error); is && err == nil {
				err = e
			}
		}
	}
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < method.Type().NumIn(); i++ {
		in := method.Type().In(i)
		switch {
		case method.Type().IsVariadic() && i == method.Type().NumIn()-1:
		case in.Kind() == reflect.Func:
			args = append(args, reflect.MakeFunc(in, func(args []reflect.Value) []reflect.Value {
				note(args)
				return zeros(in)
			}))
		default:
			args = append(args, reflect.Zero(in))
		}
	}
	results := method.Call(args)
	note(results)
	for _, result := range results {
		if result.Kind() == reflect.Func { // an iterator
			yield := result.Type().In(0)
			result.Call([]reflect.Value{reflect.MakeFunc(yield, func(args []reflect.Value) []reflect.Value {
				note(args)
				return zeros(yield)
			})})
		}
	}
	return err
}

func zeros(f reflect.Type) []reflect.Value {
	list := make([]reflect.Value, f.NumOut())
	for i := range list {
		list[i] = reflect.Zero(f.Out(i))
	}
	return list
}

// careless has methods that do not ask as they should.
type careless struct{ by access.Authorizer }

func (careless) Never(context.Context) error { return nil }

func (careless) Reads(ctx context.Context) error { return untouchable{}.AppendAudit(ctx, nil) }

func (s careless) Twice(ctx context.Context) error {
	_ = access.Ask(ctx, s.by, "careless.Twice", access.Resource{})
	return access.Ask(ctx, s.by, "careless.Twice", access.Resource{})
}

func (s careless) OtherName(ctx context.Context) error {
	return access.Ask(ctx, s.by, "careless.Name", access.Resource{})
}

func (s careless) Text(context.Context) error {
	return &errs.Error{Op: "careless.Text", Kind: errs.ErrDenied, Fields: []errs.Field{{Message: errRefused.Error()}}, Cause: errRefused}
}

func (s careless) Late(ctx context.Context) (func(func(int, error) bool), error) {
	return func(yield func(int, error) bool) { yield(1, nil) }, nil
}

func (s careless) Good(ctx context.Context) error {
	return access.Ask(ctx, s.by, "careless.Good", access.Resource{})
}

func TestServices_ask_is_a_test_that_fails(t *testing.T) {
	r := &refuser{error: errRefused}
	v := reflect.ValueOf(careless{r})
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		complaints := refused(v.Method(i), access.Action("careless."+name), r)
		if good := len(complaints) == 0; good != (name == "Good") {
			t.Errorf("%s: %q", name, complaints)
		}
	}
}

func TestRun_asks_and_works_on_nothing_when_refused(t *testing.T) {
	c, r := refusing(t)
	c.Run(t.Context()) // would not return
	if !slices.Equal(r.asked, []access.Action{"crm.Run"}) {
		t.Errorf("asked for %v", r.asked)
	}
}

// permitter permits everything and keeps what it was asked.
type permitter struct {
	asked []access.Action
	about []access.Resource
}

func (p *permitter) Authorize(_ context.Context, _ access.Actor, action access.Action, about access.Resource) error {
	p.asked, p.about = append(p.asked, action), append(p.about, about)
	return nil
}

func TestAuthorizer_is_told_what_it_is_about(t *testing.T) {
	p := &permitter{}
	c, err := crm.New(memory.New(), &crm.Config{Authorizer: p})
	if err != nil {
		t.Fatal(err)
	}
	ann, err := c.Contacts.Create(t.Context(), contact.Contact{Name: contact.Name{Family: "Ann"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Contacts.Get(t.Context(), ann.ID); err != nil {
		t.Fatal(err)
	}
	if want := []access.Resource{{Kind: "contact"}, {Kind: "contact", ID: ann.ID.String()}}; !slices.Equal(p.about, want) {
		t.Errorf("asked about %v, want %v", p.about, want)
	}
	// One operation asks once, also where it consists of others of its service.
	p.asked = nil
	_, _ = c.Contacts.Find(t.Context(), contact.Identity{Source: "shop", Key: "1"})
	_, _ = c.Segments.VerifyLive(t.Context(), "nothing")
	for range c.Exchange.Problems(t.Context(), "nothing") {
		continue
	}
	if want := []access.Action{"contact.Find", "segment.VerifyLive", "exchange.Problems"}; !slices.Equal(p.asked, want) {
		t.Errorf("asked for %v, want %v", p.asked, want)
	}
}

func TestAuthorizer_stays_in_other_handles(t *testing.T) {
	r := &refuser{error: errRefused}
	store := memory.New()
	c, err := crm.New(store, &crm.Config{Authorizer: r})
	if err != nil {
		t.Fatal(err)
	}
	count := func(c *crm.CRM) error {
		_, err := c.Segments.AsOf(time.Now()).Count(t.Context(), segment.Everyone())
		return err
	}
	if err := count(c.In(store)); !errors.Is(err, crm.ErrDenied) {
		t.Errorf("through In: %v", err)
	}
	err = c.Atomic(t.Context(), func(_ context.Context, c *crm.CRM) error { return count(c) })
	if !errors.Is(err, crm.ErrDenied) {
		t.Errorf("through Atomic: %v", err)
	}
}

// An iterator asks when it is ranged over, each time.
func TestIterators_ask_when_they_are_ranged_over(t *testing.T) {
	c, r := refusing(t)
	list := c.Segments.Export(t.Context(), segment.Everyone())
	if len(r.asked) != 0 {
		t.Errorf("asked for %v before", r.asked)
	}
	for range 2 {
		for _, err := range list {
			if !errors.Is(err, crm.ErrDenied) {
				t.Error(err)
			}
		}
	}
	if len(r.asked) != 2 {
		t.Errorf("asked for %v", r.asked)
	}
}

func TestActor_that_breaks_a_rule_is_refused(t *testing.T) {
	c, err := crm.New(untouchable{}, &crm.Config{Audit: &crm.Audit{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := access.With(t.Context(), access.Actor{ID: "a\x00b"})
	if _, err := c.Contacts.Get(ctx, contact.ID{}); !errs.Has(err, "control_character") || !errors.Is(err, crm.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

// With the policy, a worker needs no more than its role.
func TestRun_needs_the_role_of_a_worker(t *testing.T) {
	var said strings.Builder
	c, err := crm.New(memory.New(), &crm.Config{
		Authorizer: access.Policy{Roles: access.Ready()}, Audit: &crm.Audit{}, Logger: slog.New(slog.NewTextHandler(&said, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	as := func(ctx context.Context, role string) context.Context {
		return access.With(ctx, access.Actor{ID: "7", Roles: []string{role}})
	}
	if _, err := c.Audit.Record(as(t.Context(), access.ReadOnly), audit.Event{Action: "shop.Print"}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(as(ctx, access.Worker))
	}()
	for head := (audit.Head{}); head.Seq == 0; time.Sleep(time.Millisecond) {
		if head, err = c.Audit.Head(as(t.Context(), access.PrivacyOfficer)); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-ended
	if said.Len() > 0 {
		t.Errorf("a worker is told\n%s", said.String())
	}
	c.Run(as(t.Context(), access.Sales)) // would not return
	if !strings.Contains(said.String(), "denied") {
		t.Errorf("somebody else is told %q", said.String())
	}
}

// refusesOne refuses one action.
type refusesOne access.Action

func (r refusesOne) Authorize(_ context.Context, _ access.Actor, action access.Action, _ access.Resource) error {
	if action == access.Action(r) {
		return errRefused
	}
	return nil
}

// Who may move money but not record it moves none.
func TestPayments_move_nothing_that_may_not_be_recorded(t *testing.T) {
	k := crmtest.New(t, &crm.Config{Authorizer: refusesOne("activity.Record")})
	order := k.AddPurchase(crmtest.Purchase("1").By(k.AddContact(crmtest.Contact("1"))).Item("Lamp", "Lighting", "49.00"))
	if _, err := k.Payments.Charge(t.Context(), order.Ref, "card"); !errors.Is(err, crm.ErrDenied) {
		t.Errorf("charging: %v", err)
	}
	if n := len(k.Provider.Bookings()); n != 0 {
		t.Errorf("%d bookings", n)
	}
	k.CRM, _ = crm.New(k.Store, &crm.Config{Payments: k.Provider, Now: k.Clock.Now})
	if _, err := k.Payments.Charge(t.Context(), order.Ref, "card"); err != nil {
		t.Fatal(err)
	}
	k.CRM, _ = crm.New(k.Store, &crm.Config{Payments: k.Provider, Now: k.Clock.Now, Authorizer: refusesOne("activity.Record")})
	if _, err := k.Payments.Refund(t.Context(), order.Ref, "1", order.Amount); !errors.Is(err, crm.ErrDenied) {
		t.Errorf("refunding: %v", err)
	}
	if n := len(k.Provider.Bookings()); n != 1 {
		t.Errorf("%d bookings", n)
	}
}

// Nothing is asked about the id of nobody.
func TestAuthorizer_is_told_no_id_where_there_is_none(t *testing.T) {
	p := &permitter{}
	c, err := crm.New(memory.New(), &crm.Config{Authorizer: p})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.Contacts.Get(t.Context(), contact.ID{})
	if want := []access.Resource{{Kind: "contact"}}; !slices.Equal(p.about, want) {
		t.Errorf("asked about %v", p.about)
	}
}
