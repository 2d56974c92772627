package main

import (
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/exchange/orders"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/exchange/vcard"
)

// formats are told by the names of files.
var formats = map[string]string{".csv": "csv", ".txt": "csv", ".vcf": "vcard", ".jsonl": "lines"}

// entries reads a file of any format.
func (s settings) entries(file io.Reader) (iter.Seq2[exchange.Entry, error], error) {
	format := s.format
	if format == "" {
		format = formats[strings.ToLower(filepath.Ext(s.file))]
	}
	switch format {
	case "lines":
		return exchange.Lines(file), nil
	case "vcard":
		cards, err := vcard.NewReader(file, &vcard.Options{Source: s.source})
		if err != nil {
			return nil, err
		}
		return exchange.Cards(cards.Cards()), nil
	case "csv", "orders":
		t, err := table.NewReader(file, &table.Options{NumberNames: true})
		if err != nil {
			return nil, err
		}
		if format == "orders" {
			return s.orders(t)
		}
		return s.people(t)
	}
	return nil, fmt.Errorf("-format must be csv, orders, vcard or lines")
}

func (s settings) people(t *table.Reader) (iter.Seq2[exchange.Entry, error], error) {
	mapping, unplaced := people.Guess(t.Columns(), nil)
	s.unplaced(unplaced)
	d, err := people.NewDecoder(t, mapping, &people.Options{Source: s.source})
	if err != nil {
		return nil, err
	}
	return exchange.People(d.Contacts()), nil
}

func (s settings) orders(t *table.Reader) (iter.Seq2[exchange.Entry, error], error) {
	o := &orders.Options{Options: people.Options{Source: s.source, Currency: "EUR"}}
	mapping, unplaced := orders.Guess(t.Columns(), o)
	s.unplaced(unplaced)
	d, err := orders.NewDecoder(t, mapping, o)
	if err != nil {
		return nil, err
	}
	return exchange.Orders(d.Orders()), nil
}

func (s settings) unplaced(columns []string) {
	if len(columns) > 0 && !s.quiet {
		fmt.Fprintf(os.Stderr, "not imported: %s\n", strings.Join(columns, ", "))
	}
}
