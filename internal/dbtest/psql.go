package dbtest

import (
	"fmt"
	"os/exec"
	"strings"
)

// create makes an empty database, with further options. It copies template0,
// since template1 may have been filled by the owner of the server.
func (s *server) create(name, options string) error {
	return s.run("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' " + options)
}

func (s *server) drop(name string) error {
	return s.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
}

// run executes one statement in a psql that reads no start-up file and never
// asks for a password.
func (s *server) run(statement string) error {
	cmd := exec.Command(s.psql, "--no-psqlrc", "--quiet", "--no-password",
		"--set=ON_ERROR_STOP=1", "--command="+statement, "--dbname="+s.admin.forPsql())
	cmd.Env = s.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("dbtest: %s: %w: %s", statement, err, strings.TrimSpace(string(out)))
	}
	return nil
}
