package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows how far a long step has come, where a person sees it: on a
// terminal, and there in one line that is wiped again.
type progress struct {
	w     io.Writer // nil where nobody watches
	next  time.Time
	shown bool
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok {
		return &progress{}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{w: f}
}

// show tells how many of all things are done, at most ten times a second.
func (p *progress) show(what string, done, all int) {
	if p.w == nil || all == 0 || time.Now().Before(p.next) {
		return
	}
	p.next, p.shown = time.Now().Add(100*time.Millisecond), true
	fmt.Fprintf(p.w, "\r\x1b[K%s: %s of %s (%d %%)", what, count(done), count(all), 100*done/all)
}

// clear wipes the line.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
