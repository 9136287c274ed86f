//! Fuzzes [`fuzz::webhook_url`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::webhook_url);
