// Command duplicates finds the records of a CSV file that are of one person or
// company:
//
//	go run ./examples/duplicates -file people.csv -id number \
//		-map given=first_name -map family=surname -map birth=year+month+day
//	go run ./examples/duplicates -file people.csv -id number -map name=name email=mail -json
//
// The fields are given, family, name (both in one column), company, birth, street,
// number, postal, city, state, email, phone, occupation and other. Several columns
// joined with + form one value; empty cells say nothing. Without -id, a record is
// known by the number of its row.
//
// It learns from the file how much each field tells, so there is nothing to tune.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact/duplicate"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "duplicates:", err)
		os.Exit(1)
	}
}

// repeated is a flag that may be given several times.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, " ") }

func (r *repeated) Set(s string) error {
	*r = append(*r, s)
	return nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var maps repeated
	flags := flag.NewFlagSet("duplicates", flag.ContinueOnError)
	file := flags.String("file", "", "the CSV file")
	id := flags.String("id", "", "the column with the id of a record; the number of the row where it is empty")
	flags.Var(&maps, "map", "field=column, or field=column+column; several may follow each other")
	asJSON := flags.Bool("json", false, "print JSON")
	if err := flags.Parse(eachMapping(args)); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("what is %q? Mappings stand behind -map", flags.Arg(0))
	}
	if *file == "" {
		return errors.New("-file is missing; -help lists the flags")
	}
	mapping, err := parseMapping(maps)
	if err != nil {
		return err
	}
	people, err := read(*file, *id, mapping)
	if err != nil {
		return err
	}
	found, err := find(ctx, people)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(out).Encode(found)
	}
	return found.print(out)
}

// eachMapping puts -map before each of several mappings that follow one.
func eachMapping(args []string) []string {
	var out []string
	mapping := false
	for i, arg := range args {
		isFlag := strings.HasPrefix(arg, "-")
		if mapping && !isFlag && strings.Contains(arg, "=") {
			arg = "-map=" + arg
		}
		afterMap := i > 0 && (args[i-1] == "-map" || args[i-1] == "--map")
		if afterMap {
			arg, mapping = args[i], true
		} else if isFlag {
			mapping = strings.HasPrefix(arg, "-map=") || strings.HasPrefix(arg, "--map=")
		}
		out = append(out, arg)
	}
	return out
}

// person is a record of the file with its id.
type person struct {
	id     string
	record duplicate.Record
}

// result is what there is to tell.
type result struct {
	Groups [][]string `json:"groups"`
	Pairs  []pair     `json:"pairs"`

	records int
}

type pair struct {
	A string  `json:"a"`
	B string  `json:"b"`
	P float64 `json:"p"`

	why []string
}

// find finds the pairs that are rather of one person than of two, and puts them into
// groups. It sorts by id first, so that the order in the file does not matter.
func find(ctx context.Context, people []person) (*result, error) {
	slices.SortFunc(people, func(a, b person) int { return cmp.Compare(a.id, b.id) })
	records := make([]duplicate.Prepared, len(people))
	for i := range people {
		records[i] = duplicate.Prepare(people[i].record)
	}
	// Nothing that the secret protects leaves this program, so it need not be one.
	finder := duplicate.NewFinder(records, duplicate.NewSecret(nil))
	model := finder.Train()
	var pairs []duplicate.Pair
	for part := range duplicate.Parts {
		found, err := finder.Pairs(ctx, model, part, .5)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, found...)
	}
	slices.SortFunc(pairs, func(x, y duplicate.Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	r := &result{Groups: [][]string{}, Pairs: []pair{}, records: len(people)}
	for _, p := range pairs {
		score := model.Compare(&records[p.A], &records[p.B])
		r.Pairs = append(r.Pairs, pair{A: people[p.A].id, B: people[p.B].id, P: p.P, why: words(score)})
	}
	groups := duplicate.Group(len(people), pairs, func(a, b int) float64 { return model.Bits(&records[a], &records[b]) })
	for _, members := range groups {
		var ids []string
		for _, i := range members {
			ids = append(ids, people[i].id)
		}
		r.Groups = append(r.Groups, ids)
	}
	return r, nil
}

// words are the reasons of a score.
func words(s duplicate.Score) []string {
	var all []string
	for _, reason := range s.Reasons() {
		all = append(all, fmt.Sprintf("%s (%+.1f)", reason.English, reason.Bits))
	}
	return all
}

// print tells it to people.
func (r *result) print(out io.Writer) error {
	w := &writer{out: out}
	w.printf("%d records, %d groups of records of one person\n", r.records, len(r.Groups))
	for _, ids := range r.Groups {
		w.printf("  %s\n", strings.Join(ids, ", "))
	}
	w.printf("%d pairs that are rather of one person, with the bits of evidence for it\n", len(r.Pairs))
	for _, p := range r.Pairs {
		w.printf("  %s and %s: %.4f; %s\n", p.A, p.B, p.P, strings.Join(p.why, ", "))
	}
	return w.err
}

// writer keeps the first error.
type writer struct {
	out io.Writer
	err error
}

func (w *writer) printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format, args...)
	}
}
