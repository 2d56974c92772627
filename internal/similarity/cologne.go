package similarity

// AppendCologne appends the code of the Cologne phonetics (Postel 1969, "Die Kölner
// Phonetik") of a word in lower case: words that sound alike in German have the same
// digits, which serves English names well, too. Umlauts may stand as they are or as
// two letters; what is no letter is passed over. The code of a word without a letter
// but H is empty.
func AppendCologne(dst []byte, word string) []byte {
	start := len(dst)
	var last byte // the digit before, which is not repeated
	for i := 0; i < len(word) && len(dst)-start < limit; i++ {
		first, second := digits(word, i)
		for _, d := range [2]byte{first, second} {
			if d == 0 || d == last {
				continue
			}
			last = d
			if d == '0' && len(dst) > start {
				continue // vowels count at the beginning only, but part equal digits
			}
			dst = append(dst, d)
		}
	}
	return dst
}

// digits returns the one or two digits of a letter between its neighbours, and 0 for
// none.
func digits(word string, i int) (first, second byte) {
	switch word[i] {
	case 'a', 'e', 'i', 'j', 'o', 'u', 'y':
		return '0', 0
	case 'b':
		return '1', 0
	case 'p':
		if letter(word, i, 1) == 'h' {
			return '3', 0
		}
		return '1', 0
	case 'd', 't':
		if in(letter(word, i, 1), "csz") {
			return '8', 0
		}
		return '2', 0
	case 'f', 'v', 'w':
		return '3', 0
	case 'g', 'k', 'q':
		return '4', 0
	case 'c':
		return c(letter(word, i, -1), letter(word, i, 1)), 0
	case 'x':
		if in(letter(word, i, -1), "ckq") {
			return '8', 0
		}
		return '4', '8'
	case 'l':
		return '5', 0
	case 'm', 'n':
		return '6', 0
	case 'r':
		return '7', 0
	case 's', 'z':
		return '8', 0
	case 0xC3: // the first byte of ä, ö, ü and ß
		return accented(word, i), 0
	}
	return 0, 0
}

// c returns the digit of the letter C.
func c(before, after byte) byte {
	hard := in(after, "ahkoqux")
	if before == 0 {
		hard = hard || in(after, "lr")
	} else if in(before, "sz") {
		hard = false
	}
	if hard {
		return '4'
	}
	return '8'
}

func accented(word string, i int) byte {
	if i+1 >= len(word) {
		return 0
	}
	switch word[i+1] {
	case 0xA4, 0xB6, 0xBC: // ä, ö, ü
		return '0'
	case 0x9F: // ß
		return '8'
	}
	return 0
}

// letter returns the letter beside place i, and 0 at the ends of the word and beside
// what is no letter.
func letter(word string, i, step int) byte {
	i += step
	if i < 0 || i >= len(word) || word[i] < 'a' || word[i] > 'z' {
		return 0
	}
	return word[i]
}

func in(c byte, set string) bool {
	for i := range len(set) {
		if set[i] == c {
			return c != 0
		}
	}
	return false
}
