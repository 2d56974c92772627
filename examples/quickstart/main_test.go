package main

func Example() {
	main()
	// Output: 1 customer with at least 1 purchase with an item in Furniture in the last 12 months
}
