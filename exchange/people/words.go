package people

import "github.com/stammkunde/crm/exchange/internal/cell"

// The words that cells may have.
var (
	kinds = cell.Dictionary(`
person: person, p, natürliche Person, Privatperson, privat, private, Privatkunde, consumer, individual, b2c, human, Mensch
company: company, Firma, Unternehmen, Organisation, organization, business, juristische Person, Geschäftskunde, Firmenkunde, b2b, Betrieb, corporate`)

	bools = cell.Dictionary(`
true: true, yes, y, ja, j, 1, x, wahr, on
false: false, no, n, nein, 0, falsch, off`)

	roles = cell.Dictionary(`
home: home, privat, private, personal, persönlich, zuhause, zu Hause, Privatadresse
work: work, Arbeit, geschäftlich, dienstlich, beruflich, business, office, Büro, Firma, Dienst, Arbeitsplatz
billing: billing, Rechnung, invoice, Rechnungsadresse, Rechnungsanschrift, billing address
delivery: delivery, Lieferung, shipping, Lieferadresse, Lieferanschrift, shipping address
mobile: mobile, mobil, Handy, Mobiltelefon, cell, cell phone, Mobilfunk, mobile phone
fax: fax, Telefax, work fax, home fax, other fax, Fax (Arbeit), Fax (privat), Fax (geschäftlich), Fax geschäftlich, Fax privat, Arbeit (Fax), Privat (Fax)
none: other, Sonstige, Sonstiges, andere, weitere, main, Haupt, Hauptnummer, obsolete, custom, benutzerdefiniert`)

	channels = cell.Dictionary(`
email: email, Mail, per E-Mail, E-Mail-Adresse
letter: letter, Brief, Post, postal, mail by post, Briefpost, per Post
phone: phone, Telefon, call, Anruf, telefonisch, telephone
sms: sms, text message, Textnachricht, Kurznachricht`)

	languages = cell.Dictionary(`
de: Deutsch, German, Allemand, deu, ger
en: Englisch, English, Anglais, eng
fr: Französisch, French, Français, fra, fre
it: Italienisch, Italian, Italiano, ita
es: Spanisch, Spanish, Español, spa
pt: Portugiesisch, Portuguese, Português, por
nl: Niederländisch, Holländisch, Dutch, Nederlands, nld, dut
pl: Polnisch, Polish, Polski, pol
tr: Türkisch, Turkish, Türkçe, tur
ru: Russisch, Russian, Русский, rus
cs: Tschechisch, Czech, Čeština, ces, cze
da: Dänisch, Danish, Dansk, dan
sv: Schwedisch, Swedish, Svenska, swe
hu: Ungarisch, Hungarian, Magyar, hun
uk: Ukrainisch, Ukrainian, Українська, ukr
ar: Arabisch, Arabic, ara
zh: Chinesisch, Chinese, zho, chi
ja: Japanisch, Japanese, jpn`)
)

// The headers of fields that a record has once, the likelier first.
const singleHeaders = `
kind: Kontaktart, Kundenart, Kundentyp, Contact Type, Customer Type, Kontakttyp
name.prefix: Name Prefix, Namenspräfix, Präfix, Prefix, Anrede/Titel, Anrede und Titel
name.salutation: Anrede, Salutation, Briefanrede
name.title: Titel, Title, akademischer Titel, Academic Title, Akad. Titel, Namenstitel
name.given: Vorname, First Name, Given Name, Vornamen, Forename, Rufname, fname, 1. Vorname
name.middle: Middle Name, Additional Name, Weitere Vornamen, Zweiter Vorname, Weiterer Vorname, 2. Vorname, Second Name
name.family: Nachname, Last Name, Family Name, Familienname, Surname, Zuname, lname
name.suffix: Name Suffix, Suffix, Namenssuffix, Namenszusatz
name.full: Name, Full Name, vollständiger Name, Kundenname, Customer Name, Contact Name, Client Name, Vor- und Nachname, Vorname Nachname, Nachname Vorname, Name Vorname, Vorname Name, Ansprechpartner, Display Name, Anzeigename, Kunde, Customer, File As, Speichern unter
name.company: Firma, Company, Firmenname, Company Name, Unternehmen, Organisation, Organization, Organization Name, Name der Organisation, Organisationsname, Business Name
language: Sprache, Language, Korrespondenzsprache, Preferred Language, bevorzugte Sprache
time_zone: Zeitzone, Time Zone
preferred_channel: bevorzugter Kanal, Preferred Channel, bevorzugter Kontaktweg, Preferred Contact Method, Kontaktweg, Kommunikationsweg
born: Geburtsdatum, Birthday, Geburtstag, Date of Birth, Birth Date, Geb.-Datum, geb. am, geboren am, geboren, DOB, born, Geb.
occupation: Beruf, Profession, Occupation, Job Title, Position, Berufsbezeichnung, Organization Title, Tätigkeit, Funktion, Job
education: Ausbildung, Education, Bildungsabschluss, Bildung, Schulabschluss, Abschluss, Degree
marital_status: Familienstand, Marital Status, Zivilstand
vat_number: USt-IdNr., VAT Number, USt-ID, Umsatzsteuer-ID, Umsatzsteuer-Identifikationsnummer, UID-Nummer, VAT ID, VAT No., VAT Reg. No., VAT Registration Number, EU VAT Number, MwSt-Nummer, Steuernummer EU
owner: Betreuer, Kundenbetreuer, Contact Owner, Account Owner, Owner, Account Manager
tags: Tags, Labels, Kategorien, Categories, Schlagwörter, Stichwörter, Schlagworte, Stichworte, Keywords, Group Membership, Gruppen, Groups, Kategorie (Kontakt), Gruppenmitgliedschaft, Etiketten
hobbies: Hobbys, Hobby, Hobbies, Interessen, Interests
memberships: Mitgliedschaften, Memberships, Mitgliedschaft, Membership, Vereine
identities: Kundennummer, Customer ID, Kunden-Nr., Kundennr, Kd.-Nr., Customer Number, Customer No., Kunden-ID, KundenID, Client ID, Debitorennummer, Debitor, Debitoren-Nr., Customer Key, Contact ID, Kontakt-ID, ID`

// The headers of members of addresses, which may stand with what kind of address it
// is, and with a number.
const addressHeaders = `
street: Straße, Street, Straße und Hausnummer, Straße Hausnummer, Straße/Nr., Straße Nr., Street Address, Street Name, Address Line, Adresszeile, Adresse Straße, Address Street, Anschrift, Adresse, Address, Str., Straßenname
house_number: Hausnummer, House Number, Haus-Nr., Hausnr., House No., HNr.
extra: Adresszusatz, Address Extra, Zusatz, Adresszusatzzeile, Anschriftenzusatz, Extended Address, erweiterte Adresse, Address Supplement, c/o, Address Addition
po_box: Postfach, PO Box, Address PO Box, Adresse Postfach, P.O. Box
postal_code: PLZ, Postleitzahl, Postal Code, Zip, Zip Code, Postcode, Zip/Postal Code, Adresse PLZ, Address Postal Code, Address Zip
city: Ort, City, Stadt, Town, Wohnort, Ort/Stadt, Stadt/Ort, Adresse Ort, Address City, Town/City
region: Bundesland, State, Kanton, State/Province, Province, Provinz, Bundesland/Kanton, Bundesland/Region, Region/Bundesland, Bundesland/Provinz, County, Region, Address State, Address Region
country: Land, Country, Country/Region, Land/Region, Country Code, Ländercode, Länderkennzeichen, Staat, Address Country, Adresse Land`

const phoneHeaders = `
phone: Telefon, Phone, Telefonnummer, Phone Number, Tel., Telephone, Telephone Number, Telefon-Nr., Rufnummer, Festnetz, Festnetznummer, Tel.-Nr., Landline
mobile: Handy, Mobile, Mobiltelefon, Mobile Phone, Mobil, Mobilnummer, Handynummer, Cell Phone, Cell, Mobile Number, Natel, Mobilfunk, Mobilfunknummer, Handy-Nr.
fax: Fax, Telefax, Faxnummer, Fax Number, Fax-Nr.`

const emailHeaders = `
address: E-Mail, E-Mail-Adresse, E-Mail Address, Mail, Mailadresse, Mail Address, Emailadressen, Email ID, Elektronische Post`

// otherPhones are the phones of Outlook that are like no other, in the order in
// which they go behind its mobile, business and home phones.
const otherPhones = `
primary: Primary Phone, Haupttelefon
company: Company Main Phone, Telefon Firma
car: Car Phone, Autotelefon
callback: Callback, Rückmeldung
radio: Radio Phone, Funktelefon, Funkruf
isdn: ISDN
tty: TTY/TDD Phone, TTY TDD Phone, Telefon für Hörbehinderte, Texttelefon
pager: Pager`

// numberedParts are what follows the number in "E-mail 1 - Value" and the like.
const numberedParts = `
role: Label, Labels, Type, Typ, Bezeichnung, Kategorie, Beschriftung
value: Value, Wert, Address, Adresse, Number, Nummer, E-Mail-Adresse`

// organizationParts are what follows the number of an organization.
const organizationParts = `
name.company: Name
occupation: Title, Titel, Position, Job Title`

// qualifier says what a way to reach somebody is for.
type qualifier struct {
	group   string
	role    string
	order   int
	affixes []string // before or behind the rest of a header
}

// qualifiers hold the longer affixes first.
var qualifiers = []qualifier{
	{"work", "work", 1, []string{"business", "geschaftlich", "geschaeftlich", "dienstlich", "office", "work", "firmen", "company", "arbeit", "buro", "buero", "firma"}},
	{"home", "home", 2, []string{"private", "privates", "privater", "privat", "home"}},
	{"other", "", 3, []string{"weitererr", "weiteresr", "weiterese", "weiterer", "weiteres", "weitere", "other", "andere", "anderer", "anderes"}},
	{"billing", "billing", 4, []string{
		"rechnungsadresse", "rechnungsanschrift", "billingaddress", "invoiceaddress", "rechnungs", "billing", "invoice", "rechnung",
	}},
	{"delivery", "delivery", 5, []string{
		"lieferadresse", "lieferanschrift", "shippingaddress", "deliveryaddress", "shipping", "delivery", "liefer", "versand", "lieferung",
	}},
}
