package bench

import (
	"crypto/rand"
	"testing"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/vouchercode"
	"github.com/stammkunde/crm/segment"
)

// runPlan plans campaigns for everyone.
func runPlan(tb testing.TB, s *shop, d *duel) int {
	tb.Helper()
	for i := range 3 {
		ours := s.campaign(tb, segment.Everyone())
		d.turn(i, func() { s.plan(tb, ours) }, s.rawPlan(tb))
	}
	return s.contacts
}

// rawPlan makes a function that plans one campaign without the library.
func (s *shop) rawPlan(tb testing.TB) func() {
	tb.Helper()
	var codes []string
	for i := range s.contacts {
		if agreed(i) {
			code, err := vouchercode.New(rand.Reader)
			must(tb, err)
			codes = append(codes, code)
		}
	}
	if s.db != nil {
		return s.db.plan(tb, s.size, codes)
	}
	return func() { plainPlan(s.size, codes) }
}

// plainPlan plans into slices and maps.
func plainPlan(z size, codes []string) {
	of := id.ID[campaign.Campaign](id.New())
	members, deliveries := map[contact.ID]campaign.Member{}, map[contact.ID]campaign.Delivery{}
	vouchers := map[string]campaign.Voucher{}
	for i := range z.contacts {
		to := contactID(i)
		if !agreed(i) {
			members[to] = campaign.Member{Campaign: of, Contact: to, Outcome: campaign.Excluded, Reason: campaign.NoConsent}
			continue
		}
		members[to] = campaign.Member{Campaign: of, Contact: to, Outcome: campaign.Addressed, Channel: contact.ChannelEmail}
		deliveries[to] = campaign.Delivery{
			ID: id.New(), Campaign: of, Channel: contact.ChannelEmail, Contact: to, State: campaign.Queued, NotBefore: now, UpdatedAt: now,
		}
		vouchers[codes[0]] = campaign.Voucher{
			Code: codes[0], Campaign: of, Contact: to, Channel: contact.ChannelEmail, BasisPoints: 1000, MaxUses: 1,
		}
		codes = codes[1:]
	}
}

// plan fills a table with ids and codes, and makes a function that plans a
// campaign from it.
func (db *database) plan(tb testing.TB, z size, codes []string) func() {
	tb.Helper()
	s := db.session(tb)
	db.fillCodes(s, z, codes)
	at, of := now.UnixMicro(), db.id(id.New())
	statements := []func(){
		bind(s.prepare(planAudience), of),
		bind(s.prepare(planDeliveries), at, at, of),
		bind(s.prepare(planVouchers), of),
	}
	return func() {
		s.atomic(func() {
			for _, run := range statements {
				run()
			}
		})
		s.close()
	}
}

func bind(run func(...any), args ...any) func() { return func() { run(args...) } }

// fillCodes gives everybody who agreed a delivery's id and a code.
func (db *database) fillCodes(s *session, z size, codes []string) {
	s.tb.Helper()
	blob := "BLOB"
	if db.postgres {
		blob = "uuid"
	}
	s.exec("DROP TABLE IF EXISTS raw_code")
	s.exec("CREATE TABLE raw_code (contact_id " + blob + " PRIMARY KEY, delivery_id " + blob + " NOT NULL, code text NOT NULL)")
	insert := s.insert("raw_code", "contact_id, delivery_id, code", "")
	s.atomic(func() {
		for i := range z.contacts {
			if agreed(i) {
				insert(db.id(contactID(i)), db.id(id.New()), codes[0])
				codes = codes[1:]
			}
		}
	})
	s.exec("ANALYZE raw_code")
}

const (
	planAudience = `INSERT INTO crm_audience (tenant_id, contact_id, campaign_id, outcome, reason, channel)
		SELECT c.tenant_id, c.id, ?,
			CASE WHEN s.action = 'grant' THEN 'addressed' ELSE 'excluded' END,
			CASE WHEN s.action = 'grant' THEN '' ELSE 'no_consent' END,
			CASE WHEN s.action = 'grant' THEN 'email' ELSE '' END
		FROM crm_contact AS c LEFT JOIN crm_consent_state AS s
			ON s.tenant_id = c.tenant_id AND s.contact_id = c.id AND s.purpose = 'marketing' AND s.channel = 'email' AND s.layer = ''
		WHERE c.tenant_id = 'default' ORDER BY c.id`

	planDeliveries = `INSERT INTO crm_delivery (tenant_id, contact_id, id, campaign_id, step, channel, state, reason,
			not_before, attempts, crashes, provider_id, updated_at)
		SELECT a.tenant_id, a.contact_id, r.delivery_id, a.campaign_id, 0, a.channel, 'queued', '', ?, 0, 0, '', ?
		FROM crm_audience AS a JOIN raw_code AS r ON r.contact_id = a.contact_id
		WHERE a.tenant_id = 'default' AND a.campaign_id = ? AND a.outcome = 'addressed' ORDER BY a.contact_id`

	planVouchers = `INSERT INTO crm_voucher (tenant_id, code, campaign_id, contact_id, channel, basis_points, uses, max_uses)
		SELECT a.tenant_id, r.code, a.campaign_id, a.contact_id, a.channel, 1000, 0, 1
		FROM crm_audience AS a JOIN raw_code AS r ON r.contact_id = a.contact_id
		WHERE a.tenant_id = 'default' AND a.campaign_id = ? AND a.outcome = 'addressed' ORDER BY r.code`
)
