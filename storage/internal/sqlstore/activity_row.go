package sqlstore

import (
	"errors"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// activityRow is a row of the table activity.
type activityRow struct {
	bun.BaseModel `bun:"alias:a"`

	TenantID   string
	ContactID  dbID
	ID         dbID
	OriginID   dbID
	Kind       string
	At         int64
	RecordedAt int64
	Direction  string
	Channel    string
	Subject    string
	Body       string
	Amount     int64
	Currency   string
	RefSource  string
	RefKey     string
	Payment    string
	CampaignID dbID
	Data       string
}

func (s *Store) activityRow(a *activity.Activity) (activityRow, error) {
	r := activityRow{
		TenantID: s.tenant, ContactID: dbID(a.Contact), ID: dbID(a.ID), OriginID: dbID(a.Origin),
		Kind: string(a.Kind), At: a.At.UnixMicro(), RecordedAt: a.RecordedAt.UnixMicro(),
		Direction: string(a.Direction), Channel: string(a.Channel), Subject: a.Subject, Body: a.Text,
		Amount: a.Amount.Amount, Currency: a.Amount.Currency,
		RefSource: a.Ref.Source, RefKey: a.Ref.Key,
	}
	r.CampaignID = dbID(a.Campaign)
	var err, err2 error
	if a.Payment != nil {
		r.Payment, err = encode(a.Payment)
	}
	if a.Data != nil {
		r.Data, err2 = encode(a.Data)
	}
	return r, errors.Join(err, err2)
}

// activity gives the activity without its items.
func (r *activityRow) activity() (activity.Activity, error) {
	a := activity.Activity{
		ID: activity.ID(r.ID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID), Kind: activity.Kind(r.Kind),
		Ref: activity.Ref{Source: r.RefSource, Key: r.RefKey},
		At:  instant(r.At), RecordedAt: instant(r.RecordedAt),
		Direction: activity.Direction(r.Direction), Channel: contact.Channel(r.Channel),
		Subject: r.Subject, Text: r.Body, Amount: money.New(r.Amount, r.Currency),
		Campaign: activity.CampaignID(r.CampaignID),
	}
	return a, errors.Join(decode(r.Payment, &a.Payment), decode(r.Data, &a.Data))
}

// dataRow is a row of the table activity_data: a datum of an activity, for the
// rules.
type dataRow struct {
	TenantID   string
	ContactID  dbID
	ActivityID dbID
	typedRow
}

func (s *Store) dataRows(rows []dataRow, a *activity.Activity) []dataRow {
	for _, name := range slices.Sorted(maps.Keys(a.Data)) {
		rows = append(rows, dataRow{s.tenant, dbID(a.Contact), dbID(a.ID), newTypedRow(name, a.Data[name])})
	}
	return rows
}

// itemRow is a row of the table activity_item.
type itemRow struct {
	bun.BaseModel `bun:"alias:i"`

	TenantID   string
	ContactID  dbID
	ActivityID dbID
	Pos        int64
	Kind       string
	At         int64
	SKU        string
	Name       string
	Category   string
	Quantity   int64
	Amount     int64
	Currency   string
}

func (s *Store) itemRows(rows []itemRow, a *activity.Activity) []itemRow {
	for pos, it := range a.Items {
		rows = append(rows, itemRow{
			TenantID: s.tenant, ContactID: dbID(a.Contact), ActivityID: dbID(a.ID), Pos: int64(pos),
			Kind: string(a.Kind), At: a.At.UnixMicro(),
			SKU: it.SKU, Name: it.Name, Category: it.Category, Quantity: it.Quantity,
			Amount: it.Amount.Amount, Currency: it.Amount.Currency,
		})
	}
	return rows
}

func (r *itemRow) item() activity.Item {
	return activity.Item{
		SKU: r.SKU, Name: r.Name, Category: r.Category,
		Quantity: r.Quantity, Amount: money.New(r.Amount, r.Currency),
	}
}
