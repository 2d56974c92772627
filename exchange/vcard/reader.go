package vcard

import (
	"bytes"
	"fmt"
	"io"
	"iter"

	"github.com/stammkunde/crm/contact"
)

// Reader reads the cards of a file. It is for one goroutine.
type Reader struct {
	in      *lines
	from    io.Reader
	source  string
	maxCard int

	begun bool // the line BEGIN:VCARD of the next card was read
	card  raw
}

// Card is one card of a file.
type Card struct {
	// Line is the line of the file on which the card begins, from 1.
	Line int
	// Version is "2.1", "3.0" or "4.0", or empty if the card says something else, or
	// nothing.
	Version string
	// Contact is the record that was made of it. It has no ID, and was not
	// checked as the service does.
	Contact contact.Contact
	// Unread names what could not be kept: names of properties in capitals, or of
	// parts of one as in "N.SUFFIX", in the order of the card, once each.
	Unread []string
}

// raw is a card as it stands in the file.
type raw struct {
	line    int // on which it begins
	size    int // what counts for MaxCard
	version string
	text    []byte // the properties that are kept, without the ends of lines
	props   []span
	unread  list
	before  string // name of the last property
	kept    bool   // that one is in text
}

// span is a property in raw.text.
type span struct{ start, end, line int }

// NewReader makes a Reader of r. It reads nothing yet. The error is an
// errs.ErrInvalid about the options.
func NewReader(r io.Reader, o *Options) (*Reader, error) {
	own, err := settings(o)
	if err != nil {
		return nil, err
	}
	return &Reader{from: r, source: own.Source, maxCard: own.MaxCard}, nil
}

// Cards gives the cards that were not read yet. A broken one comes as a Card with
// nothing but its line and a [CardError], and the loop goes on. Any other error is
// that of the underlying reader, and comes last.
func (r *Reader) Cards() iter.Seq2[Card, error] {
	return func(yield func(Card, error) bool) {
		for {
			card, err := r.read()
			if err == io.EOF {
				return
			}
			_, goOn := err.(*CardError)
			if !yield(card, err) || err != nil && !goOn {
				return
			}
		}
	}
}

// read reads the next card, broken or not.
func (r *Reader) read() (Card, error) {
	if r.in == nil {
		r.in = open(r.from)
	}
	junk := r.seek()
	if junk > 0 {
		return Card{Line: junk}, &CardError{junk, "", "syntax", "belongs to no card"}
	}
	if !r.begun {
		return Card{}, r.end()
	}
	r.begun = false
	line := r.in.count
	broken := r.gather(line)
	if r.in.err != nil {
		return Card{}, r.in.err
	}
	if broken != nil {
		return Card{Line: line}, broken
	}
	card, err := r.build()
	if err != nil {
		return Card{Line: line}, err
	}
	return card, nil
}

// end is why nothing more comes.
func (r *Reader) end() error {
	if r.in.err != nil {
		return r.in.err
	}
	return io.EOF
}

// seek goes to the next card. It gives the line of what stands before it, or 0.
func (r *Reader) seek() int {
	junk := 0
	var head []byte
	for !r.begun && r.in.more() {
		head = r.in.part(head[:0], maxHead)
		switch r.in.drop(); {
		case isBegin(head):
			r.begun = true
		case junk == 0 && !isBlank(head):
			junk = r.in.count
		}
	}
	return junk
}

// gather reads the properties of a card up to its end, or up to the beginning of
// the next one.
func (r *Reader) gather(line int) error {
	r.card = raw{line: line, text: r.card.text[:0], props: r.card.props[:0]}
	for {
		if !r.in.more() {
			return &CardError{line, "", "shape", "ends without END:VCARD"}
		}
		done, err := r.property()
		if err != nil {
			r.abandon()
			return err
		}
		if done {
			return nil
		}
	}
}

// abandon skips the rest of a card.
func (r *Reader) abandon() {
	r.in.drop()
	var head []byte
	for r.in.more() {
		head = r.in.part(head[:0], maxHead)
		r.in.drop()
		if isEnd(head) {
			return
		}
		if isBegin(head) {
			r.begun = true
			return
		}
	}
}

// property reads the lines of a property. It is done when they were the end of the
// card.
func (r *Reader) property() (done bool, err error) {
	c := &r.card
	s := span{start: len(c.text), line: r.in.count + 1}
	r.head(s)
	head := c.text[s.start:]
	if r.in.ended && isEnd(head) {
		return true, nil
	}
	if r.in.ended && isBegin(head) {
		c.text = c.text[:s.start]
		return r.nested(), nil
	}
	name, ok := propertyName(head)
	if !ok {
		return false, r.stray(s, head)
	}
	c.before = name
	_, c.kept = handlers[name]
	if err := r.value(s, name); err != nil {
		return false, err
	}
	if !c.kept {
		c.text = c.text[:s.start]
		if !metadata[name] {
			c.unread.add(name)
		}
		return false, nil
	}
	s.end = len(c.text)
	c.props = append(c.props, s)
	if name == "VERSION" {
		_, v, _ := bytes.Cut(c.text[s.start:], []byte(":"))
		if v := string(bytes.TrimSpace(v)); v == "2.1" || v == "3.0" || v == "4.0" {
			c.version = v
		}
	}
	return false, nil
}

// head reads the beginning of a line, with what is folded before the name ends.
func (r *Reader) head(s span) {
	c := &r.card
	c.text = r.in.part(c.text, maxHead)
	for r.in.ended && !bytes.ContainsAny(c.text[s.start:], ":;") && !isBlank(c.text[s.start:]) {
		room := maxHead - len(c.text[s.start:])
		if b := r.in.window(); room <= 0 || len(b) == 0 || b[0] != ' ' && b[0] != '\t' {
			return
		}
		r.in.skip(1)
		c.text = r.in.part(c.text, room)
	}
}

// nested handles a card that begins before the last one has ended: it is that of
// an agent, who is not kept, or the end is missing.
func (r *Reader) nested() (done bool) {
	if r.card.before != "AGENT" {
		r.begun = true
		return true
	}
	r.abandon()
	return r.begun
}

// stray handles a line that is no property. In a note, of which nothing is kept
// anyway, it is a line of the note whose end was not encoded.
func (r *Reader) stray(s span, head []byte) error {
	c := &r.card
	blank := isBlank(head)
	c.text = c.text[:s.start]
	size := len(head) + r.in.drop()
	switch {
	case blank && size <= maxHead:
		return nil
	case c.before == "" || c.kept:
		return &CardError{s.line, "", "syntax", "is no property of a card"}
	}
	return r.count(s.line, size)
}

// count adds to the size of the card.
func (r *Reader) count(line, size int) error {
	if r.card.size += size; r.card.size > r.maxCard {
		return r.tooLong(line)
	}
	return nil
}

func (r *Reader) tooLong(line int) error {
	return &CardError{line, "", "too_long", fmt.Sprintf("makes the card larger than %d bytes", r.maxCard)}
}

// media are properties with a picture, a sound or a key, which may be large and
// have no place in a record.
var media = map[string]bool{"PHOTO": true, "LOGO": true, "SOUND": true, "KEY": true, "X-MS-CARDPICTURE": true}

// metadata are properties that say nothing of a customer.
var metadata = map[string]bool{"PRODID": true, "REV": true, "CREATED": true, "PROFILE": true}

// value reads the rest of a property. It is appended to the text if it is kept.
func (r *Reader) value(s span, name string) error {
	c := &r.card
	h := header{base64: media[name]}
	size := overhead + len(c.text) - s.start
	if !r.in.ended {
		size += r.piece(r.maxCard - c.size - size)
	}
	for {
		h.look(c.text[s.start:])
		if media[name] {
			size = 0
		}
		if c.size+size > r.maxCard {
			return r.tooLong(s.line)
		}
		if !r.goesOn(h) {
			break
		}
		size += 1 + r.piece(r.maxCard-c.size-size)
	}
	c.size += size
	return nil
}

// piece reads the rest of the present line, or the next one if that has ended. Of
// what is kept, it reads at most a byte more than there is room for.
func (r *Reader) piece(room int) int {
	c := &r.card
	if !c.kept {
		n := len(r.in.part(r.in.trash[:0], chunk))
		return n + r.in.drop()
	}
	have := len(c.text)
	c.text = r.in.part(c.text, max(1, room+1))
	return len(c.text) - have
}

// goesOn reports whether the next line belongs to the property, too, and skips
// what only says so.
func (r *Reader) goesOn(h header) bool {
	c := &r.card
	if !r.in.ended {
		return false
	}
	line := r.in.ahead(chunk)
	switch {
	case h.qp && r.in.last == '=' && r.in.more():
		if c.kept {
			c.text = c.text[:len(c.text)-1]
		}
		return !isEnd(line) && !isBegin(line)
	case len(line) > 0 && (line[0] == ' ' || line[0] == '\t'):
		r.in.skip(1)
		// vCard 2.1 folds before a blank, the others put one there.
		if c.kept && c.version == "2.1" && !h.base64 {
			c.text = append(c.text, ' ')
		}
		return true
	default:
		return h.base64 && isBase64(line)
	}
}
