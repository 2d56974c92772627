package sqlstore

import (
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
)

// contactRow is a row of the table contact. The first e-mail address, phone
// and address stand in columns of their own for the rules; all of them, and
// the custom fields, are read back from details, so that one row is the whole
// record and cannot be read half.
type contactRow struct {
	bun.BaseModel `bun:"alias:c"`

	TenantID         string `bun:"type:text"`
	ID               dbID   `bun:"type:uuid"`
	Kind             string `bun:"type:text"`
	Title            string `bun:"type:text,nullzero"`
	Given            string `bun:"type:text,nullzero"`
	Family           string `bun:"type:text,nullzero"`
	Company          string `bun:"type:text,nullzero"`
	Language         string `bun:"type:text,nullzero"`
	TimeZone         string `bun:"type:text,nullzero"`
	PreferredChannel string `bun:"type:text,nullzero"`
	Email            string `bun:"type:text,nullzero"`
	Phone            string `bun:"type:text,nullzero"`
	Street           string `bun:"type:text,nullzero"`
	PostalCode       string `bun:"type:text,nullzero"`
	City             string `bun:"type:text,nullzero"`
	Region           string `bun:"type:text,nullzero"`
	Country          string `bun:"type:text,nullzero"`
	Details          string `bun:"type:text"`
	CreatedAt        int64  `bun:"type:bigint"`
	UpdatedAt        int64  `bun:"type:bigint"`
	Version          int64  `bun:"type:bigint"`
}

// contactDetails is the JSON in contactRow.Details.
type contactDetails struct {
	Emails    []contact.Email          `json:"emails,omitempty"`
	Phones    []contact.Phone          `json:"phones,omitempty"`
	Addresses []contact.Address        `json:"addresses,omitempty"`
	Custom    map[string]contact.Value `json:"custom,omitempty"`
}

func (s *Store) contactRow(c *contact.Contact) (contactRow, error) {
	details, err := encode(contactDetails{c.Emails, c.Phones, c.Addresses, c.Custom})
	a := c.Address()
	return contactRow{
		TenantID: s.tenant, ID: dbID(c.ID), Kind: string(c.Kind),
		Title: c.Name.Title, Given: c.Name.Given, Family: c.Name.Family, Company: c.Name.Company,
		Language: c.Language, TimeZone: c.TimeZone, PreferredChannel: string(c.PreferredChannel),
		Email: c.Email(), Phone: c.Phone(),
		Street: a.Street, PostalCode: a.PostalCode, City: a.City, Region: a.Region, Country: a.Country,
		Details:   details,
		CreatedAt: c.CreatedAt.UnixMicro(), UpdatedAt: c.UpdatedAt.UnixMicro(), Version: c.Version,
	}, err
}

// contact gives the record without its identities.
func (r *contactRow) contact() (contact.Contact, error) {
	var d contactDetails
	err := decode(r.Details, &d)
	return contact.Contact{
		ID: contact.ID(r.ID), Kind: contact.Kind(r.Kind),
		Name:     contact.Name{Title: r.Title, Given: r.Given, Family: r.Family, Company: r.Company},
		Language: r.Language, TimeZone: r.TimeZone, PreferredChannel: contact.Channel(r.PreferredChannel),
		Emails: d.Emails, Phones: d.Phones, Addresses: d.Addresses, Custom: d.Custom,
		CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt), Version: r.Version,
	}, err
}

// fieldRow is a row of the table contact_field: the one column for its type is
// set.
type fieldRow struct {
	TenantID    string
	ContactID   dbID
	Name        string
	Type        string
	TextValue   *string
	NumberValue *int64
	TimeValue   *int64
	BoolValue   *bool
}

func (s *Store) fieldRows(c *contact.Contact) []fieldRow {
	rows := make([]fieldRow, 0, len(c.Custom))
	for _, name := range slices.Sorted(maps.Keys(c.Custom)) {
		v := c.Custom[name]
		r := fieldRow{TenantID: s.tenant, ContactID: dbID(c.ID), Name: name, Type: string(v.Type)}
		switch v.Type {
		case contact.TypeText:
			r.TextValue = &v.Text
		case contact.TypeNumber:
			r.NumberValue = &v.Number
		case contact.TypeTime:
			micro := v.Time.UnixMicro()
			r.TimeValue = &micro
		case contact.TypeBool:
			r.BoolValue = &v.Bool
		}
		rows = append(rows, r)
	}
	return rows
}
