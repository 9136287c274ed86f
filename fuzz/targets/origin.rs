//! Fuzzes [`fuzz::origin`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::origin);
