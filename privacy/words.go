package privacy

// The headings of the page, by the key of the JSON. A key that does not stand here is
// its own heading.
var english = map[string]string{
	"title": "Data that are held about you", "yes": "yes", "no": "no",
	"made_at": "made at", "merged": "earlier ids", "record": "your record", "id": "id",
	"activities": "what happened", "consents": "what you allowed and forbade", "permissions": "what holds now", "notices": "what you were shown",
	"campaigns": "messages and offers", "segments": "groups", "imports": "where data came from", "merges": "records that were joined",
	"linked_by": "others who are linked to you", "duplicates": "records that resembled yours", "parts": "more",
	"purposes": "what the data are used for", "recipients": "who gets data", "retention": "how long data are kept",
	"holds": "what the law makes us keep", "restriction": "restriction", "basis": "legal basis",
}

var german = map[string]string{
	"title": "Daten, die über Sie gespeichert sind", "yes": "ja", "no": "nein",
	"format": "Format", "version": "Version", "made_at": "erstellt am", "contact": "Kennung", "merged": "frühere Kennungen",
	"record": "Ihr Datensatz", "id": "Kennung", "kind": "Art", "name": "Name", "salutation": "Anrede", "title_name": "Titel",
	"given": "Vorname", "family": "Nachname", "company": "Firma", "language": "Sprache", "time_zone": "Zeitzone",
	"preferred_channel": "bevorzugter Weg", "born": "Geburtsdatum", "occupation": "Beruf", "education": "Ausbildung",
	"marital_status": "Familienstand", "vat_number": "USt-IdNr.", "owner": "betreut von", "tags": "Merkmale", "hobbies": "Hobbys",
	"memberships": "Mitgliedschaften", "emails": "E-Mail-Adressen", "phones": "Telefonnummern", "addresses": "Anschriften",
	"address": "Adresse", "number": "Nummer", "role": "Verwendung", "street": "Straße", "extra": "Zusatz", "postal_code": "Postleitzahl",
	"city": "Ort", "region": "Region", "country": "Land", "identities": "Kundennummern", "source": "Quelle", "key": "Schlüssel",
	"origins": "Herkunft der Daten", "notice": "Datenschutzhinweis", "accounts": "Bankverbindungen", "links": "Verbindungen",
	"custom": "weitere Angaben", "created_at": "angelegt am", "updated_at": "geändert am", "at": "am", "recorded_at": "erfasst am",
	"activities": "Was geschehen ist", "consents": "Was Sie erlaubt und untersagt haben", "permissions": "Was jetzt gilt",
	"notices": "Was Ihnen gezeigt wurde",
	"subject": "Betreff", "text": "Text", "amount": "Betrag", "currency": "Währung", "items": "Positionen", "category": "Warengruppe",
	"quantity": "Menge", "channel": "Weg", "direction": "Richtung", "data": "Angaben", "payment": "Zahlung", "ref": "Beleg",
	"purpose": "Zweck", "action": "Erklärung", "wording": "Wortlaut", "proof": "Nachweis", "event": "Ereignis",
	"campaigns": "Nachrichten und Angebote", "audience": "Auswahl", "deliveries": "Sendungen", "vouchers": "Gutscheine",
	"redemptions": "Einlösungen", "state": "Stand", "reason": "Grund", "outcome": "Ergebnis", "code": "Code", "order": "Bestellung",
	"discount": "Nachlass", "sent_at": "gesendet am", "segments": "Gruppen", "live": "laufend", "changes": "Änderungen",
	"snapshots": "Listen", "as_of": "Stand vom", "entered": "aufgenommen", "imports": "Übernommene Daten", "line": "Zeile",
	"before": "vorher", "after": "nachher", "merges": "Zusammengeführte Datensätze", "into": "in", "lost": "früherer Datensatz",
	"linked_by": "Andere, die auf Sie verweisen", "duplicates": "Datensätze, die Ihrem ähnelten", "parts": "Weiteres",
	"purposes": "Wofür die Daten verwendet werden", "basis": "Rechtsgrundlage", "recipients": "Wer Daten erhält",
	"retention": "Wie lange Daten aufbewahrt werden", "class": "Datenart", "classes": "Datenarten", "keep": "Frist",
	"years": "Jahre", "months": "Monate", "days": "Tage", "holds": "Was das Gesetz aufzubewahren verlangt", "until": "bis",
	"expires_at": "endet am", "evidence": "Umstände", "method": "Form der Erklärung", "layer": "Ebene", "lifts": "hebt auf", "url": "Seite",
	"ip": "IP-Adresse", "user_agent": "Browser", "sale": "Kauf", "categories": "Warengruppen", "actor": "vermerkt von", "locale": "Sprache",
	"reference": "Aktenzeichen", "restriction": "Einschränkung der Verarbeitung", "member": "Mitglied", "since": "seit",
}
