//! Fuzzes [`fuzz::csv_writer`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::csv_writer);
