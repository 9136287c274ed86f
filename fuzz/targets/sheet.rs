//! Fuzzes [`fuzz::sheet`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::sheet);
