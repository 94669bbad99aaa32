//! `docs/functions.md`, made from the registries of functions and aggregates, and the names as `system.functions` lists them.
//!
//! Invariant: the page in the repository is what [`page`] gives; a test says so, `cargo run -p olly-query --example function_page`
//! writes it.

use super::{Family, registry};
use std::fmt::Write;

/// A name as a query may write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub name: &'static str,
    pub aggregate: bool,
    pub case_insensitive: bool,
    /// The name that this one stands for; empty where it is the first name itself.
    pub alias_to: &'static str,
}

/// Every name and alias that queries may use, sorted.
pub fn names() -> Vec<Name> {
    let mut out = Vec::new();
    for f in registry::public() {
        for name in std::iter::once(&f.name).chain(f.aliases) {
            out.push(Name {
                name,
                aggregate: false,
                case_insensitive: registry::any_case(name, f.case_insensitive),
                alias_to: alias_to(name, f.name),
            });
        }
    }
    for a in crate::agg::registry::all() {
        for name in std::iter::once(&a.name).chain(a.aliases) {
            out.push(Name {
                name,
                aggregate: true,
                case_insensitive: registry::any_case(name, a.case_insensitive),
                alias_to: alias_to(name, a.name),
            });
        }
    }
    out.sort_by_key(|n| n.name);
    out
}

fn alias_to(name: &'static str, first: &'static str) -> &'static str {
    super::case_rules::alias_to(name).unwrap_or(if name == first { "" } else { first })
}

fn chapter(family: Family) -> &'static str {
    match family {
        Family::Arithmetic => "Arithmetic",
        Family::Array => "Arrays",
        Family::Bit => "Bits",
        Family::Comparison => "Comparison",
        Family::Conditional => "Conditions",
        Family::Conversion => "Conversion",
        Family::DateTime => "Dates and times",
        Family::Hash => "Hashes",
        Family::Internal => "Internal",
        Family::Ip => "IP addresses",
        Family::Json => "JSON",
        Family::Logical => "Logic",
        Family::Map => "Maps",
        Family::Math => "Mathematics",
        Family::Null => "NULL",
        Family::Other => "Other",
        Family::Random => "Random values",
        Family::Rounding => "Rounding",
        Family::String => "Texts",
        Family::StringSearch => "Searching in texts",
        Family::Tuple => "Tuples",
        Family::Url => "URLs",
        Family::Uuid => "UUIDs",
    }
}

fn row(out: &mut String, name: &str, aliases: &[&str], syntax: &str, description: &str) {
    let cell = |s: &str| s.replace('|', "\\|").replace('\n', " ");
    let also: Vec<String> = aliases.iter().map(|a| format!("`{a}`")).collect();
    let also = if also.is_empty() { String::new() } else { format!(" Also {}.", also.join(", ")) };
    let _ = writeln!(out, "| `{name}` | `{}` | {}{also} |", cell(syntax), cell(description));
}

/// The whole page.
pub fn page() -> String {
    let functions: Vec<_> = registry::public().collect();
    let aggregates = crate::agg::registry::all();
    let mut out = String::from(
        "# Functions\n\nGenerated from the registry by `cargo run -p olly-query --example function_page > docs/functions.md`. `system.functions` gives the same list.\n\
         Names, types and values are ClickHouse's; names that ClickHouse takes in any case are taken in any case.\n\n",
    );
    let _ = writeln!(out, "{} functions, {} aggregates.\n", functions.len(), aggregates.len());
    let mut last = None;
    for f in functions {
        if last != Some(f.family) {
            let _ = write!(
                out,
                "{}## {}\n\n| Name | Syntax | |\n|---|---|---|\n",
                if last.is_some() { "\n" } else { "" },
                chapter(f.family)
            );
            last = Some(f.family);
        }
        row(&mut out, f.name, f.aliases, f.syntax, f.description);
    }
    out.push_str("\n## Aggregates\n\nWith the combinators ");
    let suffixes: Vec<String> = crate::agg::combinator::names().map(|n| format!("`-{n}`")).collect();
    let _ = write!(out, "{}.\n\n| Name | Syntax | |\n|---|---|---|\n", suffixes.join(", "));
    for a in aggregates {
        row(&mut out, a.name, a.aliases, a.syntax, a.description);
    }
    out.push_str("\n## Refused by name\n\n| Name | Why |\n|---|---|\n");
    for (name, why) in registry::REFUSED {
        let _ = writeln!(out, "| `{name}` | {why} |");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_fresh() {
        let stored = include_str!("../../../docs/functions.md");
        assert!(stored == page(), "stale: cargo run -p olly-query --example function_page > docs/functions.md");
    }

    #[test]
    fn names_are_unique_and_described() {
        let all = names();
        for pair in all.windows(2) {
            assert!(pair[0].name != pair[1].name, "{} is registered twice", pair[0].name);
        }
        for f in registry::public() {
            assert!(!f.syntax.is_empty() && !f.description.is_empty(), "{} has no documentation", f.name);
            assert!(std::ptr::eq(registry::find(f.name).expect("registered"), f), "{} finds another function", f.name);
        }
    }

    #[test]
    fn case_counts_where_it_counts_in_clickhouse() {
        assert!(registry::find("CONCAT").is_some() && registry::find("Substring").is_some());
        assert!(registry::find("TRIMBOTH").is_none() && registry::find("arraymap").is_none());
        assert!(registry::find("cityhash64").is_none());
    }
}
