package access

import (
	"maps"
	"slices"
	"strings"
)

// Class is what kind of thing an action does. Roles are made of classes, so that an
// action that a later version adds falls under the roles that are there.
type Class string

// The classes.
const (
	// Read shows what is stored, but see ReadSensitive.
	Read Class = "read"
	// ReadSensitive shows what is sensitive: the whole number of an account.
	ReadSensitive Class = "read-sensitive"
	// Write creates, changes and removes.
	Write Class = "write"
	// Consent writes into the ledger of consent.
	Consent Class = "consent"
	// Send lets messages go out.
	Send Class = "send"
	// Export gives out the records of many.
	Export Class = "export"
	// Erase destroys for good.
	Erase Class = "erase"
	// Configure changes how the CRM works.
	Configure Class = "configure"
	// Audit reads the log of what was done.
	Audit Class = "audit"
	// Work is what programs do in the background.
	Work Class = "work"
)

// Classes lists all classes.
func Classes() []Class {
	return []Class{Read, ReadSensitive, Write, Consent, Send, Export, Erase, Configure, Audit, Work}
}

// table holds the actions of each room, by class.
var table = map[string]map[Class]string{
	"crm": {Work: "Run"},
	"contact": {
		Read:          "Get GetMany Find List Linked FindDuplicates Revealed",
		ReadSensitive: "IBAN ReadSensitive",
		Write:         "Create Update Upsert UpsertMany Add SetSensitive",
		Erase:         "ShredKeys",
		Configure:     "IndexDuplicates RotateKeys RenewKey",
		Work:          "DestroyWithdrawn",
	},
	"activity": {Read: "ByRef History", Write: "Record RecordMany"},
	"consent": {
		Read: "States Permit Ledger Record Notice ListNotices SuppressedAddresses",
		Consent: "Grant GrantMany Withdraw Deny Suppress Release Object LiftObjection Restrict Unrestrict RequestOptIn ConfirmOptIn" +
			" SuppressAddresses ReleaseAddresses",
		Configure: "PutNotice",
		Work:      "CheckLists NoteExpired SendOptIns DropUnconfirmed",
	},
	"segment": {
		Read: "Get Find List Count Members Among Explain Preview Overlap Plan" +
			" Snapshot Snapshots SnapshotMembers CompareSnapshots Live LiveMembers LiveCount Changes",
		Write:     "Save Freeze Follow Unfollow",
		Export:    "Export",
		Configure: "PurgeChanges",
		Work:      "Refresh Deliver VerifyLive Work",
	},
	"campaign": {
		Read:  "Get Find List Report Simulate Audience Deliveries Voucher Vouchers",
		Write: "Create Plan Pause Cancel Resolve Redeem",
		Send:  "Start Resume Run",
		Work:  "Work",
	},
	"payment":    {Write: "Charge Refund Settle"},
	"merge":      {Read: "Into Of", Write: "Merge Unmerge"},
	"duplicates": {Read: "Status Pairs Groups Dismissed", Write: "Dismiss Undismiss", Work: "Scan"},
	"exchange": {
		Read:   "Status Imports Problems",
		Write:  "Import Undo Forget Remove",
		Export: "Export",
	},
	"privacy": {
		Read:    "Restriction Record",
		Consent: "Restrict Unrestrict",
		Export:  "Export Held",
		Erase:   "PlanErasure Erase Certificate Hold ReleaseHold Holds",
		Work:    "Sweep",
	},
	"audit": {
		Write: "Record",
		Audit: "Entries WhoWasAffected Verify Head",
		Erase: "ErasePayload",
		Work:  "Seal Work",
	},
}

// classes finds the class of an action.
var classes = func() map[Action]Class {
	all := map[Action]Class{}
	for room, of := range table {
		for class, names := range of {
			for _, name := range strings.Fields(names) {
				all[Action(room+"."+name)] = class
			}
		}
	}
	return all
}()

// Actions lists everything that is asked for, in ascending order.
func Actions() []Action { return slices.Sorted(maps.Keys(classes)) }

// Class returns the class of an action, and whether there is such an action.
func (a Action) Class() (Class, bool) {
	class, known := classes[a]
	return class, known
}

// Room returns the part of the CRM that an action belongs to: "contact".
func (a Action) Room() string {
	room, _, _ := strings.Cut(string(a), ".")
	return room
}
