-- The tables of the CRM. ${prefix} stands for the table prefix, "crm_" unless
-- sqlite.Config says otherwise. A statement ends with a semicolon at the end of
-- a line; no other line ends with one.
--
-- Ids are 16 bytes. Instants are microseconds since 1970 in UTC. Amounts are
-- minor units of the currency. In the tables of the contacts a missing value is
-- NULL, elsewhere it is the empty text.

CREATE TABLE ${prefix}contact (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    salutation TEXT,
    title TEXT,
    given TEXT,
    family TEXT,
    company TEXT,
    language TEXT,
    time_zone TEXT,
    preferred_channel TEXT,
    email TEXT, -- the first one, as are phone and address
    phone TEXT,
    street TEXT,
    extra TEXT,
    postal_code TEXT,
    city TEXT,
    region TEXT,
    country TEXT,
    occupation TEXT,
    education TEXT,
    marital_status TEXT,
    vat_number TEXT,
    owner TEXT,
    born INTEGER, -- year*10000 + month*100 + day, with zeroes for what is not known
    -- texts without regard to case
    salutation_fold TEXT,
    title_fold TEXT,
    given_fold TEXT,
    family_fold TEXT,
    company_fold TEXT,
    occupation_fold TEXT,
    education_fold TEXT,
    marital_status_fold TEXT,
    email_fold TEXT,
    street_fold TEXT,
    extra_fold TEXT,
    city_fold TEXT,
    region_fold TEXT,
    bucket INTEGER NOT NULL, -- the place in random shares
    details TEXT NOT NULL, -- JSON: all e-mails, phones, addresses and custom fields
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX ${prefix}contact_email
    ON ${prefix}contact (tenant_id, email, id) WHERE email IS NOT NULL;

CREATE INDEX ${prefix}contact_phone
    ON ${prefix}contact (tenant_id, phone, id) WHERE phone IS NOT NULL;

CREATE TABLE ${prefix}contact_identity (
    tenant_id TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, source, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}contact_identity_contact
    ON ${prefix}contact_identity (tenant_id, contact_id);

-- What contacts are looked up by that may be one: hashes of combinations of fields.
CREATE TABLE ${prefix}contact_key (
    tenant_id TEXT NOT NULL,
    key INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, key, contact_id)
) STRICT, WITHOUT ROWID;

-- The keys with which sensitive values of contacts are sealed, wrapped by the host's
-- key service. A contact that was merged into another one keeps its own. There is no
-- reference to the contact, so that this table can have backups of its own, which are
-- thrown away sooner: what was sealed with a key that is gone cannot be read.
CREATE TABLE ${prefix}contact_secret (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    version INTEGER NOT NULL, -- a random number
    wrapped BLOB NOT NULL,
    kek TEXT NOT NULL, -- the id of the key that wraps
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, version)
) STRICT, WITHOUT ROWID;

-- The custom fields again, one typed row each, for the rules.
CREATE TABLE ${prefix}contact_field (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    text_value TEXT,
    text_fold TEXT,
    number_value INTEGER, -- millionths
    time_value INTEGER,
    bool_value INTEGER,
    date_value INTEGER,
    amount_value INTEGER,
    currency TEXT,
    PRIMARY KEY (tenant_id, contact_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}contact_field_text
    ON ${prefix}contact_field (tenant_id, name, contact_id) WHERE text_value IS NOT NULL;

CREATE INDEX ${prefix}contact_field_number
    ON ${prefix}contact_field (tenant_id, name, number_value, contact_id) WHERE number_value IS NOT NULL;

CREATE INDEX ${prefix}contact_field_time
    ON ${prefix}contact_field (tenant_id, name, time_value, contact_id) WHERE time_value IS NOT NULL;

CREATE INDEX ${prefix}contact_field_bool
    ON ${prefix}contact_field (tenant_id, name, bool_value, contact_id) WHERE bool_value IS NOT NULL;

-- The lists of the record again, one row for each element, for the rules. The first
-- e-mail address, phone and address are not here if they stand in the columns of
-- contact.
CREATE TABLE ${prefix}contact_element (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    list TEXT NOT NULL,
    pos INTEGER NOT NULL,
    value TEXT, -- of an e-mail address, phone, tag or custom text; the id that a link leads to
    value_fold TEXT,
    street TEXT,
    street_fold TEXT,
    extra TEXT,
    extra_fold TEXT,
    postal_code TEXT,
    city TEXT,
    city_fold TEXT,
    region TEXT,
    region_fold TEXT,
    country TEXT,
    kind TEXT, -- of a link
    PRIMARY KEY (tenant_id, contact_id, list, pos)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}contact_element_value
    ON ${prefix}contact_element (tenant_id, list, value, contact_id);

CREATE TABLE ${prefix}activity (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000', -- who was merged into the contact, zero for none
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    direction TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    ref_source TEXT NOT NULL,
    ref_key TEXT NOT NULL,
    payment TEXT NOT NULL, -- JSON
    campaign_id BLOB NOT NULL, -- zero for none
    data TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, contact_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES ${prefix}contact (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}activity_history
    ON ${prefix}activity (tenant_id, contact_id, at, id);

CREATE INDEX ${prefix}activity_kind
    ON ${prefix}activity (tenant_id, kind, at, contact_id, amount, currency);

-- For windows that hold much of the history: reading all of a kind in the order
-- of the contacts costs less than sorting what is in the window.
CREATE INDEX ${prefix}activity_contact
    ON ${prefix}activity (tenant_id, kind, contact_id, at, amount, currency);

-- The lines of purchases and returns. kind and at are those of the activity.
CREATE TABLE ${prefix}activity_item (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    pos INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, activity_id, pos)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}activity_item_category
    ON ${prefix}activity_item (tenant_id, kind, category, at, contact_id, activity_id, amount, currency);

-- The data of activities again, one typed row each, for the rules.
CREATE TABLE ${prefix}activity_data (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    text_value TEXT,
    text_fold TEXT,
    number_value INTEGER, -- millionths
    time_value INTEGER,
    bool_value INTEGER,
    date_value INTEGER,
    amount_value INTEGER,
    currency TEXT,
    PRIMARY KEY (tenant_id, contact_id, activity_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE ${prefix}activity_ref (
    tenant_id TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (tenant_id, source, key)
) STRICT, WITHOUT ROWID;

-- What the activities of a contact add up to, per kind: over whole activities
-- where category is empty, else over the lines of that category. amounts counts
-- those that have an amount. Where they are in several currencies, the currency
-- is '*' and the total means nothing. The key has the contacts in their order,
-- so that sets are intersected as they are read.
CREATE TABLE ${prefix}rollup (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    activities INTEGER NOT NULL,
    amounts INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind, category, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ${prefix}consent_event (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000',
    id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    channel TEXT NOT NULL,
    layer TEXT NOT NULL, -- follows from the action
    action TEXT NOT NULL,
    basis TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    expires_at INTEGER,
    wording TEXT NOT NULL,
    source TEXT NOT NULL,
    proof TEXT NOT NULL,
    details TEXT NOT NULL, -- JSON: the notice, and other evidence
    PRIMARY KEY (tenant_id, contact_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES ${prefix}contact (tenant_id, id)
) STRICT;

CREATE TABLE ${prefix}consent_state (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    channel TEXT NOT NULL,
    layer TEXT NOT NULL,
    action TEXT NOT NULL,
    basis TEXT NOT NULL,
    at INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (tenant_id, contact_id, purpose, channel, layer)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}consent_state_cell
    ON ${prefix}consent_state (tenant_id, purpose, channel, layer, action, contact_id, at, expires_at);

CREATE INDEX ${prefix}consent_state_ends
    ON ${prefix}consent_state (tenant_id, expires_at, contact_id) WHERE expires_at IS NOT NULL;

-- What customers see when they declare something. Rows never change.
CREATE TABLE ${prefix}notice (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    locale TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, name, version, locale)
) STRICT, WITHOUT ROWID;

-- Addresses of which only a keyed digest is kept. They belong to nobody.
CREATE TABLE ${prefix}suppression (
    tenant_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    kind TEXT NOT NULL,
    bars INTEGER NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, digest)
) STRICT, WITHOUT ROWID;

-- Requests for double opt-in, looked up by the id in the link.
CREATE TABLE ${prefix}opt_in (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000',
    email TEXT NOT NULL,
    purpose TEXT NOT NULL,
    channels TEXT NOT NULL, -- JSON
    notice TEXT NOT NULL, -- JSON
    wording TEXT NOT NULL,
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    sender BLOB, -- a digest
    requested_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX ${prefix}opt_in_queued ON ${prefix}opt_in (tenant_id, not_before, id) WHERE state = 'queued';

CREATE INDEX ${prefix}opt_in_requested ON ${prefix}opt_in (tenant_id, requested_at, id);

CREATE INDEX ${prefix}opt_in_email ON ${prefix}opt_in (tenant_id, email, requested_at);

CREATE INDEX ${prefix}opt_in_contact ON ${prefix}opt_in (tenant_id, contact_id);

CREATE TABLE ${prefix}segment (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE ${prefix}campaign (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    definition TEXT NOT NULL, -- JSON
    rule TEXT NOT NULL, -- JSON
    as_of INTEGER,
    planned_to BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE ${prefix}audience (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000',
    campaign_id BLOB NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    channel TEXT NOT NULL,
    orders INTEGER NOT NULL DEFAULT 0, -- of a contact that is nobody now, as is revenue
    revenue INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, contact_id, campaign_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}audience_campaign
    ON ${prefix}audience (tenant_id, campaign_id, contact_id);

CREATE TABLE ${prefix}delivery (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000',
    id BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    step INTEGER NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    token INTEGER, -- of the claim, only while claimed or sending
    lease_until INTEGER,
    attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    first_attempt_at INTEGER,
    gated_at INTEGER,
    sent_at INTEGER,
    provider_id TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, id),
    UNIQUE (tenant_id, contact_id, campaign_id, step, channel)
) STRICT;

CREATE INDEX ${prefix}delivery_campaign
    ON ${prefix}delivery (tenant_id, campaign_id, id);

CREATE INDEX ${prefix}delivery_ready
    ON ${prefix}delivery (tenant_id, campaign_id, not_before, id) WHERE state = 'queued';

CREATE INDEX ${prefix}delivery_token
    ON ${prefix}delivery (tenant_id, token, contact_id, id) WHERE token IS NOT NULL;

CREATE INDEX ${prefix}delivery_doubt
    ON ${prefix}delivery (tenant_id, campaign_id) WHERE state = 'in_doubt';

CREATE TABLE ${prefix}voucher (
    tenant_id TEXT NOT NULL,
    code TEXT NOT NULL,
    campaign_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000',
    channel TEXT NOT NULL,
    basis_points INTEGER NOT NULL,
    valid_from INTEGER,
    valid_until INTEGER,
    uses INTEGER NOT NULL,
    max_uses INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, code)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}voucher_contact
    ON ${prefix}voucher (tenant_id, campaign_id, contact_id);

CREATE INDEX ${prefix}voucher_owner
    ON ${prefix}voucher (tenant_id, contact_id);

CREATE TABLE ${prefix}redemption (
    tenant_id TEXT NOT NULL,
    order_source TEXT NOT NULL,
    order_key TEXT NOT NULL,
    code TEXT NOT NULL,
    campaign_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    origin_id BLOB NOT NULL DEFAULT X'00000000000000000000000000000000',
    channel TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    discount INTEGER NOT NULL,
    discount_currency TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, order_source, order_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}redemption_campaign
    ON ${prefix}redemption (tenant_id, campaign_id, channel);

CREATE INDEX ${prefix}redemption_contact
    ON ${prefix}redemption (tenant_id, contact_id);

-- What is kept of a contact for the live segments. Every write about a contact
-- sets changed_at and lets version grow; a look at the contact clears it.
CREATE TABLE ${prefix}watch (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER, -- the earliest write that was not looked at
    removed_at INTEGER, -- the latest removal that was not looked at
    due_at INTEGER, -- when time may change a membership
    evaluated_at INTEGER,
    changes INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}watch_changed
    ON ${prefix}watch (tenant_id, changed_at, contact_id) WHERE changed_at IS NOT NULL;

CREATE INDEX ${prefix}watch_due
    ON ${prefix}watch (tenant_id, due_at, contact_id) WHERE due_at IS NOT NULL;

CREATE TABLE ${prefix}live_segment (
    tenant_id TEXT NOT NULL,
    segment_id BLOB NOT NULL,
    rule TEXT NOT NULL, -- JSON
    since INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    built INTEGER NOT NULL,
    built_to BLOB NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
) STRICT;

-- The memberships of a contact in live segments, those that time may bring
-- included, as the library packs them.
CREATE TABLE ${prefix}membership (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
) STRICT;

-- The same, one row each, without their instants.
CREATE TABLE ${prefix}member (
    tenant_id TEXT NOT NULL,
    segment_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    member INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, segment_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ${prefix}segment_change (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    segment_id BLOB NOT NULL,
    entered INTEGER NOT NULL,
    at INTEGER NOT NULL,
    found_at INTEGER NOT NULL,
    cause TEXT NOT NULL,
    delivered INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}segment_change_found
    ON ${prefix}segment_change (tenant_id, found_at, contact_id, number);

CREATE INDEX ${prefix}segment_change_segment
    ON ${prefix}segment_change (tenant_id, segment_id, found_at, contact_id, number);

CREATE INDEX ${prefix}segment_change_waiting
    ON ${prefix}segment_change (tenant_id, found_at, contact_id, number) WHERE NOT delivered;

CREATE TABLE ${prefix}lease (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, name)
) STRICT;

CREATE TABLE ${prefix}snapshot (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL, -- JSON
    as_of INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE ${prefix}snapshot_member (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    snapshot_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, snapshot_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}snapshot_member_snapshot
    ON ${prefix}snapshot_member (tenant_id, snapshot_id, contact_id);

-- Contacts that were merged into another one, each with the record that it had, and
-- with those of the other one before and after. number counts what was merged into
-- a winner.
CREATE TABLE ${prefix}merge (
    tenant_id TEXT NOT NULL,
    loser_id BLOB NOT NULL,
    winner_id BLOB NOT NULL,
    id BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    before_record TEXT NOT NULL, -- JSON
    lost_record TEXT NOT NULL, -- JSON
    after_record TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, loser_id)
) STRICT;

CREATE INDEX ${prefix}merge_winner
    ON ${prefix}merge (tenant_id, winner_id, number);

CREATE TABLE ${prefix}import (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    position INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    activities INTEGER NOT NULL,
    consents INTEGER NOT NULL,
    problems INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    digest BLOB NOT NULL,
    forgotten INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE ${prefix}import_problem (
    tenant_id TEXT NOT NULL,
    import_id BLOB NOT NULL,
    pos INTEGER NOT NULL,
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    path TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    partly INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, import_id, pos)
) STRICT, WITHOUT ROWID;

-- What imports have changed, to take it back. It names contacts that are gone,
-- too.
CREATE TABLE ${prefix}import_change (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    activity_id BLOB NOT NULL, -- zero for none, as is consent_id
    consent_id BLOB NOT NULL,
    digest BLOB NOT NULL, -- any 16 bytes
    before_record TEXT, -- JSON, as is after_record
    after_record TEXT,
    PRIMARY KEY (tenant_id, import_id, contact_id, seq)
) STRICT;

-- What keeps records of a contact.
CREATE INDEX ${prefix}import_change_record
    ON ${prefix}import_change (tenant_id, contact_id) WHERE (before_record IS NOT NULL OR after_record IS NOT NULL);

-- Searches for duplicates, of which the last one may be under way.
CREATE TABLE ${prefix}duplicate_scan (
    tenant_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    position INTEGER NOT NULL,
    contacts INTEGER NOT NULL,
    pairs INTEGER NOT NULL,
    groups INTEGER NOT NULL,
    milli_bits INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    model TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, number)
) STRICT;

-- What they have found: a_id is the lower id. against is the evidence in thousandths of
-- a bit, negated, so that the list of the most certain ones is in ascending order.
CREATE TABLE ${prefix}duplicate_pair (
    tenant_id TEXT NOT NULL,
    scan INTEGER NOT NULL,
    a_id BLOB NOT NULL,
    b_id BLOB NOT NULL,
    against INTEGER NOT NULL,
    contradiction INTEGER NOT NULL,
    group_number INTEGER NOT NULL, -- 0 for none
    PRIMARY KEY (tenant_id, scan, a_id, b_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}duplicate_pair_list
    ON ${prefix}duplicate_pair (tenant_id, scan, against, a_id, b_id);

CREATE INDEX ${prefix}duplicate_pair_group
    ON ${prefix}duplicate_pair (tenant_id, scan, group_number, a_id, b_id)
    WHERE group_number > 0;

-- Who was said to be two: a_id is the lower id. They may have been merged since.
CREATE TABLE ${prefix}duplicate_dismissal (
    tenant_id TEXT NOT NULL,
    a_id BLOB NOT NULL,
    b_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, a_id, b_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}duplicate_dismissal_b
    ON ${prefix}duplicate_dismissal (tenant_id, b_id, a_id, at);

-- The log of what was done. Entries have no number until they are sealed; then they
-- are a chain, each with the hash of the one before.
CREATE TABLE ${prefix}audit (
    tenant_id TEXT NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,
    contact_id BLOB NOT NULL, -- zero for none, and for several
    many INTEGER NOT NULL, -- the payload names several contacts
    payload TEXT NOT NULL, -- JSON; empty once it was erased
    salt BLOB NOT NULL, -- any 16 bytes; zero once the payload was erased
    digest TEXT NOT NULL, -- hexadecimal, as are mac, prev and hash
    mac TEXT NOT NULL,
    seq INTEGER NOT NULL, -- 0 until the entry is sealed
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX ${prefix}audit_at
    ON ${prefix}audit (tenant_id, at, id);

CREATE INDEX ${prefix}audit_contact
    ON ${prefix}audit (tenant_id, contact_id, at, id);

CREATE INDEX ${prefix}audit_many
    ON ${prefix}audit (tenant_id, at, id)
    WHERE many;

CREATE INDEX ${prefix}audit_unsealed
    ON ${prefix}audit (tenant_id, at, id)
    WHERE seq = 0;

CREATE UNIQUE INDEX ${prefix}audit_chain
    ON ${prefix}audit (tenant_id, seq)
    WHERE seq > 0;

-- The end of that chain.
CREATE TABLE ${prefix}audit_head (
    tenant_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;

-- Whose data may be kept, but not used.
CREATE TABLE ${prefix}restriction (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
) STRICT, WITHOUT ROWID;

-- What the law demands to keep, also of contacts that were erased.
CREATE TABLE ${prefix}legal_hold (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    id BLOB NOT NULL,
    class TEXT NOT NULL, -- empty for all
    reason TEXT NOT NULL,
    until INTEGER, -- NULL until it is released
    reference TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}legal_hold_until
    ON ${prefix}legal_hold (tenant_id, until, contact_id, id) WHERE until IS NOT NULL;

-- What holds have kept of contacts that were erased.
CREATE TABLE ${prefix}held (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    class TEXT NOT NULL,
    pos INTEGER NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, contact_id, class, pos)
) STRICT, WITHOUT ROWID;

-- Which contacts were erased, with a row for each that was merged into them.
CREATE TABLE ${prefix}erasure (
    tenant_id TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    subject_id BLOB NOT NULL, -- the contact that the certificate is about
    pending INTEGER NOT NULL, -- live segments have still to tell
    certificate TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ${prefix}erasure_pending
    ON ${prefix}erasure (tenant_id, contact_id) WHERE pending;
