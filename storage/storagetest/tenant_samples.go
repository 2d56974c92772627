package storagetest

import (
	"io"
	"reflect"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
)

// samples are what of a filled tenant another one asks for, by the type of the parameter.
// Of pointers and functions without a sample it passes nil.
func (s stage) samples() map[reflect.Type]any {
	var person contact.Contact
	var ids []contact.ID
	if len(s.people) > 0 { // else only the types count
		person, ids = s.people[0], idsOf(s.people)
	}
	declared := declaration(person.ID, contact.ChannelEmail)
	list := []any{
		person, person.ID, ids, shop(0), contact.Proof("proof"), map[string]contact.Value{"debts": {Type: contact.TypeNumber, Number: 1}},
		ref(1), order(person.ID, 77, noon), []activity.Activity{order(person.ID, 78, noon)}, activity.PaymentSucceeded, euro(100),
		declared, []consent.Declaration{declared}, consent.Marketing, contact.ChannelEmail, consent.NoticeKey{Name: "news", Version: "1"},
		barring(person).Addresses, consent.Evidence{},
		s.segment, s.snapshot, segment.Everyone(), segment.Entered,
		s.running, s.doubt, campaign.WasSent, campaign.Addressed, redeem(s.voucher, 77), someDefinition(s.segment),
		noon.AddDate(1, 0, 0), 1, int64(1), privacy.Hold{Reason: "tax", Reference: "7"}, privacy.HoldID{15: 1},
	}
	samples := map[reflect.Type]any{reflect.TypeFor[io.Writer](): io.Discard}
	for _, v := range list {
		samples[reflect.TypeOf(v)] = v
	}
	return samples
}

// someDefinition is a campaign for a segment.
func someDefinition(of segment.ID) campaign.Definition {
	return campaign.Definition{
		Name: "theirs", Segment: of, Currency: "EUR", Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{contact.ChannelEmail: {Subject: "Hello", Text: "Hello."}},
	}
}

// texts are texts in the order of the parameters.
func texts(list ...string) func(stage) []any {
	return func(stage) []any {
		out := make([]any, len(list))
		for i, t := range list {
			out[i] = t
		}
		return out
	}
}

// pair are two contacts that are there.
func pair(s stage) []any { return []any{s.twin.ID, s.double.ID} }

// foreignCalls lists the methods of the services that do not say errs.ErrNotFound when
// they are asked for what another tenant has, each with the reason, and those that need
// a text.
var foreignCalls = map[string]foreign{
	"Contacts.Add":              {want: uncalled, why: makes},
	"Contacts.Check":            {want: uncalled, why: machine},
	"Contacts.Create":           {want: uncalled, why: makes},
	"Contacts.Fields":           {want: uncalled, why: machine},
	"Contacts.FindDuplicates":   {want: nothing, why: lists},
	"Contacts.GetMany":          {want: nothing, why: leavesOut},
	"Contacts.IndexDuplicates":  {want: nothing, why: lists},
	"Contacts.DestroyWithdrawn": {want: nothing, why: lists},
	"Contacts.RenewKey":         {want: uncalled, why: keyless},
	"Contacts.Revealed":         {want: uncalled, why: machine},
	"Contacts.RotateKeys":       {want: uncalled, why: keyless},
	"Contacts.Sealing":          {want: uncalled, why: machine},
	"Contacts.ShredKeys":        {want: nothing, why: leavesOut},
	"Contacts.Linked":           {want: nothing, why: emptyPage},
	"Contacts.List":             {want: nothing, why: lists, given: texts("")},
	"Contacts.Unproven":         {want: uncalled, why: machine},
	"Contacts.Upsert":           {want: uncalled, why: makes},
	"Contacts.UpsertMany":       {want: uncalled, why: makes},

	"Activities.Check":   {want: uncalled, why: machine},
	"Activities.History": {want: nothing, why: emptyPage},

	"Consents.Permit":              {want: nothing, why: "the answer is no_consent, which is nothing here"},
	"Consents.Record":              {want: nothing, why: emptyPage},
	"Consents.Check":               {want: uncalled, why: machine},
	"Consents.CheckLists":          {want: nothing, why: leavesOut},
	"Consents.Format":              {want: uncalled, why: machine},
	"Consents.ConfirmOptIn":        {want: invalid, why: "a token of another tenant is none; the case consent/opt-in asks with a real one", given: texts("v1.token")},
	"Consents.DropUnconfirmed":     {want: nothing, why: lists},
	"Consents.Ledger":              {want: nothing, why: emptyPage},
	"Consents.ListNotices":         {want: nothing, why: lists},
	"Consents.NoteExpired":         {want: nothing, why: lists},
	"Consents.PutNotice":           {want: uncalled, why: makes},
	"Consents.ReleaseAddresses":    {want: nothing, why: leavesOut},
	"Consents.RequestOptIn":        {want: uncalled, why: makes},
	"Consents.SendOptIns":          {want: nothing, why: lists},
	"Consents.States":              {want: nothing, why: emptyPage},
	"Consents.SuppressAddresses":   {want: uncalled, why: makes},
	"Consents.Copied":              {want: uncalled, why: machine},
	"Consents.ListChecker":         {want: uncalled, why: machine},
	"Consents.SuppressedAddresses": {want: nothing, why: leavesOut},

	"Segments.AsOf":             {want: uncalled, why: machine},
	"Segments.Among":            {want: nothing, why: leavesOut},
	"Segments.Changes":          {want: nothing, why: lists},
	"Segments.Check":            {want: uncalled, why: machine},
	"Segments.CompareSnapshots": {given: texts("")},
	"Segments.Count":            {want: nothing, why: lists},
	"Segments.Deliver":          {want: uncalled, why: worker},
	"Segments.Export":           {want: nothing, why: lists},
	"Segments.Find":             {given: texts("summer")},
	"Segments.Follow":           {given: texts("summer")},
	"Segments.Freeze":           {want: uncalled, why: makes},
	"Segments.List":             {want: nothing, why: lists},
	"Segments.Live":             {want: nothing, why: lists},
	"Segments.LiveCount":        {given: texts("summer")},
	"Segments.LiveMembers":      {given: texts("summer", "")},
	"Segments.Members":          {want: nothing, why: lists, given: texts("")},
	"Segments.Overlap":          {want: uncalled, why: machine},
	"Segments.Plan":             {want: uncalled, why: machine},
	"Segments.Preview":          {want: nothing, why: lists},
	"Segments.PurgeChanges":     {want: nothing, why: lists},
	"Segments.Refresh":          {want: nothing, why: lists},
	"Segments.Save":             {want: uncalled, why: makes},
	"Segments.SnapshotMembers":  {given: texts("")},
	"Segments.Snapshots":        {want: nothing, why: lists},
	"Segments.Unfollow":         {given: texts("summer")},
	"Segments.VerifyLive":       {given: texts("summer")},
	"Segments.Work":             {want: uncalled, why: worker},

	"Campaigns.Audience":   {given: texts("")},
	"Campaigns.Deliveries": {given: texts("")},
	"Campaigns.Find":       {given: texts("summer")},
	"Campaigns.List":       {want: nothing, why: lists},
	"Campaigns.Redeem":     {want: invalid, why: mistyped},
	"Campaigns.Vouchers":   {want: nothing, why: leavesOut},
	"Campaigns.Voucher":    {want: invalid, why: mistyped, given: func(s stage) []any { return []any{s.voucher.Code} }},
	"Campaigns.Work":       {want: uncalled, why: worker},

	"Audit.Entries":        {want: uncalled, why: logless},
	"Audit.ErasePayload":   {want: uncalled, why: logless},
	"Audit.Head":           {want: uncalled, why: logless},
	"Audit.Record":         {want: uncalled, why: logless},
	"Audit.Seal":           {want: uncalled, why: logless},
	"Audit.Verify":         {want: uncalled, why: logless},
	"Audit.WhoWasAffected": {want: uncalled, why: logless},
	"Audit.Work":           {want: uncalled, why: worker},

	"Privacy.Holds":    {want: nothing, why: emptyPage},
	"Privacy.Record":   {want: uncalled, why: "it tells what the config declares"},
	"Privacy.Restrict": {given: texts("wrong")},
	"Privacy.Sweep":    {want: uncalled, why: worker},

	"Payments.Charge": {given: texts("card")},
	"Payments.Refund": {given: texts("1")},
	"Payments.Settle": {given: texts("token")},

	"Merges.Into":    {want: nothing, why: emptyPage},
	"Merges.Merge":   {given: pair},
	"Merges.Of":      {given: func(s stage) []any { return []any{s.lost.ID} }},
	"Merges.Unmerge": {given: func(s stage) []any { return []any{s.lost.ID} }},

	"Duplicates.Dismiss":   {given: pair},
	"Duplicates.Dismissed": {want: nothing, why: emptyPage},
	"Duplicates.Groups":    {want: nothing, why: lists, given: texts("")},
	"Duplicates.Pairs":     {want: nothing, why: lists},
	"Duplicates.Scan":      {want: uncalled, why: worker},
	"Duplicates.Undismiss": {given: pair},

	"Exchange.Export":   {want: nothing, why: lists},
	"Exchange.Forget":   {given: texts("imported")},
	"Exchange.Import":   {want: uncalled, why: makes},
	"Exchange.Imports":  {want: nothing, why: lists},
	"Exchange.Problems": {given: texts("imported")},
	"Exchange.Remove":   {given: texts("imported")},
	"Exchange.Status":   {given: texts("imported")},
	"Exchange.Undo":     {given: texts("imported")},
}

// The reasons in foreignCalls.
const (
	makes     = "it makes something of the tenant's own: the case tenant/same-keys"
	machine   = "it asks the store for nothing, or the store that it is given"
	worker    = "it works on all that its own tenant has: the case tenant/isolation"
	lists     = "it lists or counts what the tenant has"
	leavesOut = "unknown ones are left out"
	mistyped  = "whoever types a code is told what is wrong with it"
	keyless   = "there are no keys here: the cases sensitive/keys and tenant/same-keys"
	logless   = "the log would write in this tenant: the cases tenant/isolation and tenant/same-keys ask for what it keeps"
	emptyPage = "an unknown contact has an empty list"
)
