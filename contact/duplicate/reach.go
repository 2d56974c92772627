package duplicate

import "strings"

// Parts of e-mail addresses before the @.
var (
	// nobody are no addresses of anybody.
	nobody = set("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "test", "tester", "testing", "nobody",
		"none", "null", "unknown", "unbekannt", "na", "n/a", "keine", "anonymous", "dummy", "asdf", "invalid", "xxx",
		"x", "a", "aa", "aaa", "abc", "email", "e-mail", "keine-email", "noemail", "no-email", "noname", "fake", "mailer-daemon")
	// offices are at many companies.
	offices = set("info", "office", "mail", "kontakt", "contact", "hello", "hallo", "service", "support", "sales",
		"admin", "webmaster", "post", "verwaltung", "buero", "team", "shop", "rechnung", "billing", "vertrieb", "accounts")
)

// email returns the form under which two spellings of an address are the same: small
// letters, no "+tag", and for Gmail no dots. It is for comparing only.
func email(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "mailto:")
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 254 || strings.ContainsAny(s, "\x1e\x1f \t\r\n") {
		return ""
	}
	local, domain := s[:at], s[at+1:]
	local, _, _ = strings.Cut(local, "+")
	if domain == "googlemail.com" || domain == "gmail.com" {
		domain = "gmail.com"
		local = strings.ReplaceAll(local, ".", "")
	}
	if local == "" || nobody[local] || strings.HasPrefix(domain, "noreply") {
		return ""
	}
	return strings.ToValidUTF8(local+"@"+domain, "?")
}

// phone returns the digits of a number without what stands before the area code
// within a country, so that "+49 30 1234567" ends with those of "030 1234567".
func phone(s string) string {
	var stack [24]byte
	b := stack[:0]
	for i := range min(len(s), rawLimit) {
		if s[i] >= '0' && s[i] <= '9' && len(b) < 20 {
			b = append(b, s[i])
		}
	}
	digits := strings.TrimLeft(string(b), "0")
	if len(digits) < 6 || sequence(string(b)) || sequence(digits) {
		return ""
	}
	if tail := digits[len(digits)-6:]; strings.Trim(tail, tail[:1]) == "" {
		return "" // 030 000000
	}
	return digits
}

// samePhone reports whether the digits of one number end with those of the other.
func samePhone(a, b string) bool {
	return a == b || len(b) >= 7 && strings.HasSuffix(a, b) || len(a) >= 7 && strings.HasSuffix(b, a)
}
