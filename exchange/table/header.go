package table

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stammkunde/crm/errs"
)

// header is the names of the columns.
type header struct {
	names []string
	index map[string]int
}

// newHeader trims and checks the names.
func newHeader(names []string, number bool) (*header, error) {
	h := &header{make([]string, len(names)), make(map[string]int, len(names))}
	for i, name := range names {
		h.names[i] = strings.TrimSpace(name)
	}
	if number {
		h.number()
	}
	var f errs.Fields
	for i, name := range h.names {
		first, twice := h.index[name]
		switch {
		case name == "":
		case twice:
			f.Add("header", "duplicate", fmt.Sprintf("columns %d and %d have the same name", first+1, i+1))
		default:
			h.index[name] = i
		}
	}
	return h, f.Err(opNewReader)
}

// number makes the names differ. No name that stands in the file is given to
// another column.
func (h *header) number() {
	taken := make(map[string]bool, len(h.names))
	for _, name := range h.names {
		taken[name] = true
	}
	seen := make(map[string]int, len(h.names)) // how often a name came
	for i, name := range h.names {
		n := seen[name] + 1
		if name == "" {
			name, n = "Column", i+1
		} else if n == 1 {
			seen[name] = n
			continue
		}
		for taken[name+" "+strconv.Itoa(n)] {
			n++
		}
		seen[h.names[i]] = n
		h.names[i] = name + " " + strconv.Itoa(n)
		taken[h.names[i]] = true
	}
}

// readHeader takes the names from the host, or else from the first row.
func (r *Reader) readHeader(o Options) error {
	names := o.Columns
	if len(names) == 0 {
		switch err := r.next(); {
		case err == errEnd:
			return headerError("required", "is missing: the file has no rows")
		case err != nil:
			return err
		case r.s.count > maxColumns:
			return headerError("too_many", fmt.Sprintf("has more than %d columns", maxColumns))
		}
		r.width = r.s.count
		row, err := r.row(r.begins)
		if err != nil {
			return err
		}
		names = row
	} else if len(names) > maxColumns {
		return headerError("too_many", fmt.Sprintf("has more than %d columns", maxColumns))
	}
	h, err := newHeader(names, o.NumberNames)
	r.header, r.width = h, len(names)
	return err
}

func headerError(code, message string) error {
	var f errs.Fields
	f.Add("header", code, message)
	return f.Err(opNewReader)
}
