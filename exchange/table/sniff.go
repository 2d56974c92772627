package table

import (
	"bytes"
	"strings"
)

// delimiters are what is tried where the host does not know, the likeliest first.
const delimiters = ",;\t|"

// lineEnd tells how the lines of a file end that begins with head: LF stands for
// CRLF, too.
func lineEnd(head []byte) byte {
	inQuotes, lone, anyLF := false, false, false
	for i, c := range head {
		switch c {
		case '"':
			inQuotes = !inQuotes
		case '\n':
			if !inQuotes {
				return '\n'
			}
			anyLF = true
		case '\r':
			next := i+1 < len(head) && head[i+1] == '\n'
			lone = lone || !inQuotes && !next && i+1 < len(head)
		}
	}
	if lone || !anyLF && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// sepLine reads the first line if it is "sep=;" and the like. It gives the
// delimiter and the length of the line with its end, or 0.
func sepLine(head []byte, end byte) (delimiter byte, size int) {
	size = bytes.IndexByte(head[:min(len(head), 16)], end) + 1
	line := strings.TrimRight(string(head[:size]), "\r\n")
	if len(line) != len("sep=")+1 || !strings.EqualFold(line[:4], "sep=") || !separates(rune(line[4])) {
		return 0, 0
	}
	return line[4], size
}

// delimiter recognises the delimiter of a file that begins with head. Its rows
// have width fields, or, if that is 0, as many as the first one.
func delimiter(head []byte, last bool, end byte, width int) byte {
	best, most, widest := byte(','), 0.0, 0
	for _, d := range []byte(delimiters) {
		even, fields := evenness(head, last, &splitter{delimiter: d, end: end}, width)
		if even > most || even == most && fields > widest {
			best, most, widest = d, even, fields
		}
	}
	return best
}

// evenness tells which share of the first records has as many fields as the first
// record, or as width, and that number. One field only is weak evidence.
func evenness(head []byte, last bool, s *splitter, width int) (float64, int) {
	const enough, reach = 50, chunk
	all, same := 0, 0
	for len(head) > 0 && all < enough {
		v := s.split(head, last, reach)
		if s.first == 0 && !last { // cut off
			break
		}
		if v != whole {
			all++
			head = head[s.skipBroken(head):]
			continue
		}
		head = head[s.size:]
		if s.blank {
			continue
		}
		if width == 0 {
			width = s.count
		}
		if all++; s.count == width {
			same++
		}
	}
	share := float64(same) / float64(max(all, 1))
	if width == 1 {
		share /= 4
	}
	return share, width
}

// skipBroken is the length of the line with which a broken record begins.
func (s *splitter) skipBroken(data []byte) int {
	if s.first == 0 {
		return len(data)
	}
	return s.first
}
