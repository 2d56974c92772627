package orders_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/orders"
)

// placed writes a mapping as "column=field", with a colon before a constant.
func placed(m orders.Mapping) string {
	var all []string
	for _, c := range m {
		s := c.Column + "=" + c.Field
		if c.Constant != "" {
			s += ":" + c.Constant
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestGuess(t *testing.T) {
	t.Parallel()
	o := shop()
	o.Data = []contact.Field{{Name: "weight", Type: contact.TypeNumber}}
	o.Fields = []contact.Field{{Name: "points", Type: contact.TypeNumber}}
	for _, test := range []struct{ columns, want, unplaced string }{
		{ // Superstore
			"Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,Segment,State,Region,Product ID,Category,Sub-Category,Product Name,Sales,Quantity,Discount,Profit",
			"Order ID=order.key Order Date=order.at Customer ID=identities Customer Name=name.full State=addresses[0].region Product ID=item.sku" +
				" Category=item.category Product Name=item.name Sales=item.amount Quantity=item.quantity",
			"Row ID,Ship Date,Segment,Region,Sub-Category,Discount,Profit",
		},
		{
			"Bestellnummer,Bestelldatum,Kundennummer,PLZ,Artikel,Kategorie,Menge,Umsatz,Gesamtbetrag,Währung,Weight,Points",
			"Bestellnummer=order.key Bestelldatum=order.at Kundennummer=identities PLZ=addresses[0].postal_code Artikel=item.name Kategorie=item.category" +
				" Menge=item.quantity Umsatz=item.amount Gesamtbetrag=order.amount Währung=order.currency Weight=data.weight Points=custom.points", "",
		},
		{"Rechnungsnummer,Datum,Kunden-Nr.,Betrag", "Rechnungsnummer=order.key Datum=order.at Kunden-Nr.=identities Betrag=order.amount", ""},
		{"Bon-Nr.,Datum,E-Mail,Artikel,Anzahl,Summe", "Bon-Nr.=order.key Datum=order.at E-Mail=emails[0].address Artikel=item.name Anzahl=item.quantity Summe=item.amount", ""},
		{ // Shopify
			"Name,Email,Paid at,Currency,Subtotal,Shipping,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing City,Phone,Id,Tags,Source,Lineitem discount",
			"Name=order.key Email=emails[0].address Currency=order.currency Total=order.amount Created at=order.at Lineitem quantity=item.quantity Lineitem name=item.name" +
				" Lineitem price=item.price Lineitem sku=item.sku Billing Name=name.full Billing City=addresses[0].city Lineitem discount=item.discount =addresses[0].role:billing",
			"Paid at,Subtotal,Shipping,Phone,Id,Tags,Source",
		},
		{ // WooCommerce
			"Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Email (Billing),Order Total Amount,SKU,Item Name,Quantity (- Refund),Item Cost,Coupon Code",
			"Order Number=order.key Order Date=order.at First Name (Billing)=name.given Last Name (Billing)=name.family Email (Billing)=emails[0].address" +
				" Order Total Amount=order.amount SKU=item.sku Item Name=item.name Quantity (- Refund)=item.quantity Item Cost=item.price",
			"Order Status,Coupon Code",
		},
		{"order.key,order.at,identities.shop,item.price,data.weight,Newsletter,", "order.key=order.key order.at=order.at identities.shop=identities.shop data.weight=data.weight", "item.price,Newsletter"},
	} {
		is := is.New(t)
		m, unplaced := orders.Guess(strings.Split(test.columns, ","), o)
		is.Equal(placed(m), test.want)
		is.Equal(strings.Join(unplaced, ","), test.unplaced)
	}
}

// Whatever the columns, each is placed once at most, in a field of its own.
func FuzzGuess(f *testing.F) {
	f.Add("Name;Lineitem name;Betrag;Umsatz;Total;E-Mail;E-Mail;;weight")
	f.Add("Order ID;Date;Billing Name;Name;Customer ID;ID;Preis;order.key")
	f.Fuzz(func(t *testing.T, text string) {
		o := shop()
		o.Data = []contact.Field{{Name: "weight", Type: contact.TypeNumber}}
		columns := strings.Split(text, ";")
		m, unplaced := orders.Guess(columns, o)
		fields, names := make(map[string]bool), make(map[string]bool)
		for _, c := range m {
			if c.Column != "" && (names[c.Column] || !slices.Contains(columns, c.Column)) {
				t.Fatal("column twice, or from nowhere")
			}
			if fields[c.Field] && !slices.Contains([]string{"tags", "hobbies", "memberships"}, c.Field) && !c.Else {
				t.Fatal("field twice")
			}
			fields[c.Field], names[c.Column] = true, true
		}
		for _, name := range columns {
			if name != "" && !names[name] && !slices.Contains(unplaced, name) {
				t.Fatal("neither placed nor not")
			}
		}
	})
}
