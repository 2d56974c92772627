package duplicate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	. "github.com/stammkunde/crm/contact/duplicate"
)

// maker makes up people and mistakes, the same ones for the same seed.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 7))} }

var (
	simGiven = strings.Fields(`Peter Michael Thomas Andreas Wolfgang Klaus Hans Jürgen Günter Stefan Christian Uwe Werner
		Horst Frank Dieter Manfred Gerhard Heinz Bernd Ralf Martin Walter Rainer Helmut Matthias Karl Torsten Jörg Daniel
		Ursula Karin Helga Sabine Ingrid Renate Monika Susanne Gisela Petra Birgit Andrea Anna Brigitte Claudia Erika
		Christa Elke Stefanie Gertrud Elisabeth Maria Angelika Heike Gabriele Ilse Nicole Barbara Katharina Martina Anja
		James William Oliver George Harry Noah Jack Charlie Jacob Alfie Olivia Amelia Isla Emily Ava Lily Mia Sophie
		Joshua Ethan Lachlan Mitchell Hayley Caitlin Brianna Tiahna Jasmine Georgia Kayla Liam Riley Cooper Xavier
		Finlay Makenzi Elouise Bronte Talia Zachary Hamish Angus Declan Imogen Sienna Annabelle Mikayla Taylah Jorja
		Leopold Ansgar Wendelin Kunigunde Roswitha Ottilie Hadwig Friedhelm Burkhard Volkmar Eckehard Gudrun Irmtraud`)
	simFamily = strings.Fields(`Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer
		Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause
		Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller
		Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green
		Campbell Nguyen Ryan Clarke Webb Hanna Matthews Morrison Pascoe Coleman Dixon Fitzpatrick Reid Lowe McCarthy Dent`)
	simParts = [2][]string{
		strings.Fields(`Acker Birken Buchen Dorn Eich Erlen Fels Feld Grün Hasel Hoch Holz Kirch Kron Lichten Linden Mühl Neu Nieder
			Ober Roden Rosen Sand Schön Stein Sulz Tannen Wald Weiden Wester Winter Zell Alten Bruch Gold Hammer Kalt Lauter`),
		strings.Fields(`bach berg born brand brück burg dorf eck feld fels furt haus heim hof horst hausen ing kamp kirch mann
			meier müller rath reuth ried roth scheid stadt stein thal wald wang weiler werth wig`)}
	simPlace = [2][]string{
		strings.Fields(`Anger Brunn Dachs Eber Falken Gras Hirsch Isar Jung Kloster Lauen Mark Nord Oster Pfaffen Quell Rhein Siegen
			Traun Ulmen Vogel Wolfen Ziegel Amber Bridge Castle Down East Ford Green Hamp King Long Maple New`),
		strings.Fields(`hausen stadt burg berg ingen dorf bach hafen furt au ton ville field wick by ham mouth pool port wood`)}
	simStreet  = strings.Fields(`Haupt Schul Garten Bahnhof Dorf Berg Linden Kirch Wald Ring Goethe Schiller Mozart Rosen Wiesen High Station Mill Victoria Church Park Albert Queens Windsor`)
	simSuffix  = strings.Fields(`straße weg platz allee gasse damm ufer`)
	simJobs    = strings.Fields(`politician painter writer actor soldier lawyer physician priest engineer composer cricketer architect journalist banker poet merchant diplomat botanist`)
	simDomains = strings.Fields(`example.com example.org mail.example web.example post.example`)
)

func (m maker) of(list []string) string { return list[m.IntN(len(list))] }

// zipf prefers the first of a list, as names do.
func (m maker) zipf(list []string) string {
	return list[int(math.Exp(m.Float64()*math.Log(float64(len(list)+1))))-1]
}

func (m maker) likely(p float64) bool { return m.Float64() < p }

func (m maker) given() string { return m.zipf(simGiven) }

// family returns a frequent name or one of some thousands of rare ones.
func (m maker) family() string {
	if m.likely(.45) {
		return m.zipf(simFamily)
	}
	name := m.of(simParts[0]) + m.of(simParts[1])
	if m.likely(.3) {
		name += m.of([]string{"er", "s", "en", "meister", "hauer"})
	}
	return name
}

func (m maker) born() Date { return Date{1930 + m.IntN(75), 1 + m.IntN(12), 1 + m.IntN(28)} }

func (m maker) address() Address {
	place := m.IntN(900)
	return Address{
		Street: m.of(simStreet) + m.of(simSuffix), Number: fmt.Sprint(1 + m.IntN(160)), State: fmt.Sprint("state ", place%9),
		Postal: fmt.Sprintf("%05d", 10007+place*97+m.IntN(6)), City: simPlace[0][place%len(simPlace[0])] + simPlace[1][place%len(simPlace[1])],
	}
}

// person makes up somebody with everything.
func (m maker) person() Record {
	r := Record{Given: m.given(), Family: m.family(), Born: m.born(), Addresses: []Address{m.address()}, Occupation: m.zipf(simJobs)}
	r.Emails = []string{fmt.Sprintf("%s.%s%d@%s", r.Given, r.Family, m.IntN(100), m.zipf(simDomains))}
	r.Phones = []string{fmt.Sprintf("0%d %07d", 30+m.IntN(900), m.IntN(1e7))}
	return r
}

// typo makes one mistake of somebody who types.
func (m maker) typo(s string) string {
	b := []rune(s)
	if len(b) < 2 {
		return s
	}
	i, letter := m.IntN(len(b)), rune('a'+m.IntN(26))
	if b[i] >= '0' && b[i] <= '9' {
		letter = rune('0' + m.IntN(10))
	}
	switch m.IntN(4) {
	case 0:
		b[i] = letter
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b = append(b[:i], append([]rune{letter}, b[i:]...)...)
	default:
		i = max(i, 1)
		b[i-1], b[i] = b[i], b[i-1]
	}
	return string(b)
}

func (m maker) dateTypo(d Date) Date {
	switch m.IntN(5) {
	case 0:
		d.Year += []int{-10, -1, 1, 10}[m.IntN(4)]
	case 1:
		d.Month = 1 + m.IntN(12)
	case 2:
		d.Day = 1 + m.IntN(28)
	case 3:
		if d.Day <= 12 {
			d.Day, d.Month = d.Month, d.Day
		} else {
			d.Day = d.Day%10*10 + d.Day/10
		}
	default:
		d.Year = d.Year/100*100 + d.Year%10*10 + d.Year/10%10
	}
	return d
}

// simRL are records of names and birthdays with one mistake, as in RLdata10000.
func simRL(seed uint64, n int) sample {
	m, s := newMaker(seed), sample{name: "like RLdata10000"}
	for i := range n - n/10 {
		s.add(Record{Given: m.given(), Family: m.family(), Born: m.born()}, i)
	}
	for i := range n / 10 {
		r := s.records[i]
		switch m.IntN(3) {
		case 0:
			r.Given = m.typo(r.Given)
		case 1:
			r.Family = m.typo(r.Family)
		default:
			r.Born = m.dateTypo(r.Born)
		}
		s.add(r, i)
	}
	return s
}

func (s *sample) add(r Record, person int) {
	s.records, s.truth = append(s.records, r), append(s.truth, fmt.Sprint(person))
}

// simFebrl are persons with addresses and up to most copies of each, with several
// mistakes in each copy, as febrl's generator makes them: also values that were
// replaced by others altogether.
func simFebrl(seed uint64, originals, copies, most int) sample {
	m, s := newMaker(seed), sample{name: fmt.Sprintf("like febrl, %d + %d", originals, copies)}
	for i := range originals {
		r := m.person()
		r.Emails, r.Phones, r.Occupation = nil, nil, ""
		for range 2 {
			if m.likely(.15) {
				m.drop(&r)
			}
		}
		s.add(r, i)
	}
	for i, left := 0, copies; left > 0; i++ {
		for range min(1+m.IntN(most), left) {
			r := s.records[i]
			r.Addresses = []Address{r.Addresses[0]}
			for range 1 + m.IntN(4) {
				m.damage(&r)
			}
			s.add(r, i)
			left--
		}
	}
	return s
}

func (m maker) drop(r *Record) {
	a := &r.Addresses[0]
	switch m.IntN(6) {
	case 0:
		r.Given = ""
	case 1:
		r.Born = Date{}
	case 2:
		a.Street = ""
	case 3:
		a.Number = ""
	case 4:
		a.State = ""
	default:
		a.City = ""
	}
}

// damage makes one of the mistakes of febrl's generator.
func (m maker) damage(r *Record) {
	a := &r.Addresses[0]
	switch m.IntN(30) {
	case 0, 1, 2:
		r.Given = m.typo(r.Given)
	case 3, 4, 5, 6, 7:
		r.Family = m.typo(r.Family)
	case 8, 9:
		a.City = m.typo(a.City)
	case 10, 11:
		a.Street = m.typo(a.Street)
	case 12, 13:
		a.Postal = m.typo(a.Postal)
	case 14, 15:
		a.Number = fmt.Sprint(1 + m.IntN(160))
	case 16, 17, 18:
		m.drop(r)
	case 19:
		r.Given, r.Family = r.Family, r.Given
	case 20:
		r.Given = m.given()
	case 21:
		r.Born = m.born()
	case 22, 23:
		a.Street = m.address().Street
	case 24, 25:
		a.City = m.address().City
	default:
		r.Born = m.dateTypo(r.Born)
	}
}

// simFake are persons with e-mail addresses in up to eight copies, much missing, as in
// fake_1000.
func simFake(seed uint64, n int) sample {
	m, s := newMaker(seed), sample{name: "like fake_1000"}
	for person := 0; len(s.records) < n; person++ {
		whole := m.person()
		whole.Phones, whole.Occupation = nil, ""
		whole.Addresses = []Address{{City: m.zipf([]string{"London", "Birmingham", "Leeds", "Glasgow", "Sheffield", "Bradford",
			"Liverpool", "Edinburgh", "Manchester", "Bristol", "Kirklees", "Fife", "Wirral", "Luton", "Swindon", "Poole", "Bolton", "Derby"})}}
		for range 1 + int(m.ExpFloat64()*2.4) {
			r := whole
			r.Addresses = []Address{whole.Addresses[0]}
			m.fake(&r)
			s.add(r, person)
		}
	}
	return s
}

func (m maker) fake(r *Record) {
	if m.likely(.1) {
		r.Given, r.Family = r.Family, r.Given
	}
	for _, text := range []*string{&r.Given, &r.Family, &r.Addresses[0].City} {
		switch {
		case m.likely(.17):
			*text = ""
		case m.likely(.2):
			*text = m.typo(*text)
		}
	}
	switch {
	case m.likely(.2):
		r.Emails = nil
	case m.likely(.2):
		r.Emails = []string{m.typo(r.Emails[0])}
	}
	switch {
	case m.likely(.02):
		r.Born = Date{}
	case m.likely(.3):
		r.Born = m.dateTypo(r.Born)
	}
}

// simHistorical are notable persons with up to thirty records each, with titles, short
// forms, years instead of dates and much missing, as in historical_50k.
func simHistorical(seed uint64, n int) sample {
	m, s := newMaker(seed), sample{name: "like historical_50k"}
	for person := 0; len(s.records) < n; person++ {
		whole := m.person()
		whole.Born.Year -= 130
		if m.likely(.15) {
			whole.Born.Month, whole.Born.Day = 1, 1
		}
		second, title := m.given(), m.of([]string{"", "", "", "Sir", "1st Baronet", "3rd Earl of " + m.family()})
		home, birthplace := m.address(), m.address().City
		for range 1 + m.IntN(20) {
			r := Record{Given: whole.Given, Family: whole.Family, Born: whole.Born, Occupation: whole.Occupation,
				Addresses: []Address{{Postal: home.Postal, City: birthplace}}}
			m.historical(&r, second)
			r.Name = r.Given + " " + r.Family
			if title != "" && m.likely(.5) {
				r.Name += ", " + title
			}
			s.add(r, person)
		}
	}
	return s
}

func (m maker) historical(r *Record, second string) {
	a := &r.Addresses[0]
	if m.likely(.2) {
		r.Given += " " + second
	} else if m.likely(.05) {
		r.Given = second
	}
	if m.likely(.15) {
		r.Given = m.typo(r.Given)
	}
	if m.likely(.15) {
		r.Family = m.typo(r.Family)
	}
	if m.likely(.05) {
		r.Given, r.Family = r.Family, r.Given
	}
	switch {
	case m.likely(.3):
		r.Born = Date{}
	case m.likely(.15):
		r.Born.Month, r.Born.Day = 1, 1
	case m.likely(.15):
		r.Born = m.dateTypo(r.Born)
	}
	switch {
	case m.likely(.35):
		a.Postal = ""
	case m.likely(.15):
		a.Postal = m.address().Postal
	}
	if m.likely(.3) {
		a.City = ""
	}
	switch {
	case m.likely(.35):
		r.Occupation = ""
	case m.likely(.1):
		r.Occupation = m.of(simJobs)
	}
}

// simShop are the customers of a shop: households whose people share name, address,
// phone and often the e-mail address, with twins and with sons who have the name of
// their father, and a tenth of copies with mistakes, some after a move.
func simShop(seed uint64, n int) sample { return simFamilies(seed, n, 1) }

// simFamilies is simShop with so many times as many relatives.
func simFamilies(seed uint64, n int, relatives float64) sample {
	m, s := newMaker(seed), sample{name: "like a shop"}
	for person := 0; len(s.records) < n; {
		head := m.person()
		members := []Record{head}
		if m.likely(.4 * relatives) {
			members = append(members, m.relative(head, m.given(), m.born()))
		}
		if m.likely(.1 * relatives) {
			members = append(members, m.relative(head, head.Given, Date{head.Born.Year + 30, 1 + m.IntN(12), 1 + m.IntN(28)}))
		}
		if m.likely(.05 * relatives) {
			born := m.born()
			members = append(members, m.relative(head, m.given(), born), m.relative(head, m.given(), born))
		}
		for i, r := range members {
			if i > 0 && r.Given == members[i-1].Given && r.Born == members[i-1].Born {
				continue
			}
			if len(members) == 1 && m.likely(.3) {
				r.Born = Date{} // with relatives of the same name nobody could tell them apart
			}
			s.add(r, person)
			if m.likely(.1) {
				s.add(m.again(r), person)
			}
			person++
		}
	}
	return s
}

func (m maker) relative(r Record, given string, born Date) Record {
	for given == r.Given && born.Year != r.Born.Year+30 {
		given = m.given()
	}
	r.Given, r.Born = given, born
	if m.likely(.3) {
		r.Emails = []string{fmt.Sprintf("%s%d@%s", given, m.IntN(1000), m.of(simDomains))}
	}
	return r
}

// again is the record of somebody who registers once more.
func (m maker) again(r Record) Record {
	r.Addresses = []Address{r.Addresses[0]}
	if m.likely(.2) {
		r.Addresses[0] = m.address()
	}
	if m.likely(.4) {
		r.Phones = nil
	}
	if m.likely(.4) {
		r.Emails = nil
	}
	for range 1 + m.IntN(2) {
		switch a := &r.Addresses[0]; m.IntN(6) {
		case 0:
			r.Given = m.typo(r.Given)
		case 1:
			r.Family = m.typo(r.Family)
		case 2:
			a.Street = m.typo(a.Street)
		case 3:
			a.Postal = m.typo(a.Postal)
		case 4:
			r.Given, r.Family = r.Family, r.Given
		default:
			if r.Born.Year > 0 {
				r.Born = m.dateTypo(r.Born)
			}
		}
	}
	return r
}
