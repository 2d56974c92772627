package consent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// Notice is a text that customers see when they declare something. One version
// in one language never changes, so that what somebody saw can be shown years
// later.
type Notice struct {
	NoticeKey
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
}

// NoticeKey names a notice.
type NoticeKey struct {
	// Name such as "newsletter".
	Name string `json:"name"`
	// Version such as "3" or "2026-03".
	Version string `json:"version"`
	// Locale is the language of the text, such as "de"; it may be empty.
	Locale string `json:"locale,omitempty"`
}

// NoticeRef is what an event keeps of a notice.
type NoticeRef struct {
	NoticeKey
	// SHA256 is that of the text, in hexadecimal digits. The service sets it.
	SHA256 string `json:"sha256"`
}

// Ref returns what an event keeps of the notice.
func (n Notice) Ref() NoticeRef {
	sum := sha256.Sum256([]byte(n.Text))
	return NoticeRef{n.NoticeKey, hex.EncodeToString(sum[:])}
}

// PutNotice stores a notice. Storing the same text again changes nothing; another
// text under the same name, version and locale is refused with errs.ErrConflict:
// give it a new version. It returns errs.ErrInvalid with all broken fields.
func (s *Service) PutNotice(ctx context.Context, n Notice) (stored Notice, err error) {
	const op = "consent.PutNotice"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "notice", ""); err != nil {
		return Notice{}, err
	}
	var f errs.Fields
	n.NoticeKey.check(&f, "")
	if n.Text == "" {
		f.Add("text", "required", "must hold what the customers see")
	}
	check.Prose(&f, "text", n.Text, maxWording)
	if err := f.Err(op); err != nil {
		return Notice{}, err
	}
	n.CreatedAt = s.env.Now()
	if stored, err = s.store.InsertNotice(ctx, n); err != nil {
		return Notice{}, err
	}
	if stored.Text != n.Text {
		return Notice{}, errs.Conflict(op, "text", "exists", "is another one than that of this version: a notice never changes")
	}
	return stored, nil
}

// Notice returns a notice, or errs.ErrNotFound.
func (s *Service) Notice(ctx context.Context, key NoticeKey) (n Notice, err error) {
	const op = "consent.Notice"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "notice", ""); err != nil {
		return Notice{}, err
	}
	list, err := s.store.Notices(ctx, []NoticeKey{key})
	if err != nil {
		return Notice{}, err
	}
	if len(list) == 0 {
		return Notice{}, errs.NotFound(op, "notice")
	}
	return list[0], nil
}

// ListNotices returns all notices, ordered by name, version and locale.
func (s *Service) ListNotices(ctx context.Context) (list []Notice, err error) {
	const op = "consent.ListNotices"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "notice", ""); err != nil {
		return nil, err
	}
	return s.store.ListNotices(ctx)
}

func (k NoticeKey) check(f *errs.Fields, path string) {
	if path != "" {
		path += "."
	}
	check.Name(f, path+"name", k.Name)
	check.Key(f, path+"version", k.Version, maxText)
	check.Line(f, path+"locale", k.Locale, maxText)
}

// resolve sets the digests of the notices of declarations, and refuses what is
// not there.
func resolve(ctx context.Context, store Store, op, path string, list []Declaration) error {
	var keys []NoticeKey
	for _, d := range list {
		if d.Notice != (NoticeKey{}) {
			keys = append(keys, d.Notice)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	known := map[NoticeKey]NoticeRef{}
	notices, err := store.Notices(ctx, keys)
	if err != nil {
		return err
	}
	for _, n := range notices {
		known[n.NoticeKey] = n.Ref()
	}
	var f errs.Fields
	for i := range list {
		if list[i].Notice == (NoticeKey{}) {
			continue
		}
		ref, there := known[list[i].Notice]
		if !there {
			f.Add(element(path, i, "notice"), "not_found", "does not exist: store it with PutNotice")
		}
		list[i].ref = ref
	}
	return f.Err(op)
}
