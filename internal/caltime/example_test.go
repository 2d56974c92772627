package caltime_test

import (
	"fmt"
	"time"

	"github.com/stammkunde/crm/internal/caltime"
)

func Example() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	now := time.Date(2024, 5, 31, 10, 0, 0, 0, time.UTC)

	// The last quarter, half-open.
	fmt.Println("from  ", caltime.Next(now, caltime.Quarter, -1, berlin))
	fmt.Println("before", caltime.Start(now, caltime.Quarter, berlin))

	// The same clock, two months and 90 days ago.
	fmt.Println("since ", caltime.AddMonths(now, -2, berlin))
	fmt.Println("since ", caltime.AddDays(now, -90, berlin))
	// Output:
	// from   2023-12-31 23:00:00 +0000 UTC
	// before 2024-03-31 22:00:00 +0000 UTC
	// since  2024-03-31 10:00:00 +0000 UTC
	// since  2024-03-02 11:00:00 +0000 UTC
}
