package duplicates

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/merge"
)

// Store persists scans, the pairs that they have found, and what was dismissed. Each
// method is atomic by itself; the service puts several into one transaction.
// Implementations must be safe for concurrent use. No method looks at whether contacts
// exist.
type Store interface {
	// InsertDuplicateScan stores a new scan with its model; errs.ErrConflict (path
	// "number", code "exists") when there is one with the number.
	InsertDuplicateScan(ctx context.Context, scan Scan, model []byte) error
	// DuplicateScans returns all scans, in ascending order of the number.
	DuplicateScans(ctx context.Context) ([]Scan, error)
	// DuplicateModel returns the model of a scan, byte for byte. It is valid UTF-8.
	// errs.ErrNotFound (path "number") when there is no such scan.
	DuplicateModel(ctx context.Context, number int) ([]byte, error)
	// LockDuplicateScan returns a scan; until the transaction ends nobody else can
	// lock, update or delete it. errs.ErrNotFound (path "number") when there is none.
	LockDuplicateScan(ctx context.Context, number int) (Scan, error)
	// UpdateDuplicateScan replaces all but the model and StartedAt of the scan with the
	// number, or returns errs.ErrNotFound at "number".
	UpdateDuplicateScan(ctx context.Context, scan Scan) error
	// DeleteDuplicateScan removes up to limit pairs of a scan and, where none is left
	// then, the scan. It locks the scan first. It reports whether scan and pairs are
	// gone, which they are, too, if they never were there.
	DeleteDuplicateScan(ctx context.Context, number, limit int) (gone bool, err error)

	// PutDuplicatePairs stores pairs, which differ in A or B, each in the place of the
	// one with its Scan, A and B, if there is one.
	PutDuplicatePairs(ctx context.Context, pairs []Found) error
	// DuplicatePairs returns pairs, ordered by MilliBits, descending, then A and B.
	DuplicatePairs(ctx context.Context, q PairQuery) ([]Found, error)
	// DuplicateGroups returns the pairs of a scan whose Group is greater than after and
	// at most to, ordered by Group, A and B. after is not negative.
	DuplicateGroups(ctx context.Context, number, after, to int) ([]Found, error)

	// InsertDismissals stores dismissals. One whose A and B are there stays as it is.
	InsertDismissals(ctx context.Context, list []Dismissal) error
	// DeleteDismissals removes dismissals, found by A and B.
	DeleteDismissals(ctx context.Context, list []Dismissal) error
	// Dismissals returns up to limit dismissals behind the A and B of another one,
	// ordered by A and B.
	Dismissals(ctx context.Context, after Dismissal, limit int) ([]Dismissal, error)
	// DismissalsOf returns the dismissals that name one of the contacts, each once,
	// ordered by A and B.
	DismissalsOf(ctx context.Context, ids []contact.ID) ([]Dismissal, error)
}

// Stores is what the service needs.
type Stores interface {
	Store
	contact.Store
	merge.Store
}

// Found is a pair as it is stored.
type Found struct {
	Scan int        // the number of the scan
	A, B contact.ID // A is the lower one
	// MilliBits is the evidence, in thousandths of a bit.
	MilliBits     int64
	Contradiction bool
	Group         int // 0 for none
}

// PairQuery asks for pairs of one scan.
type PairQuery struct {
	Scan int
	// After is where the page before ended: only MilliBits, A and B count. With a zero
	// B it means from the beginning.
	After Found
	// Least is the least MilliBits.
	Least int64
	Limit int
}

// Dismissal says that two contacts are not one. They may have been merged since.
type Dismissal struct {
	A, B contact.ID // A is the lower one
	At   time.Time
}
