package stat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stammkunde/crm/internal/stat"
)

const z95 = 1.959964

func Example() {
	low, high := stat.Wilson(5, 10, z95)
	fmt.Printf("5 of 10 redeemed: 50 %%, in truth between %.1f and %.1f %%\n", 100*low, 100*high)
	low, high = stat.Newcombe(56, 70, 48, 80, z95)
	fmt.Printf("56/70 against 48/80: +20 points, in truth between %+.1f and %+.1f\n", 100*low, 100*high)
	// Output:
	// 5 of 10 redeemed: 50 %, in truth between 23.7 and 76.3 %
	// 56/70 against 48/80: +20 points, in truth between +5.2 and +33.4
}

// near reports whether two numbers agree in the four decimals that are printed.
func near(a, b float64) bool { return math.Abs(a-b) <= 0.5e-4+1e-9 }

// The first four are table I of Newcombe, Two-Sided Confidence Intervals for the
// Single Proportion, Statistics in Medicine 17 (1998), method 3.
func TestWilson_published(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, n      int64
		low, high float64
	}{
		{81, 263, .2553, .3662},
		{15, 148, .0624, .1605},
		{0, 20, 0, .1611},
		{1, 29, .0061, .1718},
		{0, 10, 0, .2775},
		{10, 10, .7225, 1},
		{5, 10, .2366, .7634},
	} {
		low, high := stat.Wilson(c.k, c.n, z95)
		if !near(low, c.low) || !near(high, c.high) {
			t.Errorf("Wilson(%d, %d) = %.5f, %.5f, want %.4f, %.4f", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

// Table II of Newcombe, Interval Estimation for the Difference Between Independent
// Proportions (1998), method 10.
func TestNewcombe_published(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k1, n1, k2, n2 int64
		low, high      float64
	}{
		{56, 70, 48, 80, .0524, .3339},
		{9, 10, 3, 10, .1705, .8090},
		{6, 7, 2, 7, .0582, .8062},
		{5, 56, 0, 29, -.0381, .1926},
		{0, 10, 0, 20, -.1611, .2775},
		{0, 10, 0, 10, -.2775, .2775},
		{10, 10, 0, 20, .6791, 1},
		{10, 10, 0, 10, .6075, 1},
	} {
		low, high := stat.Newcombe(c.k1, c.n1, c.k2, c.n2, z95)
		if !near(low, c.low) || !near(high, c.high) {
			t.Errorf("Newcombe(%d/%d, %d/%d) = %.5f, %.5f, want %.4f, %.4f",
				c.k1, c.n1, c.k2, c.n2, low, high, c.low, c.high)
		}
	}
}

// The bounds of Wilson's interval are the rates whose score statistic against the
// observed rate is exactly z: solved here by bisection of that definition.
func TestWilson_inverts_the_score_test(t *testing.T) {
	t.Parallel()
	for n := int64(1); n <= 60; n++ {
		for k := range n + 1 {
			low, high := stat.Wilson(k, n, z95)
			p := float64(k) / float64(n)
			score := func(q float64) bool { return math.Abs(p-q) <= z95*math.Sqrt(q*(1-q)/float64(n)) }
			if k > 0 && math.Abs(low-border(score, 0, p)) > 1e-9 {
				t.Errorf("%d/%d: low %.12f, want %.12f", k, n, low, border(score, 0, p))
			}
			if k < n && math.Abs(high-border(score, 1, p)) > 1e-9 {
				t.Errorf("%d/%d: high %.12f, want %.12f", k, n, high, border(score, 1, p))
			}
		}
	}
}

// border bisects between a point where in is false and one where it is true.
func border(in func(float64) bool, out, inside float64) float64 {
	for range 100 {
		if m := (out + inside) / 2; in(m) {
			inside = m
		} else {
			out = m
		}
	}
	return inside
}

// The interval of 95 % holds the true rate in 95 % of all cases on average over
// the rates, computed exactly from the binomial distribution.
func TestWilson_coverage(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{20, 50, 100, 1000} {
		sum, points := 0.0, 0
		for p := 0.0005; p < 1; p += 0.001 {
			sum += coverage(n, p)
			points++
		}
		if mean := sum / float64(points); mean < .945 || mean > .96 {
			t.Errorf("n = %d: mean coverage %.4f", n, mean)
		}
	}
}

// coverage returns the probability that the interval from n trials holds p.
func coverage(n int64, p float64) float64 {
	total := 0.0
	lgn, _ := math.Lgamma(float64(n + 1))
	for k := range n + 1 {
		if low, high := stat.Wilson(k, n, z95); p < low || p > high {
			continue
		}
		lgk, _ := math.Lgamma(float64(k + 1))
		lgr, _ := math.Lgamma(float64(n - k + 1))
		total += math.Exp(lgn - lgk - lgr + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return total
}

func TestWilson_edges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, n      int64
		z         float64
		low, high float64
	}{
		{0, 0, z95, 0, 1},
		{3, -1, z95, 0, 1},
		{3, 10, 0, .3, .3},
	} {
		if low, high := stat.Wilson(c.k, c.n, c.z); low != c.low || high != c.high {
			t.Errorf("Wilson(%d, %d, %v) = %v, %v, want %v, %v", c.k, c.n, c.z, low, high, c.low, c.high)
		}
	}
	for _, n := range []int64{1, 7, 1000, math.MaxInt64} {
		if low, _ := stat.Wilson(0, n, z95); low != 0 {
			t.Errorf("0 of %d: low %v, want exactly 0", n, low)
		}
		if _, high := stat.Wilson(n, n, z95); high != 1 {
			t.Errorf("all of %d: high %v, want exactly 1", n, high)
		}
	}
	low, high := stat.Wilson(11, 10, z95)
	if l, h := stat.Wilson(10, 10, z95); low != l || high != h {
		t.Errorf("11 of 10 gives %v, %v, want that of 10 of 10", low, high)
	}
}

func TestNewcombe_edges(t *testing.T) {
	t.Parallel()
	for _, k := range [][4]int64{{0, 0, 5, 10}, {5, 10, 0, 0}, {0, 0, 0, 0}} {
		if low, high := stat.Newcombe(k[0], k[1], k[2], k[3], z95); low != -1 || high != 1 {
			t.Errorf("%v: %v, %v, want -1, 1", k, low, high)
		}
	}
	// Turning the groups round turns the interval round.
	a, b := stat.Newcombe(3, 17, 9, 20, z95)
	c, d := stat.Newcombe(9, 20, 3, 17, z95)
	if math.Abs(a+d) > 1e-15 || math.Abs(b+c) > 1e-15 {
		t.Errorf("[%v, %v] and [%v, %v] are not mirrored", a, b, c, d)
	}
}
