package contact

import "github.com/stammkunde/crm/contact/duplicate"

// DuplicateRecord gives what tells the contact from others, as package duplicate
// compares it.
func (c Contact) DuplicateRecord() duplicate.Record {
	r := duplicate.Record{
		Given: c.Name.Given, Family: c.Name.Family, Company: c.Name.Company,
		Born:       duplicate.Date{Year: c.Born.Year, Month: int(c.Born.Month), Day: c.Born.Day},
		Occupation: c.Occupation,
	}
	for _, e := range c.Emails {
		r.Emails = append(r.Emails, e.Address)
	}
	for _, p := range c.Phones {
		r.Phones = append(r.Phones, p.Number)
		if p.Normal != "" {
			r.Phones[len(r.Phones)-1] = p.Normal
		}
	}
	for _, a := range c.Addresses {
		r.Addresses = append(r.Addresses, duplicate.Address{Street: a.Street, Postal: a.PostalCode, City: a.City, State: a.Region})
	}
	return r
}
