package segment

// String gives the window as an English phrase with a leading space, nothing
// for ever.
func (w Window) String() string { return english.window(w) }

// window gives a phrase with a leading space, nothing for ever.
func (w *words) window(window Window) string {
	switch {
	case window.Last != nil:
		u := w.units[window.Last.Unit]
		return several(window.Last.N, u.last, u.lastN)
	case window.Next != nil:
		u := w.units[window.Next.Unit]
		return several(window.Next.N, u.next, u.nextN)
	case window.Calendar != nil:
		return w.calendar(*window.Calendar)
	case window.From != nil && window.To != nil:
		return fill(w.span, "{from}", w.instant(*window.From, false), "{to}", w.instant(*window.To, false))
	case window.From != nil:
		return fill(w.since, "{from}", w.instant(*window.From, false))
	case window.To != nil:
		return fill(w.until, "{to}", w.instant(*window.To, false))
	}
	return ""
}

func (w *words) calendar(c CalendarUnit) string {
	u := w.units[c.Unit]
	switch {
	case c.Offset == 0:
		return u.this
	case c.Offset == -1:
		return u.previous
	case c.Offset == 1:
		return u.following
	case c.Offset > 0:
		return several(c.Offset, "", u.ahead)
	}
	return several(-c.Offset, "", u.back)
}

// several gives the phrase for n units.
func several(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fill(many, "{n}", number(int64(n)))
}
