package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// read reads the people of a file.
func read(path, id string, mapping []mapped) ([]person, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	t, err := open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	people, err := t.people(id, mapping)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return people, nil
}

// table is an open CSV file.
type table struct {
	csv    *csv.Reader
	header []string
}

// open reads the header. It takes commas, semicolons or tabs, whichever the header
// has most of, and forgives spaces around quotes, quotes in the middle, and a byte
// order mark.
func open(file io.Reader) (*table, error) {
	b := bufio.NewReaderSize(file, 1<<16)
	if mark, _ := b.Peek(3); string(mark) == "\xef\xbb\xbf" {
		b.Discard(3)
	}
	start, err := b.Peek(1 << 16)
	if len(start) == 0 {
		if err == io.EOF {
			err = errors.New("the file is empty")
		}
		return nil, err
	}
	line, _, _ := strings.Cut(string(start), "\n")
	t := &table{csv: csv.NewReader(b)}
	t.csv.LazyQuotes, t.csv.TrimLeadingSpace, t.csv.FieldsPerRecord = true, true, -1
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) > strings.Count(line, string(t.csv.Comma)) {
			t.csv.Comma = c
		}
	}
	row, err := t.csv.Read()
	if err != nil {
		return nil, err
	}
	for _, name := range row {
		t.header = append(t.header, clean(name))
	}
	return t, nil
}

// clean takes spaces away, and the quotes that a space before them kept.
func clean(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		cell = strings.TrimSpace(cell[1 : len(cell)-1])
	}
	return cell
}

// column returns the place of a column.
func (t *table) column(name string) (int, error) {
	if i := slices.Index(t.header, strings.TrimSpace(name)); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("there is no column %q; the columns are %s", name, strings.Join(t.header, ", "))
}

// places finds the columns of a mapping.
func (t *table) places(mapping []mapped) ([][]int, error) {
	places := make([][]int, len(mapping))
	for i, m := range mapping {
		for _, name := range m.columns {
			at, err := t.column(name)
			if err != nil {
				return nil, err
			}
			places[i] = append(places[i], at)
		}
	}
	return places, nil
}

// people reads all rows.
func (t *table) people(id string, mapping []mapped) ([]person, error) {
	places, err := t.places(mapping)
	if err != nil {
		return nil, err
	}
	ids := ids{at: -1, lines: map[string]int{}}
	if id != "" {
		if ids.at, err = t.column(id); err != nil {
			return nil, err
		}
	}
	var people []person
	var births births
	for {
		row, err := t.csv.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := t.csv.FieldPos(0)
		p := person{}
		if p.id, err = ids.of(row, line); err != nil {
			return nil, err
		}
		births.add(fill(&p, row, mapping, places))
		people = append(people, p)
	}
	for i := range people {
		people[i].record.Born = births.date(i)
	}
	return people, nil
}

// fill sets the fields of a person, and returns the date of birth as it is written.
func fill(p *person, row []string, mapping []mapped, places [][]int) (born string) {
	for i, m := range mapping {
		switch value := joined(row, places[i]); {
		case value == "":
		case m.field == "birth":
			born = dateOf(row, places[i])
		default:
			fields[m.field](&p.record, value)
		}
	}
	return born
}

// ids are the ids of a file and the lines where they stand.
type ids struct {
	at    int // the column, -1 for the number of the row
	lines map[string]int
}

func (i *ids) of(row []string, line int) (string, error) {
	id := strconv.Itoa(len(i.lines) + 1)
	if i.at >= 0 {
		id = cell(row, i.at)
	}
	if id == "" {
		return "", fmt.Errorf("line %d: the id is empty", line)
	}
	if before, ok := i.lines[id]; ok {
		return "", fmt.Errorf("line %d: the id %q is that of line %d, too", line, id, before)
	}
	i.lines[id] = line
	return id, nil
}

// dateOf joins the columns of a date. Of parts, an empty one is 0, so that the others
// stay in their place.
func dateOf(row []string, places []int) string {
	var parts []string
	for _, at := range places {
		part := strings.TrimSuffix(cell(row, at), ".0")
		if part == "" {
			part = "0"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func cell(row []string, i int) string {
	if i < len(row) {
		return clean(row[i])
	}
	return ""
}

// joined is the value of several columns.
func joined(row []string, places []int) string {
	var parts []string
	for _, i := range places {
		if v := cell(row, i); v != "" {
			parts = append(parts, v)
		}
	}
	return strings.Join(parts, " ")
}
