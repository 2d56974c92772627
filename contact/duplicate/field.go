package duplicate

// field is a thing by which records are compared.
type field uint8

// The fields.
const (
	fieldGiven field = iota
	fieldFamily
	fieldBirth
	fieldPostal
	fieldStreet
	fieldCity
	fieldState
	fieldEmail
	fieldPhone
	fieldCompany
	fieldOccupation
	fieldOther
	// fieldMoreNames are the names of a whole name beside the given and family name.
	fieldMoreNames
	fields
)

// fieldNames are the names of fields in JSON and in the codes of reasons.
var fieldNames = [fields]string{
	fieldGiven: "given", fieldFamily: "family", fieldBirth: "birth", fieldPostal: "postal", fieldStreet: "street", fieldCity: "city", fieldState: "state",
	fieldEmail: "email", fieldPhone: "phone", fieldCompany: "company", fieldOccupation: "occupation", fieldOther: "other", fieldMoreNames: "names",
}

// String returns the name of a field, such as "birth".
func (f field) String() string {
	if f < fields {
		return fieldNames[f]
	}
	return "unknown"
}

// fieldSet is a set of fields.
type fieldSet uint16

func of(all ...field) (s fieldSet) {
	for _, f := range all {
		s |= 1 << f
	}
	return s
}

func (s fieldSet) has(f field) bool { return s&(1<<f) != 0 }

// level says how far the values of a field agree: missing where one is unknown, then
// from the same to entirely different.
type level uint8

const missing level = 0

// maxLevels is more than any field has.
const maxLevels = 10

// Levels of names.
const (
	nameSame level = iota + 1
	nameNear
	nameSound
	nameInitial
	nameElse
)

// Levels of the date of birth. Those from birthDayOnly on are of dates of which parts
// are unknown.
const (
	birthSame level = iota + 1
	birthNear
	birthTwoParts
	birthYear
	birthElse
	birthDayOnly
	birthYearOnly
	birthPartNear
	birthPartElse
)

// Levels of the other fields. Same is 1 everywhere.
const (
	same level = 1

	postalNear   level = 2
	postalPrefix level = 3
	postalElse   level = 4

	streetOnly level = 2
	numberOnly level = 3
	streetElse level = 4

	cityNear level = 2
	cityElse level = 3

	stateElse level = 2

	emailLocal level = 2
	emailNear  level = 3
	emailElse  level = 4

	phoneNear level = 2
	phoneElse level = 3

	companyNear level = 2
	companyPart level = 3
	companyElse level = 4

	textNear level = 2
	textElse level = 3
)

// scale is what is expected of the levels of a field without any training.
type scale struct {
	m []float64 // the share of a level among pairs of one person
	u []float64 // and among pairs of strangers
	// alike is how many levels make up a whole, 0 for all. Those after them are
	// of values that are known in part.
	alike int
	// counted fields weigh the same value by how rare it is.
	counted bool
}

// scales are rounded from what expectation maximisation learnt on published sets of
// German and Australian persons; u follows the frequencies of names, birthdays and
// places in Germany and the United Kingdom.
var scales = [fields]scale{
	fieldGiven:      {m: []float64{.70, .15, .05, .02, .08}, u: []float64{.008, .004, .03, .01, .948}, counted: true},
	fieldFamily:     {m: []float64{.68, .20, .04, .01, .07}, u: []float64{.001, .002, .01, .01, .977}, counted: true},
	fieldBirth:      {m: []float64{.75, .15, .03, .01, .06, .9, .85, .07, .08}, u: []float64{4e-5, .0012, .003, .012, .9838, .003, .014, .03, .956}, alike: 5},
	fieldPostal:     {m: []float64{.73, .07, .08, .12}, u: []float64{.0005, .003, .02, .9765}, counted: true},
	fieldStreet:     {m: []float64{.65, .15, .06, .14}, u: []float64{3e-5, .002, .02, .97797}},
	fieldCity:       {m: []float64{.75, .13, .12}, u: []float64{.005, .005, .99}, counted: true},
	fieldState:      {m: []float64{.90, .10}, u: []float64{.1, .9}, counted: true},
	fieldEmail:      {m: []float64{.65, .12, .08, .15}, u: []float64{1e-6, 2e-5, .002, .99798}, counted: true},
	fieldPhone:      {m: []float64{.75, .03, .22}, u: []float64{1e-6, 1e-5, .99999}, counted: true},
	fieldCompany:    {m: []float64{.70, .15, .08, .07}, u: []float64{1e-5, .0001, .002, .99789}, counted: true},
	fieldOccupation: {m: []float64{.65, .15, .20}, u: []float64{.01, .02, .97}, counted: true},
	fieldOther:      {m: []float64{.65, .15, .20}, u: []float64{.01, .02, .97}, counted: true},
	fieldMoreNames:  {m: []float64{.45, .35, .20}, u: []float64{.001, .02, .979}, counted: true},
}

// ranges calls do for the first and last place, exclusive, of levels that make up a
// whole.
func (s *scale) ranges(do func(from, to int)) {
	if s.alike > 0 {
		do(0, s.alike)
		do(s.alike, len(s.m))
		return
	}
	do(0, len(s.m))
}
