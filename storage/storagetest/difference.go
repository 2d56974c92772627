package storagetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// difference describes how got differs from want, or returns "". It compares
// values and not their JSON, in which something may be lost. Instants must be
// equal, and in UTC where that of want is. Numbers and texts may be of different types.
// An empty list is the same as none, except where JSON tells them apart.
func difference(got, want any) string {
	var d differences
	d.compare("", reflect.ValueOf(got), reflect.ValueOf(want))
	return strings.Join(d, "\n")
}

// differences tell where two values differ.
type differences []string

func (d *differences) add(path, got, want string) {
	const most = 8
	switch {
	case len(*d) < most:
		if path != "" {
			path += ": "
		}
		*d = append(*d, fmt.Sprintf("%sgot  %s\n%swant %s", path, short(got), path, short(want)))
	case len(*d) == most:
		*d = append(*d, "... and more")
	}
}

func (d *differences) compare(path string, got, want reflect.Value) {
	if got.IsValid() && got.Kind() == reflect.Interface {
		got = got.Elem()
	}
	if want.IsValid() && want.Kind() == reflect.Interface {
		want = want.Elem()
	}
	if same, plain := equalPlain(got, want); plain {
		if !same {
			d.add(path, text(got), text(want))
		}
		return
	}
	switch got.Kind() {
	case reflect.Struct:
		d.structs(path, got, want)
	case reflect.Slice:
		d.lists(path, got, want)
	case reflect.Map:
		d.maps(path, got, want)
	case reflect.Pointer:
		d.compare(path, got.Elem(), want.Elem())
	}
}

// equalPlain compares two values that have no parts, or of which not both have
// the same parts.
func equalPlain(got, want reflect.Value) (same, plain bool) {
	switch {
	case !got.IsValid() || !want.IsValid():
		return got.IsValid() == want.IsValid(), true
	case got.CanInt() && want.CanInt():
		return got.Int() == want.Int(), true
	case got.Kind() != want.Kind():
		return false, true
	}
	switch got.Kind() {
	case reflect.String:
		return got.String() == want.String(), true
	case reflect.Slice:
		return false, false
	case reflect.Struct, reflect.Map:
		return false, got.Type() != want.Type()
	case reflect.Pointer:
		return got.IsNil() == want.IsNil(), got.IsNil() || want.IsNil()
	}
	return got.Comparable() && got.Equal(want), true
}

func (d *differences) structs(path string, got, want reflect.Value) {
	if got.CanInterface() && want.CanInterface() {
		if g, is := got.Interface().(time.Time); is {
			d.instants(path, g, want.Interface().(time.Time))
			return
		}
	}
	for i := range got.NumField() {
		f, g, w := got.Type().Field(i), got.Field(i), want.Field(i)
		part := strings.TrimPrefix(path+"."+f.Name, ".")
		if tellsEmpty(f) && g.IsNil() != w.IsNil() {
			d.add(part, text(g), text(w))
			continue
		}
		d.compare(part, g, w)
	}
}

// tellsEmpty reports whether an empty list in the field means something else
// than none, as in segment.Rule.
func tellsEmpty(f reflect.StructField) bool {
	return f.Type.Kind() == reflect.Slice && strings.Contains(f.Tag.Get("json"), ",omitzero")
}

func (d *differences) instants(path string, got, want time.Time) {
	const layout = "2006-01-02T15:04:05.999999999Z07:00"
	switch {
	case !got.Equal(want):
		d.add(path, got.Format(layout), want.Format(layout))
	case got.Location() != time.UTC && want.Location() == time.UTC:
		d.add(path, got.Format(layout)+" in the zone "+got.Location().String(), "UTC")
	}
}

// lists leaves out how two lists of different length begin and end alike.
func (d *differences) lists(path string, got, want reflect.Value) {
	n, m := got.Len(), want.Len()
	if n == m {
		for i := range n {
			d.compare(fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i))
		}
		return
	}
	begin, end := 0, 0
	for begin < min(n, m) && equalParts(got.Index(begin), want.Index(begin)) {
		begin++
	}
	for end < min(n, m)-begin && equalParts(got.Index(n-1-end), want.Index(m-1-end)) {
		end++
	}
	d.add(fmt.Sprintf("%s[%d:]", path, begin),
		fmt.Sprintf("%d elements: %s", n-end-begin, text(got.Slice(begin, n-end))),
		fmt.Sprintf("%d elements: %s", m-end-begin, text(want.Slice(begin, m-end))))
}

func equalParts(got, want reflect.Value) bool {
	var d differences
	d.compare("", got, want)
	return len(d) == 0
}

func (d *differences) maps(path string, got, want reflect.Value) {
	at := func(key reflect.Value) string { return path + "[" + text(key) + "]" }
	for _, key := range got.MapKeys() {
		d.compare(at(key), got.MapIndex(key), want.MapIndex(key))
	}
	for _, key := range want.MapKeys() {
		if !got.MapIndex(key).IsValid() {
			d.add(at(key), text(reflect.Value{}), text(want.MapIndex(key)))
		}
	}
}

// text shows a value as JSON.
func text(v reflect.Value) string {
	switch {
	case !v.IsValid():
		return "nothing"
	case v.CanInterface():
		if t, err := json.Marshal(v.Interface()); err == nil {
			return string(t)
		}
	}
	return fmt.Sprint(v)
}

func short(s string) string {
	const most = 1000
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + fmt.Sprintf("... (%d bytes)", len(s))
}
