package segment

// NextLook is nextLook, for the tests.
var NextLook = nextLook
