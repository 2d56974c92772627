package memory

import (
	"iter"
	"slices"
)

// ordered is what a key can do: compare itself with another.
type ordered[K any] interface{ Compare(K) int }

// tree is a sorted table from keys to values: a B+ tree whose nodes are shared
// between versions. To copy a tree is to copy the struct; the copy stays as it
// is whatever becomes of the original, as long as writers of the original come
// with an edit number that was never used before. A node is changed in place
// only under the number under which it was made, else it is copied first.
//
// The values are shared too, so what they point to must never change.
type tree[K ordered[K], V any] struct {
	root *node[K, V]
	size int
}

// fanout is how many keys a node holds at most.
const fanout = 32

// node is a leaf with a value per key, or an inner node with a child per key.
// The key of a child is at most the least key below it and greater than every
// key below the child before. Nodes that lose keys are not joined; empty ones
// are dropped.
type node[K ordered[K], V any] struct {
	edit     uint64
	keys     []K
	values   []V
	children []*node[K, V]
}

// get returns the value of a key.
func (t tree[K, V]) get(k K) (V, bool) {
	var none V
	n := t.root
	if n == nil {
		return none, false
	}
	for n.children != nil {
		n = n.children[n.child(k)]
	}
	i, found := n.search(k)
	if !found {
		return none, false
	}
	return n.values[i], true
}

// has reports whether there is a value for the key.
func (t tree[K, V]) has(k K) bool {
	_, found := t.get(k)
	return found
}

// from iterates, in ascending order, over the entries with a key not less than
// k.
func (t tree[K, V]) from(k K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if t.root != nil {
			t.root.walk(k, yield)
		}
	}
}

// put sets the value of a key.
func (t *tree[K, V]) put(edit uint64, k K, v V) {
	if t.root == nil {
		t.root = &node[K, V]{edit: edit}
	}
	left := t.root.owned(edit)
	if left.put(k, v) {
		t.size++
	}
	t.root = left
	if right := left.split(); right != nil {
		t.root = &node[K, V]{
			edit:     edit,
			keys:     []K{left.keys[0], right.keys[0]},
			children: []*node[K, V]{left, right},
		}
	}
}

// remove takes a key out, if it is there.
func (t *tree[K, V]) remove(edit uint64, k K) {
	if !t.has(k) {
		return
	}
	t.size--
	t.root = t.root.owned(edit)
	t.root.remove(k)
	for len(t.root.children) == 1 {
		t.root = t.root.children[0]
	}
	if len(t.root.keys) == 0 {
		t.root = nil
	}
}

// search returns the first position whose key is not less than k, and whether
// it is k.
func (n *node[K, V]) search(k K) (int, bool) {
	low, high := 0, len(n.keys)
	for low < high {
		middle := (low + high) / 2
		switch c := n.keys[middle].Compare(k); {
		case c == 0:
			return middle, true
		case c < 0:
			low = middle + 1
		default:
			high = middle
		}
	}
	return low, false
}

// child returns the position of the child below which k belongs.
func (n *node[K, V]) child(k K) int {
	i, found := n.search(k)
	if found {
		return i
	}
	return max(i-1, 0)
}

// walk yields the entries from k on and reports whether to go on.
func (n *node[K, V]) walk(k K, yield func(K, V) bool) bool {
	if n.children != nil {
		for _, child := range n.children[n.child(k):] {
			if !child.walk(k, yield) {
				return false
			}
		}
		return true
	}
	for i, _ := n.search(k); i < len(n.keys); i++ {
		if !yield(n.keys[i], n.values[i]) {
			return false
		}
	}
	return true
}

// owned returns the node itself if it was made under the edit number, else a
// copy that may be changed.
func (n *node[K, V]) owned(edit uint64) *node[K, V] {
	if n.edit == edit {
		return n
	}
	return &node[K, V]{edit, roomy(n.keys), roomy(n.values), roomy(n.children)}
}

// roomy copies a list, with room for a few more.
func roomy[T any](list []T) []T {
	if list == nil {
		return nil
	}
	return append(make([]T, 0, len(list)+4), list...)
}

// put reports whether the key is new. The node may be too big afterwards.
func (n *node[K, V]) put(k K, v V) bool {
	if n.children == nil {
		i, found := n.search(k)
		if found {
			n.values[i] = v
			return false
		}
		n.keys, n.values = slices.Insert(n.keys, i, k), slices.Insert(n.values, i, v)
		return true
	}
	i := n.child(k)
	if k.Compare(n.keys[i]) < 0 {
		n.keys[i] = k
	}
	child := n.children[i].owned(n.edit)
	n.children[i] = child
	added := child.put(k, v)
	if right := child.split(); right != nil {
		n.keys = slices.Insert(n.keys, i+1, right.keys[0])
		n.children = slices.Insert(n.children, i+1, right)
	}
	return added
}

// split cuts a node that is too big in two and returns the right one.
func (n *node[K, V]) split() *node[K, V] {
	if len(n.keys) <= fanout {
		return nil
	}
	const half = fanout / 2
	right := &node[K, V]{edit: n.edit, keys: roomy(n.keys[half:])}
	n.keys = slices.Delete(n.keys, half, len(n.keys))
	if n.children == nil {
		right.values = roomy(n.values[half:])
		n.values = slices.Delete(n.values, half, len(n.values))
	} else {
		right.children = roomy(n.children[half:])
		n.children = slices.Delete(n.children, half, len(n.children))
	}
	return right
}

// remove takes out a key that is there. The node may be empty afterwards.
func (n *node[K, V]) remove(k K) {
	i := n.child(k)
	if n.children == nil {
		n.keys, n.values = slices.Delete(n.keys, i, i+1), slices.Delete(n.values, i, i+1)
		return
	}
	child := n.children[i].owned(n.edit)
	n.children[i] = child
	child.remove(k)
	if len(child.keys) == 0 {
		n.keys, n.children = slices.Delete(n.keys, i, i+1), slices.Delete(n.children, i, i+1)
	}
}
