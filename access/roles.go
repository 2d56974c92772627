package access

// The names of the ready roles.
const (
	Marketing      = "marketing"
	Sales          = "sales"
	Service        = "service"
	PrivacyOfficer = "privacy-officer"
	ReadOnly       = "read-only"
	Administrator  = "administrator"
	Worker         = "worker"
)

// Ready returns the ready roles. The map is the caller's own, to add to or to take
// from:
//
//	role             may
//	marketing        read contacts, histories, consents and duplicates; read, write and
//	                 freeze segments; read, write and send campaigns
//	sales            read and write contacts and histories; read consents and declare
//	                 them, but not end a suppression; read segments and campaigns;
//	                 redeem vouchers; charge and refund
//	service          read and write contacts and histories; read consents, withdraw
//	                 them and suppress channels; read campaigns; redeem vouchers
//	privacy-officer  read everything, also what is sensitive; export; erase; write the
//	                 ledger of consent; read the log
//	read-only        read everything but what is sensitive and the log
//	administrator    read, write and import, merge, configure, and what a worker may;
//	                 not declare consents, start campaigns, export or erase
//	worker           what runs in the background: crm.Run, scans, sealing
//
// All of them may add to the log. Importing and merging is for the administrator
// alone, and with it come consents that stand in the imported file.
func Ready() Roles {
	note := Grant{Rooms: []string{"audit"}, Classes: []Class{Write}}
	return Roles{
		Marketing: {Grants: []Grant{note,
			{[]string{"contact", "activity", "consent", "merge", "duplicates"}, []Class{Read}},
			{[]string{"segment"}, []Class{Read, Write}},
			{[]string{"campaign"}, []Class{Read, Write, Send}},
		}},
		Sales: {Grants: []Grant{note,
			{[]string{"contact", "activity", "payment"}, []Class{Read, Write}},
			{[]string{"consent", "merge", "segment", "campaign"}, []Class{Read}},
		}, Actions: []Action{"consent.Grant", "consent.GrantMany", "consent.Withdraw", "consent.Deny", "consent.Object", "consent.Suppress",
			"consent.RequestOptIn", "consent.ConfirmOptIn", "campaign.Redeem"}},
		Service: {Grants: []Grant{note,
			{[]string{"contact", "activity"}, []Class{Read, Write}},
			{[]string{"consent", "merge", "campaign"}, []Class{Read}},
		}, Actions: []Action{"consent.Withdraw", "consent.Deny", "consent.Object", "consent.Suppress", "campaign.Redeem"}},
		PrivacyOfficer: {Grants: []Grant{note, {Classes: []Class{Read, ReadSensitive, Consent, Export, Erase, Audit}}}},
		ReadOnly:       {Grants: []Grant{note, {Classes: []Class{Read}}}},
		Administrator:  {Grants: []Grant{{Classes: []Class{Read, Write, Configure, Work}}}},
		Worker:         {Grants: []Grant{note, {Classes: []Class{Work}}}},
	}
}
