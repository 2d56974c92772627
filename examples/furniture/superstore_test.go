package main

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rawOrders reads the whole file the plain way: a list of rows, each a map by
// column.
func rawOrders(t *testing.T, path string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, fields := range list[1:] {
		row := map[string]string{}
		for i, name := range list[0] {
			row[name] = fields[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// cents rounds a decimal half away from zero, by fractions.
func cents(t *testing.T, decimal string) int64 {
	t.Helper()
	r, ok := new(big.Rat).SetString(decimal)
	if !ok || r.Sign() < 0 {
		t.Fatalf("amount %q", decimal)
	}
	r.Mul(r, big.NewRat(100, 1)).Add(r, big.NewRat(1, 2))
	return new(big.Int).Quo(r.Num(), r.Denom()).Int64()
}

// sortableDay makes 2017-01-09 of 1/09/2017, so that days compare as texts.
func sortableDay(t *testing.T, s string) string {
	t.Helper()
	var day, month, year int
	if _, err := fmt.Sscanf(s, "%d/%d/%d", &month, &day, &year); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// question is what the example is asked about a file.
type question struct {
	today, yearAgo, quarterAgo string
	category                   string
	maxOrders                  int
	minRevenue                 int64 // cents
}

// answer recomputes by hand what does not depend on the campaign.
func answer(t *testing.T, rows []map[string]string, q question) result {
	t.Helper()
	type person struct {
		orders            map[string]bool
		revenue           int64
		ever, year, quart bool
	}
	people, orders := map[string]*person{}, map[string]bool{}
	revenue := int64(0)
	for _, row := range rows {
		p := people[row["Customer ID"]]
		if p == nil {
			p = &person{orders: map[string]bool{}}
			people[row["Customer ID"]] = p
		}
		amount, day := cents(t, row["Sales"]), sortableDay(t, row["Order Date"])
		revenue += amount
		orders[row["Order ID"]] = true
		if day > q.today {
			continue
		}
		p.revenue += amount
		p.orders[row["Order ID"]] = true
		if row["Category"] == q.category {
			p.ever = true
			p.year = p.year || day > q.yearAgo
			p.quart = p.quart || day > q.quarterAgo
		}
	}
	r := result{Customers: len(people), Orders: len(orders), Revenue: fmt.Sprintf("%d.%02d", revenue/100, revenue%100), SegmentIDs: []string{}}
	for id, p := range people {
		if p.ever {
			r.CategoryCustomers++
		}
		if p.year && !p.quart && len(p.orders) <= q.maxOrders && p.revenue >= q.minRevenue {
			r.SegmentIDs = append(r.SegmentIDs, id)
		}
	}
	slices.Sort(r.SegmentIDs)
	r.Segment = int64(len(r.SegmentIDs))
	return r
}

func TestRun_real_orders(t *testing.T) {
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA does not name the directory of the test data")
	}
	file := filepath.Join(dir, "superstore", "superstore.csv")
	rows := rawOrders(t, file)
	questions := []question{
		{"2017-12-31", "2016-12-31", "2017-09-30", "Furniture", 3, 150000},
		{"2017-12-31", "2016-12-31", "2017-09-30", "Furniture", 10, 50000},
		{"2017-02-28", "2016-02-28", "2016-11-28", "Technology", 6, 30000},
		{"2016-02-29", "2015-02-28", "2015-11-29", "Office Supplies", 4, 9950},
	}
	for i, q := range questions {
		want := answer(t, rows, q)
		if i == 0 && (want.Customers != 793 || want.Orders != 5009) {
			t.Fatalf("the file holds %d customers and %d orders", want.Customers, want.Orders)
		}
		for name, open := range stores {
			if i != 1 && name != "memory" {
				continue // the stores agree about rules elsewhere
			}
			t.Run(fmt.Sprintf("%s_%d_%s", q.today, q.maxOrders, name), func(t *testing.T) {
				got, stderr := runJSON(t, "-db", open(t), "-out", t.TempDir(), "-orders", file, "-today", q.today, "-category", q.category,
					"-max-orders", fmt.Sprint(q.maxOrders), "-min-revenue", fmt.Sprintf("%d.%02d", q.minRevenue/100, q.minRevenue%100))
				if stderr != "" {
					t.Errorf("lines were reported: %s", stderr)
				}
				// What the campaign made of it is checked by its sum.
				got.Excluded, got.HoldOut, got.Deliveries, got.Sent, got.Redeemed = nil, 0, nil, 0, 0
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("-by hand +got:\n%s", diff)
				}
			})
		}
	}
}
