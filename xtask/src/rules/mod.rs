//! The house rules, one file a subject. Each rule is `fn(&Repo) -> Vec<Violation>`.

pub mod docs;
pub mod fences;
pub mod layout;
pub mod ratchet;
pub mod text;
pub mod unsafety;

use crate::repo::{Repo, Violation};

/// Every rule but the crate edges, which are a table of their own.
pub const ALL: &[fn(&Repo) -> Vec<Violation>] = &[
    text::check,
    layout::lengths,
    layout::openings,
    layout::fixtures,
    docs::titles,
    docs::dependencies,
    unsafety::check,
    fences::check,
    ratchet::check,
];
