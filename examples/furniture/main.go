// Furniture is the library's main job from end to end: a shop finds the
// customers who bought furniture in the past year but none in the last quarter,
// sends each of them a voucher over the channel that they prefer and have agreed
// to, lets some of them order with it, and reads what came of it.
//
//	go run ./examples/furniture
//
// makes a shop of its own on an embedded database below ./furniture-demo. With
// -orders it takes the orders of a CSV file instead; -help tells more.
//
// Run it again with the same flags: it goes on where it was cut off, and when
// nothing is left to do it changes nothing and sends nothing.
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings as arguments, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "furniture:", err)
		return 2
	}
	text := stdout
	if o.json {
		text = io.Discard
	}
	result, err := work(ctx, o, text, stderr)
	if err == nil && o.json {
		err = json.NewEncoder(stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(stderr, "furniture:", err)
		return 1
	}
	return 0
}

// work reads the orders, opens the database, and does the job.
func work(ctx context.Context, o options, text, stderr io.Writer) (result, error) {
	data, err := o.read()
	if err != nil {
		return result{}, err
	}
	db, err := openDatabase(ctx, o.db)
	if err != nil {
		return result{}, err
	}
	defer db.close()
	j, err := newJob(o, db, printer{text, newProgress(stderr)})
	if err != nil {
		return result{}, err
	}
	r, err := j.run(ctx, data)
	j.problems.print(stderr)
	return r, err
}
