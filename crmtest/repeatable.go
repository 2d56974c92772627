package crmtest

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// IDs returns a source of ids for crm.Config.NewID that counts: the same ids in
// the same order in every run. They look like UUIDv7 and ascend.
func IDs() func() [16]byte {
	var n atomic.Uint64
	return func() [16]byte {
		id := [16]byte{6: 0x70, 8: 0x80}
		binary.BigEndian.PutUint64(id[8:], n.Add(1)|1<<63)
		return id
	}
}

// Random returns a source of bytes for crm.Config.Random that gives the same
// voucher codes in every run. It is for tests alone: whoever knows it knows the
// codes.
func Random() io.Reader {
	return &repeatable{source: rand.NewChaCha8([32]byte{})}
}

type repeatable struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

// Read implements io.Reader.
func (r *repeatable) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(p)
}
