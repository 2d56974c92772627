package id_test

import (
	"fmt"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/id"
)

type thing struct{}

func ExampleDerived() {
	fmt.Println(id.ID[thing](id.Derived("shop", "4711")) == id.Derived("shop", "4711"))
	fmt.Println(id.Derived("shop", "4711") == id.Derived("shop", "4712"))
	// Output:
	// true
	// false
}

func TestNew_ascends(t *testing.T) {
	last := id.ID[thing]{}
	for range 10_000 {
		next := id.ID[thing](id.New())
		if next.Compare(last) <= 0 {
			t.Fatalf("%s follows %s", next, last)
		}
		last = next
	}
}

// FuzzParse feeds any text: it is refused, or the id gives it back.
func FuzzParse(f *testing.F) {
	f.Add("0190a0b0-0000-7000-8000-000000000000")
	f.Add("{0190a0b0-0000-7000-8000-00000000000}")
	f.Add("0190A0B0-0000-7000-8000-000000000000")
	f.Fuzz(func(t *testing.T, s string) {
		i, err := id.Parse[thing](s)
		if err != nil {
			return
		}
		again, err := id.Parse[thing](i.String())
		if err != nil || again != i {
			t.Errorf("%q gives %s, which gives %s", s, i, again)
		}
	})
}

func TestID_text(t *testing.T) {
	is := is.New(t)
	var i id.ID[thing]
	is.True(i.IsZero())
	is.True(i.UnmarshalText([]byte("nonsense")) != nil)
	is.NoErr(i.UnmarshalText([]byte("0190a0b0-0000-7000-8000-000000000001")))
	text, err := i.MarshalText()
	is.NoErr(err)
	is.Equal(string(text), "0190a0b0-0000-7000-8000-000000000001")
}
