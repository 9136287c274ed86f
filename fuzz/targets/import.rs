//! Fuzzes [`fuzz::import`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::import);
