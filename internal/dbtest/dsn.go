package dbtest

import (
	"net/url"
	"regexp"
	"strings"
)

// dsn names a PostgreSQL database in one of the two forms that libpq and pgx
// both read: a URL, or keywords and values.
type dsn string

// pgxKeywords matches the settings that pgx knows and libpq refuses.
var pgxKeywords = regexp.MustCompile(
	`(^|\s)(default_query_exec_mode|statement_cache_capacity|description_cache_capacity)\s*=\s*\S*`)

// forDriver is the DSN of another database on the same server, for pgx.
func (d dsn) forDriver(database string) string {
	u, ok := d.url()
	if !ok { // of two equal keywords the last one counts
		return d.forPsql() + " dbname=" + database + " default_query_exec_mode=exec"
	}
	q := u.Query()
	q.Del("dbname")
	q.Set("default_query_exec_mode", "exec")
	u.Path, u.RawQuery = "/"+database, q.Encode()
	return u.String()
}

// forPsql is the DSN without the settings that only pgx understands.
func (d dsn) forPsql() string {
	u, ok := d.url()
	if !ok {
		return strings.TrimSpace(pgxKeywords.ReplaceAllString(string(d), ""))
	}
	q := u.Query()
	for key := range q {
		if pgxKeywords.MatchString(key + "=") {
			q.Del(key)
		}
	}
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20") // libpq reads no plus as a space
	return u.String()
}

// url parses the DSN if it is a URL.
func (d dsn) url() (*url.URL, bool) {
	if !strings.HasPrefix(string(d), "postgres://") && !strings.HasPrefix(string(d), "postgresql://") {
		return nil, false
	}
	u, err := url.Parse(string(d))
	return u, err == nil
}
