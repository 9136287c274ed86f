//! `/v1/templates`: surveys to begin with. They are no secret, so no key is asked for.
