//! Tests that need the inside of the crate.

mod cluster;
mod crash;
mod damage;
mod golden;
mod install;
mod lanes;
mod limits;
mod model;
mod node;
mod rows;
mod script;
mod suite;
