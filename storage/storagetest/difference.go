package storagetest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// difference describes how the JSON of got differs from that of want, or
// returns "".
func difference(got, want any) string {
	g, w := lines(got), lines(want)
	if len(g) != len(w) {
		return differentPart(g, w)
	}
	const most = 8
	var b strings.Builder
	found := 0
	for i := range g {
		if g[i] == w[i] {
			continue
		}
		if found++; found > most {
			b.WriteString("... and more\n")
			break
		}
		fmt.Fprintf(&b, "got  %s\nwant %s\n", short(g[i]), short(w[i]))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func lines(v any) []string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return []string{fmt.Sprintf("%#v (%v)", v, err)}
	}
	list := strings.Split(string(text), "\n")
	for i := range list {
		list[i] = strings.TrimLeft(list[i], " ")
		// An empty list and none are the same.
		if rest, empty := strings.CutSuffix(strings.TrimSuffix(list[i], ","), "[]"); empty {
			list[i] = strings.Replace(list[i], rest+"[]", rest+"null", 1)
		}
	}
	return list
}

// differentPart leaves out how both begin and end.
func differentPart(got, want []string) string {
	begin := 0
	for begin < min(len(got), len(want)) && got[begin] == want[begin] {
		begin++
	}
	end := 0
	for end < min(len(got), len(want))-begin && got[len(got)-1-end] == want[len(want)-1-end] {
		end++
	}
	part := func(list []string) string { return short(strings.Join(list[begin:len(list)-end], " ")) }
	return fmt.Sprintf("got  %s\nwant %s", part(got), part(want))
}

func short(s string) string {
	const most = 1000
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + fmt.Sprintf("... (%d bytes)", len(s))
}
