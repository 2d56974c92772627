package table_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/exchange/table"
)

// orders makes a file of orders as a shop exports them; every third row has quotes.
func orders(rows int) string {
	var b strings.Builder
	b.WriteString("Row,Order,Date,Shipped,Mode,Customer,Name,Country,City,Product,Sales,Quantity,Profit\n")
	for i := range rows {
		name := "Bush Somerset Collection Bookcase"
		if i%3 == 0 {
			name = `"Chairs, Rounded Back, 24"" wide"`
		}
		fmt.Fprintf(&b, "%d,CA-2016-%d,11/08/2016,11/11/2016,Second Class,CG-%d,Claire Gute,United States,Köln,%s,%d.96,2,41.9136\n", i, i, i%800, name, i)
	}
	return b.String()
}

// BenchmarkReader tells how fast rows are read, and the ratio to what encoding/csv
// alone reaches in the same run: 1 is as fast.
func BenchmarkReader(b *testing.B) {
	const rows = 20_000
	file := orders(rows)
	var own, theirs time.Duration
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		start := time.Now()
		r, err := table.NewReader(strings.NewReader(file), nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
		own += time.Since(start)

		b.StopTimer()
		start = time.Now()
		for c := csv.NewReader(strings.NewReader(file)); ; {
			if _, err := c.Read(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		theirs += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/own.Seconds(), "rows/s")
	b.ReportMetric(theirs.Seconds()/own.Seconds(), "x-encoding/csv")
}
