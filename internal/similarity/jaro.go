package similarity

import "math/bits"

// JaroWinkler returns the similarity of Jaro (1989) with the bonus of Winkler (1990)
// for a common beginning of up to four bytes: from 0, nothing in common, to 1, equal.
// The bonus of a tenth per byte is only given where Jaro's measure exceeds 0.7, as in
// Winkler's own program. Two empty texts are equal.
func JaroWinkler(a, b string) float64 {
	return winkler(jaro(cut(a), cut(b)), a, b)
}

// winkler adds the bonus for a common beginning.
func winkler(j float64, a, b string) float64 {
	if j <= 0.7 {
		return j
	}
	n := 0
	for n < 4 && n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return j + float64(n)*0.1*(1-j)
}

// JaroWinklerFrom is JaroWinkler where the similarity is at least as given, and else
// 0. It sees quickly that two texts have too few bytes in common.
func JaroWinklerFrom(least float64, a, b string) float64 {
	a, b = cut(a), cut(b)
	if len(a) == 0 || len(b) == 0 || winkler(bound(a, b), a, b) < least {
		return 0
	}
	if s := winkler(jaro(a, b), a, b); s >= least {
		return s
	}
	return 0
}

// bound is what jaro is at most if all bytes count that are anywhere in the other text.
func bound(a, b string) float64 {
	var inA, inB uint64 // the lowest six bits of the bytes that occur
	for i := range len(a) {
		inA |= 1 << (a[i] & 63)
	}
	common := 0
	for i := range len(b) {
		inB |= 1 << (b[i] & 63)
		common += int(inA >> (b[i] & 63) & 1)
	}
	other := 0
	for i := range len(a) {
		other += int(inB >> (a[i] & 63) & 1)
	}
	m := float64(min(common, other))
	return (m/float64(len(a)) + m/float64(len(b)) + 1) / 3
}

// jaro counts the bytes that both texts have at nearby places, and half of those that
// stand in another order.
func jaro(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if a > b {
		a, b = b, a // which byte goes with which can depend on the order
	}
	var at [256]uint64 // the places of each byte in b
	for j := range len(b) {
		at[b[j]] |= 1 << j
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB uint64 // the places of common bytes
	for i := range len(a) {
		near := uint64(1)<<(2*window+1) - 1 // the places around i
		if shift := i - window; shift < 0 {
			near >>= -shift
		} else {
			near <<= shift
		}
		if common := at[a[i]] & near &^ inB; common != 0 {
			inA |= 1 << i
			inB |= common & -common
		}
	}
	if inA == 0 {
		return 0
	}
	common, moved := bits.OnesCount64(inA), 0
	for inA != 0 {
		if a[bits.TrailingZeros64(inA)] != b[bits.TrailingZeros64(inB)] {
			moved++
		}
		inA &= inA - 1
		inB &= inB - 1
	}
	m := float64(common)
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved/2))/m) / 3
}
