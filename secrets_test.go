package crm_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/crmtest"
	"github.com/stammkunde/crm/storage/memory"
)

// theSecret is planted wherever a secret can stand.
var theSecret = []byte("Xq7-planted-secret-of-32-bytes-!")

// secretTypes are the exported types with a field that holds a secret.
var secretTypes = []string{"consent.OptIn", "crm.Duplicates", "crm.Suppression"}

// secretive gives a value of all that holds a secret, directly or deep inside.
func secretive(t *testing.T) map[string]any {
	t.Helper()
	sealer, err := contact.NewSealer(theSecret)
	if err != nil {
		t.Fatal(err)
	}
	config := crm.Config{
		Duplicates:  &crm.Duplicates{Secret: theSecret},
		Suppression: &crm.Suppression{Secrets: [][]byte{theSecret}},
		OptIn: &consent.OptIn{
			Secrets: [][]byte{theSecret}, Link: "https://shop.example/confirm?t={token}",
			Mails: map[string]consent.OptInMail{"": {Subject: "Please confirm", Text: "Confirm: {link}"}},
		},
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: crmtest.NewRecorder()},
	}
	config.Validation.Sealer = sealer
	c, err := crm.New(memory.New(), &config)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{
		"crm.Config": config, "*crm.Config": &config, "crm.Duplicates": *config.Duplicates, "crm.Suppression": *config.Suppression,
		"consent.OptIn": *config.OptIn, "*consent.OptIn": config.OptIn, "contact.Validation": config.Validation, "contact.Sealer": sealer,
		"duplicate.Secret": duplicate.NewSecret(theSecret), "*crm.CRM": c, "crm.CRM": *c, "a list": []any{config.Duplicates, config.Suppression, config.OptIn},
	}
	for i := range reflect.TypeOf(*c).NumField() {
		if f := reflect.TypeOf(*c).Field(i); f.IsExported() {
			service := reflect.ValueOf(*c).Field(i)
			all[f.Name], all[f.Name+" itself"] = service.Interface(), service.Elem().Interface()
		}
	}
	return all
}

// spellings are what a secret may look like in a text.
func spellings(secret []byte) []string {
	var decimal, goHex []string
	for _, b := range secret[:8] {
		decimal, goHex = append(decimal, strconv.Itoa(int(b))), append(goHex, fmt.Sprintf("0x%x", b))
	}
	return []string{
		string(secret[:8]), hex.EncodeToString(secret[:8]), strings.ToUpper(hex.EncodeToString(secret[:8])), base64.StdEncoding.EncodeToString(secret)[:10],
		strings.Join(decimal, " "), strings.Join(decimal, ","), strings.Join(goHex, ", "),
	}
}

func sha256Of(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] }

// texts prints a value in every way there is.
func texts(v any) map[string]string {
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%U"} {
		out[verb] = fmt.Sprintf(verb, v)
	}
	if text, err := json.Marshal(v); err == nil { // services cannot be written
		out["JSON"] = string(text)
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "value", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "value", v, slog.Group("g", "value", v))
	out["slog"] = b.String()
	return out
}

func TestSecrets_are_not_printed(t *testing.T) {
	t.Parallel()
	half := binary.LittleEndian.Uint64(sha256Of(theSecret)) // what duplicate.Secret keeps
	wanted := append(spellings(theSecret), fmt.Sprint(half), fmt.Sprintf("%x", half), fmt.Sprintf("%X", half))
	for name, v := range secretive(t) {
		for how, text := range texts(v) {
			for _, s := range wanted {
				if strings.Contains(text, s) {
					t.Errorf("%s printed with %s shows its secret as %q", name, how, s)
				}
			}
		}
	}
}

// The search itself finds a secret that is printed.
func TestSecrets_are_found_where_they_are_printed(t *testing.T) {
	t.Parallel()
	type open struct{ Secret []byte }
	for how, text := range texts(open{theSecret}) {
		if how == "%c" || how == "%U" {
			continue
		}
		if !slices.ContainsFunc(spellings(theSecret), func(s string) bool { return strings.Contains(text, s) }) {
			t.Errorf("with %s: %s", how, text)
		}
	}
}

// secretName is how a field is called that holds one.
var secretName = regexp.MustCompile(`(?i)secret|password|passphrase|pepper|private_?key|api_?key|credential`)

// A new type with a secret in it must be in the list above, and so be tested.
func TestSecrets_types_are_listed(t *testing.T) {
	t.Parallel()
	var found []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "internal/") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, is := n.(*ast.TypeSpec); is && spec.Name.IsExported() && holdsSecret(spec.Type) {
				found = append(found, file.Name.Name+"."+spec.Name.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if !slices.Equal(found, secretTypes) {
		t.Errorf("exported types with secrets: %q, tested are %q", found, secretTypes)
	}
	all := secretive(t)
	for _, name := range secretTypes {
		if all[name] == nil {
			t.Errorf("secretive gives no %s", name)
		}
	}
}

// holdsSecret reports whether a struct has an exported field for a secret.
func holdsSecret(typ ast.Expr) bool {
	s, is := typ.(*ast.StructType)
	if !is {
		return false
	}
	for _, f := range s.Fields.List {
		for _, name := range f.Names {
			if name.IsExported() && secretName.MatchString(name.Name) {
				return true
			}
		}
	}
	return false
}
