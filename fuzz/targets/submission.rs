//! Fuzzes [`fuzz::submission`].

#![cfg_attr(feature = "engine", no_main)]

fuzz::target!(fuzz::submission);
