-- The table has the field's term: it records which queue messages were processed, so that a repeated one has no effect.
-- While a deployment is between this migration and its new Worker, funnel counts wait in the queue.
ALTER TABLE effects RENAME TO processed_messages;
