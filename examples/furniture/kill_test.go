package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shopFile writes a file of orders whose customers are nearly all in the
// segment, so that there is much to send.
func shopFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Order ID,Order Date,Customer ID,Customer Name,Product ID,Category,Product Name,Sales,Quantity,City\n")
	for i := range 1500 {
		c := i % 500
		fmt.Fprintf(&b, "O-%d,%d/%d/2017,C-%d,Given%d Family%d,P,Furniture,Chair,600.00,1,Salem\n", i, 2+c%8, 1+c%28, c, c, c)
	}
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// child is the example in a process of its own.
func child(t *testing.T, stdout *bytes.Buffer, args []string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, append([]string{"-json"}, args...)...)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	cmd.Stdout, cmd.Stderr = stdout, stdout
	return cmd
}

// killWhen starts the example and kills it as soon as the moment has come. It
// reports whether the example was quicker.
func killWhen(t *testing.T, args []string, come func() bool) (quicker bool) {
	t.Helper()
	var out bytes.Buffer
	cmd := child(t, &out, args)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%v: %s", err, &out)
			}
			return true
		case <-tick.C:
			if come() {
				cmd.Process.Kill()
				<-done
				return false
			}
		}
	}
}

func TestRun_killed_anywhere_ends_as_if_undisturbed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds, because the dead hold their messages for a while")
	}
	t.Parallel()
	common := []string{"-orders", shopFile(t), "-today", "2017-12-31"}
	want, _ := runJSON(t, append(common, "-db", "memory", "-out", t.TempDir())...)
	if want.Sent < 400 || want.Redeemed < 20 {
		t.Fatalf("too little to send: %+v", want)
	}
	dir := t.TempDir()
	out, db := filepath.Join(dir, "out"), filepath.Join(dir, "shop.db")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	args := append(common, "-db", "sqlite:"+db, "-out", out)
	files := func(n int64) func() bool { return func() bool { return int64(len(written(t, out))) >= n } }
	orders := func(n int64) func() bool { return func() bool { return shopOrders(t, db) >= n } }
	moments := []func() bool{
		after(20 * time.Millisecond), after(100 * time.Millisecond), after(250 * time.Millisecond),
		files(1), files(60), files(230), files(want.Sent), orders(want.Redeemed / 2),
	}
	killed := 0
	for _, moment := range moments {
		if !killWhen(t, args, moment) {
			killed++
		}
	}
	if t.Logf("killed %d times", killed); killed < 4 {
		t.Errorf("only %d of %d runs were killed: the test tests too little", killed, len(moments))
	}
	var stdout bytes.Buffer
	if err := child(t, &stdout, args).Run(); err != nil {
		t.Fatalf("%v: %s", err, &stdout)
	}
	if diff := cmp.Diff(want, decode(t, stdout.Bytes())); diff != "" {
		t.Errorf("differs from an undisturbed run (-undisturbed +killed):\n%s", diff)
	}
	checkOncePerRecipient(t, out, want)
}

// after gives a moment that comes so long after it is first asked for.
func after(d time.Duration) func() bool {
	var end time.Time
	return func() bool {
		if end.IsZero() {
			end = time.Now().Add(d)
		}
		return time.Now().After(end)
	}
}

// shopOrders counts the orders that the shop has stored after the campaign.
func shopOrders(t *testing.T, path string) int64 {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int64
	if err := db.QueryRow("SELECT count(*) FROM shop_order").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

var voucherCode = regexp.MustCompile(`\b[0-9B-Z]{4}-[0-9B-Z]{4}-[0-9B-Z]{3}\b`)

// checkOncePerRecipient tells the messages apart by their vouchers, of which
// every recipient has one.
func checkOncePerRecipient(t *testing.T, out string, want result) {
	t.Helper()
	seen := map[string]string{}
	for _, path := range written(t, out) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		code := voucherCode.FindString(string(text))
		if code == "" || seen[code] != "" {
			t.Errorf("voucher %q stands in %s and in %q", code, path, seen[code])
		}
		seen[code] = path
	}
	if len(seen) != int(want.Sent) {
		t.Errorf("%d messages, want %d", len(seen), want.Sent)
	}
}
