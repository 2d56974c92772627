package duplicate

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// modelJSON is a model as it is stored.
type modelJSON struct {
	NormVersion    int                  `json:"norm_version"`
	Prior          float64              `json:"prior_bits"`
	Trust          float64              `json:"trust"`
	TrustRelatives float64              `json:"trust_relatives"`
	Fields         map[string]fieldJSON `json:"fields"`
}

type fieldJSON struct {
	M       []float64 `json:"m"`
	U       []float64 `json:"u"`
	Implied float64   `json:"implied,omitempty"`
	Rest    float32   `json:"rest,omitempty"`
	// Values are pairs of the hash of a value, 8 bytes, and its frequency, 4 bytes.
	Values []byte `json:"values,omitempty"`
}

// MarshalJSON writes a model to be stored. Frequent names and cities are in it, but as
// hashes that nobody can tell who does not know the secret; it takes 300 kB at most.
func (m *Model) MarshalJSON() ([]byte, error) {
	j := modelJSON{NormVersion, m.prior, m.trust, m.trustRelatives, map[string]fieldJSON{}}
	for f := range fields {
		n := len(scales[f].m)
		j.Fields[f.String()] = fieldJSON{m.m[f][1 : n+1], m.u[f][1 : n+1], m.implied[f], m.values[f].rest.share, m.values[f].bytes()}
	}
	return json.Marshal(j)
}

// ParseModel reads a model that was stored. The secret must be the one that it was
// made with. It returns an error if the text is no model, or one of another
// [NormVersion], which must be trained anew.
func ParseModel(text []byte, s Secret) (*Model, error) {
	var j modelJSON
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, fmt.Errorf("duplicate: no model: %w", err)
	}
	if j.NormVersion != NormVersion {
		return nil, fmt.Errorf("duplicate: the model is of version %d, want %d: train it anew", j.NormVersion, NormVersion)
	}
	m := &Model{secret: s, prior: j.Prior, trust: j.Trust, trustRelatives: j.TrustRelatives}
	for f := range fields {
		if err := m.read(f, j.Fields[f.String()]); err != nil {
			return nil, err
		}
	}
	if !isProbability(m.trust) || !isProbability(m.trustRelatives) || math.Abs(m.prior) > 100 {
		return nil, fmt.Errorf("duplicate: the model has impossible numbers")
	}
	m.computeWeights()
	return m, nil
}

// read takes a field from what was stored.
func (m *Model) read(f field, j fieldJSON) error {
	n := len(scales[f].m)
	if len(j.M) != n || len(j.U) != n || len(j.Values)%12 != 0 || !isProbability(float64(j.Rest)) {
		return fmt.Errorf("duplicate: the model lacks levels of %s", f)
	}
	for i := range n {
		if !(j.M[i] > 0 && j.M[i] <= 1 && j.U[i] > 0 && j.U[i] <= 1) {
			return fmt.Errorf("duplicate: the model has an impossible number for %s", f)
		}
	}
	copy(m.m[f][1:], j.M)
	copy(m.u[f][1:], j.U)
	m.implied[f] = min(max(j.Implied, 0), 1)
	m.values[f] = frequencies{make(map[uint64]frequency, len(j.Values)/12), frequencyOf(float64(j.Rest))}
	for b := j.Values; len(b) > 0; b = b[12:] {
		share := math.Float32frombits(binary.BigEndian.Uint32(b[8:]))
		if !isProbability(float64(share)) {
			return fmt.Errorf("duplicate: the model has an impossible frequency for %s", f)
		}
		m.values[f].of[binary.BigEndian.Uint64(b)] = frequencyOf(float64(share))
	}
	return nil
}

// isProbability reports whether x is a probability.
func isProbability(x float64) bool { return x >= 0 && x <= 1 }

// bytes writes frequencies, the same ones always the same way.
func (v *frequencies) bytes() []byte {
	type one struct {
		hash  uint64
		share float32
	}
	all := make([]one, 0, len(v.of))
	for hash, share := range v.of {
		all = append(all, one{hash, share.share})
	}
	slices.SortFunc(all, func(x, y one) int { return cmp.Compare(x.hash, y.hash) })
	b := make([]byte, 0, len(all)*12)
	for _, o := range all {
		b = binary.BigEndian.AppendUint64(b, o.hash)
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(o.share))
	}
	return b
}
