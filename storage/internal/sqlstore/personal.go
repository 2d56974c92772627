package sqlstore

import "github.com/stammkunde/crm/privacy"

// personalTable is a table that names contacts.
type personalTable struct {
	name  string
	class privacy.Class
	// by are the columns that name a contact whose row it is.
	by []string
	// also are columns that name contacts or hold their records besides. A row of an
	// erased contact goes by the columns before.
	also []string
	// where narrows the rows to some that an index finds. ?0 are the ids.
	where string
	// kept says why EraseContacts leaves the rows alone.
	kept string
	// shown is the key of privacy.Document under which an export has the rows, and hidden
	// says why it has none.
	shown, hidden string
}

const ofHistory = "SELECT kind FROM ?activity WHERE tenant_id = ?tenant AND contact_id IN (?0)"

// personal are all tables that name contacts, in the order in which their rows are
// erased. A test compares them with the migrations. A new table that has its rows by
// contact needs no more than a row here.
var personal = []personalTable{
	{name: "rollup", class: privacy.Activities, hidden: "sums of activity", by: []string{"contact_id"}, where: "kind IN (" + ofHistory + ")"},
	{
		name: "activity_ref", class: privacy.Activities, hidden: "stands in activity", by: []string{"contact_id"},
		where: "(source, key) IN (SELECT ref_source, ref_key FROM ?activity WHERE tenant_id = ?tenant AND contact_id IN (?0))",
	},
	{name: "activity_item", class: privacy.Activities, hidden: "stands in activity", by: []string{"contact_id"}},
	{name: "activity_data", class: privacy.Activities, hidden: "stands in activity", by: []string{"contact_id"}},
	{name: "activity", class: privacy.Activities, shown: "activities", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "consent_state", class: privacy.Consents, shown: "permissions", by: []string{"contact_id"}},
	{name: "consent_event", class: privacy.Consents, shown: "consents", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "opt_in", class: privacy.Consents, hidden: "stands in consent_event", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "audience", class: privacy.Campaigns, shown: "campaigns", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "delivery", class: privacy.Campaigns, shown: "campaigns", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "voucher", class: privacy.Campaigns, shown: "campaigns", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "redemption", class: privacy.Campaigns, shown: "campaigns", by: []string{"contact_id"}, also: []string{"origin_id"}},
	{name: "snapshot_member", class: privacy.Segments, shown: "segments", by: []string{"contact_id"}},
	{name: "segment_change", class: privacy.Segments, shown: "segments", by: []string{"contact_id"}},
	{name: "merge", class: privacy.Merges, shown: "merges", by: []string{"loser_id", "winner_id"}, also: []string{"before_record", "lost_record", "after_record"}},
	{
		name: "import_change", class: privacy.Imports, shown: "imports", by: []string{"contact_id"}, also: []string{"before_record", "after_record"},
		where: "import_id IN (SELECT id FROM ?import WHERE tenant_id = ?tenant)",
	},
	{
		name: "duplicate_pair", class: privacy.Duplicates, shown: "duplicates", by: []string{"a_id", "b_id"},
		where: "scan IN (SELECT number FROM ?duplicate_scan WHERE tenant_id = ?tenant)",
	},
	{name: "duplicate_dismissal", class: privacy.Duplicates, shown: "duplicates", by: []string{"a_id", "b_id"}},
	{name: "restriction", class: privacy.Measures, shown: "restriction", by: []string{"contact_id"}},
	{name: "contact_secret", class: privacy.Record, hidden: "wrapped keys", by: []string{"contact_id"}},
	{name: "contact_key", class: privacy.Record, hidden: "hashes of the record", by: []string{"contact_id"}},
	{name: "contact_identity", class: privacy.Record, shown: "record", by: []string{"contact_id"}},
	{name: "contact_field", class: privacy.Record, hidden: "stands in contact", by: []string{"contact_id"}},
	{name: "contact_element", class: privacy.Record, hidden: "stands in contact", by: []string{"contact_id"}},
	{name: "contact", class: privacy.Record, shown: "record", by: []string{"id"}}, // the last: others refer to it

	{name: "watch", class: privacy.Segments, hidden: "marks for workers", by: []string{"contact_id"}, kept: "eraseWatches has them"},
	{name: "membership", class: privacy.Segments, shown: "segments", by: []string{"contact_id"}, kept: "eraseWatches has them"},
	{name: "member", class: privacy.Segments, hidden: "stands in membership", by: []string{"contact_id"}, kept: "eraseWatches has them"},
	{name: "audit", class: privacy.Measures, hidden: "what the staff did", by: []string{"contact_id"}, also: []string{"payload"}, kept: "payloads go, and the chain stays"},
	{name: "legal_hold", class: privacy.Measures, shown: "holds", by: []string{"contact_id"}, kept: "it ends by itself"},
	{name: "held", class: privacy.Measures, hidden: "is about the erased", by: []string{"contact_id"}, also: []string{"record"}, kept: "a hold keeps them"},
	{name: "erasure", class: privacy.Measures, hidden: "is about the erased", by: []string{"contact_id", "subject_id"}, kept: "it tells of the erasure"},
}

// impersonal are the tables that name nobody, each with what it has instead.
var impersonal = map[string]string{
	"segment": "rules", "live_segment": "rules", "campaign": "definitions; planned_to is a position", "snapshot": "rules", "lease": "workers",
	"import": "files by their names, and counts", "import_problem": "lines of files, and codes", "duplicate_scan": "counts",
	"schema_version": "migrations", "notice": "texts", "suppression": "keyed digests", "audit_head": "a hash",
}
