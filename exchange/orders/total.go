package orders

import (
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

var (
	errCurrency = errs.Refuse("currency", "must be in the same currency as the rest of the order")
	errNegative = errs.Refuse("negative", "must not be less than zero in a purchase")
)

// amounts makes amounts of the figures of an order, and decides what kind it is.
func (d *Decoder) amounts(b *draft, a *activity.Activity, total figure, currency string) {
	if !d.sum(b, a, currency) {
		return
	}
	priced, on := d.priced(), b.first.Line
	var err error
	if total.c != nil {
		priced = total.c
		if _, at, _ := d.cell("order.amount", b.at); at > 0 {
			on = at
		}
		err = d.total(a, total, currency)
	}
	switch {
	case err != nil:
	case a.Amount == (money.Money{}):
		err = errRequired
	default:
		err = decide(a)
	}
	if err != nil {
		b.note(priced.broken(on, err))
	}
}

// sum makes the items of the lines, and adds them up. It reports whether all is well.
func (d *Decoder) sum(b *draft, a *activity.Activity, currency string) bool {
	for i := range b.items {
		l := &b.items[i]
		amount, err := d.amount(l, currency)
		if err == nil && i > 0 && amount.Currency != a.Amount.Currency {
			err = errCurrency
		}
		if err != nil {
			b.note(l.from().broken(l.on, err))
			return false
		}
		l.item.Amount = amount
		a.Items = append(a.Items, l.item)
		a.Amount = money.New(a.Amount.Amount+amount.Amount, amount.Currency)
	}
	return true
}

// priced is the column that an order's amount comes from, for what is wrong with it.
func (d *Decoder) priced() *column {
	for _, field := range []string{"item.amount", "item.price", "order.amount"} {
		if all := d.own[field]; len(all) > 0 {
			return all[0]
		}
	}
	return nil // cannot be: the mapping has one
}

// from is the column that the amount of the line comes from.
func (l *line) from() *column {
	if l.amount.c != nil {
		return l.amount.c
	}
	return l.price.c
}

// amount gives the amount of a line: as it stands there, or else price times quantity,
// less the discount, exactly, and rounded once.
func (d *Decoder) amount(l *line, currency string) (money.Money, error) {
	f := l.amount
	if f.c == nil {
		f = l.price
	}
	code, err := f.currency(currency)
	if err != nil {
		return money.Money{}, err
	}
	value := exactOf(f.n)
	if l.amount.c == nil {
		if l.quantity.c != nil {
			value = value.times(exactOf(l.quantity.n))
		}
		if l.discount.c != nil {
			off := exactOf(l.discount.n)
			off.units.Abs(off.units)
			if value.units.Sign() < 0 {
				off.units.Neg(off.units)
			}
			value = value.less(off)
		}
	}
	return value.money(code, d.o.Strict)
}

// currency gives the currency of a figure: that beside it, else that of the order,
// else that of the column.
func (f figure) currency(ofOrder string) (string, error) {
	return f.n.CurrencyCode(orElse(ofOrder, f.c.Currency))
}

// total compares the order's amount with that of its lines.
func (d *Decoder) total(a *activity.Activity, total figure, currency string) error {
	code, err := total.currency(currency)
	if err != nil {
		return err
	}
	amount, err := exactOf(total.n).money(code, d.o.Strict)
	switch {
	case err != nil:
		return err
	case len(a.Items) > 0 && code != a.Amount.Currency:
		return errCurrency
	case len(a.Items) > 0 && amount != a.Amount && d.o.Rest == "":
		return errSum
	case len(a.Items) > 0 && amount != a.Amount:
		rest := money.New(amount.Amount-a.Amount.Amount, code)
		a.Items = append(a.Items, activity.Item{Name: d.o.Rest, Quantity: 1, Amount: rest})
	}
	a.Amount = amount
	return nil
}

// decide tells purchases from returns. What is less than zero is a return, with all
// signs changed.
func decide(a *activity.Activity) error {
	if a.Amount.Amount >= 0 {
		if a.Kind == "" {
			a.Kind = activity.Purchase
		}
		return nil
	}
	if a.Kind == activity.Purchase {
		return errNegative
	}
	a.Kind = activity.Return
	a.Amount.Amount = -a.Amount.Amount
	for i := range a.Items {
		a.Items[i].Amount.Amount = -a.Items[i].Amount.Amount
	}
	return nil
}
