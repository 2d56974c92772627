package vcard

import (
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// DefaultSource is the source of the identities that are made of UID, where the
// options name no other. It is also the one that a Writer makes UID of.
const DefaultSource = "vcard"

const (
	defaultMaxCard = 8 << 20 // bytes
	overhead       = 128     // bytes that every property counts, beside its text
	maxHead        = 256     // bytes of a line in which its name must end
	maxList        = 1000    // elements of one list of a card
	maxParams      = 32      // parameters of a property
)

// Options tells how a file is to be read. Nothing need be told.
type Options struct {
	// Source is the source of the identity that UID gives. It is a name such as
	// "nextcloud". Defaults to DefaultSource.
	Source string
	// MaxCard is the largest size of a card in bytes, where each property counts
	// 128 more than it has. Pictures, sounds and keys are skipped while reading
	// and do not count. At most 1 GiB. Defaults to 8 MiB.
	MaxCard int
}

// settings copies, completes and checks o.
func settings(o *Options) (Options, error) {
	var own Options
	if o != nil {
		own = *o
	}
	if own.Source == "" {
		own.Source = DefaultSource
	}
	if own.MaxCard == 0 {
		own.MaxCard = defaultMaxCard
	}
	var f errs.Fields
	check.Name(&f, "source", own.Source)
	if own.MaxCard < 0 || own.MaxCard > 1<<30 {
		f.Add("maxCard", "out_of_range", "must be between 1 byte and 1 GiB")
	}
	return own, f.Err(opNewReader)
}
