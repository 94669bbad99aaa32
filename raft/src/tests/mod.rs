//! Tests that need the inside of the crate.

mod cluster;
mod crash;
mod model;
mod node;
mod rows;
mod suite;
