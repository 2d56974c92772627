// Package similarity says how much alike two short texts are, by spelling and by
// sound. Its functions work on the bytes of texts that were folded to ASCII before,
// look at no more than the first 64 of them, and allocate nothing.
package similarity

// limit is how many bytes of a text count: one bit each in a machine word.
const limit = 64

func cut(s string) string { return s[:min(len(s), limit)] }
