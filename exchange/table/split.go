package table

import "bytes"

// verdict is what a splitter says of a record.
type verdict int

const (
	whole  verdict = iota // it was split
	short                 // it goes on behind the data
	broken                // its quotes are wrong
)

// span is where a field stands in the text of its record.
type span struct{ start, end int }

// splitter splits records into fields. The fields are valid until the next call,
// and until the data change.
type splitter struct {
	delimiter, end byte // end is that of lines: LF, or CR

	first int    // length of the first line with its end; 0 if that is not in the data
	size  int    // of the record in bytes, with its end
	text  []byte // of the fields
	spans []span // of the first maxColumns fields
	count int    // of all fields
	blank bool   // the record is an empty line

	lazy    bool   // a field that does not begin with a quote has one
	mem     []byte // of text
	decoded []byte
}

// split splits the record at the beginning of data. Nothing follows the data if
// last is set. A field may reach over the ends of lines as far as reach.
func (s *splitter) split(data []byte, last bool, reach int) verdict {
	s.first = bytes.IndexByte(data, s.end) + 1
	if s.first == 0 && !last {
		return short
	}
	s.size = s.first
	if s.first == 0 {
		s.size = len(data)
	}
	s.spans, s.count, s.lazy, s.blank = s.spans[:0], 0, false, false
	if bytes.IndexByte(data[:s.size], '"') < 0 {
		s.plain(s.cutEnd(data[:s.size]))
		return whole
	}
	if limit := max(s.first, reach); len(data) > limit {
		data, last = data[:limit], false
	}
	s.text = s.mem[:0]
	v := s.quoted(data, last)
	s.mem = s.text
	if v == whole && s.lazy && s.first > 0 && s.size > s.first {
		return broken
	}
	return v
}

// cutEnd takes the line end away.
func (s *splitter) cutEnd(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte{s.end})
	if s.end == '\n' {
		line = bytes.TrimSuffix(line, []byte{'\r'})
	}
	return line
}

// plain splits a line without quotes. The fields stand in the line itself.
func (s *splitter) plain(line []byte) {
	s.text = line
	s.blank = s.isBlank(line)
	pos := 0
	for {
		i := bytes.IndexByte(line[pos:], s.delimiter)
		if i < 0 {
			s.add(pos, len(line))
			return
		}
		s.add(pos, pos+i)
		pos += i + 1
	}
}

// isBlank reports whether the line has nothing but blanks that do not delimit.
func (s *splitter) isBlank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' || c == s.delimiter {
			return false
		}
	}
	return true
}

func (s *splitter) add(start, end int) {
	s.count++
	if s.count <= maxColumns {
		s.spans = append(s.spans, span{start, end})
	}
}

// quoted splits a record in which there are quotes.
func (s *splitter) quoted(data []byte, last bool) verdict {
	pos := 0
	for {
		start := len(s.text)
		next, v := 0, whole
		if open := s.opening(data, pos); open == pos {
			next, v = s.inQuotes(data, pos+1, last)
		} else if next, v = s.behindBlanks(data, open, last); v != whole {
			s.text = s.text[:start]
			next, v = s.bare(data, pos, last)
		}
		if v != whole {
			return v
		}
		s.add(start, len(s.text))
		if next == len(data) || data[next] != s.delimiter {
			s.size = min(next+s.endAt(data, next), len(data))
			return whole
		}
		s.text = append(s.text, s.delimiter) // else halves of characters might meet
		pos = next + 1
	}
}

// opening tells where the quote stands with which the field at pos begins, perhaps
// behind blanks, or -1.
func (s *splitter) opening(data []byte, pos int) int {
	for pos < len(data) && data[pos] == ' ' && s.delimiter != ' ' {
		pos++
	}
	if pos < len(data) && data[pos] == '"' {
		return pos
	}
	return -1
}

// behindBlanks reads a quoted field with blanks before the quote, as some programs
// write it behind a comma. It must be well-formed and stand on one line. Else the
// quote is text.
func (s *splitter) behindBlanks(data []byte, open int, last bool) (int, verdict) {
	if open < 0 {
		return 0, broken
	}
	next, v := s.inQuotes(data, open+1, last)
	if v == whole && bytes.IndexByte(data[open:next], s.end) >= 0 {
		v = broken
	}
	return next, v
}

// endAt is the length of the line end at i, or 0.
func (s *splitter) endAt(data []byte, i int) int {
	switch {
	case i < len(data) && data[i] == s.end:
		return 1
	case s.end == '\n' && i+1 < len(data) && data[i] == '\r' && data[i+1] == '\n':
		return 2
	}
	return 0
}

// bare reads a field that does not begin with a quote, and tells where it ends.
func (s *splitter) bare(data []byte, pos int, last bool) (int, verdict) {
	next := pos
	for next < len(data) && data[next] != s.delimiter && data[next] != s.end {
		if data[next] == '"' {
			s.lazy = true
		}
		next++
	}
	if next == len(data) && !last {
		return 0, short
	}
	if s.end == '\n' && next > pos && data[next-1] == '\r' && (next == len(data) || data[next] == '\n') {
		next--
	}
	s.text = append(s.text, data[pos:next]...)
	if next < len(data) && data[next] == '\r' && next+1 == len(data) && s.end == '\n' {
		next++ // a lone CR at the end of the file is the rest of a line end
	}
	return next, whole
}

// inQuotes reads a field from behind its first quote, and tells where it ends.
func (s *splitter) inQuotes(data []byte, pos int, last bool) (int, verdict) {
	for {
		i := bytes.IndexByte(data[pos:], '"')
		if i < 0 {
			if last {
				return 0, broken
			}
			return 0, short
		}
		s.text = append(s.text, data[pos:pos+i]...)
		pos += i + 1
		switch rest := data[pos:]; {
		case len(rest) > 0 && (rest[0] == s.delimiter || rest[0] == s.end), len(rest) == 0 && last:
			return pos, whole
		case len(rest) > 0 && rest[0] == '"':
			s.text = append(s.text, '"')
			pos++
		case len(rest) == 0:
			return 0, short
		case rest[0] != '\r' || s.end != '\n':
			return 0, broken
		case len(rest) == 1 && last:
			return pos + 1, whole
		case len(rest) == 1:
			return 0, short
		case rest[1] == '\n':
			return pos, whole
		default:
			return 0, broken
		}
	}
}
