package orders

import "github.com/stammkunde/crm/exchange/internal/cell"

// The headers of fields of orders and lines, the likelier first.
const orderHeaders = `
order.key: Order ID, Bestellnummer, Order Number, Order No., Order #, Order, Auftragsnummer, Bestell-Nr., Bestellnr, Auftrags-Nr., Auftragsnr, Bestell-ID, Auftrags-ID, Order Name, Invoice No., InvoiceNo, Invoice Number, Invoice ID, Invoice, Rechnungsnummer, Rechnungs-Nr., Rechnungsnr, Belegnummer, Beleg-Nr., Belegnr, Vorgangsnummer, Bonnummer, Bon-Nr., Receipt Number, Receipt No., Transaction ID, Transaktions-ID, Basket ID
order.kind: Order Type, Belegart, Vorgangsart, Auftragsart, Document Type, Bestellart, Belegtyp
order.at: Order Date, Bestelldatum, Date of Order, Order Time, Bestellzeitpunkt, Auftragsdatum, Kaufdatum, Purchase Date, Purchased at, Created at, Date Created, Order Created, Order Date and Time, Invoice Date, Rechnungsdatum, Belegdatum, Transaction Date, Transaction Timestamp, Verkaufsdatum, Sale Date, Buchungsdatum, Date, Datum, Timestamp, Zeitpunkt
order.channel: Sales Channel, Verkaufskanal, Vertriebskanal, Bestellweg, Order Channel, Absatzkanal
order.text: Customer Note, Order Note, Order Notes, Bestellnotiz, Kundennotiz, Kundenhinweis
order.currency: Currency, Währung, Order Currency, Currency Code, Währungscode, Währungskürzel
order.amount: Order Total, Order Total Amount, Gesamtbetrag, Gesamtsumme, Bestellsumme, Auftragssumme, Grand Total, Rechnungsbetrag, Invoice Total, Total, Total Price, Summe, Bestellwert, Auftragswert, Order Value, Order Amount, Endbetrag`

const lineHeaders = `
item.sku: Product ID, SKU, Artikelnummer, Artikel-Nr., Artikelnr, Art.-Nr., Item Number, Item No., Item SKU, Product Code, Stock Code, StockCode, Product SKU, Lineitem SKU, Line Item SKU, Produkt-ID, Artikel-ID, Produktnummer, Item ID, Produkt-Nr., Variant SKU, ASIN
item.name: Product Name, Artikelname, Artikelbezeichnung, Produktname, Item Name, Lineitem name, Line Item Name, Product Title, Artikel, Produkt, Product, Item, Produktbezeichnung, Bezeichnung, Description, Item Description, Product Description, Artikelbeschreibung, Artikeltext, Positionstext
item.category: Category, Kategorie, Product Category, Produktkategorie, Warengruppe, Artikelgruppe, Produktgruppe, Item Category, Sortiment, Product Type, Department
item.quantity: Quantity, Menge, Anzahl, Qty, Stück, Stückzahl, Item Quantity, Lineitem quantity, Line Item Quantity, Quantity (- Refund), Bestellmenge, Ordered Quantity, Units
item.amount: Sales, Umsatz, Line Total, Positionsbetrag, Zeilensumme, Positionssumme, Line Amount, Gesamtpreis, Item Total, Betrag, Amount, Sales Value, Revenue, Erlös, Warenwert, Positionswert, Order Line Total, Item Subtotal
item.price: Unit Price, UnitPrice, Einzelpreis, Stückpreis, Lineitem price, Line Item Price, Item Price, Item Cost, Preis pro Stück, Preis, Price, E-Preis, VK-Preis, Verkaufspreis, Product Price
item.discount: Lineitem discount, Line Item Discount, Zeilenrabatt, Positionsrabatt`

// The headers of the buyer that only orders have.
const buyerHeaders = `
name.given: First Name (Billing), Billing First Name, Vorname (Rechnung), Vorname (Rechnungsadresse), Rechnung Vorname, Rechnungsadresse Vorname, Customer First Name
name.family: Last Name (Billing), Billing Last Name, Nachname (Rechnung), Nachname (Rechnungsadresse), Rechnung Nachname, Rechnungsadresse Nachname, Customer Last Name
name.full: Billing Name, Customer Name, Kundenname, Name (Rechnung), Name (Rechnungsadresse), Rechnung Name, Buyer Name, Käufername, Käufer, Buyer, Besteller
name.company: Company (Billing), Billing Company, Firma (Rechnung), Firma (Rechnungsadresse), Rechnung Firma
emails[0].address: Customer Email, Kunden-E-Mail, Billing Email, Email (Billing), E-Mail (Rechnung), Buyer Email, Käufer E-Mail, E-Mail des Kunden
identities: CustomerID, Customer ID, Kundennummer, Customer User ID, Household ID, Buyer ID, Customer Number`

var (
	orderWords, orderRanks = cell.Dictionary(orderHeaders), cell.Ranks(orderHeaders)
	lineWords, lineRanks   = cell.Dictionary(lineHeaders), cell.Ranks(lineHeaders)
	buyerWords, buyerRanks = cell.Dictionary(buyerHeaders), cell.Ranks(buyerHeaders)
)

// wholes are the headers of amounts that are those of orders where a table has no
// lines.
var wholes = cell.Dictionary(`
order.amount: Sales, Umsatz, Betrag, Amount, Revenue, Erlös, Gesamtpreis, Warenwert, Preis, Price, Sales Value
item.amount: Total, Summe, Gesamtsumme, Gesamtbetrag, Total Price`)
