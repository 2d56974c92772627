package duplicate

import (
	"cmp"
	"slices"
)

// Reason is one thing that speaks for or against two records being of one person.
// None holds personal data.
type Reason struct {
	// Code is for programs, such as "family.sound". It never changes its meaning.
	Code string `json:"code"`
	// Bits is how much it speaks for it, or against it where it is negative. The sum of
	// all reasons is no total: what follows from something else counts only once.
	Bits float64 `json:"bits"`
	// English and German say it in words.
	English string `json:"english"`
	German  string `json:"german"`
}

// Reasons returns why a score is as it is: contradictions first, then from the
// strongest reason to the weakest.
func (s *Score) Reasons() []Reason {
	var against, all []Reason
	for _, c := range contradictions {
		if s.against&c.is != 0 {
			bits := float64(contradicted)
			if c.is == closeBirth {
				bits = doubted
			}
			against = append(against, Reason{"contradiction." + c.code, bits, c.english, c.german})
		}
	}
	if s.swapped {
		all = append(all, Reason{"names.swapped", -swapCost, "given and family name are exchanged", "Vor- und Nachname sind vertauscht"})
	}
	for f, l := range s.levels {
		if l == missing {
			continue
		}
		w := reasonWords[f][l-1]
		all = append(all, Reason{fieldNames[f] + "." + w.code, float64(s.weights[f]), w.english, w.german})
	}
	slices.SortStableFunc(all, func(x, y Reason) int { return cmp.Compare(max(y.Bits, -y.Bits), max(x.Bits, -x.Bits)) })
	return append(against, all...)
}

// contradictions are the words for them.
var contradictions = [...]struct {
	is                    contradiction
	code, english, german string
}{
	{otherKind, "kind", "one is a person, the other a company", "das eine ist eine Person, das andere eine Firma"},
	{otherGiven, "given", "the given names are of two people", "die Vornamen gehören zu zwei Personen"},
	{otherBirth, "birth", "the dates of birth are of two people", "die Geburtsdaten gehören zu zwei Personen"},
	{closeBirth, "birth", "the dates of birth are of two people, or one is quite wrong", "die Geburtsdaten gehören zu zwei Personen, oder eines ist ganz falsch"},
	{otherGeneration, "generation", "senior and junior", "Senior und Junior"},
	{otherCompany, "company", "the names are of two companies", "die Namen gehören zu zwei Firmen"},
}

// wording is a level in words.
type wording struct{ code, english, german string }

// reasonWords are the words for the levels of each field, in the order of the levels.
var reasonWords = [fields][]wording{
	fieldGiven: {
		{"same", "same given name", "gleicher Vorname"},
		{"near", "given name spelled almost the same", "Vorname fast gleich geschrieben"},
		{"sound", "given name sounds the same or is a form of it", "Vorname klingt gleich oder ist eine Form davon"},
		{"initial", "same initial of the given name", "gleicher Anfangsbuchstabe des Vornamens"},
		{"different", "different given name", "anderer Vorname"},
	},
	fieldFamily: {
		{"same", "same family name", "gleicher Nachname"},
		{"near", "family name spelled almost the same", "Nachname fast gleich geschrieben"},
		{"sound", "family name sounds the same", "Nachname klingt gleich"},
		{"initial", "same initial of the family name", "gleicher Anfangsbuchstabe des Nachnamens"},
		{"different", "different family name", "anderer Nachname"},
	},
	fieldBirth: {
		{"same", "same date of birth", "gleiches Geburtsdatum"},
		{"near", "date of birth differs in one digit, or in the order of day and month", "Geburtsdatum weicht in einer Ziffer oder in der Folge von Tag und Monat ab"},
		{"two_parts", "two parts of the date of birth are the same", "zwei Teile des Geburtsdatums sind gleich"},
		{"year", "same year of birth", "gleiches Geburtsjahr"},
		{"different", "different date of birth", "anderes Geburtsdatum"},
		{"day_only", "same birthday, the year is not known", "gleicher Geburtstag, das Jahr ist nicht bekannt"},
		{"year_only", "same year of birth, the day is not known", "gleiches Geburtsjahr, der Tag ist nicht bekannt"},
		{"part_near", "date of birth almost the same, as far as it is known", "Geburtsdatum fast gleich, soweit bekannt"},
		{"part_different", "different date of birth, as far as it is known", "anderes Geburtsdatum, soweit bekannt"},
	},
	fieldPostal: {
		{"same", "same postal code", "gleiche Postleitzahl"},
		{"near", "postal code differs in one character", "Postleitzahl weicht in einem Zeichen ab"},
		{"region", "postal codes of one region", "Postleitzahlen einer Region"},
		{"different", "different postal code", "andere Postleitzahl"},
	},
	fieldStreet: {
		{"same", "same street and house number", "gleiche Straße und Hausnummer"},
		{"street", "same street", "gleiche Straße"},
		{"number", "same house number", "gleiche Hausnummer"},
		{"different", "different street", "andere Straße"},
	},
	fieldCity:       textWords("city", "Ort", "gleicher", "anderer"),
	fieldState:      {{"same", "same state", "gleiches Bundesland"}, {"different", "different state", "anderes Bundesland"}},
	fieldOccupation: textWords("occupation", "Beruf", "gleicher", "anderer"),
	fieldOther:      textWords("further information", "weitere Angabe", "gleiche", "andere"),
	fieldMoreNames:  textWords("further names", "weitere Namen", "gleiche", "andere"),
	fieldEmail: {
		{"same", "same e-mail address", "gleiche E-Mail-Adresse"},
		{"local", "e-mail addresses are the same before the @", "E-Mail-Adressen sind vor dem @ gleich"},
		{"near", "e-mail addresses almost the same before the @", "E-Mail-Adressen sind vor dem @ fast gleich"},
		{"different", "different e-mail address", "andere E-Mail-Adresse"},
	},
	fieldPhone: {
		{"same", "same phone number", "gleiche Telefonnummer"},
		{"near", "phone number differs in one digit", "Telefonnummer weicht in einer Ziffer ab"},
		{"different", "different phone number", "andere Telefonnummer"},
	},
	fieldCompany: {
		{"same", "same company", "gleiche Firma"},
		{"near", "company spelled almost the same", "Firma fast gleich geschrieben"},
		{"part", "one name of the company is part of the other", "ein Firmenname ist Teil des anderen"},
		{"different", "different company", "andere Firma"},
	},
}

func textWords(english, german, same, other string) []wording {
	return []wording{
		{"same", "same " + english, same + " " + german},
		{"near", "similar " + english, "ähnliche Angabe: " + german},
		{"different", "different " + english, other + " " + german},
	}
}
