package duplicate

import (
	"cmp"
	"context"
	"iter"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Pair are two records that may be of one person. A and B are their places among the
// records, A before B.
type Pair struct {
	A, B int
	// Bits is the evidence, P the probability that goes with it.
	Bits, P float64
}

// Finder finds all pairs among many records in memory: a million records take about a
// gigabyte. It cannot be changed and may be used by many goroutines.
type Finder struct {
	records []Prepared
	secret  Secret
	keys    []Key    // the keys of all records that are not hot, ascending for each
	ends    []uint32 // where those of a record end
}

// Bounds of the search.
const (
	// hotAt is how many records may share a key: with more it tells little and costs
	// the square. Their pairs are found by other keys.
	hotAt = 200
	// smallPopulation is up to how many records wide keys are worth their price.
	smallPopulation = 60_000
	// blocks is into how many parts the keys are divided to be sorted, by their six
	// highest bits.
	blocks = 64
	// portions is into how many each of them is divided again, by the next three bits.
	portions = 8
)

// NewFinder makes a finder for records, which it keeps and which must not be changed.
func NewFinder(records []Prepared, s Secret) *Finder {
	f := &Finder{records: records, secret: s, ends: make([]uint32, len(records))}
	parts := make([][]Key, runtime.GOMAXPROCS(0))
	size := (len(records) + len(parts) - 1) / max(len(parts), 1)
	parallel(len(parts), func(part int) {
		from, to := min(part*size, len(records)), min((part+1)*size, len(records))
		keys := make([]Key, 0, (to-from)*13)
		for i := from; i < to; i++ {
			start := len(keys)
			keys = Keys(keys, &records[i], s)
			if len(records) <= smallPopulation {
				keys = wide(keys, &records[i], s)
			}
			slices.Sort(keys[start:])
			f.ends[i] = uint32(len(keys))
		}
		parts[part] = keys
	})
	for part, keys := range parts {
		for i := min(part*size, len(records)); i < min((part+1)*size, len(records)); i++ {
			f.ends[i] += uint32(len(f.keys))
		}
		f.keys = append(f.keys, keys...)
		parts[part] = nil
	}
	f.dropHot()
	return f
}

// parallel calls do for 0 to n-1 on all processors.
func parallel(n int, do func(i int)) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
}

// of returns the keys of a record.
func (f *Finder) of(i int) []Key {
	if i == 0 {
		return f.keys[:f.ends[0]]
	}
	return f.keys[f.ends[i-1]:f.ends[i]]
}

// dropHot takes out the keys that too many records share, and those of one alone.
func (f *Finder) dropHot() {
	useful := make([]bool, len(f.keys))
	parallel(blocks, func(block int) {
		entries := make([]entry, 0, len(f.keys)/blocks*5/4)
		for i, k := range f.keys {
			if blockOf(k) == block {
				entries = append(entries, entry{k, uint32(i)})
			}
		}
		slices.SortFunc(entries, byKey)
		for g := range runs(entries) {
			if len(g) > 1 && len(g) <= hotAt {
				for _, e := range g {
					useful[e.of] = true
				}
			}
		}
	})
	kept, start := f.keys[:0], uint32(0)
	for i := range f.records {
		end := f.ends[i]
		for j := start; j < end; j++ {
			if useful[j] {
				kept = append(kept, f.keys[j])
			}
		}
		start, f.ends[i] = end, uint32(len(kept))
	}
	f.keys = slices.Clone(kept)
}

// entry is a key of something.
type entry struct {
	key Key
	of  uint32
}

func byKey(x, y entry) int {
	if x.key != y.key {
		return cmp.Compare(x.key, y.key)
	}
	return cmp.Compare(x.of, y.of)
}

// runs gives the entries of each key, of sorted entries.
func runs(entries []entry) iter.Seq[[]entry] {
	return func(yield func([]entry) bool) {
		for i := 0; i < len(entries); {
			j := i + 1
			for j < len(entries) && entries[j].key == entries[i].key {
				j++
			}
			if !yield(entries[i:j:j]) {
				return
			}
			i = j
		}
	}
}

func blockOf(k Key) int { return int(uint64(k) >> 58) }

// Parts is into how many parts [Finder.Pairs] divides its work.
const Parts = blocks

// Pairs returns the pairs of one part of the work, from 0 to [Parts]-1, whose
// probability is at least p, in ascending order of A and B. All parts together give
// each pair once, and each part can be computed alone, so that a host that was
// stopped goes on with the next part. It works on all processors, and returns the
// context's error when the context ends.
func (f *Finder) Pairs(ctx context.Context, m *Model, part int, p float64) ([]Pair, error) {
	least := math.Inf(-1)
	if p > 0 {
		least = logit(p)
	}
	var mu sync.Mutex
	var found []Pair
	parallel(portions, func(portion int) {
		var mine []Pair
		for g := range runs(f.entries(part, portion)) {
			if ctx.Err() != nil {
				return
			}
			f.each(g, func(a, b int) {
				if bits, ok := m.bitsFrom(least, &f.records[a], &f.records[b]); ok {
					mine = append(mine, Pair{a, b, bits, probability(bits)})
				}
			})
		}
		mu.Lock()
		found = append(found, mine...)
		mu.Unlock()
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(x, y Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return found, nil
}

// entries returns the keys of one portion of a part in ascending order, with the records
// that have them.
func (f *Finder) entries(part, portion int) []entry {
	want := uint64(part*portions + portion)
	entries := make([]entry, 0, len(f.keys)/blocks/portions*5/4)
	record := 0
	for i, k := range f.keys {
		if uint64(k)>>(58-3) != want {
			continue
		}
		for int(f.ends[record]) <= i {
			record++
		}
		entries = append(entries, entry{k, uint32(record)})
	}
	slices.SortFunc(entries, byKey)
	return entries
}

// each calls do for the pairs of a group of which no smaller key is shared: so each
// pair comes once, though it may share many keys.
func (f *Finder) each(group []entry, do func(a, b int)) {
	for i, x := range group {
		for _, y := range group[i+1:] {
			if first(f.of(int(x.of)), f.of(int(y.of))) == x.key {
				do(int(x.of), int(y.of))
			}
		}
	}
}

// first returns the first key that two ascending lists have in common.
func first(a, b []Key) Key {
	i, j := 0, 0
	for a[i] != b[j] {
		if a[i] < b[j] {
			i++
		} else {
			j++
		}
	}
	return a[i]
}
