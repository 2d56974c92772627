package table

import (
	"bytes"
	"io"
)

// input is a reader with a buffer that its user can look into, ahead of what was
// used, as far as the user asks for.
type input struct {
	r          io.Reader
	buf        []byte
	start, end int   // of the window in buf
	err        error // why nothing more comes; io.EOF at the end
}

// window is what was read and not used. It is valid until the next fill.
func (in *input) window() []byte { return in.buf[in.start:in.end] }

// skip marks n bytes of the window as used.
func (in *input) skip(n int) { in.start += n }

// fill reads until the window has n bytes, or nothing more comes.
func (in *input) fill(n int) {
	if in.end-in.start >= n || in.err != nil {
		return
	}
	in.makeRoom(n)
	for idle := 0; in.end < n && in.err == nil; {
		got, err := in.r.Read(in.buf[in.end:])
		in.end += got
		if idle++; got > 0 {
			idle = 0
		}
		if err == nil && idle > 100 {
			err = io.ErrNoProgress
		}
		in.err = err
	}
}

// makeRoom moves the window to the front of a buffer that has n bytes. The buffer
// grows in steps of the look-ahead only if so much is really there.
func (in *input) makeRoom(n int) {
	to := in.buf
	if len(to) < n {
		to = make([]byte, n)
	}
	in.end = copy(to, in.window())
	in.buf, in.start = to, 0
}

// peek fills the window up to n bytes, in steps, so that a small file gets a small
// buffer.
func (in *input) peek(n int) {
	for have := max(chunk, 2*(in.end-in.start)); ; have *= 2 {
		in.fill(min(have, n))
		if have >= n || in.err != nil {
			return
		}
	}
}

// dropLine skips all up to and with the next end, which may be far away.
func (in *input) dropLine(end byte) {
	for {
		if i := bytes.IndexByte(in.window(), end); i >= 0 {
			in.skip(i + 1)
			return
		}
		in.start = in.end
		if in.err != nil {
			return
		}
		in.fill(chunk)
	}
}
