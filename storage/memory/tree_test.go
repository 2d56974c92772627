package memory

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

type number int

func (n number) Compare(o number) int { return cmp.Compare(n, o) }

// checkTree compares a tree with the map that it should equal.
func checkTree(t *testing.T, got tree[number, int], want map[number]int) {
	t.Helper()
	if got.size != len(want) {
		t.Fatalf("size %d, want %d", got.size, len(want))
	}
	keys := slices.Sorted(maps.Keys(want))
	i := 0
	for k, v := range got.from(-1) {
		if i == len(keys) || k != keys[i] || v != want[k] {
			t.Fatalf("entry %d is %d: %d, want the entries %v", i, k, v, keys)
		}
		i++
	}
	if i != len(keys) {
		t.Fatalf("%d entries, want %d", i, len(keys))
	}
}

// A tree does what a sorted map does, and copies taken on the way stay as they
// were.
func TestTree_equals_a_sorted_map(t *testing.T) {
	t.Parallel()
	type version struct {
		tree tree[number, int]
		want map[number]int
	}
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 0))
		var table tree[number, int]
		model := map[number]int{}
		var versions []version
		edit := uint64(1)
		for step := range 20_000 {
			k := number(r.IntN(3000))
			if growing := step/5000%2 == 0; r.IntN(4) > 0 == growing {
				table.put(edit, k, step)
				model[k] = step
			} else {
				table.remove(edit, k)
				delete(model, k)
			}
			if step%2000 == 0 {
				versions = append(versions, version{table, maps.Clone(model)})
				edit++
			}
		}
		for _, v := range append(versions, version{table, model}) {
			checkTree(t, v.tree, v.want)
		}
	}
}

func TestTree_get_and_from_between_the_keys(t *testing.T) {
	t.Parallel()
	var table tree[number, int]
	for _, i := range rand.New(rand.NewPCG(1, 1)).Perm(5000) {
		table.put(1, number(2*i), i)
	}
	for k := number(-1); k < 10_002; k++ {
		v, found := table.get(k)
		if want := k%2 == 0 && k >= 0 && k < 10_000; found != want || found && v != int(k/2) {
			t.Fatalf("get(%d) = %d, %t", k, v, found)
		}
		next := number(-1)
		for next = range table.from(k) {
			break
		}
		want := max(k+k&1, 0)
		if want >= 10_000 {
			want = -1
		}
		if next != want {
			t.Fatalf("the first key from %d on is %d, want %d", k, next, want)
		}
	}
}

func TestTree_shrinks_to_nothing(t *testing.T) {
	t.Parallel()
	var table tree[number, int]
	for i := range 10_000 {
		table.put(1, number(i), i)
	}
	full := table
	for i := range 10_000 {
		table.remove(2, number(i))
	}
	if table.root != nil || table.size != 0 {
		t.Errorf("%d entries are left", table.size)
	}
	if full.size != 10_000 || !full.has(0) || !full.has(9_999) {
		t.Error("the copy lost entries")
	}
}
