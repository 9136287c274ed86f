//! Fuzzes [`fuzz::names`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::names);
