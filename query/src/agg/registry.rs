//! All aggregate aggregates by name, without their combinators.

use super::Aggregate;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The families' tables; each file of `agg/` adds its own here.
fn families() -> Vec<&'static [Aggregate]> {
    let mut all = vec![
        super::collect::AGGREGATES,
        super::distinct::AGGREGATES,
        super::group_concat::AGGREGATES,
        super::moments::AGGREGATES,
        super::series::AGGREGATES,
        super::simple::AGGREGATES,
    ];
    all.extend(super::quantile::AGGREGATES);
    all
}

/// Every aggregate, by name.
pub fn all() -> &'static [&'static Aggregate] {
    static ALL: OnceLock<Vec<&'static Aggregate>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<&'static Aggregate> = families().into_iter().flatten().collect();
        all.sort_by_key(|f| f.name);
        all
    })
}

struct Names {
    exact: HashMap<&'static str, &'static Aggregate>,
    any_case: HashMap<String, &'static Aggregate>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names { exact: HashMap::new(), any_case: HashMap::new() };
        for aggregate in all() {
            for name in std::iter::once(&aggregate.name).chain(aggregate.aliases) {
                names.exact.insert(name, aggregate);
                if crate::func::registry::any_case(name, aggregate.case_insensitive) {
                    names.any_case.insert(name.to_ascii_lowercase(), aggregate);
                }
            }
        }
        names
    })
}

/// The aggregate of a name as written in a query.
pub fn find(name: &str) -> Option<&'static Aggregate> {
    let names = names();
    names.exact.get(name).or_else(|| names.any_case.get(&name.to_ascii_lowercase())).copied()
}
