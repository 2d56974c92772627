-- The tables of the CRM. ${prefix} stands for the table prefix, "crm_" unless
-- postgres.Config says otherwise. A statement ends with a semicolon at the end of
-- a line; no other line ends with one.
--
-- Text compares bytewise. Instants are microseconds since 1970 in UTC. Amounts
-- are minor units of the currency. In the tables of the contacts a missing value
-- is NULL, elsewhere it is the empty text.

CREATE TABLE ${prefix}contact (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    salutation text COLLATE "C",
    title text COLLATE "C",
    given text COLLATE "C",
    family text COLLATE "C",
    company text COLLATE "C",
    language text COLLATE "C",
    time_zone text COLLATE "C",
    preferred_channel text COLLATE "C",
    email text COLLATE "C", -- the first one, as are phone and address
    phone text COLLATE "C",
    street text COLLATE "C",
    extra text COLLATE "C",
    postal_code text COLLATE "C",
    city text COLLATE "C",
    region text COLLATE "C",
    country text COLLATE "C",
    occupation text COLLATE "C",
    education text COLLATE "C",
    marital_status text COLLATE "C",
    vat_number text COLLATE "C",
    owner text COLLATE "C",
    born bigint, -- year*10000 + month*100 + day, with zeroes for what is not known
    -- texts without regard to case
    salutation_fold text COLLATE "C",
    title_fold text COLLATE "C",
    given_fold text COLLATE "C",
    family_fold text COLLATE "C",
    company_fold text COLLATE "C",
    occupation_fold text COLLATE "C",
    education_fold text COLLATE "C",
    marital_status_fold text COLLATE "C",
    email_fold text COLLATE "C",
    street_fold text COLLATE "C",
    extra_fold text COLLATE "C",
    city_fold text COLLATE "C",
    region_fold text COLLATE "C",
    bucket bigint NOT NULL, -- the place in random shares
    details text COLLATE "C" NOT NULL, -- JSON: all e-mails, phones, addresses and custom fields
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX ${prefix}contact_email
    ON ${prefix}contact (tenant_id, email, id) WHERE email IS NOT NULL;

CREATE INDEX ${prefix}contact_phone
    ON ${prefix}contact (tenant_id, phone, id) WHERE phone IS NOT NULL;

CREATE TABLE ${prefix}contact_identity (
    tenant_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, source, key)
);

CREATE INDEX ${prefix}contact_identity_contact
    ON ${prefix}contact_identity (tenant_id, contact_id);

-- What contacts are looked up by that may be one: hashes of combinations of fields.
CREATE TABLE ${prefix}contact_key (
    tenant_id text COLLATE "C" NOT NULL,
    key bigint NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, key, contact_id)
);

-- The keys with which sensitive values of contacts are sealed, wrapped by the host's
-- key service. A contact that was merged into another one keeps its own. There is no
-- reference to the contact, so that this table can have backups of its own, which are
-- thrown away sooner: what was sealed with a key that is gone cannot be read.
CREATE TABLE ${prefix}contact_secret (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    version bigint NOT NULL, -- a random number
    wrapped bytea NOT NULL,
    kek text COLLATE "C" NOT NULL, -- the id of the key that wraps
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, version)
);

-- The custom fields again, one typed row each, for the rules.
CREATE TABLE ${prefix}contact_field (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    text_value text COLLATE "C",
    text_fold text COLLATE "C",
    number_value bigint, -- millionths
    time_value bigint,
    bool_value boolean,
    date_value bigint,
    amount_value bigint,
    currency text COLLATE "C",
    PRIMARY KEY (tenant_id, contact_id, name)
);

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
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    list text COLLATE "C" NOT NULL,
    pos bigint NOT NULL,
    value text COLLATE "C", -- of an e-mail address, phone, tag or custom text; the id that a link leads to
    value_fold text COLLATE "C",
    street text COLLATE "C",
    street_fold text COLLATE "C",
    extra text COLLATE "C",
    extra_fold text COLLATE "C",
    postal_code text COLLATE "C",
    city text COLLATE "C",
    city_fold text COLLATE "C",
    region text COLLATE "C",
    region_fold text COLLATE "C",
    country text COLLATE "C",
    kind text COLLATE "C", -- of a link
    PRIMARY KEY (tenant_id, contact_id, list, pos)
);

CREATE INDEX ${prefix}contact_element_value
    ON ${prefix}contact_element (tenant_id, list, value, contact_id);

CREATE TABLE ${prefix}activity (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000', -- who was merged into the contact, zero for none
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    direction text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    ref_source text COLLATE "C" NOT NULL,
    ref_key text COLLATE "C" NOT NULL,
    payment text COLLATE "C" NOT NULL, -- JSON
    campaign_id uuid NOT NULL, -- zero for none
    data text COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, contact_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES ${prefix}contact (tenant_id, id)
);

CREATE INDEX ${prefix}activity_history
    ON ${prefix}activity (tenant_id, contact_id, at, id);

CREATE INDEX ${prefix}activity_kind
    ON ${prefix}activity (tenant_id, kind, at, contact_id) INCLUDE (amount, currency);

-- For windows that hold much of the history: reading all of a kind in the order
-- of the contacts costs less than sorting what is in the window.
CREATE INDEX ${prefix}activity_contact
    ON ${prefix}activity (tenant_id, kind, contact_id, at) INCLUDE (amount, currency);

-- The lines of purchases and returns. kind and at are those of the activity.
CREATE TABLE ${prefix}activity_item (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    pos bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    sku text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, activity_id, pos)
);

CREATE INDEX ${prefix}activity_item_category
    ON ${prefix}activity_item (tenant_id, kind, category, at, contact_id) INCLUDE (activity_id, amount, currency);

-- The data of activities again, one typed row each, for the rules.
CREATE TABLE ${prefix}activity_data (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    text_value text COLLATE "C",
    text_fold text COLLATE "C",
    number_value bigint, -- millionths
    time_value bigint,
    bool_value boolean,
    date_value bigint,
    amount_value bigint,
    currency text COLLATE "C",
    PRIMARY KEY (tenant_id, contact_id, activity_id, name)
);

CREATE TABLE ${prefix}activity_ref (
    tenant_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    digest uuid NOT NULL, -- any 16 bytes
    PRIMARY KEY (tenant_id, source, key)
);

-- What the activities of a contact add up to, per kind: over whole activities
-- where category is empty, else over the lines of that category. amounts counts
-- those that have an amount. Where they are in several currencies, the currency
-- is '*' and the total means nothing. The key holds all that a rule asks, with
-- the contacts in their order, so that sets are intersected as they are read.
CREATE TABLE ${prefix}rollup (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    activities bigint NOT NULL,
    amounts bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    total bigint NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, kind, category, contact_id) INCLUDE (last_at, first_at, activities, amounts, currency, total)
);

-- For who was seen last in some window, and for who has something of the future.
CREATE INDEX ${prefix}rollup_last ON ${prefix}rollup (tenant_id, kind, category, last_at) INCLUDE (contact_id);

CREATE TABLE ${prefix}consent_event (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    id uuid NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    layer text COLLATE "C" NOT NULL, -- follows from the action
    action text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    expires_at bigint,
    wording text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    proof text COLLATE "C" NOT NULL,
    details text COLLATE "C" NOT NULL, -- JSON: the notice, and other evidence
    PRIMARY KEY (tenant_id, contact_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES ${prefix}contact (tenant_id, id)
);

CREATE TABLE ${prefix}consent_state (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    layer text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    event_id uuid NOT NULL,
    expires_at bigint,
    PRIMARY KEY (tenant_id, contact_id, purpose, channel, layer)
);

CREATE INDEX ${prefix}consent_state_cell
    ON ${prefix}consent_state (tenant_id, purpose, channel, layer, action, contact_id, at, expires_at);

CREATE INDEX ${prefix}consent_state_ends
    ON ${prefix}consent_state (tenant_id, expires_at, contact_id) WHERE expires_at IS NOT NULL;

-- What customers see when they declare something. Rows never change.
CREATE TABLE ${prefix}notice (
    tenant_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    locale text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, name, version, locale)
);

-- Addresses of which only a keyed digest is kept. They belong to nobody.
CREATE TABLE ${prefix}suppression (
    tenant_id text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    kind text COLLATE "C" NOT NULL,
    bars boolean NOT NULL,
    source text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (tenant_id, digest)
);

-- Requests for double opt-in, looked up by the id in the link.
CREATE TABLE ${prefix}opt_in (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    email text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    channels text COLLATE "C" NOT NULL, -- JSON
    notice text COLLATE "C" NOT NULL, -- JSON
    wording text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    created boolean NOT NULL,
    sender bytea, -- a digest
    requested_at bigint NOT NULL,
    not_before bigint NOT NULL,
    expires_at bigint NOT NULL,
    confirmed_at bigint,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX ${prefix}opt_in_queued ON ${prefix}opt_in (tenant_id, not_before, id) WHERE state = 'queued';

CREATE INDEX ${prefix}opt_in_requested ON ${prefix}opt_in (tenant_id, requested_at, id);

CREATE INDEX ${prefix}opt_in_email ON ${prefix}opt_in (tenant_id, email, requested_at);

CREATE INDEX ${prefix}opt_in_contact ON ${prefix}opt_in (tenant_id, contact_id);

CREATE TABLE ${prefix}segment (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL, -- JSON
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE ${prefix}campaign (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    definition text COLLATE "C" NOT NULL, -- JSON
    rule text COLLATE "C" NOT NULL, -- JSON
    as_of bigint,
    planned_to uuid NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    finished_at bigint,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE ${prefix}audience (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    campaign_id uuid NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    orders bigint NOT NULL DEFAULT 0, -- of a contact that is nobody now, as is revenue
    revenue bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, contact_id, campaign_id)
);

CREATE INDEX ${prefix}audience_campaign
    ON ${prefix}audience (tenant_id, campaign_id, contact_id);

CREATE TABLE ${prefix}delivery (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    step bigint NOT NULL,
    channel text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    not_before bigint NOT NULL,
    token bigint, -- of the claim, only while claimed or sending
    lease_until bigint,
    attempts bigint NOT NULL,
    crashes bigint NOT NULL,
    first_attempt_at bigint,
    gated_at bigint,
    sent_at bigint,
    provider_id text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, id),
    UNIQUE (tenant_id, contact_id, campaign_id, step, channel)
);

CREATE INDEX ${prefix}delivery_campaign
    ON ${prefix}delivery (tenant_id, campaign_id, id);

CREATE INDEX ${prefix}delivery_ready
    ON ${prefix}delivery (tenant_id, campaign_id, not_before, id) WHERE state = 'queued';

CREATE INDEX ${prefix}delivery_token
    ON ${prefix}delivery (tenant_id, token, contact_id, id) WHERE token IS NOT NULL;

CREATE INDEX ${prefix}delivery_doubt
    ON ${prefix}delivery (tenant_id, campaign_id) WHERE state = 'in_doubt';

CREATE TABLE ${prefix}voucher (
    tenant_id text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    campaign_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    channel text COLLATE "C" NOT NULL,
    basis_points bigint NOT NULL,
    valid_from bigint,
    valid_until bigint,
    uses bigint NOT NULL,
    max_uses bigint NOT NULL,
    PRIMARY KEY (tenant_id, code)
);

CREATE INDEX ${prefix}voucher_contact
    ON ${prefix}voucher (tenant_id, campaign_id, contact_id);

CREATE INDEX ${prefix}voucher_owner
    ON ${prefix}voucher (tenant_id, contact_id);

CREATE TABLE ${prefix}redemption (
    tenant_id text COLLATE "C" NOT NULL,
    order_source text COLLATE "C" NOT NULL,
    order_key text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    campaign_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    origin_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    channel text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    discount bigint NOT NULL,
    discount_currency text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (tenant_id, order_source, order_key)
);

CREATE INDEX ${prefix}redemption_campaign
    ON ${prefix}redemption (tenant_id, campaign_id, channel);

CREATE INDEX ${prefix}redemption_contact
    ON ${prefix}redemption (tenant_id, contact_id);

-- What is kept of a contact for the live segments. Every write about a contact
-- sets changed_at and lets version grow; a look at the contact clears it.
CREATE TABLE ${prefix}watch (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    version bigint NOT NULL,
    changed_at bigint, -- the earliest write that was not looked at
    removed_at bigint, -- the latest removal that was not looked at
    due_at bigint, -- when time may change a membership
    evaluated_at bigint,
    changes bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);

CREATE INDEX ${prefix}watch_changed
    ON ${prefix}watch (tenant_id, changed_at, contact_id) WHERE changed_at IS NOT NULL;

CREATE INDEX ${prefix}watch_due
    ON ${prefix}watch (tenant_id, due_at, contact_id) WHERE due_at IS NOT NULL;

CREATE TABLE ${prefix}live_segment (
    tenant_id text COLLATE "C" NOT NULL,
    segment_id uuid NOT NULL,
    rule text COLLATE "C" NOT NULL, -- JSON
    since bigint NOT NULL,
    generation bigint NOT NULL,
    built boolean NOT NULL,
    built_to uuid NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
);

-- The memberships of a contact in live segments, those that time may bring
-- included, as the library packs them.
CREATE TABLE ${prefix}membership (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);

-- The same, one row each, without their instants.
CREATE TABLE ${prefix}member (
    tenant_id text COLLATE "C" NOT NULL,
    segment_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    member boolean NOT NULL,
    PRIMARY KEY (tenant_id, segment_id, contact_id) INCLUDE (member)
);

CREATE TABLE ${prefix}segment_change (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    number bigint NOT NULL,
    segment_id uuid NOT NULL,
    entered boolean NOT NULL,
    at bigint NOT NULL,
    found_at bigint NOT NULL,
    cause text COLLATE "C" NOT NULL,
    delivered boolean NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, number)
);

CREATE INDEX ${prefix}segment_change_found
    ON ${prefix}segment_change (tenant_id, found_at, contact_id, number);

CREATE INDEX ${prefix}segment_change_segment
    ON ${prefix}segment_change (tenant_id, segment_id, found_at, contact_id, number);

CREATE INDEX ${prefix}segment_change_waiting
    ON ${prefix}segment_change (tenant_id, found_at, contact_id, number) WHERE NOT delivered;

CREATE TABLE ${prefix}lease (
    tenant_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    token bigint NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE ${prefix}snapshot (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL, -- JSON
    as_of bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE ${prefix}snapshot_member (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    snapshot_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, snapshot_id)
);

CREATE INDEX ${prefix}snapshot_member_snapshot
    ON ${prefix}snapshot_member (tenant_id, snapshot_id, contact_id);

-- Contacts that were merged into another one, each with the record that it had, and
-- with those of the other one before and after. number counts what was merged into
-- a winner.
CREATE TABLE ${prefix}merge (
    tenant_id text COLLATE "C" NOT NULL,
    loser_id uuid NOT NULL,
    winner_id uuid NOT NULL,
    id uuid NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    before_record text COLLATE "C" NOT NULL, -- JSON
    lost_record text COLLATE "C" NOT NULL, -- JSON
    after_record text COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, loser_id)
);

CREATE INDEX ${prefix}merge_winner
    ON ${prefix}merge (tenant_id, winner_id, number);

CREATE TABLE ${prefix}import (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    entries bigint NOT NULL,
    created bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    refused bigint NOT NULL,
    activities bigint NOT NULL,
    consents bigint NOT NULL,
    problems bigint NOT NULL,
    kept bigint NOT NULL,
    changes bigint NOT NULL,
    digest bytea NOT NULL,
    forgotten boolean NOT NULL,
    started_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE ${prefix}import_problem (
    tenant_id text COLLATE "C" NOT NULL,
    import_id uuid NOT NULL,
    pos bigint NOT NULL,
    number bigint NOT NULL,
    line bigint NOT NULL,
    path text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    message text COLLATE "C" NOT NULL,
    partly boolean NOT NULL,
    PRIMARY KEY (tenant_id, import_id, pos)
);

-- What imports have changed, to take it back. It names contacts that are gone,
-- too.
CREATE TABLE ${prefix}import_change (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    import_id uuid NOT NULL,
    seq bigint NOT NULL,
    number bigint NOT NULL,
    line bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    activity_id uuid NOT NULL, -- zero for none, as is consent_id
    consent_id uuid NOT NULL,
    digest uuid NOT NULL, -- any 16 bytes
    before_record text COLLATE "C", -- JSON, as is after_record
    after_record text COLLATE "C",
    PRIMARY KEY (tenant_id, import_id, contact_id, seq)
);

-- What keeps records of a contact.
CREATE INDEX ${prefix}import_change_record
    ON ${prefix}import_change (tenant_id, contact_id) WHERE (before_record IS NOT NULL OR after_record IS NOT NULL);

-- Searches for duplicates, of which the last one may be under way.
CREATE TABLE ${prefix}duplicate_scan (
    tenant_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    contacts bigint NOT NULL,
    pairs bigint NOT NULL,
    groups bigint NOT NULL,
    milli_bits bigint NOT NULL,
    started_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL,
    model text COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, number)
);

-- What they have found: a_id is the lower id. against is the evidence in thousandths of
-- a bit, negated, so that the list of the most certain ones is in ascending order.
CREATE TABLE ${prefix}duplicate_pair (
    tenant_id text COLLATE "C" NOT NULL,
    scan bigint NOT NULL,
    a_id uuid NOT NULL,
    b_id uuid NOT NULL,
    against bigint NOT NULL,
    contradiction boolean NOT NULL,
    group_number bigint NOT NULL, -- 0 for none
    PRIMARY KEY (tenant_id, scan, a_id, b_id)
);

CREATE INDEX ${prefix}duplicate_pair_list
    ON ${prefix}duplicate_pair (tenant_id, scan, against, a_id, b_id);

CREATE INDEX ${prefix}duplicate_pair_group
    ON ${prefix}duplicate_pair (tenant_id, scan, group_number, a_id, b_id)
    WHERE group_number > 0;

-- Who was said to be two: a_id is the lower id. They may have been merged since.
CREATE TABLE ${prefix}duplicate_dismissal (
    tenant_id text COLLATE "C" NOT NULL,
    a_id uuid NOT NULL,
    b_id uuid NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (tenant_id, a_id, b_id)
);

CREATE INDEX ${prefix}duplicate_dismissal_b
    ON ${prefix}duplicate_dismissal (tenant_id, b_id, a_id, at);

-- The log of what was done. Entries have no number until they are sealed; then they
-- are a chain, each with the hash of the one before.
CREATE TABLE ${prefix}audit (
    tenant_id text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    at bigint NOT NULL,
    actor text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL, -- zero for none, and for several
    many boolean NOT NULL, -- the payload names several contacts
    payload text COLLATE "C" NOT NULL, -- JSON; empty once it was erased
    salt uuid NOT NULL, -- any 16 bytes; zero once the payload was erased
    digest text COLLATE "C" NOT NULL, -- hexadecimal, as are mac, prev and hash
    mac text COLLATE "C" NOT NULL,
    seq bigint NOT NULL, -- 0 until the entry is sealed
    prev text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

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
    tenant_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- Whose data may be kept, but not used.
CREATE TABLE ${prefix}restriction (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    reason text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);

-- What the law demands to keep, also of contacts that were erased.
CREATE TABLE ${prefix}legal_hold (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    id uuid NOT NULL,
    class text COLLATE "C" NOT NULL, -- empty for all
    reason text COLLATE "C" NOT NULL,
    until bigint, -- NULL until it is released
    reference text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, id)
);

CREATE INDEX ${prefix}legal_hold_until
    ON ${prefix}legal_hold (tenant_id, until, contact_id, id) WHERE until IS NOT NULL;

-- What holds have kept of contacts that were erased.
CREATE TABLE ${prefix}held (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    class text COLLATE "C" NOT NULL,
    pos bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    record text COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, contact_id, class, pos)
);

-- Which contacts were erased, with a row for each that was merged into them.
CREATE TABLE ${prefix}erasure (
    tenant_id text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    subject_id uuid NOT NULL, -- the contact that the certificate is about
    pending boolean NOT NULL, -- live segments have still to tell
    certificate text COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, contact_id)
);

CREATE INDEX ${prefix}erasure_pending
    ON ${prefix}erasure (tenant_id, contact_id) WHERE pending;
