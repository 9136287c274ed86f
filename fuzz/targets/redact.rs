//! Fuzzes [`fuzz::redact`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::redact);
