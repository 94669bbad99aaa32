//! The real and the simulated disk under one contract, and what the simulated one loses.

mod contract;
mod crash;
