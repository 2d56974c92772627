package storagetest

// The cases on contacts.
const (
	// ContactCreate: a contact is found by its id and by its identities as it was created.
	ContactCreate Case = "contact/create"
	// ContactConflict: a contact whose id or identity is taken is refused as a whole.
	ContactConflict Case = "contact/conflict"
	// ContactRoundTrip: every field of a contact comes back as it was given.
	ContactRoundTrip Case = "contact/round-trip"
	// ContactUpdate: an update replaces the record if nobody else has changed it, else it writes nothing.
	ContactUpdate Case = "contact/update"
	// ContactLostUpdate: no acknowledged update of a contact is ever lost.
	ContactLostUpdate Case = "contact/lost-update"
	// ContactLock: who has locked a contact is alone with it until the transaction ends.
	ContactLock Case = "contact/lock"
	// ContactUpsert: an upsert replaces the record and only adds identities.
	ContactUpsert Case = "contact/upsert"
	// ContactUpsertMany: a batch of upserts is stored in its order, all or nothing.
	ContactUpsertMany Case = "contact/upsert-many"
	// ContactConcurrentUpsert: concurrent upserts of one identity make one contact, without an error.
	ContactConcurrentUpsert Case = "contact/concurrent-upsert"
	// ContactOppositeOrder: batches that want the same identities in opposite orders do not block each other.
	ContactOppositeOrder Case = "contact/opposite-order"
	// ContactLargeBatch: a batch of the greatest size is stored and read in one go.
	ContactLargeBatch Case = "contact/large-batch"
	// ContactListPaging: pages of contacts neither repeat nor skip one while others are inserted.
	ContactListPaging Case = "contact/list-paging"
	// ContactLinks: links lead to contacts that exist, and are found from the other side, page by page.
	ContactLinks Case = "contact/links"
	// ContactSensitive: a sensitive value is written only with the proof of a consent that is in force in the same transaction.
	ContactSensitive Case = "contact/sensitive"
	// ContactContract: identities and records keep to the words of contact.Store.
	ContactContract Case = "contact/contract"
	// ContactRelease: identities are taken only from whom the claim names, and are free then.
	ContactRelease Case = "contact/release"
	// ContactDelete: a contact that nothing names goes with all that is its own, and every other one stays.
	ContactDelete Case = "contact/delete"
	// ContactDuplicates: who is there already is found, relatives are not, and keys follow every write.
	ContactDuplicates Case = "contact/duplicates"
	// ContactCrowd: a value that very many share hides no duplicate.
	ContactCrowd Case = "contact/crowd"
	// ContactKeys: keys keep to the words of contact.KeyStore.
	ContactKeys Case = "contact/keys"
)

// The cases on activities.
const (
	// ActivityRoundTrip: every field of every kind of activity comes back as it was given.
	ActivityRoundTrip Case = "activity/round-trip"
	// ActivityIdempotent: a reference counts once, and not for something else.
	ActivityIdempotent Case = "activity/idempotent"
	// ActivityAllOrNothing: a batch with an unknown contact leaves nothing, not even its references.
	ActivityAllOrNothing Case = "activity/all-or-nothing"
	// ActivityConcurrentRef: concurrent recordings of one reference make one activity, without an error.
	ActivityConcurrentRef Case = "activity/concurrent-ref"
	// ActivityOppositeOrder: batches that want the same references in opposite orders do not block each other.
	ActivityOppositeOrder Case = "activity/opposite-order"
	// ActivityHistory: a history is newest first, equal instants by id, and can be narrowed to kinds.
	ActivityHistory Case = "activity/history"
	// ActivityHistoryPaging: pages of a history neither repeat nor skip an activity while others are recorded.
	ActivityHistoryPaging Case = "activity/history-paging"
	// ActivityByRef: an activity is found by the host's reference.
	ActivityByRef Case = "activity/by-ref"
	// ActivityContract: references and facts keep to the words of activity.Store.
	ActivityContract Case = "activity/contract"
	// ActivityChannelUse: it is counted how customers came, up to and including an instant.
	ActivityChannelUse Case = "activity/channel-use"
	// ActivityLargeBatch: a batch of the greatest size is recorded, and recorded again, in one go.
	ActivityLargeBatch Case = "activity/large-batch"
	// ActivityDelete: deleted activities leave nothing: not in the history, not for rules, and no reference.
	ActivityDelete Case = "activity/delete"
)

// The cases on texts, instants and numbers.
const (
	// TextRoundTrip: every text comes back byte for byte, and keys are compared byte by byte.
	TextRoundTrip Case = "text/round-trip"
	// TextInRules: rules compare texts byte by byte.
	TextInRules Case = "text/in-rules"
	// TextLimits: the longest permitted texts can be stored.
	TextLimits Case = "text/limits"
	// TextRefused: NUL and invalid UTF-8 are refused everywhere.
	TextRefused Case = "text/refused"
	// TimeRoundTrip: every instant comes back in UTC to the microsecond, and is ordered and found as such.
	TimeRoundTrip Case = "time/round-trip"
	// TimeContract: the store itself gives back every instant of every record in UTC, to the microsecond.
	TimeContract Case = "time/contract"
	// NumberExtremes: numbers are kept and compared exactly over their whole range.
	NumberExtremes Case = "number/extremes"
	// AmountExtremes: amounts are added up and compared exactly over their whole range.
	AmountExtremes Case = "number/amounts"
)

// The cases on consent and payments.
const (
	// ConsentPermission: permission follows from what was declared last, and a suppression beats every grant.
	ConsentPermission Case = "consent/permission"
	// ConsentLedger: the ledger keeps every declaration, oldest first.
	ConsentLedger Case = "consent/ledger"
	// ConsentFold: the state is the fold of the ledger, in whatever order events arrive.
	ConsentFold Case = "consent/fold"
	// ConsentUnknownContact: nothing is declared for contacts that do not exist.
	ConsentUnknownContact Case = "consent/unknown-contact"
	// ConsentConcurrent: concurrent declarations are all kept, and the state is still their fold.
	ConsentConcurrent Case = "consent/concurrent"
	// ConsentObjection: an objection beats every grant, whenever it comes, and is taken back for what was named.
	ConsentObjection Case = "consent/objection"
	// ConsentRestriction: a restriction blocks everything, and a no counts as a withdrawal.
	ConsentRestriction Case = "consent/restriction"
	// ConsentExpiry: a grant ends at its instant, and that is noted once.
	ConsentExpiry Case = "consent/expiry"
	// ConsentNotices: a notice never changes, and what was seen can be printed.
	ConsentNotices Case = "consent/notices"
	// ConsentCustomers: existing customers are reached under all conditions of the law, and without one of them not.
	ConsentCustomers Case = "consent/customers"
	// ConsentPhone: calls need their own consent, and its use is noted.
	ConsentPhone Case = "consent/phone"
	// ConsentAddresses: a suppressed address comes back by no door, in its tenant, whatever secret is the present one.
	ConsentAddresses Case = "consent/addresses"
	// ConsentAddressesSent: nothing goes to a suppressed address.
	ConsentAddressesSent Case = "consent/addresses-sent"
	// ConsentSuppressionStore: suppressions are kept as they are, the stricter of two.
	ConsentSuppressionStore Case = "consent/suppression-store"
	// ConsentLists: external lists are asked at import and planning, and their answers kept.
	ConsentLists Case = "consent/lists"
	// ConsentOptIn: who asked by mail is granted nothing before the link was confirmed, once, in its tenant and in time.
	ConsentOptIn Case = "consent/opt-in"
	// ConsentOptInSilent: nobody learns from a request who is known, and nobody is flooded.
	ConsentOptInSilent Case = "consent/opt-in-silent"
	// ConsentOptInMail: a mail is sent once or in doubt, and what was never confirmed is dropped.
	ConsentOptInMail Case = "consent/opt-in-mail"
	// ConsentOptInVoid: a link grants nothing when something has come in between, and a good one is not dropped.
	ConsentOptInVoid Case = "consent/opt-in-void"
	// ConsentApart: when a merge is taken back, each has what it declared, and both what was refused meanwhile.
	ConsentApart Case = "consent/apart"
	// ConsentUndone: an import that is taken back leaves the customer's own consent alone.
	ConsentUndone Case = "consent/undone"
	// ConsentOptInMerged: a link still works when who asked was merged.
	ConsentOptInMerged Case = "consent/opt-in-merged"
	// PaymentRecord: charges and refunds leave one activity each, however often they are repeated.
	PaymentRecord Case = "payment/record"
)

// The cases on segments and rules.
const (
	// SegmentSave: a segment is saved, replaced, found by name and listed in order.
	SegmentSave Case = "segment/save"
	// SegmentContract: segments keep to the words of segment.Store.
	SegmentContract Case = "segment/contract"
	// SegmentConcurrentSave: concurrent saves of one name make one segment.
	SegmentConcurrentSave Case = "segment/concurrent-save"
	// SegmentReopen: a saved rule means the same on another handle.
	SegmentReopen Case = "segment/reopen"
	// SegmentPaging: all pages of members are as of the instant of the first, and leave nobody
	// out.
	SegmentPaging Case = "segment/paging"
	// SegmentExplain: an explanation agrees with the membership.
	SegmentExplain Case = "segment/explain"
	// SegmentAsOf: a rule is evaluated as of an instant that is past.
	SegmentAsOf Case = "segment/as-of"
	// SegmentPreview: a preview counts all, and shows the same few from all over.
	SegmentPreview Case = "segment/preview"
	// SegmentExport: an export gives every member with its record, in order.
	SegmentExport Case = "segment/export"
	// SegmentOverlap: what rules have in common is counted.
	SegmentOverlap Case = "segment/overlap"
	// SnapshotFreeze: a snapshot keeps whom a rule selected, whatever is written later.
	SnapshotFreeze Case = "snapshot/freeze"
	// SnapshotCompare: it is told who entered, left and stayed between two snapshots.
	SnapshotCompare Case = "snapshot/compare"
	// SnapshotContract: snapshots keep to the words of segment.SnapshotStore.
	SnapshotContract Case = "snapshot/contract"
	// RulesAgree: random rules select exactly whom segment.Match selects, in the same order.
	RulesAgree Case = "segment/rules"
	// RulesStored: random rules mean the same after they were stored.
	RulesStored Case = "segment/rules-stored"
	// RulesFacts: the facts that a rule needs tell whether it selects a contact.
	RulesFacts Case = "segment/rules-facts"
	// RulesOverTime: membership changes by time alone exactly when segment.NextChange says so.
	RulesOverTime Case = "segment/rules-over-time"
)

// The cases on live segments.
const (
	// LiveFollow: a segment that is made live gets its members, each with a change by the rule.
	LiveFollow Case = "live/follow"
	// LiveRefused: what cannot be live is refused.
	LiveRefused Case = "live/refused"
	// LiveData: writes make members at their own instants, also when they are found together.
	LiveData Case = "live/data"
	// LiveTime: time makes and unmakes members at the exact instants, however long nobody worked.
	LiveTime Case = "live/time"
	// LiveConsent: a withdrawal ends a membership at its own instant.
	LiveConsent Case = "live/consent"
	// LiveRule: a rule that is saved anew, or one within it, changes the members.
	LiveRule Case = "live/rule"
	// LiveUnfollow: a segment that is not live any more is left alone.
	LiveUnfollow Case = "live/unfollow"
	// LiveHostTx: a contact is marked with the host's transaction or not at all.
	LiveHostTx Case = "live/host-transaction"
	// LiveMarks: every kind of write about a contact marks it.
	LiveMarks Case = "live/marks"
	// LiveAtomic: what Refresh does in a transaction is undone with it.
	LiveAtomic Case = "live/atomic"
	// LiveFeed: every change is delivered at least once, and those of a contact in their order.
	LiveFeed Case = "live/feed"
	// LivePurge: old changes that were delivered can be deleted, and the others stay.
	LivePurge Case = "live/purge"
	// LiveLease: one at a time delivers, and a dead one's lease runs out.
	LiveLease Case = "live/lease"
	// LiveWorkers: several workers at once write each change once.
	LiveWorkers Case = "live/workers"
	// LiveInterleaved: what is written while somebody looks at the contact is not lost.
	LiveInterleaved Case = "live/interleaved"
	// LiveBuild: a build that was cut off goes on, and writers do not disturb it.
	LiveBuild Case = "live/build"
	// LiveRandom: after random histories the members are whom segment.Match selects, and the feed leads there.
	LiveRandom Case = "live/random"
	// LiveVerify: VerifyLive finds members that were planted and such as were taken away.
	LiveVerify Case = "live/verify"
	// LiveDeleted: whoever is gone, and whoever lacks what was removed, leaves live segments at that instant.
	LiveDeleted Case = "live/deleted-contact"
	// LiveContract: memberships and changes keep to the words of segment.LiveStore.
	LiveContract Case = "live/contract"
	// LiveRun: crm.Run refreshes and delivers.
	LiveRun Case = "live/run"
)

// The cases on campaigns.
const (
	// CampaignRecord: every field of a campaign comes back, and campaigns are found by name and state.
	CampaignRecord Case = "campaign/record"
	// CampaignContract: campaigns, plans and responses keep to the words of campaign.CampaignStore.
	CampaignContract Case = "campaign/contract"
	// CampaignPlan: simulation, plan, run and report agree, and everybody in the audience is in
	// exactly one of their groups.
	CampaignPlan Case = "campaign/plan"
	// CampaignHoldOut: the hold-out is the same in every store and process.
	CampaignHoldOut Case = "campaign/hold-out"
	// CampaignFrozen: the audience does not change any more once planning has begun.
	CampaignFrozen Case = "campaign/frozen"
	// CampaignRunTwice: running a campaign again sends nothing again.
	CampaignRunTwice Case = "campaign/run-twice"
	// CampaignCrashInPlan: planning that was cut off goes on, and everybody gets exactly one message.
	CampaignCrashInPlan Case = "campaign/crash-in-plan"
	// CampaignTwoWorkers: several workers on one campaign send everybody exactly one message.
	CampaignTwoWorkers Case = "campaign/two-workers"
	// CampaignInterrupted: a run that was stopped in order leaves nothing in doubt and goes on elsewhere.
	CampaignInterrupted Case = "campaign/interrupted"
	// CampaignDeadAfterClaim: what a dead worker had only claimed is taken over.
	CampaignDeadAfterClaim Case = "campaign/dead-after-claim"
	// CampaignDeadAfterGate: what a dead worker may have sent is listed as in doubt and never sent
	// again blindly.
	CampaignDeadAfterGate Case = "campaign/dead-after-gate"
	// CampaignDeadIdempotent: what a dead worker may have sent is sent again where the sender makes that safe.
	CampaignDeadIdempotent Case = "campaign/dead-idempotent"
	// CampaignFaultsOnce: wherever a run is cut off, nobody gets two messages and nobody is lost.
	CampaignFaultsOnce Case = "campaign/faults-at-most-once"
	// CampaignFaultsIdempotent: wherever a run is cut off, an idempotent sender serves everybody.
	CampaignFaultsIdempotent Case = "campaign/faults-idempotent"
	// CampaignOutcomes: every answer of a sender leads to its state.
	CampaignOutcomes Case = "campaign/outcomes"
	// CampaignIdempotentRetry: a delivery that may be repeated keeps its key.
	CampaignIdempotentRetry Case = "campaign/idempotent-retry"
	// CampaignPause: a pause stops at the gate what has not passed it, until the campaign is resumed.
	CampaignPause Case = "campaign/pause"
	// CampaignCancel: a cancelled campaign sends nothing any more.
	CampaignCancel Case = "campaign/cancel"
	// CampaignConsentAtGate: a withdrawal between planning and sending counts.
	CampaignConsentAtGate Case = "campaign/consent-at-gate"
	// CampaignWithdrawRace: once a withdrawal has returned, nothing passes the gate for that contact.
	CampaignWithdrawRace Case = "campaign/withdraw-while-sending"
	// CampaignCap: nobody gets more messages than the cap allows.
	CampaignCap Case = "campaign/frequency-cap"
	// CampaignQuietHours: nothing goes out in the night of the recipient.
	CampaignQuietHours Case = "campaign/quiet-hours"
	// CampaignWindow: nothing goes out before the window opens or once it is closed.
	CampaignWindow Case = "campaign/window"
	// CampaignResolve: a person settles what is in doubt.
	CampaignResolve Case = "campaign/resolve"
	// CampaignTrace: a sent message leaves a complete delivery and stands in the history.
	CampaignTrace Case = "campaign/trace"
	// CampaignWorker: crm.Run sends what is due.
	CampaignWorker Case = "campaign/worker"
)

// The cases on deliveries, held against campaign.DeliveryStore directly.
const (
	// DeliveryClaim: a claim takes what is due, the earliest first, under a lease.
	DeliveryClaim Case = "delivery/claim"
	// DeliveryRace: no two claims get the same delivery, and together they get all.
	DeliveryRace Case = "delivery/race"
	// DeliveryMove: a delivery moves only from the state and under the token that are named.
	DeliveryMove Case = "delivery/move"
	// DeliveryReap: what the dead held is taken back once, by the clock of the store.
	DeliveryReap Case = "delivery/reap"
	// DeliveryRequeue: what is in doubt is queued again by channel and age.
	DeliveryRequeue Case = "delivery/requeue"
	// DeliveryEnd: what is queued, or claimed too, is ended and nothing else.
	DeliveryEnd Case = "delivery/end"
	// DeliveryUnique: nobody is planned twice.
	DeliveryUnique Case = "delivery/unique"
	// DeliveryTouches: it is counted what a contact got from all campaigns.
	DeliveryTouches Case = "delivery/touches"
	// DeliveryList: deliveries are listed by state, page by page.
	DeliveryList Case = "delivery/list"
)

// The cases on vouchers.
const (
	// VoucherHostTx: a voucher is redeemed with the host's transaction or not at all.
	VoucherHostTx Case = "voucher/host-transaction"
	// VoucherSameOrder: one order has one redemption, however often it is tried.
	VoucherSameOrder Case = "voucher/same-order"
	// VoucherRefused: a voucher that cannot be used is refused with the reason.
	VoucherRefused Case = "voucher/refused"
	// VoucherRace: a voucher that counts once counts once.
	VoucherRace Case = "voucher/race"
	// VoucherContract: vouchers and redemptions keep to the words of campaign.VoucherStore.
	VoucherContract Case = "voucher/contract"
	// VoucherReport: the report counts redemptions, revenue and effect.
	VoucherReport Case = "voucher/report"
)

// The cases on imports.
const (
	// ImportRecord: every field of an import comes back, and imports are found by name and listed, the newest first.
	ImportRecord Case = "import/record"
	// ImportProblems: problems are listed in the order in which they were appended.
	ImportProblems Case = "import/problems"
	// ImportChanges: what an import changed comes back by contact, with every field.
	ImportChanges Case = "import/changes"
	// ImportLock: who has locked an import is alone with it until the transaction ends.
	ImportLock Case = "import/lock"
)

// The cases on merges.
const (
	// MergeRecord: a merge makes one of two by its rules, all ids lead to it, and the way back leaves everything as it was.
	MergeRecord Case = "merge/record"
	// MergeOldID: what is written under an old id counts for whom it leads to, and goes along on the way back.
	MergeOldID Case = "merge/old-id"
	// MergeErrors: a merge that makes no sense is refused, and nothing is written.
	MergeErrors Case = "merge/errors"
	// MergeConsent: of what two have declared the stricter holds after a merge, until there is something new.
	MergeConsent Case = "merge/consent"
	// MergeEdits: what was edited since a merge stays when it is taken back, and what came by it goes.
	MergeEdits Case = "merge/edits"
	// MergeSensitive: no sensitive value comes along with a merge, or back, without a consent.
	MergeSensitive Case = "merge/sensitive"
	// MergeConcurrent: of several who merge the same contacts at once one comes after the other.
	MergeConcurrent Case = "merge/concurrent"
	// MergeRecording: what is recorded while two are merged is not lost.
	MergeRecording Case = "merge/recording"
	// MergeRandom: any sequence of merges and ways back keeps to a plain model, and leaves no trace in the end.
	MergeRandom Case = "merge/random"
	// MergeCampaign: who is two in a campaign gets one message, and nobody none.
	MergeCampaign Case = "merge/campaign"
	// MergePlanning: a campaign that is being planned goes on after a merge.
	MergePlanning Case = "merge/planning"
	// MergeSending: a message that is on its way during a merge is accounted for.
	MergeSending Case = "merge/sending"
	// MergeLive: live segments follow merges, and no change is dated before them.
	MergeLive Case = "merge/live"
	// MergeImport: imports know merged contacts, and say what they cannot take back.
	MergeImport Case = "merge/import"
	// MergeContract: merges keep to the words of merge.Store.
	MergeContract Case = "merge/contract"
	// MergeFlight: a message that comes back unsent goes to whom it belongs then.
	MergeFlight Case = "merge/flight"
	// MergeExcluded: who was left out of a plan does not keep whom it is merged with from it.
	MergeExcluded Case = "merge/excluded"
	// MergeMoney: with merges nothing is paid back twice, and nothing that was paid is lost.
	MergeMoney Case = "merge/money"
	// MergeBetween: a merge that comes between leads nobody astray.
	MergeBetween Case = "merge/between"
	// MergeWishes: on the way back each side keeps the wishes of the time when it was one with who said them.
	MergeWishes Case = "merge/wishes"
	// MergeLists: in lists, too, edits since a merge stay when it is taken back.
	MergeLists Case = "merge/lists"
	// MergeImports: imports made while two are one, and the undoing of those before, do no harm.
	MergeImports Case = "merge/imports"
)

// The cases on duplicates.
const (
	// DuplicatesScan: a scan finds who stands twice and no families, and lists them in order, page by page.
	DuplicatesScan Case = "duplicates/scan"
	// DuplicatesModel: a scan whose model cannot be read begins anew, and a list shows without reasons.
	DuplicatesModel Case = "duplicates/model"
	// DuplicatesResume: a scan that is cut off anywhere goes on, and finds what one without a break finds.
	DuplicatesResume Case = "duplicates/resume"
	// DuplicatesChanges: who is merged or deleted drops out of the list, and who comes waits for the next scan.
	DuplicatesChanges Case = "duplicates/changes"
	// DuplicatesDismiss: who was dismissed never comes back, whoever is merged, until that is taken back.
	DuplicatesDismiss Case = "duplicates/dismiss"
	// DuplicatesChain: who was dismissed against one of a group is in none with them.
	DuplicatesChain Case = "duplicates/chain"
	// DuplicatesConcurrent: of several who scan at once one goes on.
	DuplicatesConcurrent Case = "duplicates/concurrent"
	// DuplicatesContract: scans, pairs and dismissals keep to the words of duplicates.Store.
	DuplicatesContract Case = "duplicates/contract"
)

// The cases on transactions.
const (
	// TxRollback: a rollback of the host's transaction undoes every kind of write.
	TxRollback Case = "tx/host-rollback"
	// TxCommit: a commit of the host's transaction keeps exactly what the transaction saw.
	TxCommit Case = "tx/host-commit"
	// TxAtomicFails: Atomic keeps nothing when its function fails.
	TxAtomicFails Case = "tx/atomic-fails"
	// TxPanic: Atomic keeps nothing when its function panics, and passes the panic on.
	TxPanic Case = "tx/panic"
	// TxNested: an inner Atomic that fails undoes its own part alone.
	TxNested Case = "tx/nested"
	// TxGoesOn: a transaction goes on after something in it was refused.
	TxGoesOn Case = "tx/goes-on"
	// TxFailedMethod: a method that fails in a transaction has written nothing, and the transaction can be committed.
	TxFailedMethod Case = "tx/failed-method"
	// TxCancelled: a context that has ended writes nothing.
	TxCancelled Case = "tx/cancelled"
	// TxNoSending: inside a transaction nothing is sent and no money is moved.
	TxNoSending Case = "tx/no-sending"
	// TxIsolation: no reader ever sees a half of a transaction.
	TxIsolation Case = "tx/isolation"
)

// The cases on tenants.
const (
	// TenantIsolation: a tenant neither sees nor reaches anything of another.
	TenantIsolation Case = "tenant/isolation"
	// TenantSameKeys: two tenants can use the same ids, identities, references, names and codes.
	TenantSameKeys Case = "tenant/same-keys"
	// TenantEveryMethod: no method of a service gives or changes what another tenant has.
	TenantEveryMethod Case = "tenant/every-method"
)

// The cases on input.
const (
	// InputRefused: bad input is refused with every broken field, and nothing is written.
	InputRefused Case = "input/refused"
	// InputErrors: errors name the same kinds, fields and codes on every store.
	InputErrors Case = "input/errors"
	// InputSecret: no error quotes a value.
	InputSecret Case = "input/secret"
	// InputLists: a limit of zero gives nothing, and what a list names twice exists the second time or is answered once.
	InputLists Case = "input/lists"
	// EmptyBatches: an empty batch is fine and does nothing.
	EmptyBatches Case = "input/empty-batches"
)

// The cases on imports.
const (
	// ImportEntries: an entry is taken or refused as a whole, and it is told why.
	ImportEntries Case = "import/entries"
	// ImportKnown: what becomes of a known contact is as it was asked for.
	ImportKnown Case = "import/known"
	// ImportRequired: what a known contact has need not stand in the file.
	ImportRequired Case = "import/required"
	// ImportOrigin: an imported record tells where it came from, once.
	ImportOrigin Case = "import/origin"
	// ImportDates: an origin keeps the instant at which its notice was shown.
	ImportDates Case = "import/dates"
	// ImportHistory: what happened is imported once, however often it stands in files.
	ImportHistory Case = "import/history"
	// ImportConsent: an import never overwrites a withdrawal or a suppression.
	ImportConsent Case = "import/consent"
	// ImportLeaveOut: what is broken in a record is left out where that was asked for.
	ImportLeaveOut Case = "import/leave-out"
	// ImportSensitive: no import brings sensitive values without a consent to their purpose.
	ImportSensitive Case = "import/sensitive"
	// ImportUndoCut: taking an import back can be cut off anywhere, and goes on.
	ImportUndoCut Case = "import/undo-cut"
	// ImportArchive: what was exported and imported elsewhere is the same there.
	ImportArchive Case = "import/archive"
	// ImportResume: an import that is cut off anywhere goes on without losing or doubling anything.
	ImportResume Case = "import/resume"
	// ImportDryRun: a dry run says exactly what the import then does, and leaves nothing.
	ImportDryRun Case = "import/dry-run"
	// ImportProgress: the host is told how far an import is, and can end it.
	ImportProgress Case = "import/progress"
	// ImportConcurrent: several imports of the same people at once make each of them once.
	ImportConcurrent Case = "import/concurrent"
	// ImportInTransaction: an import in the host's transaction is undone with it.
	ImportInTransaction Case = "import/in-transaction"
	// ImportUndo: after an import was taken back all is as before.
	ImportUndo Case = "import/undo"
	// ImportUndoConsent: a consent does not hold that came by an import that was taken back.
	ImportUndoConsent Case = "import/undo-consent"
	// ImportUndoKeeps: what others have done since an import stays when it is taken back.
	ImportUndoKeeps Case = "import/undo-keeps"
	// ImportOdd: entries that no file should have are refused with all reasons, and cost nobody else.
	ImportOdd Case = "import/odd"
	// ImportRoles: an address with two roles is two, and what an entry does not say of an account stays.
	ImportRoles Case = "import/roles"
	// ImportStood: what was stored under other rules is no reason to refuse an entry.
	ImportStood Case = "import/stood"
	// ImportUndoOthers: who was edited, linked to or has withdrawn stays when an import is taken back.
	ImportUndoOthers Case = "import/undo-others"
	// ImportUndoSensitive: no sensitive value comes back without a consent when an import is taken back.
	ImportUndoSensitive Case = "import/undo-sensitive"
	// ImportEnds: an import tells of readers that end in odd ways, and of contacts that go.
	ImportEnds Case = "import/ends"
	// ImportForget: what is forgotten of an import, and what is not.
	ImportForget Case = "import/forget"
	// AuditContract: the log keeps to the words of audit.Store.
	AuditContract Case = "audit/contract"
	// AuditWrites: every write of a service leaves an entry with its actor, in the same transaction.
	AuditWrites Case = "audit/writes"
	// AuditHostTx: entries share the fate of the host's transaction, and of an inner one.
	AuditHostTx Case = "audit/host-tx"
	// AuditBatch: a batch is one entry in which everybody is found, and an export notes whom it gave out.
	AuditBatch Case = "audit/batch"
	// AuditSeal: several who seal at once, while others write, make one chain without gaps.
	AuditSeal Case = "audit/seal"
	// AuditVerify: whatever is done to the log, the first fault is named.
	AuditVerify Case = "audit/verify"
	// AuditErase: payloads can be erased, and the chain holds.
	AuditErase Case = "audit/erase"
	// AuditQuery: entries are found by contact, actor, action and time, page by page.
	AuditQuery Case = "audit/query"
	// AuditRun: crm.Run seals the log, and works under its own name.
	AuditRun Case = "audit/run"
)

// The cases on the rights of persons.
const (
	// PrivacyExport: everything that is held of a person is exported, and nothing of others.
	PrivacyExport Case = "privacy/export"
	// PrivacyPlan: a plan says what an erasure then does, and is refused when something has changed.
	PrivacyPlan Case = "privacy/plan"
	// PrivacyErase: nothing is left of an erased person, and what campaigns count stays.
	PrivacyErase Case = "privacy/erase"
	// PrivacySending: nobody is erased while a message is being sent, and what waits is cancelled.
	PrivacySending Case = "privacy/sending"
	// PrivacyUndone: an erasure is done as a whole or not at all.
	PrivacyUndone Case = "privacy/undone"
	// PrivacyLive: live segments tell that the erased have left, and are rid of them then.
	PrivacyLive Case = "privacy/live"
	// PrivacyRace: what is recorded beside an erasure is erased or refused.
	PrivacyRace Case = "privacy/race"
	// PrivacyCampaign: people who are erased while a campaign runs get at most one message, and every message is counted.
	PrivacyCampaign Case = "privacy/campaign"
	// PrivacyHolds: what the law demands to keep survives an erasure, and nothing else shows it until it ends.
	PrivacyHolds Case = "privacy/holds"
	// PrivacyHoldAll: all of a person can be held, and goes when nothing holds it.
	PrivacyHoldAll Case = "privacy/hold-all"
	// PrivacyRestrict: a contact that is restricted is in no segment, gets no message and is not edited.
	PrivacyRestrict Case = "privacy/restrict"
	// PrivacyRetention: ten years with rules of retention leave exactly what is held.
	PrivacyRetention Case = "privacy/retention"
	// PrivacySweep: a sweep in small steps does what one does at once, and ends.
	PrivacySweep Case = "privacy/sweep"
	// PrivacyContract: holds, restrictions, certificates and rows keep to the words of privacy.Store.
	PrivacyContract Case = "privacy/contract"
	// PrivacyMoment: what is read at one moment does not change while others write.
	PrivacyMoment Case = "privacy/moment"
	// PrivacyTogether: roles, log, keys, suppressions and erasure do their work together.
	PrivacyTogether Case = "privacy/together"
)

// The cases on sensitive values.
const (
	// SensitiveSealed: with keys a sensitive value is stored sealed, and opens only where it belongs.
	SensitiveSealed Case = "sensitive/sealed"
	// SensitiveConsent: a sensitive value is read only while a consent to its purpose is in force, whatever method reads it.
	SensitiveConsent Case = "sensitive/consent"
	// SensitivePaths: no path but SetSensitive, and an import that brings the consent along, writes a sensitive value, and none loses one.
	SensitivePaths Case = "sensitive/paths"
	// SensitiveDestroy: values whose consent was withdrawn are destroyed wherever they are kept, and no others.
	SensitiveDestroy Case = "sensitive/destroy"
	// SensitiveMerge: sealed values go along with a merge and back, also when keys change.
	SensitiveMerge Case = "sensitive/merge"
	// SensitiveKeys: keys are wrapped anew, renewed and shredded, and nothing opens with an old one.
	SensitiveKeys Case = "sensitive/keys"
	// SensitiveCut: whatever changes keys can be cut off anywhere, and no value is lost that was to stay.
	SensitiveCut Case = "sensitive/cut"
	// SensitiveRules: rules find sealed values by equality, and by nothing else.
	SensitiveRules Case = "sensitive/rules"
	// SensitiveContract: secrets, holders and copies keep to the words of contact.SecretStore.
	SensitiveContract Case = "sensitive/contract"
)
