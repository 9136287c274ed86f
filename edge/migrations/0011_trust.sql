-- What a response proves: who may revise it, who vouches for it, and which of its claims are signed.

-- SHA-256 in hex of the client secret; NULL = none was sent, so the response takes no revision.
ALTER TABLE responses ADD COLUMN secret TEXT;

-- Id of the view token that the response was sent with; NULL = none, or an invalid one.
ALTER TABLE responses ADD COLUMN view TEXT;

-- Who vouches for the response: view (a token in time), device (a token, but the response waited on the device), server
-- (a secret key), none; '' = an import, or stored before this column existed.
ALTER TABLE responses ADD COLUMN trust TEXT NOT NULL DEFAULT '';

-- Which members the shop has signed, as bits: 1 = customer, 2 = order, 4 = traits.
ALTER TABLE responses ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;

-- The contacts that the shopper gave, in canonical form, as a JSON list, so that an erasure finds them.
ALTER TABLE responses ADD COLUMN contact TEXT;

-- Version of the rules that the row was written by; the renewal job brings older rows to the current one.
ALTER TABLE responses ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
