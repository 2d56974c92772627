package duplicate_test

import (
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/stammkunde/crm/contact/duplicate"
)

func BenchmarkPrepare(b *testing.B) {
	records := simShop(1, 1000).records
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Prepare(records[i%len(records)])
	}
}

func BenchmarkKeys(b *testing.B) {
	records := prepared(simShop(1, 1000).records)
	var keys []Key
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		keys = Keys(keys[:0], &records[i%len(records)], secret)
	}
}

// BenchmarkModel_Compare compares records that have something in common, as
// candidates have.
func BenchmarkModel_Compare(b *testing.B) {
	records := prepared(simShop(1, 5000).records)
	f := NewFinder(records, secret)
	m := f.Train()
	var pairs []Pair
	for part := range Parts {
		found, err := f.Pairs(b.Context(), m, part, 0)
		if err != nil {
			b.Fatal(err)
		}
		pairs = append(pairs, found...)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := pairs[i%len(pairs)]
		m.Compare(&records[p.A], &records[p.B])
	}
}

// BenchmarkFinder finds all duplicates among CRM_DUPLICATES made-up customers, 100,000
// unless told: "go test -bench Finder -benchtime 1x". It tells the time of each step,
// the greatest heap beside the records as they were read, and how good the groups are.
func BenchmarkFinder(b *testing.B) {
	n := 100_000
	if s := os.Getenv("CRM_DUPLICATES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	s := simShop(1, n)
	for b.Loop() {
		runtime.GC()
		before, stop := heap(), make(chan struct{})
		peak := watch(stop)
		start := time.Now()
		step := func(name string) { b.ReportMetric(time.Since(start).Seconds(), name+"-s") }
		records := prepared(s.records)
		step("1-prepared")
		f := NewFinder(records, secret)
		step("2-keys")
		m := f.Train()
		step("3-trained")
		var pairs []Pair
		for part := range Parts {
			found, err := f.Pairs(b.Context(), m, part, .5)
			if err != nil {
				b.Fatal(err)
			}
			pairs = append(pairs, found...)
		}
		step("4-pairs")
		groups := Group(len(records), pairs, func(x, y int) float64 { return m.Bits(&records[x], &records[y]) })
		step("5-groups")
		close(stop)
		b.ReportMetric(float64(len(records))/time.Since(start).Seconds(), "records/s")
		b.ReportMetric(float64(peak.Load()-before)/1e6, "MB")
		q := judge(s.truth, groups)
		b.ReportMetric(q.precision, "precision")
		b.ReportMetric(q.recall, "recall")
	}
}

// watch looks at the heap until it is stopped.
func watch(stop chan struct{}) *atomic.Uint64 {
	var peak atomic.Uint64
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				peak.Store(max(peak.Load(), heap()))
			}
		}
	}()
	return &peak
}

// heap returns the bytes of objects, dead ones included that are not collected yet.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
