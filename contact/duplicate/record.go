package duplicate

// Record holds what tells one person or company from another. Everything may be
// missing: what is empty is evidence neither for nor against. The texts may be as the
// customer wrote them; [Prepare] brings them to a common form.
type Record struct {
	Given, Family string
	// Name is the whole name in one text, such as "Hans Müller" or "Müller, Hans".
	// Beside Given and Family, it adds those names that are in neither.
	Name string
	// Company is the name of a company, where the record is one, and else that of the
	// person's employer.
	Company string
	Born    Date
	// Emails, Phones and Addresses hold the most important one first. The first 8 of
	// each are looked at.
	Emails, Phones []string
	Addresses      []Address
	Occupation     string
	// Other is any other text that seldom changes, such as the place of birth.
	Other string
}

// Address is a postal address. Without Number, Street may hold the house number.
type Address struct {
	Street, Number, Postal, City, State string
}

// Date is a date of which each part may be zero for unknown.
type Date struct {
	Year, Month, Day int
}
