// Command dittofeed plays test cases of Dittofeed, a marketing server: segments,
// events, a clock, and who is expected in which segment when. It shows how
// traits become custom fields, events activities with data, subscriptions
// consents, and how live segments follow.
//
//	go run ./examples/dittofeed cases.json
//
// It prints a line per case, and fails when one goes wrong. A case that uses
// what cannot be said as a rule says so.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/stammkunde/crm/storage/memory"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: dittofeed cases.json")
		os.Exit(2)
	}
	failed, err := run(context.Background(), os.Args[1], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "dittofeed:", err)
		os.Exit(1)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

// run plays all cases of a file and returns how many went wrong.
func run(ctx context.Context, file string, out io.Writer) (failed int, err error) {
	list, err := load(file)
	if err != nil {
		return 0, err
	}
	for _, s := range list {
		n, err := play(ctx, s, memory.New())
		if err != nil {
			failed++
			fmt.Fprintf(out, "FAIL %s: %v\n", s.Description, err)
			continue
		}
		fmt.Fprintf(out, "ok   %s: %d expectations\n", s.Description, n)
	}
	return failed, nil
}

// load reads cases.
func load(file string) ([]scenario, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []scenario
	return list, json.Unmarshal(text, &list)
}
