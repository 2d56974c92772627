package memory

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every table of the state is known to name nobody, or the function that erases its rows
// does change it. So nothing is left out of an erasure by accident.
func TestPersonal_knows_every_table(t *testing.T) {
	bodies := functions(t, "privacy.go", "privacy_erase.go", "delete.go", "duplicate.go", "live.go")
	words := map[string][]string{ // what a function calls, which changes the table
		"identities": {"deleteContact"}, "identitiesOf": {"deleteContact"}, "links": {"deleteContact"}, "contacts": {"deleteContact"},
		"ending": {"deleteContact"}, "optIns": {"deleteContact"}, "optInsMade": {"deleteContact"}, "optInsOf": {"deleteContact"}, "optInQueue": {"deleteContact"},
		"events": {"deleteContact"}, "cells": {"deleteContact"}, "changed": {"putWatch"}, "dueNext": {"putWatch"},
		"foundPairs": {"removeFound"}, "foundInOrder": {"removeFound"}, "foundGroups": {"removeFound"},
	}
	kind := reflect.TypeFor[state]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		if name == "edit" {
			continue
		}
		how, known := personal[name]
		switch {
		case !known:
			t.Errorf("the table %s is not in the map personal: say how it is erased", name)
		case strings.Contains(how, " "): // names nobody, or is kept
		case !strings.Contains(bodies[how], "."+name+".remove(") && !slices.ContainsFunc(words[name], func(w string) bool { return strings.Contains(bodies[how], w+"(") }):
			t.Errorf("%s does not remove rows of the table %s", how, name)
		}
	}
	for name := range personal {
		if _, there := kind.FieldByName(name); !there {
			t.Errorf("the map personal names %s, which is no table", name)
		}
	}
}

// functions reads the text of the functions of files, by their names.
func functions(t *testing.T, files ...string) map[string]string {
	t.Helper()
	bodies := map[string]string{}
	for _, file := range files {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				var calls []string
				ast.Inspect(f.Body, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if ok {
						calls = append(calls, written(call.Fun))
					}
					return true
				})
				bodies[f.Name.Name] = strings.Join(calls, "(") + "("
			}
		}
	}
	return bodies
}

// written gives a selector as it is written.
func written(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return written(e.X) + "." + e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}
