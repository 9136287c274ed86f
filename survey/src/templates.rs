//! Surveys to start from.
