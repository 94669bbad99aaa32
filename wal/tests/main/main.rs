//! The log on simulated and real disks.

mod basics;
mod support;
