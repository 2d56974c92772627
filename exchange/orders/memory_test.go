package orders_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stammkunde/crm/exchange/orders"
)

// endless gives rows until n were read: an order that never ends, and others that
// have one row each and wait for it.
type endless struct {
	n    int
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.n == 0 {
			return 0, io.EOF
		}
		e.n--
		e.rest = fmt.Appendf(nil, "A,2026-01-13,1,x,1,1\nO%d,2026-01-13,1,%064d,1,1\n", e.n, e.n)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestDecoder_holds_little(t *testing.T) {
	o := shop()
	o.MaxHeld, o.Remember = 4<<20, 1000
	rows := io.MultiReader(strings.NewReader(header), &endless{n: 100_000})
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	d := decoder(t, rows, o)
	for range d.Orders() {
		if n++; n%20_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	t.Logf("%d orders, %d KiB are held at most", n, (most-before.HeapAlloc)>>10)
	if most > before.HeapAlloc+16<<20 || n < 100_000 {
		t.Errorf("%d bytes are held, %d orders", most-before.HeapAlloc, n)
	}
	runtime.KeepAlive(d)
}

func BenchmarkDecoder(b *testing.B) {
	const rows = 20_000
	for b.Loop() {
		d := decoder(b, io.MultiReader(strings.NewReader(header), &endless{n: rows / 2}), &orders.Options{Options: shop().Options, Apart: 1})
		for range d.Orders() {
			continue
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
