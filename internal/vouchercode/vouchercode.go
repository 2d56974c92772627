// Package vouchercode makes readable voucher codes that nobody can guess, and
// reads them back from what people type.
//
// A code has ten random symbols and a check symbol, printed XXXX-XXXX-XXX. The 29
// symbols are the digits 2 to 9 and the consonants, so that nothing looks like
// anything else and no words arise. Ten of them are 29^10 = 4.2e14 codes, 48.6
// bits: with a million codes in circulation a guess is right once in 420 million
// times.
//
// The check symbol makes a weighted sum of all symbols a multiple of 29. As 29 is
// prime and the weights are different and none is 0, every single wrong symbol and
// every swap of two symbols is detected (see Gallian, Error Detection Methods, ACM
// Computing Surveys 28, 1996), and of other errors all but one in 29.
//
// All functions are safe for concurrent use as far as the source of randomness is.
package vouchercode

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

const (
	alphabet = "23456789BCDFGHJKLMNPQRSTVWXYZ"
	modulus  = len(alphabet)
	payload  = 10
	length   = payload + 1
)

// weights of the symbols in the check sum, from left to right.
var weights = [length]int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1}

// Errors of [Parse], to be tested with errors.Is.
var (
	// ErrSymbol means that a character is in no code. Codes hold no 0, 1, A, E, I,
	// O or U, and Parse does not guess which symbol may have been meant.
	ErrSymbol = errors.New("vouchercode: codes hold no 0, 1, A, E, I, O, U, only 2 to 9 and consonants")

	// ErrLength means that there are fewer or more than eleven symbols.
	ErrLength = errors.New("vouchercode: a code has eleven symbols")

	// ErrCheck means that the check symbol does not match: something is mistyped.
	ErrCheck = errors.New("vouchercode: mistyped, the check symbol does not match")
)

// errRandom reports a source from which no symbol can be drawn.
var errRandom = errors.New("vouchercode: the source of randomness repeats itself")

// New draws a code of eleven symbols in canonical form, without dashes. All codes
// are equally likely if the bytes of random are; a code is as hard to guess as
// they are, so give it crypto/rand.Reader. An error of random is returned wrapped.
func New(random io.Reader) (string, error) {
	var code [length]byte
	sum := 0
	for i := 0; i < payload; {
		var block [16]byte
		if _, err := io.ReadFull(random, block[:]); err != nil {
			return "", fmt.Errorf("vouchercode: reading randomness: %w", err)
		}
		drawn := i
		for _, b := range block {
			// Bytes from 232 on would make the first symbols likelier.
			if i < payload && int(b) < 256/modulus*modulus {
				value := int(b) % modulus
				code[i] = alphabet[value]
				sum += weights[i] * value
				i++
			}
		}
		if i == drawn {
			return "", errRandom // chance: once in 10^16 blocks
		}
	}
	code[payload] = alphabet[(modulus-sum%modulus)%modulus]
	return string(code[:]), nil
}

// Parse returns the canonical form of a code that a person typed: small ASCII
// letters become capitals, and white space and dashes of every kind are dropped.
// It returns [ErrSymbol], [ErrLength] or [ErrCheck], in this order of precedence;
// the errors do not repeat the text. Whether the code exists is another question.
func Parse(s string) (string, error) {
	var code [length]byte
	n, sum := 0, 0
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			continue
		}
		if 'a' <= r && r <= 'z' {
			r += 'A' - 'a'
		}
		value := strings.IndexRune(alphabet, r)
		if value < 0 {
			return "", ErrSymbol
		}
		if n < length {
			code[n] = alphabet[value]
			sum += weights[n] * value
		}
		n++
	}
	if n != length {
		return "", ErrLength
	}
	if sum%modulus != 0 {
		return "", ErrCheck
	}
	return string(code[:]), nil
}

// Format writes a canonical code as it is printed, XXXX-XXXX-XXX. It returns
// anything that is not eleven bytes long as it is.
func Format(code string) string {
	if len(code) != length {
		return code
	}
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}
