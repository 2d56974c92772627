package sqlstore

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"
	bundialect "github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/id"
)

var errValue = errors.New("sqlstore: the database holds a value of another form")

// dbID is an id in the database: uuid in PostgreSQL, 16 bytes in SQLite.
type dbID [16]byte

var _ schema.QueryAppender = dbID{}

// AppendQuery writes the id as a literal.
func (i dbID) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	open, end := "X'", "'"
	if gen.Dialect().Name() == bundialect.PG {
		open, end = "'", "'::uuid"
	}
	b = append(b, open...)
	b = hex.AppendEncode(b, i[:])
	return append(b, end...), nil
}

// Scan reads 16 bytes, or the text of a UUID.
func (i *dbID) Scan(src any) error {
	var text string
	switch src := src.(type) {
	case []byte:
		if len(src) == len(i) {
			copy(i[:], src)
			return nil
		}
		text = string(src)
	case string:
		text = src
	default:
		return errValue
	}
	u, err := uuid.Parse(text)
	*i = dbID(u)
	return err
}

// idList is the inner part of IN (?). It must not be empty.
type idList []dbID

// AppendQuery writes the ids with commas between them.
func (l idList) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	for n, i := range l {
		if n > 0 {
			b = append(b, ',')
		}
		b, _ = i.AppendQuery(gen, b)
	}
	return b, nil
}

func listOf[E any](ids []id.ID[E]) idList {
	list := make(idList, len(ids))
	for n, i := range ids {
		list[n] = dbID(i)
	}
	return list
}

// dbTime is an instant that may be missing, NULL in the database.
type dbTime struct{ t time.Time }

var _ schema.QueryAppender = dbTime{}

// AppendQuery writes microseconds, or NULL for the zero time.
func (t dbTime) AppendQuery(_ schema.QueryGen, b []byte) ([]byte, error) {
	if t.t.IsZero() {
		return bundialect.AppendNull(b), nil
	}
	return strconv.AppendInt(b, t.t.UnixMicro(), 10), nil
}

// Scan reads what AppendQuery wrote.
func (t *dbTime) Scan(src any) error {
	if src == nil {
		t.t = time.Time{}
		return nil
	}
	var micro sql.NullInt64
	err := micro.Scan(src)
	t.t = instant(micro.Int64)
	return err
}

// never is the zero time in microseconds.
var never = time.Time{}.UnixMicro()

// instant is the inverse of time.Time.UnixMicro.
func instant(micro int64) time.Time { return time.UnixMicro(micro).UTC() }

// encode writes a document as JSON.
func encode(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// decode reads a document; the empty text leaves v as it is.
func decode(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}
