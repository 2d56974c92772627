package vcard_test

import (
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
)

// The cards below are made up, in the manner of the programs.

func TestProgram_apple(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, `BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.5//EN
N:Vogel;Lena;Marie;Dr.;MBA
FN:Dr. Lena Marie Vogel MBA
NICKNAME:Leni
ORG:Vogel & Söhne GmbH;Vertrieb
TITLE:Leiterin
EMAIL;type=INTERNET;type=HOME:lena@example.com
item1.EMAIL;type=INTERNET;type=pref:vogel@example.org
item1.X-ABLabel:_$!<Work>!$_
TEL;type=CELL;type=VOICE:0171 2345678
TEL;type=IPHONE;type=CELL;type=VOICE;type=pref:+49 171 999999
TEL;type=WORK;type=FAX:030 123457
item2.TEL:030 98765
item2.X-ABLabel:Ferienhaus
item3.ADR;type=HOME;type=pref:;;Lindenweg 5\nHinterhaus;Potsdam;Brandenburg;14467;Deutschland
item3.X-ABADR:de
BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17
NOTE:Kennt \, alles\nund jeden
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEB
 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB
X-SOCIALPROFILE;type=twitter:http://twitter.com/leni
END:VCARD
`)
	c := got.Contact
	is.Equal(c.Name, contact.Name{Title: "Dr.", Given: "Lena Marie", Family: "Vogel", Company: "Vogel & Söhne GmbH"})
	is.Equal(c.Emails, []contact.Email{{Address: "vogel@example.org", Role: contact.Work}, {Address: "lena@example.com", Role: contact.Home}})
	is.Equal(c.Phones, []contact.Phone{
		{Number: "+49 171 999999", Role: contact.Mobile}, {Number: "0171 2345678", Role: contact.Mobile}, {Number: "030 123457", Role: contact.Fax}, {Number: "030 98765"},
	})
	is.Equal(c.Addresses, []contact.Address{
		{Street: "Lindenweg 5, Hinterhaus", City: "Potsdam", Region: "Brandenburg", PostalCode: "14467", Country: "DE", Role: contact.Home},
	})
	is.Equal(c.Born, contact.Date{Month: 5, Day: 17})
	is.Equal(strings.Join(got.Unread, " "), "NICKNAME X-ABADR NOTE PHOTO X-SOCIALPROFILE ORG.UNIT N.SUFFIX X-ABLABEL")
}

func TestProgram_google(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, `BEGIN:VCARD
VERSION:3.0
FN:Can Özdemir
N:Özdemir;Can;;;
X-PHONETIC-FIRST-NAME:Dschan
EMAIL;TYPE=INTERNET;TYPE=WORK:can@example.com
TEL;TYPE=CELL:+905321234567
TEL;TYPE=MAIN:+90212
ADR;TYPE=HOME:;;İstiklal Cd. 1\, Beyoğlu;İstanbul;;34433;TR;İstiklal Cd. 1\nİstanbul
BDAY:19900229
URL:http\://example.com/can
item1.X-ABDATE:2015-06-01
item1.X-ABLabel:_$!<Anniversary>!$_
CATEGORIES:myContacts,Kunden
END:VCARD
`)
	c := got.Contact
	is.Equal(c.Name, contact.Name{Given: "Can", Family: "Özdemir"})
	is.Equal(c.Phones, []contact.Phone{{Number: "+905321234567", Role: contact.Mobile}, {Number: "+90212"}})
	is.Equal(c.Address(), contact.Address{Street: "İstiklal Cd. 1, Beyoğlu", City: "İstanbul", PostalCode: "34433", Country: "TR", Role: contact.Home})
	is.Equal(c.Tags, []string{"Kunden", "myContacts"})
	is.Equal(strings.Join(got.Unread, " "), "X-PHONETIC-FIRST-NAME URL X-ABDATE TEL.TYPE ADR.MORE BDAY X-ABLABEL") // there was no such day
}

func TestProgram_outlook(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, strings.ReplaceAll(`BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=de;CHARSET=Windows-1252:M~ller;J~rgen;;Herr
FN;CHARSET=Windows-1252:Herr J~rgen M~ller
ORG;CHARSET=Windows-1252:K~hn AG;Lager
TITLE:Lagerist
TEL;WORK;VOICE:+49 (30) 1234-5
TEL;HOME;VOICE:030 777
TEL;CELL;VOICE:0160 1
TEL;WORK;FAX:+49 (30) 1234-6
ADR;WORK;PREF;CHARSET=Windows-1252:;Tor 3;Werkstrasse 9;Berlin;;12345;Deutschland
LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE;CHARSET=Windows-1252:Werkstr. 9=0D=0A=
12345 Berlin=0D=0A=
Deutschland
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2
EMAIL;PREF;INTERNET:jm@example.com
BDAY:19700101
X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="http://schemas.microsoft.com/office/outlook/12/electronicbusinesscards" ver="1.0"></card>
PHOTO;TYPE=JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJ
 ChQODwwQFxQYGBcU

REV:20240101T120000Z
END:VCARD
`, "~", "\xfc"))
	c := got.Contact
	is.Equal(c.Name, contact.Name{Title: "Herr", Given: "Jürgen", Family: "Müller", Company: "Kühn AG"})
	is.Equal(len(c.Phones), 4)
	is.Equal(c.Phones[3], contact.Phone{Number: "+49 (30) 1234-6", Role: contact.Fax})
	is.Equal(c.Address(), contact.Address{Extra: "Tor 3", Street: "Werkstrasse 9", City: "Berlin", PostalCode: "12345", Country: "DE", Role: contact.Work})
	is.Equal(c.Emails, []contact.Email{{Address: "jm@example.com"}})
	is.Equal(strings.Join(got.Unread, " "), "LABEL X-MS-OL-DEFAULT-POSTAL-ADDRESS X-MS-OL-DESIGN PHOTO ORG.UNIT")
}

func TestProgram_android(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, `BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=C3=B6=72=67\;=41;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=C3=B6=72=67=20=4D=C3=BC=6C=6C=65=
=72
TEL;CELL;PREF:0151-234-567
TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=C3=BC=72=6F):030-1
EMAIL;HOME:j@example.com
ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=48=61=75=70=74=73=74=72=2E=20=31=0A=48=69=6E=74=65=6E;=4B=C3=B6=6C=6E;;50667;
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Jogi;1;;;;;;;;;;;;;
BDAY:1980-04-12
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/4gIoSUNDX1BST0ZJTEUA
AQEAAAIYAAAAAAQwAABtbnRyUkdCIFhZWiAAAAAAAAAAAAAAAABhY3NwAAAAAAAAAAAAAAAA
AAAAAA==

END:VCARD
`)
	c := got.Contact
	is.Equal(c.Name, contact.Name{Given: "Jörg;A", Family: "Müller"})
	is.Equal(c.Phones, []contact.Phone{{Number: "0151-234-567", Role: contact.Mobile}, {Number: "030-1"}})
	is.Equal(c.Emails, []contact.Email{{Address: "j@example.com", Role: contact.Home}})
	is.Equal(c.Address(), contact.Address{Street: "Hauptstr. 1, Hinten", City: "Köln", PostalCode: "50667", Role: contact.Home})
	is.Equal(c.Born.String(), "1980-04-12")
	is.Equal(strings.Join(got.Unread, " "), "X-ANDROID-CUSTOM PHOTO")
}

func TestProgram_nokia(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := one(t, "BEGIN:VCARD\r\nVERSION:2.1\r\nN;ENCODING=8BIT;CHARSET=UTF-8:Łęcka;Zofia\r\nTEL;PREF;CELL;VOICE:+48501\r\nTEL;HOME;FAX:+4822\r\n"+
		"ADR;ENCODING=8BIT;CHARSET=UTF-8:;;ul. Długa 3;Gdańsk;;80-001;Polska\r\nNOTE;ENCODING=8BIT;CHARSET=UTF-8:x\r\nX-CLASS:private\r\nCATEGORIES:VIP;Przyjaciele\r\nEND:VCARD\r\n")
	c := got.Contact
	is.Equal(c.Name, contact.Name{Given: "Zofia", Family: "Łęcka"})
	is.Equal(c.Phones, []contact.Phone{{Number: "+48501", Role: contact.Mobile}, {Number: "+4822", Role: contact.Fax}})
	is.Equal(c.Address().Country, "PL")
	is.Equal(c.Tags, []string{"Przyjaciele", "VIP"})
	is.Equal(strings.Join(got.Unread, " "), "NOTE X-CLASS")
}

func TestProgram_nextcloud_and_thunderbird(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cards, broken := read(t, `BEGIN:VCARD
VERSION:3.0
PRODID:-//Sabre//Sabre VObject 4.5.4//EN
UID:6b2f2b1e-0000-4000-8000-000000000001
FN:Änne Groß
N:Groß;Änne;;;
TEL;TYPE="HOME,VOICE":0421 5555
TEL;TYPE=CELL:0170 5
EMAIL;TYPE=WORK;X-FOO=a^nb:aenne@example.de
ADR;TYPE=HOME:Postfach 7;;Am Wall 1;Bremen;;28195;Germany
CATEGORIES:Kunden,Chor
LANG:de
REV;VALUE=DATE-AND-OR-TIME:20240202T101010Z
END:VCARD

BEGIN:VCARD
VERSION:4.0
N:Smith;Bob;;;
FN:Bob Smith
EMAIL;PREF=1:bob@example.com
EMAIL:bob2@example.com
TEL;TYPE=work;VALUE=TEXT:+1 212 555 0100
ADR;TYPE=work:;;1 Main St;New York;NY;10001;USA
BDAY;VALUE=DATE:--0203
TZ;VALUE=TEXT:America/New_York
ORG:Acme;Sales
ROLE:Buyer
UID:abc
X-MOZILLA-HTML:TRUE
END:VCARD
`, nil)
	is.Equal(len(broken), 0)
	is.Equal(len(cards), 2)
	anne, bob := cards[0].Contact, cards[1].Contact
	is.Equal(anne.Phones, []contact.Phone{{Number: "0421 5555", Role: contact.Home}, {Number: "0170 5", Role: contact.Mobile}})
	is.Equal(anne.Address(), contact.Address{Extra: "Postfach 7", Street: "Am Wall 1", City: "Bremen", PostalCode: "28195", Country: "DE", Role: contact.Home})
	is.Equal(anne.Language, "de")
	is.Equal(anne.Tags, []string{"Chor", "Kunden"})
	is.Equal(anne.Key("vcard"), "6b2f2b1e-0000-4000-8000-000000000001")
	is.Equal(len(cards[0].Unread), 0)
	is.Equal(bob.Email(), "bob@example.com")
	is.Equal(bob.TimeZone, "America/New_York")
	is.Equal(bob.Occupation, "Buyer")
	is.Equal(bob.Born, contact.Date{Month: 2, Day: 3})
	is.Equal(bob.Address().Country, "US")
	is.Equal(strings.Join(cards[1].Unread, " "), "X-MOZILLA-HTML ORG.UNIT")
}

// In version 2.1 the blank before which a line is folded is part of the text.
func TestProgram_folds_of_version_2(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(one(t, card("2.1", "TITLE:Head of", " Sales")).Contact.Occupation, "Head of Sales")
	is.Equal(one(t, card("3.0", "TITLE:Head o", " f Sales")).Contact.Occupation, "Head of Sales")
}
