//! The log on simulated and real disks.

mod basics;
mod crash;
mod damage;
mod golden;
mod script;
mod space;
mod support;
