package importgraph

// Names in these tables are import paths. Those of this module are written
// without its path, "." is the root package, "x/..." is x and all below it, and
// "..." is everything. Several stand with spaces between them.

// Groups of rooms that many others build on, from the ground up.
const (
	leaves  = "errs id money internal/... "
	people  = leaves + "contact/... "
	history = people + "activity/... consent/... "
	rules   = history + "segment/... "
	outward = rules + "channel/... payment/... merge duplicates "
	domain  = outward + "campaign/... exchange access audit privacy "
)

// room says what the code of a package may import from this module. Whatever
// lies in the same room may be imported too. Tests are free: there the compiler
// itself forbids the circles.
type room struct{ name, imports string }

// rooms is the plan. The first row that names a package counts, and a package
// that no row names is an error. Nobody but the examples and the helpers for
// tests may import an adapter: no row lists one.
var rooms = []room{
	{"errs", ""},
	{"id", "errs"},
	{"money", "errs"},
	{"internal/importgraph", ""},
	{"internal/dbtest", ""},
	{"internal/bench/...", "..."},
	{"internal/differential", "..."},
	{"internal/tamper", domain + "storage ."},
	{"internal/canary", "..."},
	{"internal/record", people},
	{"internal/...", leaves},
	{"access", leaves},
	{"contact/duplicate", leaves},
	{"contact/...", leaves},
	{"activity/...", people},
	{"consent/...", people},
	{"audit", people + "access"},
	{"segment/...", history},
	{"merge", history},
	{"duplicates", history + "merge"},
	{"channel/...", rules},
	{"payment/...", rules},
	{"campaign/...", outward},
	{"exchange/table", "errs money"},
	{"exchange/internal/...", history + "exchange/table"},
	{"exchange/people", history + "exchange/internal/... exchange/table"},
	{"exchange/vcard", history + "exchange/internal/... exchange/table"},
	{"exchange/orders", history + "exchange/internal/... exchange/table exchange/people"},
	{"exchange", history + "exchange/..."},
	{"privacy", outward + "campaign exchange"},
	{"storage", domain},
	{"storage/internal/...", domain + "storage"},
	{"storage/memory", domain + "storage"},
	{"storage/sqlite", domain + "storage storage/internal/..."},
	{"storage/postgres", domain + "storage storage/internal/..."},
	{".", domain + "storage"},
	{"web/...", domain + "storage ."},
	{"storage/storagetest/...", domain + "storage ."},
	{"crmtest/...", domain + "storage storage/memory ."},
	{"examples/...", "..."},
}

// thirdParty stands, in the table of bans, for every module but this one.
const thirdParty = "third-party"

// ban keeps some packages out of a part of the house.
type ban struct {
	what        string // the packages that must not be imported
	in          string // the part where that holds
	except      string // what in that part may import them all the same
	exceptTests string // whose tests may; a package named in except need not be named again
	why         string
}

// The parts of the house that the bans speak of.
const (
	sqlAdapters = "storage/sqlite storage/postgres storage/internal/..."
	driverUsers = "examples/... internal/dbtest internal/bench/... internal/differential internal/canary"
)

var bans = []ban{
	{
		what:   "github.com/uptrace/bun/...",
		in:     "...",
		except: sqlAdapters,
		why:    "bun is a detail of the SQL adapters",
	}, {
		what:        "modernc.org/sqlite/... github.com/mattn/go-sqlite3/...",
		in:          "...",
		except:      driverUsers,
		exceptTests: "...",
		why:         "the host brings its driver",
	}, {
		what:        "github.com/jackc/pgx/... github.com/lib/pq/...",
		in:          "...",
		except:      driverUsers,
		exceptTests: "storage/postgres",
		why: "the host brings its driver; and a module downloads what the tests of the packages that it imports" +
			" need, so a test elsewhere would bring PostgreSQL's driver to those who use SQLite only",
	}, {
		what:        "database/sql/... net/http/...",
		in:          ". access audit contact/... activity/... consent/... segment/... channel payment campaign/... privacy",
		exceptTests: "...",
		why:         "the domain knows neither SQL nor HTTP",
	}, {
		what:        thirdParty,
		in:          "storage/storagetest/... crmtest/...",
		exceptTests: "...",
		why:         "what helps the tests of others brings them no module",
	}, {
		what:        "testing/...",
		in:          "...",
		except:      "storage/storagetest/... crmtest/... internal/dbtest internal/bench/... internal/tamper",
		exceptTests: "...",
		why:         "test code must not reach the binaries of users",
	}, {
		what:        "github.com/nyaruka/phonenumbers/... contact/phone",
		in:          "...",
		except:      "contact/phone examples/...",
		exceptTests: "...",
		why:         "the numbering plans of all countries add 6 MB to a program, so only a host that wants them brings them",
	}, {
		what:        "internal/dbtest internal/bench/...",
		in:          "...",
		except:      "internal/bench/... examples/...",
		exceptTests: "...",
		why:         "they are made for tests",
	}, {
		what:   "examples/...",
		in:     "...",
		except: "examples/...",
		why:    "an example is read and run, not imported",
	},
}
