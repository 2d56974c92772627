//go:build unix

package dbtest

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// envChild makes TestChild of a second process start a cluster and then end in
// the way that it names.
const envChild = "DBTEST_CHILD"

func TestChild(t *testing.T) {
	how := os.Getenv(envChild)
	if how == "" {
		t.Skip("runs in the child process of TestCluster only")
	}
	u, err := url.Parse(Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("directory", u.Query().Get("host"))
	switch how {
	case "hang":
		select {}
	case "panic":
		go panic("on another goroutine, where nothing can recover it")
		select {}
	}
}

// TestCluster_leaves_nothing ends a process that owns a cluster in several ways.
func TestCluster_leaves_nothing(t *testing.T) {
	if _, ok := findInstallation(); !ok && os.Getenv(envServer) != "" {
		t.Skip("no PostgreSQL installed to start a cluster from")
	} else if !ok {
		missing(t, errNone)
	}
	t.Run("after a normal end, at once", func(t *testing.T) {
		t.Parallel()
		child, dir := startChild(t, "end")
		child.Wait()
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s outlived its process", dir)
		}
	})
	t.Run("after a panic", func(t *testing.T) {
		t.Parallel()
		child, dir := startChild(t, "panic")
		child.Wait()
		gone(t, dir)
	})
	t.Run("after a kill", func(t *testing.T) {
		t.Parallel()
		child, dir := startChild(t, "hang")
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		child.Wait()
		gone(t, dir)
	})
}

// startChild runs TestChild in a process of its own and returns the directory
// of its cluster.
func startChild(t *testing.T, how string) (*exec.Cmd, string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), envChild+"="+how, envServer+"=")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Process.Kill() })
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if dir, ok := strings.CutPrefix(strings.TrimSpace(line), "directory "); ok {
			go io.Copy(io.Discard, lines)
			return child, dir
		}
		if err != nil {
			t.Fatalf("the child ended before it had a cluster: %v", err)
		}
	}
}

// gone waits until a directory is removed, which the cluster does last of all.
func gone(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(stopTimeout); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
	}
	t.Errorf("%s outlived its process", dir)
}
