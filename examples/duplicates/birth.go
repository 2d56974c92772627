package main

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/stammkunde/crm/contact/duplicate"
)

// births are the dates of birth of a file. Which of two numbers is the day, only all
// of them together tell.
type births struct {
	texts              []string
	dayFirst, dayAfter int // dates that can only be read in one way
}

// months are the names of months by their first three letters, English and German.
var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "mär": 3, "mae": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12}

// add notes a date.
func (b *births) add(text string) {
	b.texts = append(b.texts, text)
	n, _ := numbers(text)
	if len(n) != 3 || n[0] > 31 || strings.Contains(text, ".") {
		return
	}
	if n[0] > 12 {
		b.dayFirst++
	}
	if n[1] > 12 {
		b.dayAfter++
	}
}

// date reads a date in whatever way it is written: 19490722, 1949-07-22, 22.07.1949,
// 7/22/1949, 22 July 1949, 1949 7 22, or a year alone. What it does not understand is
// unknown.
func (b *births) date(i int) duplicate.Date {
	text := strings.TrimSuffix(b.texts[i], ".0")
	if len(text) == 8 && strings.Trim(text, "0123456789") == "" {
		return eight(text)
	}
	n, month := numbers(text)
	switch {
	case month > 0 && len(n) == 2 && n[0] > 31:
		return duplicate.Date{Year: n[0], Month: month, Day: n[1]}
	case month > 0 && len(n) == 2:
		return duplicate.Date{Year: year(n[1]), Month: month, Day: n[0]}
	case month > 0 && len(n) == 1:
		return duplicate.Date{Year: year(n[0]), Month: month}
	case len(n) == 1 && n[0] > 31:
		return duplicate.Date{Year: n[0]}
	case len(n) == 2 && n[0] > 31:
		return duplicate.Date{Year: n[0], Month: n[1]}
	case len(n) == 2 && n[1] > 31:
		return duplicate.Date{Year: n[1], Month: n[0]}
	case len(n) != 3:
		return duplicate.Date{}
	case n[0] > 31:
		return duplicate.Date{Year: n[0], Month: n[1], Day: n[2]}
	case b.monthFirst(text):
		return duplicate.Date{Year: year(n[2]), Month: n[0], Day: n[1]}
	}
	return duplicate.Date{Year: year(n[2]), Month: n[1], Day: n[0]}
}

// monthFirst reports whether dates without points have the month first. Americans
// write slashes, so that is how slashes are read if nothing tells.
func (b *births) monthFirst(text string) bool {
	if strings.Contains(text, ".") {
		return false
	}
	return b.dayAfter > b.dayFirst || b.dayAfter == b.dayFirst && strings.Contains(text, "/")
}

// eight reads eight digits: mostly the year comes first.
func eight(text string) duplicate.Date {
	first, _ := strconv.Atoi(text[:4])
	last, _ := strconv.Atoi(text[4:])
	if (first < 1000 || first > 2199) && last >= 1850 && last <= 2199 {
		return duplicate.Date{Year: last, Month: first % 100, Day: first / 100}
	}
	return duplicate.Date{Year: first, Month: last / 100, Day: last % 100}
}

// numbers returns the numbers of a text before its time of day, and its month if it is
// written out.
func numbers(text string) (n []int, month int) {
	if date, _, ok := strings.Cut(text, "T"); ok && strings.Trim(date, "0123456789-") == "" {
		text = date
	}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != ':' }) {
		if strings.Contains(word, ":") {
			break // the time of day
		}
		if i, err := strconv.Atoi(word); err == nil && len(word) <= 4 {
			n = append(n, i)
		} else if letters := []rune(strings.ToLower(word)); len(letters) >= 3 && months[string(letters[:3])] > 0 {
			month = months[string(letters[:3])]
		}
	}
	return n, month
}

// year completes a year of two digits: nobody who was born in 30 or later is of this
// century.
func year(n int) int {
	switch {
	case n >= 100 || n == 0:
		return n
	case n >= 30:
		return 1900 + n
	}
	return 2000 + n
}
