// Package table reads and writes CSV as real programs write it. It knows columns
// and rows, and nothing of what stands in them.
//
// # Reading
//
// [NewReader] recognises encoding, delimiter and the ends of lines, and reads the
// header. [Reader.Rows] then gives one row after the other:
//
//	r, err := table.NewReader(file, nil)
//	...
//	for row, err := range r.Rows() {
//		var broken *table.RowError
//		if errors.As(err, &broken) {
//			log.Print(broken) // costs this row only
//			continue
//		}
//		if err != nil {
//			return err // the file itself cannot be read
//		}
//		fmt.Println(row.Line, row.Get("Name"))
//	}
//
// A broken row comes as a [RowError] that tells the line but no value, and reading
// goes on behind it. Whatever comes, a reader needs a few MiB of memory: a row has
// at most [Options.MaxRow] bytes, and a longer line is skipped without being held.
//
// These are the rules where files differ:
//
//   - The byte order mark decides on the encoding. Without one, zero bytes in every
//     other place mean UTF-16. Else the first MiB tells: it is Windows-1252 if more
//     of its bytes contradict UTF-8 than it has characters in UTF-8, and UTF-8
//     otherwise. As long as a file is pure ASCII nothing is decided: the MiB from
//     the first row on that is not tells. So a single broken byte costs its row,
//     and does not turn the whole file into something else.
//   - The delimiter is the one of comma, semicolon, tab and pipe that splits the
//     first rows most evenly. A first line "sep=;", as Excel wants it, is obeyed.
//   - Lines end with LF or CRLF. A file whose beginning has CR but no LF outside
//     of quotes has lines that end with CR. Elsewhere a lone CR is text.
//   - Empty lines, and lines of nothing but blanks, are no rows.
//   - A quote inside a field that does not begin with one is text, as in 5" pipe.
//     In a row that spans several lines it is an error, since then it may as well
//     be the end of a field whose quote was not closed.
//   - A quoted field ends with a quote before a delimiter or the end of the line.
//     A quote elsewhere in it must be doubled. Blanks before such a field are
//     dropped if it stands on one line.
//   - A row whose quotes are wrong costs the line on which it begins. Reading goes
//     on with the next line. So a quote that is never closed loses one line, not
//     the rest of the file; but the further lines of a broken row that did span
//     several lines are taken for rows, and mostly reported as broken, too.
//
// A quote that is not closed, and that a quote in a later row happens to close, so
// that the number of fields is right, cannot be told from a field of many lines.
//
// # Values
//
// [ParseNumber] and [ParseDate] read what people and programs write into cells,
// [GuessDecimal] and [GuessDateLayout] look at a column to learn how.
//
// # Writing
//
// [Writer] writes files that spreadsheets open without running what stands in them.
package table
