//! Fuzzes [`fuzz::settings`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::settings);
