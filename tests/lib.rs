//! Runs the code of the project's pages as doctests.

/// The README, where doctests are collected; the page is no part of this package.
#[cfg_attr(doctest, doc = include_str!("../README.md"))]
#[derive(Debug)]
pub struct Readme;
