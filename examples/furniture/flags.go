package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stammkunde/crm/money"
)

// currency of the shop.
const currency = "EUR"

// demoDir is where the example puts what no flag sends elsewhere.
const demoDir = "furniture-demo"

// options is what the flags say.
type options struct {
	orders     string // file; empty for the shop of our own
	today      time.Time
	zone       *time.Location
	json       bool
	db, out    string
	category   string
	maxOrders  int64
	minRevenue money.Money
}

// ownToday is the day on which the shop of our own lives, unless told.
const ownToday = "2025-12-31"

func parseFlags(args []string, stderr io.Writer) (options, error) {
	var o options
	var today, zone, revenue string
	f := flag.NewFlagSet("furniture", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.orders, "orders", "", "CSV `file` of order lines; without it the example makes a shop of its own")
	f.StringVar(&today, "today", "", "the `day` that counts as today, as 2006-01-02: now is its first instant (default "+ownToday+"; needed with -orders)")
	f.StringVar(&zone, "zone", "Europe/Berlin", "the shop's time `zone`")
	f.BoolVar(&o.json, "json", false, "print one JSON object with the figures and nothing else")
	f.StringVar(&o.db, "db", "", "`database`: sqlite:FILE, memory, or postgres://... (default an SQLite file below ./"+demoDir+")")
	f.StringVar(&o.out, "out", "", "`directory` for e-mails, letters and the call list (default below ./"+demoDir+")")
	f.StringVar(&o.category, "category", "Furniture", "the `category` that was bought")
	f.Int64Var(&o.maxOrders, "max-orders", 3, "at most so many orders ever")
	f.StringVar(&revenue, "min-revenue", "1500.00", "at least this `revenue` ever, in "+currency)
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if err := o.setToday(today, zone); err != nil {
		return o, err
	}
	var err error
	if o.minRevenue, err = money.Parse(revenue, currency); err != nil {
		return o, fmt.Errorf("-min-revenue must be an amount such as 1500.00")
	}
	if o.maxOrders < 0 || o.category == "" {
		return o, errors.New("-max-orders must not be negative, and -category not empty")
	}
	return o, o.setPlaces()
}

func (o *options) setToday(today, zone string) error {
	if zone == "" || zone == "Local" {
		return errors.New("-zone must be a time zone such as Europe/Berlin")
	}
	var err error
	if o.zone, err = time.LoadLocation(zone); err != nil {
		return fmt.Errorf("-zone: %w", err)
	}
	switch {
	case today == "" && o.orders != "":
		return errors.New("-orders needs -today")
	case today == "":
		today = ownToday
	}
	if o.today, err = time.ParseInLocation(time.DateOnly, today, o.zone); err != nil {
		return errors.New("-today must be a day such as 2017-12-31")
	}
	return nil
}

// setPlaces gives database and output a place where no flag does: a directory
// for each set of orders and flags, so that no run finds what another one left.
func (o *options) setPlaces() error {
	if o.db != "" && o.out != "" {
		return nil
	}
	sum := sha256.New()
	fmt.Fprintln(sum, o.orders != "", o.campaignName())
	if o.orders != "" {
		file, err := os.Open(o.orders)
		if err != nil {
			return err
		}
		defer file.Close()
		if _, err := io.Copy(sum, file); err != nil {
			return err
		}
	}
	dir := filepath.Join(demoDir, o.today.Format(time.DateOnly)+"-"+hex.EncodeToString(sum.Sum(nil)[:4]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return o.placeIn(dir)
}

func (o *options) placeIn(dir string) error {
	// Git shall not see the demo in a checkout.
	if err := os.WriteFile(filepath.Join(demoDir, ".gitignore"), []byte("*\n"), 0o600); err != nil {
		return err
	}
	if o.out == "" {
		o.out = filepath.Join(dir, "out")
		if o.db == "memory" { // ends with the program: each run sends anew
			var err error
			if o.out, err = os.MkdirTemp(dir, "out-"); err != nil {
				return err
			}
		}
	}
	if o.db == "" {
		o.db = "sqlite:" + filepath.Join(dir, "shop.db")
	}
	return nil
}

// campaignName is the same for the same flags, so that a run finds the
// campaign that an earlier one began.
func (o *options) campaignName() string {
	terms := strings.Join([]string{o.category, fmt.Sprint(o.maxOrders), o.minRevenue.Decimal(), o.zone.String()}, "\x00")
	sum := sha256.Sum256([]byte(terms))
	return "winback-" + o.today.Format(time.DateOnly) + "-" + hex.EncodeToString(sum[:4])
}

// read gets the orders from the file, or makes up a shop.
func (o *options) read() (dataset, error) {
	if o.orders == "" {
		return generate(o.today), nil
	}
	file, err := os.Open(o.orders)
	if err != nil {
		return dataset{}, err
	}
	defer file.Close()
	return readOrders(file, o.zone)
}
