package segment

import "github.com/stammkunde/crm/activity"

var german = words{
	and: " und ", or: " oder ",
	negation: "nicht ({rule})",
	where:    " mit der Bedingung ({rule})",
	segment:  "im Segment {name}",
	share:    "im Zufallsanteil von {from} bis {to} mit dem Startwert {seed}",
	nothing:  "nichts",

	ofContacts:   subjectWords{"alle", "niemand", germanFields},
	ofActivities: subjectWords{"alles", "nichts", germanActivityFields},
	ofLists:      germanListFields,
	ops:          germanOps,
	negated:      map[Op]string{Equals: "ist nicht", OneOf: "ist keiner der Werte", Missing: "ist bekannt"},
	instants:     map[Op]string{Less: "ist früher als", AtMost: "ist spätestens", Greater: "ist später als", AtLeast: "ist frühestens"},
	between:      " und ",
	list:         " oder ",
	folded:       " (groß oder klein geschrieben)",
	truths:       map[bool]string{true: "wahr", false: "falsch"},
	point:        ",",
	date:         "02.01.2006",
	clock:        "15:04:05.999999999",
	percent:      "{n} %",
	today:        "heute",
	ahead:        "in {n} {days}",
	back:         "vor {n} {days}",
	day:          "Tag",
	days:         "Tagen",
	onDay:        " {from}",
	onDays:       " im Zeitraum von {from} bis {to}",
	counts:       map[Op]string{Equals: "genau", Less: "weniger als", AtMost: "höchstens", Greater: "mehr als", AtLeast: "mindestens"},
	none:         "keine {what}",
	kinds:        germanKinds,
	anyKind:      feminine("Aktivität", "Aktivitäten"),
	otherKind:    feminine("Aktivität der Art {kind}", "Aktivitäten der Art {kind}"),
	lists:        germanLists,
	items:        noun{one: "Artikel", many: "Artikel"},
	different:    noun{one: "verschiedener Wert von {of}", many: "verschiedene Werte von {of}"},
	texts:        noun{one: "Eintrag in {of}", many: "Einträge in {of}"},
	ofThe:        " der {what}",
	directions:   map[activity.Direction]string{activity.Inbound: " (eingehend)", activity.Outbound: " (ausgehend)"},
	by:           " per ",
	campaign:     " aus der Kampagne ",
	item:         " mit einem Artikel",
	category:     " aus ",
	sku:          " mit der Artikelnummer ",
	alternative:  " oder ",
	channels:     map[string]string{"email": "E-Mail", "letter": "Brief", "phone": "Telefon", "sms": "SMS"},
	purposes:     map[string]string{"marketing": "Werbung"},
	consents:     germanConsents,
	measures:     germanMeasures,
	measuresOf:   germanMeasuresOf,
	ranks:        germanRanks,
	ranksOf:      germanRanksOf,
	in:           " in {currency}",
	best:         "unter den obersten {n} nach {measure}",
	least:        "unter den untersten {n} nach {measure}",
	quotient:     "({of}) geteilt durch ({per})",
	followed:     "auf {first} folgte innerhalb von {n} {hours} {then}",
	hour:         "Stunde",
	hours:        "Stunden",
	units:        germanUnits,
	span:         " ab dem {from} und vor dem {to}",
	since:        " ab dem {from}",
	until:        " vor dem {to}",
	fieldSince:   " am oder nach dem {from}",
}

var germanOps = map[Op]string{
	Equals: "ist", OneOf: "ist einer der Werte", Less: "ist kleiner als", AtMost: "ist höchstens", Greater: "ist größer als",
	AtLeast: "ist mindestens", Between: "liegt zwischen", StartsWith: "beginnt mit", EndsWith: "endet auf",
	Contains: "enthält", Missing: "fehlt", Within: "liegt", Anniversary: "jährt sich",
}

func masculine(one, many string) noun {
	return noun{one, many, "ein " + one, "einen " + one, "kein " + one}
}

func feminine(one, many string) noun {
	return noun{one, many, "eine " + one, "eine " + one, "keine " + one}
}

var germanKinds = map[activity.Kind]noun{
	activity.Purchase:       masculine("Kauf", "Käufe"),
	activity.Return:         feminine("Retoure", "Retouren"),
	activity.Letter:         masculine("Brief", "Briefe"),
	activity.Call:           masculine("Anruf", "Anrufe"),
	activity.Email:          feminine("E-Mail", "E-Mails"),
	activity.Complaint:      feminine("Beschwerde", "Beschwerden"),
	activity.ServiceRequest: feminine("Serviceanfrage", "Serviceanfragen"),
	activity.Charge:         feminine("Abbuchung", "Abbuchungen"),
	activity.Refund:         feminine("Erstattung", "Erstattungen"),
	activity.Opened:         feminine("Öffnung einer Nachricht", "Öffnungen einer Nachricht"),
	activity.Clicked:        masculine("Klick", "Klicks"),
	activity.Redeemed:       feminine("Einlösung eines Gutscheins", "Einlösungen eines Gutscheins"),
}

var germanLists = map[List]noun{
	Emails:      {one: "E-Mail-Adresse", many: "E-Mail-Adressen"},
	Phones:      {one: "Telefonnummer", many: "Telefonnummern"},
	Addresses:   {one: "Anschrift", many: "Anschriften"},
	Identities:  {one: "Kennung", many: "Kennungen"},
	Tags:        {one: "Schlagwort", many: "Schlagwörter"},
	Hobbies:     {one: "Hobby", many: "Hobbys"},
	Memberships: {one: "Mitgliedschaft", many: "Mitgliedschaften"},
}

var germanFields = map[string]string{
	"kind": "Art", "name.salutation": "Anrede", "name.title": "Titel", "name.given": "Vorname", "name.family": "Nachname", "name.company": "Firma",
	"language": "Sprache", "time_zone": "Zeitzone", "preferred_channel": "bevorzugter Kanal", "owner": "Betreuer",
	"occupation": "Beruf", "education": "Bildungsabschluss", "marital_status": "Familienstand", "vat_number": "Umsatzsteuernummer",
	"email": "E-Mail-Adresse", "phone": "Telefonnummer", "address.street": "Straße", "address.postal_code": "Postleitzahl",
	"address.city": "Ort", "address.region": "Region", "address.country": "Land", "born": "Geburtsdatum", "age": "Alter",
	"created_at": "Tag der Anlage",
}

var germanActivityFields = map[string]string{
	"kind": "Art", "channel": "Kanal", "direction": "Richtung", "subject": "Betreff", "source": "Quelle", "amount": "Betrag",
	"item.sku": "Artikelnummer", "item.name": "Artikelname", "item.category": "Warengruppe", "item.quantity": "Stückzahl",
	"item.amount": "Betrag des Artikels",
}

var germanListFields = map[List]map[string]string{
	Emails:      {"address": "Adresse"},
	Phones:      {"number": "Nummer"},
	Addresses:   {"street": "Straße", "extra": "Zusatz", "postal_code": "Postleitzahl", "city": "Ort", "region": "Region", "country": "Land"},
	Identities:  {"source": "Quelle", "key": "Schlüssel"},
	Tags:        {"name": "Name"},
	Hobbies:     {"name": "Name"},
	Memberships: {"name": "Name"},
}

var germanConsents = map[ConsentIs]string{
	ConsentGranted:    "der Kanal {channel} darf für den Zweck {purpose} genutzt werden",
	ConsentWithdrawn:  "die Einwilligung in den Kanal {channel} für den Zweck {purpose} ist widerrufen",
	ConsentSuppressed: "der Kanal {channel} ist gesperrt",
	ConsentUnknown:    "die Einwilligung in den Kanal {channel} für den Zweck {purpose} wurde nie erteilt oder widerrufen",
}

var germanMeasures = map[Aggregate]string{
	Count:   "die Anzahl der {what}",
	Items:   "die Anzahl der Artikel der {what}",
	Sum:     "die Summe{in} der {what}",
	Average: "der durchschnittliche Betrag{in} der {what}",
	Min:     "der kleinste Betrag{in} der {what}",
	Max:     "der größte Betrag{in} der {what}",
	First:   "der früheste Zeitpunkt der {what}",
	Last:    "der späteste Zeitpunkt der {what}",
}

var germanMeasuresOf = map[Aggregate]string{
	Distinct: "die Anzahl der verschiedenen Werte von {of} der {what}",
	Sum:      "die Summe von {of} der {what}",
	Average:  "der Durchschnitt von {of} der {what}",
	Min:      "der kleinste Wert von {of} der {what}",
	Max:      "der größte Wert von {of} der {what}",
}

// germanRanks and germanRanksOf stand in the dative.
var germanRanks = map[Aggregate]string{
	Count: "der Anzahl der {what}",
	Items: "der Anzahl der Artikel der {what}",
	Sum:   "der Summe{in} der {what}",
	Min:   "dem kleinsten Betrag{in} der {what}",
	Max:   "dem größten Betrag{in} der {what}",
}

var germanRanksOf = map[Aggregate]string{
	Distinct: "der Anzahl der verschiedenen Werte von {of} der {what}",
	Sum:      "der Summe von {of} der {what}",
	Min:      "dem kleinsten Wert von {of} der {what}",
	Max:      "dem größten Wert von {of} der {what}",
}
