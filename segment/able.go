package segment

// Wrapper is a store around another one that has its abilities all the same: Evaluator,
// Planner, FactReader, Scanner and MemberCopier.
type Wrapper interface {
	// Unwrap returns the store inside.
	Unwrap() any
}

// able returns the ability A of a store, or of the one that it is wrapped around.
func able[A any](store any) (ability A, ok bool) {
	for {
		if ability, ok = store.(A); ok {
			return ability, true
		}
		w, wraps := store.(Wrapper)
		if !wraps {
			return ability, false
		}
		store = w.Unwrap()
	}
}
