//! Reads Chinese departmental budgets (部门预算) and final accounts (部门决算) into exact, provable Arrow records.
//!
//! The flow has one direction: crawl → read → recognise → extract → reconcile → load. Everything from bytes to
//! records of one disclosure is one pure function, [`extract::extract`]; only `run` knows threads and files.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod codes;
pub mod config;
pub mod crawl;
pub mod datapackage;
pub mod document;
pub mod extract;
pub mod extraction;
pub mod hash;
pub mod layout;
pub mod load;
pub mod money;
pub mod read;
pub mod recognise;
pub mod reconcile;
#[cfg(feature = "stats")]
pub mod report;
pub mod reproduce;
pub mod run;
pub mod snapshots;
pub mod solve;
#[cfg(feature = "stats")]
pub mod stats;
pub mod synth;
pub mod tables;
pub mod text;
pub mod views;
