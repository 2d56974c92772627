//go:build !unix

package dbtest

// startCluster starts nothing: without unix sockets and users there is no
// cluster that only the tests could reach.
func startCluster() (*server, error) { return nil, errNone }
