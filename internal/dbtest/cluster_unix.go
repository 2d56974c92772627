//go:build unix

package dbtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// baseDir holds the directories of the clusters. It is not os.TempDir(),
	// because the path of a unix socket may have no more than about 100 bytes,
	// and because the user that runs the cluster must be able to reach it.
	baseDir = "/tmp"

	startTimeout = 2 * time.Minute  // initdb on a slow, busy machine
	stopTimeout  = 30 * time.Second // the server itself kills what has not ended after 5 s
)

// keeper is the shell that owns the cluster: it creates and runs it until its
// own standard input ends, which is when the test process closes the pipe or
// dies. Then it removes every trace. A server that has only just been started
// overlooks a signal, so it is told until it is gone.
//
// Asking the kernel to kill the server together with its parent would work on
// Linux only, would tie its life to that of one thread, and would leave the
// directory and a segment of shared memory behind.
const keeper = `
bin=$1 dir=$2 PATH=$PATH:/usr/bin:/bin
exec 3<&0 </dev/null
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust \
	--locale=C --encoding=UTF8 --no-sync || exit 1
"$bin/postgres" -D "$dir/data" -c listen_addresses= -c unix_socket_directories="$dir" \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c wal_level=minimal -c max_wal_senders=0 -c max_connections=200 3<&- &
server=$!
{ read -r _; while kill -QUIT $server; do sleep 1; done; } <&3 &
wait $server
kill $!
`

// cluster is a running keeper.
type cluster struct {
	dir    string
	alive  io.Closer     // the end of the pipe that keeps the keeper waiting
	log    *os.File      // what initdb and the server print; readable after removal
	exited chan struct{} // closed when the keeper has ended
}

// startCluster starts a throw-away cluster and waits until it answers.
func startCluster() (*server, error) {
	bin, ok := findInstallation()
	if !ok {
		return nil, errNone
	}
	owner, err := clusterUser()
	if err != nil {
		return nil, err
	}
	c, err := newCluster(owner)
	if err != nil {
		return nil, fmt.Errorf("dbtest: %w", err)
	}
	srv := &server{
		admin: dsn("postgres://postgres@/postgres?sslmode=disable&port=5432&host=" + c.dir),
		psql:  filepath.Join(bin, "psql"),
		env:   cleanEnv(),
		stop:  c.stop,
	}
	if err := c.start(bin, owner); err != nil {
		return nil, fmt.Errorf("dbtest: %w", errors.Join(err, os.RemoveAll(c.dir)))
	}
	if err := c.await(srv); err != nil {
		return nil, fmt.Errorf("dbtest: start PostgreSQL from %s: %w\n%s", bin, errors.Join(err, c.stop()), c.tail())
	}
	return srv, nil
}

// newCluster makes the directory, readable for the owner alone.
func newCluster(owner *syscall.Credential) (c *cluster, err error) {
	c = &cluster{exited: make(chan struct{})}
	if c.dir, err = os.MkdirTemp(baseDir, "crm-pg-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(c.dir))
		}
	}()
	if c.log, err = os.Create(filepath.Join(c.dir, "log")); err != nil {
		return nil, err
	}
	if owner != nil {
		err = os.Chown(c.dir, int(owner.Uid), int(owner.Gid))
	}
	return c, err
}

// start launches the keeper in a session of its own, where neither Ctrl-C nor
// a kill of the test's process group reaches it before it has cleaned up.
func (c *cluster) start(bin string, owner *syscall.Credential) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", keeper, "dbtest", bin, c.dir)
	cmd.Dir, cmd.Env = c.dir, cleanEnv()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r, c.log, c.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner}
	if err := cmd.Start(); err != nil {
		return errors.Join(err, w.Close())
	}
	c.alive = w
	go func() {
		cmd.Wait() // how it ended is told by its log
		close(c.exited)
	}()
	return nil
}

// await returns when the server answers, or has ended, or takes too long.
func (c *cluster) await(srv *server) error {
	deadline := time.After(startTimeout)
	for {
		err := srv.run("SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-c.exited:
			return errors.New("it ended at once")
		case <-deadline:
			return fmt.Errorf("no answer after %v: %w", startTimeout, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends the cluster and returns when its directory is gone.
func (c *cluster) stop() error {
	err := c.alive.Close()
	select {
	case <-c.exited:
		return err
	case <-time.After(stopTimeout):
		return fmt.Errorf("dbtest: the cluster in %s has not stopped after %v", c.dir, stopTimeout)
	}
}

// tail returns the end of the log.
func (c *cluster) tail() string {
	const most = 4 << 10
	info, err := c.log.Stat()
	if err != nil {
		return err.Error()
	}
	text, err := io.ReadAll(io.NewSectionReader(c.log, max(0, info.Size()-most), most))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// clusterUser returns whom to run the cluster as: nil for the current user, or
// someone else if that is root, as whom PostgreSQL refuses to run.
func clusterUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, errors.New("dbtest: PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// cleanEnv is the environment without the variables that steer PostgreSQL's
// programs, and with messages in English.
func cleanEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") {
			env = append(env, kv)
		}
	}
	return append(env, "LC_ALL=C")
}
