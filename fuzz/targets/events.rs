//! Fuzzes [`fuzz::events`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::events);
