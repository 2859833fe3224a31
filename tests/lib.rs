//! Runs the code of the project's pages as doctests.

#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
