//! Fuzzes [`fuzz::definition`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::definition);
