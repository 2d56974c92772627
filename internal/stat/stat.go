// Package stat estimates rates, such as the share of recipients who redeemed a
// voucher, together with how far to trust them.
//
// All functions are pure and safe for concurrent use.
package stat

import "math"

// Wilson returns the score interval for the rate successes/trials, after Wilson,
// Probable Inference, the Law of Succession, and Statistical Inference, Journal of
// the American Statistical Association 22 (1927), without continuity correction.
//
// The bounds lie in [0, 1] and enclose the observed rate. z is the quantile of the
// normal distribution, positive and finite: 1.959964 for an interval of 95 %. It
// returns 0, 1 (nothing is known) for no trials or fewer. A count of successes
// outside [0, trials] is taken for the nearest one inside.
func Wilson(successes, trials int64, z float64) (low, high float64) {
	if trials <= 0 {
		return 0, 1
	}
	successes = min(max(successes, 0), trials)
	n := float64(trials)
	p := float64(successes) / n
	z2 := z * z
	center := p + z2/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	low, high = (center-half)/(1+z2/n), (center+half)/(1+z2/n)
	// Where the exact bound is 0, 1 or the rate itself, rounding errors must not
	// move it to the wrong side.
	return clamp(low, 0, p), clamp(high, p, 1)
}

// Newcombe returns the hybrid score interval for the difference k1/n1 - k2/n2 of
// two independent rates: method 10 of Newcombe, Interval Estimation for the
// Difference Between Independent Proportions: Comparison of Eleven Methods,
// Statistics in Medicine 17 (1998), built from the [Wilson] intervals of both.
//
// The bounds lie in [-1, 1] and enclose the observed difference; z is as in
// [Wilson]. It returns -1, 1 if one of the groups is empty. Counts outside [0, n]
// are taken for the nearest one inside.
func Newcombe(k1, n1, k2, n2 int64, z float64) (low, high float64) {
	if n1 <= 0 || n2 <= 0 {
		return -1, 1
	}
	p1, p2 := rate(k1, n1), rate(k2, n2)
	l1, u1 := Wilson(k1, n1, z)
	l2, u2 := Wilson(k2, n2, z)
	d := p1 - p2
	low = d - math.Hypot(p1-l1, u2-p2)
	high = d + math.Hypot(u1-p1, p2-l2)
	return clamp(low, -1, d), clamp(high, d, 1)
}

// rate returns k/n with k moved into [0, n].
func rate(k, n int64) float64 {
	return float64(min(max(k, 0), n)) / float64(n)
}

// clamp moves x into [low, high].
func clamp(x, low, high float64) float64 {
	return min(max(x, low), high)
}
