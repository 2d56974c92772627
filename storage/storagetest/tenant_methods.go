package storagetest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/errs"
)

// answer is what a method says that is asked for something of another tenant.
type answer int

const (
	// notThere is errs.ErrNotFound, as every method says that is not listed.
	notThere answer = iota
	// nothing is success, with empty results.
	nothing
	// invalid is errs.ErrInvalid.
	invalid
	// uncalled methods are not called.
	uncalled
)

// foreign says how a method is called for something of another tenant, and what it says.
type foreign struct {
	want answer
	// why it does not say errs.ErrNotFound.
	why string
	// given are arguments in place of the samples of their types, in their order. All
	// texts must be given.
	given func(s stage) []any
}

// methods are all methods of the services, by service and name: "Contacts.Get".
func methods(c *crm.CRM) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		for j := range v.Field(i).NumMethod() {
			all[v.Type().Field(i).Name+"."+v.Field(i).Type().Method(j).Name] = v.Field(i).Method(j)
		}
	}
	return all
}

// argumentsFor returns the arguments of a method without a context: the given ones, else
// the samples of their types, else nil. It returns an error for a type of which there is
// neither.
func argumentsFor(method reflect.Type, given []any, samples map[reflect.Type]any) ([]reflect.Value, error) {
	var args []reflect.Value
	for i := range method.NumIn() {
		in := method.In(i)
		if in == reflect.TypeFor[context.Context]() || method.IsVariadic() && i == method.NumIn()-1 && samples[in] == nil {
			continue
		}
		at := slices.IndexFunc(given, func(v any) bool { return reflect.TypeOf(v) == in })
		sample, there := samples[in]
		switch {
		case at >= 0:
			args = append(args, reflect.ValueOf(given[at]))
			given = slices.Delete(slices.Clone(given), at, at+1)
		case there:
			args = append(args, reflect.ValueOf(sample))
		case in.Kind() == reflect.Pointer || in.Kind() == reflect.Func:
			args = append(args, reflect.Zero(in)) // options
		default:
			return nil, fmt.Errorf("no sample of the type %s: add one to stage.samples, or give one in foreignCalls", in)
		}
	}
	if len(given) > 0 {
		return nil, fmt.Errorf("it has no parameter of the type %T that is given in foreignCalls", given[0])
	}
	return args, nil
}

// uncovered says what is missing in the tables so that every method of the services is
// asked for what another tenant has.
func uncovered() []string {
	var list []string
	var s stage
	all := methods(&crm.CRM{})
	for _, name := range slices.Sorted(maps.Keys(all)) {
		call := foreignCalls[name]
		if call.want == uncalled {
			continue
		}
		if _, err := argumentsFor(all[name].Type(), call.of(s), s.samples()); err != nil {
			list = append(list, name+": "+err.Error())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(foreignCalls)) {
		if _, there := all[name]; !there {
			list = append(list, name+": there is no such method any more")
		}
		if foreignCalls[name].want != notThere && foreignCalls[name].why == "" {
			list = append(list, name+": foreignCalls gives no reason")
		}
	}
	return list
}

func (f foreign) of(s stage) []any {
	if f.given == nil {
		return nil
	}
	return f.given(s)
}

// tenantEveryMethod calls every method of every service in one tenant for what another
// one has.
func tenantEveryMethod(k *kit) {
	k.within(long)
	s := k.stage()
	k.record(order(s.people[0].ID, 1, noon))
	before := k.read(k.store)
	other := k.tenant("other")
	if missing := uncovered(); len(missing) > 0 {
		k.Errorf("not every method of the services is asked: %q", missing)
	}
	all := methods(k.with(other, func(c *crm.Config) {
		c.OptIn = optIn()
		c.Suppression = &crm.Suppression{Secrets: [][]byte{keySecret}}
		c.Duplicates = &crm.Duplicates{Secret: keySecret}
	}))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		call := foreignCalls[name]
		if call.want == uncalled {
			continue
		}
		args, err := argumentsFor(all[name].Type(), call.of(s), s.samples())
		if err != nil {
			continue // uncovered has said it
		}
		k.asksForForeign(name, all[name], args, call.want)
	}
	k.equal(k.read(k.store), before, "another tenant has changed something by the methods of the services")
	k.equal(k.read(k.tenant("other")), everything{}, "another tenant has got something by the methods of the services")
}

// asksForForeign calls a method and looks at what it says.
func (k *kit) asksForForeign(name string, method reflect.Value, args []reflect.Value, want answer) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, patience)
	defer cancel()
	if method.Type().NumIn() > 0 && method.Type().In(0) == reflect.TypeFor[context.Context]() {
		args = append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	}
	results, err := answerOf(method.Call(args))
	what := "another tenant calls " + name
	switch want {
	case notThere:
		k.fails(err, errs.ErrNotFound, what)
	case invalid:
		k.fails(err, errs.ErrInvalid, what)
	case nothing:
		k.ok(err, what)
		for _, r := range results {
			if !isNothing(r) {
				k.Errorf("%s: it must find nothing, but gives a %s that is not empty", what, r.Type())
			}
		}
	}
}

// answerOf parts results from the error. Of a sequence it takes the first element.
func answerOf(results []reflect.Value) (list []reflect.Value, err error) {
	for _, r := range results {
		if r.Type() == reflect.TypeFor[error]() {
			err, _ = r.Interface().(error)
			continue
		}
		if r.Kind() != reflect.Func {
			list = append(list, r)
			continue
		}
		for value, failed := range r.Seq2() {
			list = append(list, value)
			if e, is := failed.Interface().(error); is {
				list, err = nil, e
			}
			break
		}
	}
	return list, err
}

// isNothing reports whether there is nothing in a value: no number but 0, no text, and
// no element. Instants do not count, nor does the contact that a record was asked for.
func isNothing(v reflect.Value) bool {
	switch x := v.Interface().(type) {
	case time.Time:
		return true
	case consent.Permission:
		return x == consent.NoConsent
	case consent.Record:
		return len(x.Entries) == 0 && len(x.States) == 0
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !isNothing(v.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || isNothing(v.Elem())
	default:
		return v.IsZero()
	}
}
