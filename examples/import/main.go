// Command import brings a file into a CRM on an embedded database, or takes it back:
//
//	go run ./examples/import -file customers.csv -source shop
//	go run ./examples/import -file orders.csv -format orders -source shop
//	go run ./examples/import -file contacts.vcf -dry-run
//	go run ./examples/import -undo -name customers.csv
//	go run ./examples/import -export everything.jsonl
//
// Kill it while it works, and start it again: it goes on where it stopped.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/phone"
	"github.com/stammkunde/crm/exchange"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "import:", err)
		os.Exit(1)
	}
}

// settings are what the flags say.
type settings struct {
	db, file, format, name, source, known, country, export string

	dryRun, leaveOut, undo, quiet bool
	batch                         int
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	var s settings
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.StringVar(&s.db, "db", "sqlite:import-demo.db", "sqlite:FILE, or the URL of a PostgreSQL database")
	flags.StringVar(&s.file, "file", "", "the file to import")
	flags.StringVar(&s.format, "format", "", "csv, orders (as CSV), vcard or lines; told by the file's name where it is empty")
	flags.StringVar(&s.name, "name", "", "the name of the import; that of the file where it is empty")
	flags.StringVar(&s.source, "source", "import", "the name of the system that the keys in the file are of")
	flags.StringVar(&s.known, "known", "update", "what becomes of known contacts: update, fill, replace or keep")
	flags.StringVar(&s.country, "country", "DE", "the country of telephone numbers that do not tell")
	flags.StringVar(&s.export, "export", "", "write everything into this file instead")
	flags.BoolVar(&s.dryRun, "dry-run", false, "only tell what the import would do")
	flags.BoolVar(&s.leaveOut, "leave-out", false, "leave out what of a record cannot be stored, instead of refusing it")
	flags.BoolVar(&s.undo, "undo", false, "take the import back")
	flags.BoolVar(&s.quiet, "quiet", false, "show no problems and no progress")
	flags.IntVar(&s.batch, "batch", 0, "how many entries are committed together")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if s.name == "" && s.file != "" {
		s.name = filepath.Base(s.file)
	}
	store, closeDB, err := open(ctx, s.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeDB()) }()
	c, err := crm.New(store, &crm.Config{Validation: contact.Validation{Phones: phone.Parser{Country: s.country}}})
	if err != nil {
		return err
	}
	result, err := s.do(ctx, c)
	if err != nil {
		return err
	}
	j := json.NewEncoder(out)
	j.SetIndent("", "  ")
	return j.Encode(result)
}

// do does what the flags ask for, and returns what there is to tell.
func (s settings) do(ctx context.Context, c *crm.CRM) (result any, err error) {
	switch {
	case s.undo:
		return c.Exchange.Undo(ctx, s.name)
	case s.export != "":
		return s.write(ctx, c)
	case s.file == "":
		return nil, errors.New("-file is missing; -help lists the flags")
	}
	file, err := os.Open(s.file)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries, err := s.entries(file)
	if err != nil {
		return nil, err
	}
	return c.Exchange.Import(ctx, s.name, entries, s.options())
}

func (s settings) options() *exchange.Options {
	o := &exchange.Options{
		Known: exchange.Known(s.known), DryRun: s.dryRun, LeaveOut: s.leaveOut, Batch: s.batch,
		Origin: contact.Origin{Source: strings.ToLower(s.source)},
	}
	if s.quiet {
		return o
	}
	o.Problem = func(p exchange.Problem) error {
		_, err := fmt.Fprintf(os.Stderr, "line %d: %s: %s [%s]\n", p.Line, p.Path, p.Message, p.Code)
		return err
	}
	o.Progress = func(i exchange.Import) { fmt.Fprintf(os.Stderr, "%d entries, %d refused\n", i.Entries, i.Refused) }
	return o
}

// write exports everything.
func (s settings) write(ctx context.Context, c *crm.CRM) (result any, err error) {
	file, err := os.OpenFile(s.export, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return c.Exchange.Export(ctx, file, nil)
}
