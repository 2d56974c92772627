package orders

import (
	"crypto/sha256"
	"encoding/binary"
)

// queue holds the orders that may have more rows, and those behind them, in the
// order of their first rows.
type queue struct {
	o         Options
	rows      int // were read
	all       []*draft
	open      map[string]*draft // by key
	held      int               // bytes
	ended     bool              // nothing more comes
	delivered int
	late      memory
}

func newQueue(o Options) queue {
	return queue{o: o, open: make(map[string]*draft), late: memory{size: o.Remember, known: make(map[uint64]bool)}}
}

// add begins an order.
func (q *queue) add(b *draft) {
	q.all = append(q.all, b)
	if !b.loose {
		q.open[b.key] = b
	}
}

// hold counts a row that was put to an order.
func (q *queue) hold(b *draft, size int) {
	b.last = q.rows
	b.size += size
	q.held += size
}

// next takes the first order if it is complete, or if too much is held.
func (q *queue) next() *draft {
	if len(q.all) == 0 {
		return nil
	}
	b := q.all[0]
	if !b.loose && !q.ended && q.rows-b.last < q.o.Apart && q.held <= q.o.MaxHeld {
		return nil
	}
	q.all[0] = nil
	q.all = q.all[1:]
	q.held -= b.size
	q.delivered++
	if !b.loose {
		delete(q.open, b.key)
		q.late.add(b.key)
	}
	return b
}

// memory knows the keys of the orders that were delivered last, by a hash that does
// not differ from run to run.
type memory struct {
	size  int
	known map[uint64]bool
	ring  []uint64
	next  int // to be forgotten
}

func (m *memory) add(key string) {
	h := hash(key)
	if m.known[h] {
		return
	}
	m.known[h] = true
	if len(m.ring) < m.size {
		m.ring = append(m.ring, h)
		return
	}
	delete(m.known, m.ring[m.next])
	m.ring[m.next] = h
	m.next = (m.next + 1) % m.size
}

func (m *memory) has(key string) bool { return m.known[hash(key)] }

func hash(key string) uint64 {
	sum := sha256.Sum256([]byte(key))
	return binary.BigEndian.Uint64(sum[:8])
}
