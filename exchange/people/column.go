package people

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/table"
)

// column is a column of a mapping, ready to read.
type column struct {
	Column
	at        int // index in the table, or -1
	place     place
	kind      contact.Type // of a custom field
	ambiguous bool         // the layout
}

// text gives the value, of what stands in the cell, or "" if there is none. The
// constants of addresses wait until it is known whether there is one.
func (c *column) text(s string) string {
	if !c.Exact {
		s = c.present(s)
	}
	if c.place.list == "addresses" {
		return s
	}
	return orElse(s, c.Constant)
}

func (c *column) present(s string) string { return cell.Present(s, c.Missing) }

// wantsRows reports whether rows must be seen to know how to read the column.
func (c *column) wantsRows() bool {
	return c.at >= 0 && !c.Exact &&
		(c.Layout == "" && c.place.isDated(c.kind) || c.Decimal == "" && c.isNumber() || !c.Whole && c.place.list == "identities")
}

func (c *column) isNumber() bool { return c.kind == contact.TypeNumber || c.kind == contact.TypeMoney }

// learn guesses how the column is written.
func (c *column) learn(head []table.Row) {
	var values []string
	for _, row := range head {
		if s := c.present(row.At(c.at)); s != "" && len(s) <= 100 {
			values = append(values, s)
		}
	}
	switch {
	case c.place.list == "identities":
		c.Whole = cell.Floating(values)
	case c.isNumber():
		c.Decimal = cell.Decimal(values)
	default:
		c.learnLayout(slices.DeleteFunc(values, func(s string) bool {
			_, partial := readPartial(s)
			return cell.IsNoDate(s) || partial && c.Field == "born"
		}))
	}
}

func (c *column) learnLayout(values []string) {
	c.Layout, c.ambiguous = table.GuessDateLayout(values)
}

// put reads a value into its field.
func (d *RowDecoder) put(b *draft, c *column, s string) error {
	switch c.place.list {
	case "custom":
		return d.putCustom(b, c, s)
	case "identities":
		return putIdentities(b, c, s)
	}
	if list, ok := b.ref(c.place, 0).(*[]string); ok {
		*list = append(*list, c.values(s)...)
		return nil
	}
	parts := c.parts(s)
	if len(parts) > maxPoints {
		return errTooMany
	}
	for sub, part := range parts {
		if part == "" {
			continue
		}
		if err := d.putOne(b.ref(c.place, sub), c, part); err != nil {
			return err
		}
		if !c.place.isPoint() {
			break
		}
	}
	return nil
}

// putOne reads one value into the field that ref points to.
func (d *RowDecoder) putOne(ref any, c *column, s string) (err error) {
	if c.Else && isSet(ref) {
		return nil
	}
	switch v := ref.(type) {
	case *string:
		if !c.Exact {
			s, err = c.place.translate(lines(s))
		}
		*v = s
	case *contact.Date:
		*v, err = d.date(c, s)
	case *time.Time:
		*v, err = d.time(c, s)
	case *int64:
		if *v, err = strconv.ParseInt(s, 10, 64); err != nil {
			err = errVersion // the error of strconv repeats the value
		}
	case *contact.ID:
		if v.UnmarshalText([]byte(s)) != nil {
			err = errID
		}
	}
	return err
}

// parts are the values of a cell of elements of a list, with gaps.
func (c *column) parts(s string) []string {
	if c.Separator == "" || c.Exact {
		return []string{s}
	}
	parts := strings.SplitN(s, strings.TrimSpace(c.Separator), maxPoints+2)
	for i, p := range parts {
		parts[i] = c.present(p)
	}
	return parts
}

// values are the values of a cell of a list of words.
func (c *column) values(s string) []string {
	if c.Exact {
		return splitExact(s)
	}
	separator := strings.TrimSpace(c.Separator)
	switch {
	case separator != "" || c.Separator != "":
		separator = orElse(separator, c.Separator)
	case strings.Contains(s, ";"):
		separator = ";"
	default:
		separator = ","
	}
	var own []string
	for v := range strings.SplitSeq(s, separator) {
		if v = c.present(lines(v)); v != "" {
			own = append(own, v)
		}
	}
	return own
}

func putIdentities(b *draft, c *column, s string) error {
	if c.Else && b.c.Key(c.place.member) != "" {
		return nil
	}
	keys := []string{s}
	if c.Exact || c.Separator != "" {
		keys = c.values(s)
	}
	if len(keys) > maxPoints {
		return errTooMany
	}
	for _, key := range keys {
		if c.Whole {
			key = cell.Whole(key)
		}
		if own := (contact.Identity{Source: c.place.member, Key: key}); !slices.Contains(b.c.Identities, own) {
			b.c.Identities = append(b.c.Identities, own)
		}
	}
	return nil
}

func (d *RowDecoder) putCustom(b *draft, c *column, s string) error {
	if _, there := b.c.Custom[c.place.member]; c.Else && there {
		return nil
	}
	v, none, err := d.custom(c, s)
	if err != nil || none {
		return err
	}
	if b.c.Custom == nil {
		b.c.Custom = make(map[string]contact.Value)
	}
	b.c.Custom[c.place.member] = v
	return nil
}

// custom reads the value of a custom field. It reports whether there is none.
func (d *RowDecoder) custom(c *column, s string) (v contact.Value, none bool, err error) {
	switch c.kind {
	case contact.TypeText:
		v = contact.Text(s)
	case contact.TypeMany:
		v = contact.Many(c.values(s)...)
		return v, len(v.Texts) == 0, nil
	case contact.TypeBool:
		b, ok := bools()[cell.Key(s)]
		if !ok {
			return v, false, errBool
		}
		v = contact.Bool(b == "true")
	case contact.TypeDate:
		day, err := d.date(c, s)
		if err == nil && day != (contact.Date{}) && !day.Whole() {
			err = errDate
		}
		return contact.Day(day), day == contact.Date{}, err
	case contact.TypeTime:
		t, err := d.time(c, s)
		return contact.Time(t), t.IsZero() && !c.Exact, err
	default:
		v, err = c.number(s)
	}
	return v, false, err
}

func (c *column) number(s string) (contact.Value, error) {
	decimal, _ := utf8.DecodeRuneInString(c.Decimal)
	if c.Exact {
		decimal = '.'
	} else if c.Decimal == "" {
		decimal = 0
	}
	n, err := table.ParseNumber(s, decimal)
	switch {
	case err != nil:
		return contact.Value{}, err
	case c.kind == contact.TypeMoney:
		return readMoney(n, c.Currency)
	}
	return millionths(n)
}

// date reads a day. The zero one means that there is none.
func (d *RowDecoder) date(c *column, s string) (contact.Date, error) {
	if c.Exact {
		return readExactDate(s)
	}
	if cell.IsNoDate(s) {
		return contact.Date{}, nil
	}
	if c.Field == "born" {
		if day, ok := readPartial(s); ok {
			return day, nil
		}
	}
	t, err := d.parse(c, s)
	if err != nil {
		return contact.Date{}, err
	}
	day := dateOf(t)
	if c.Field == "born" && t.After(d.o.Now()) && strings.Contains(c.Layout, "06") && !strings.Contains(c.Layout, "2006") {
		day.Year -= 100 // of two digits
	}
	if !day.Valid() {
		return contact.Date{}, errDate
	}
	return day, nil
}

func (d *RowDecoder) time(c *column, s string) (time.Time, error) {
	if c.Exact {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return time.Time{}, errDate // the other error repeats the value
		}
		return t.UTC(), nil
	}
	if cell.IsNoDate(s) {
		return time.Time{}, nil
	}
	return d.parse(c, s)
}

// parse reads a date. A column that had none in the first rows is learnt from the
// first one that comes.
func (d *RowDecoder) parse(c *column, s string) (time.Time, error) {
	if c.Layout == "" {
		c.learnLayout([]string{s})
	}
	if c.Layout == "" {
		return time.Time{}, errDate
	}
	return table.ParseDate(s, c.Layout, d.o.Location)
}
