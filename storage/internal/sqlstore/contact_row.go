package sqlstore

import (
	"cmp"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/textfold"
	"github.com/stammkunde/crm/segment"
)

// contactRow is a row of the table contact. The first e-mail address, phone
// and address stand in columns of their own for the rules, all else about them
// and the custom fields in details, so that one row is the whole record and
// cannot be read half.
type contactRow struct {
	bun.BaseModel `bun:"alias:c"`

	TenantID          string `bun:"type:text"`
	ID                dbID   `bun:"type:uuid"`
	Kind              string `bun:"type:text"`
	Salutation        string `bun:"type:text,nullzero"`
	Title             string `bun:"type:text,nullzero"`
	Given             string `bun:"type:text,nullzero"`
	Family            string `bun:"type:text,nullzero"`
	Company           string `bun:"type:text,nullzero"`
	Language          string `bun:"type:text,nullzero"`
	TimeZone          string `bun:"type:text,nullzero"`
	PreferredChannel  string `bun:"type:text,nullzero"`
	Email             string `bun:"type:text,nullzero"`
	Phone             string `bun:"type:text,nullzero"`
	Street            string `bun:"type:text,nullzero"`
	Extra             string `bun:"type:text,nullzero"`
	PostalCode        string `bun:"type:text,nullzero"`
	City              string `bun:"type:text,nullzero"`
	Region            string `bun:"type:text,nullzero"`
	Country           string `bun:"type:text,nullzero"`
	Occupation        string `bun:"type:text,nullzero"`
	Education         string `bun:"type:text,nullzero"`
	MaritalStatus     string `bun:"type:text,nullzero"`
	VATNumber         string `bun:"vat_number,type:text,nullzero"`
	Owner             string `bun:"type:text,nullzero"`
	Born              int64  `bun:"type:bigint,nullzero"`
	SalutationFold    string `bun:"type:text,nullzero"`
	TitleFold         string `bun:"type:text,nullzero"`
	GivenFold         string `bun:"type:text,nullzero"`
	FamilyFold        string `bun:"type:text,nullzero"`
	CompanyFold       string `bun:"type:text,nullzero"`
	OccupationFold    string `bun:"type:text,nullzero"`
	EducationFold     string `bun:"type:text,nullzero"`
	MaritalStatusFold string `bun:"type:text,nullzero"`
	EmailFold         string `bun:"type:text,nullzero"`
	StreetFold        string `bun:"type:text,nullzero"`
	ExtraFold         string `bun:"type:text,nullzero"`
	CityFold          string `bun:"type:text,nullzero"`
	RegionFold        string `bun:"type:text,nullzero"`
	Bucket            int64  `bun:"type:bigint"`
	Details           string `bun:"type:text"`
	CreatedAt         int64  `bun:"type:bigint"`
	UpdatedAt         int64  `bun:"type:bigint"`
	Version           int64  `bun:"type:bigint"`
}

func (s *Store) contactRow(c *contact.Contact) (contactRow, error) {
	details, err := encode(detailsOf(c))
	a := c.Address()
	return contactRow{
		TenantID: s.tenant, ID: dbID(c.ID), Kind: string(c.Kind),
		Salutation: c.Name.Salutation, Title: c.Name.Title, Given: c.Name.Given, Family: c.Name.Family, Company: c.Name.Company,
		Language: c.Language, TimeZone: c.TimeZone, PreferredChannel: string(c.PreferredChannel),
		Email: c.Email(), Phone: c.Phone(),
		Street: a.Street, Extra: a.Extra, PostalCode: a.PostalCode, City: a.City, Region: a.Region, Country: a.Country,
		Occupation: c.Occupation, Education: c.Education, MaritalStatus: c.MaritalStatus, VATNumber: c.VATNumber,
		Owner: c.Owner, Born: c.Born.Number(),
		OccupationFold: fold(c.Occupation), EducationFold: fold(c.Education), MaritalStatusFold: fold(c.MaritalStatus),
		SalutationFold: fold(c.Name.Salutation), TitleFold: fold(c.Name.Title), GivenFold: fold(c.Name.Given), FamilyFold: fold(c.Name.Family), CompanyFold: fold(c.Name.Company),
		EmailFold: fold(c.Email()), StreetFold: fold(a.Street), ExtraFold: fold(a.Extra), CityFold: fold(a.City), RegionFold: fold(a.Region),
		Bucket:    segment.Bucket(c.ID),
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
		Name:     contact.Name{Salutation: r.Salutation, Title: r.Title, Given: r.Given, Family: r.Family, Company: r.Company},
		Language: r.Language, TimeZone: r.TimeZone, PreferredChannel: contact.Channel(r.PreferredChannel),
		Occupation: r.Occupation, Education: r.Education, MaritalStatus: r.MaritalStatus, VATNumber: r.VATNumber, VATNormal: d.VATNormal,
		Owner: r.Owner, Born: contact.DateOf(r.Born),
		Emails: d.emails(r), Phones: d.phones(r), Addresses: d.addresses(r), Tags: d.Tags, Custom: d.Custom,
		Hobbies: d.Hobbies, Memberships: d.Memberships, Origins: d.Origins, Accounts: d.Accounts, Links: d.Links,
		CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt), Version: r.Version,
	}, err
}

// fold is how texts are compared without regard to case.
var fold = textfold.Fold

// fieldRow is a row of the table contact_field.
type fieldRow struct {
	TenantID  string
	ContactID dbID
	typedRow
}

// fieldRows gives the rows of the custom fields with one value; the others stand
// with the elements of lists.
func (s *Store) fieldRows(c *contact.Contact) []fieldRow {
	rows := make([]fieldRow, 0, len(c.Custom))
	for _, name := range slices.Sorted(maps.Keys(c.Custom)) {
		if v := c.Custom[name]; v.Type != contact.TypeMany {
			rows = append(rows, fieldRow{s.tenant, dbID(c.ID), newTypedRow(name, v)})
		}
	}
	return rows
}

// typedRow is a named value: the columns for its type are set.
type typedRow struct {
	Name        string
	Type        string
	TextValue   *string
	TextFold    *string
	NumberValue *int64
	TimeValue   *int64
	BoolValue   *bool
	DateValue   *int64
	AmountValue *int64
	Currency    *string
}

func newTypedRow(name string, v contact.Value) typedRow {
	r := typedRow{Name: name, Type: string(v.Type)}
	switch v.Type {
	case contact.TypeText:
		folded := fold(v.Text)
		r.TextValue, r.TextFold = &v.Text, &folded
	case contact.TypeNumber:
		r.NumberValue = &v.Number
	case contact.TypeTime:
		micro := v.Time.UnixMicro()
		r.TimeValue = &micro
	case contact.TypeBool:
		r.BoolValue = &v.Bool
	case contact.TypeDate:
		day := v.Date.Number()
		r.DateValue = &day
	case contact.TypeMoney:
		r.AmountValue, r.Currency = &v.Money.Amount, &v.Money.Currency
	}
	return r
}

// elementRow is a row of the table contact_element: an element of a list in
// the record, for the rules, unless it is a first one in columns of the contact.
type elementRow struct {
	TenantID   string
	ContactID  dbID
	List       string
	Pos        int64
	Value      string `bun:",nullzero"`
	ValueFold  string `bun:",nullzero"`
	Street     string `bun:",nullzero"`
	StreetFold string `bun:",nullzero"`
	Extra      string `bun:",nullzero"`
	ExtraFold  string `bun:",nullzero"`
	PostalCode string `bun:",nullzero"`
	City       string `bun:",nullzero"`
	CityFold   string `bun:",nullzero"`
	Region     string `bun:",nullzero"`
	RegionFold string `bun:",nullzero"`
	Country    string `bun:",nullzero"`
	Kind       string `bun:",nullzero"`
}

// links is the list of the links in contact_element. Rules do not know it.
const links segment.List = "links"

func (s *Store) elementRows(c *contact.Contact) []elementRow {
	var rows []elementRow
	add := func(list segment.List, r elementRow) {
		r.TenantID, r.ContactID, r.List, r.Pos = s.tenant, dbID(c.ID), string(list), int64(len(rows))
		r.ValueFold = fold(r.Value)
		rows = append(rows, r)
	}
	for _, e := range rest(c.Emails, c.Email() != "") {
		add(segment.Emails, elementRow{Value: e.Address})
	}
	for _, p := range rest(c.Phones, c.Phone() != "") {
		add(segment.Phones, elementRow{Value: p.Number})
	}
	words := func(list segment.List, words []string) {
		for _, w := range words {
			add(list, elementRow{Value: w})
		}
	}
	words(segment.Tags, c.Tags)
	words(segment.Hobbies, c.Hobbies)
	words(segment.Memberships, c.Memberships)
	for _, name := range slices.Sorted(maps.Keys(c.Custom)) {
		words(segment.CustomPrefix+segment.List(name), c.Custom[name].Texts)
	}
	for _, l := range c.Links {
		add(links, elementRow{Value: l.To.String(), Kind: string(l.Kind)})
	}
	for _, a := range rest(c.Addresses, hasColumns(c.Address())) {
		add(segment.Addresses, elementRow{
			Street: a.Street, StreetFold: fold(a.Street), Extra: a.Extra, ExtraFold: fold(a.Extra), PostalCode: a.PostalCode,
			City: a.City, CityFold: fold(a.City), Region: a.Region, RegionFold: fold(a.Region), Country: a.Country,
		})
	}
	return rows
}

// rest gives the elements of a list without the first one if that stands in columns
// of the contact, where rules find it by them. An empty one leaves no trace there.
func rest[E any](list []E, stands bool) []E {
	if stands {
		return list[1:]
	}
	return list
}

func hasColumns(a contact.Address) bool {
	return cmp.Or(a.Street, a.Extra, a.PostalCode, a.City, a.Region, a.Country) != ""
}
