//! Three voters in one process over an in-memory network and simulated disks.
