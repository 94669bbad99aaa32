//! All scalar functions by name.

use super::Function;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The families' tables; each file of `func/` adds its own here.
fn families() -> Vec<&'static [Function]> {
    vec![
        super::arithmetic::FUNCTIONS,
        super::array::FUNCTIONS,
        super::array_sets::FUNCTIONS,
        super::calendar::FUNCTIONS,
        super::comparison::FUNCTIONS,
        super::conditional::FUNCTIONS,
        super::conversion::FUNCTIONS,
        super::conversion::NUMBERS,
        super::datetime::FUNCTIONS,
        super::encode::FUNCTIONS,
        super::hash::FUNCTIONS,
        super::internal::FUNCTIONS,
        super::ip::FUNCTIONS,
        super::json::FUNCTIONS,
        super::json_simple::FUNCTIONS,
        super::logical::FUNCTIONS,
        super::map::FUNCTIONS,
        super::map_change::FUNCTIONS,
        super::math::FUNCTIONS,
        super::misc::FUNCTIONS,
        super::other::FUNCTIONS,
        super::search::FUNCTIONS,
        super::string::FUNCTIONS,
        super::text_parts::FUNCTIONS,
        super::transform::FUNCTIONS,
        super::url::FUNCTIONS,
    ]
}

/// Every function, by family and name.
pub fn all() -> &'static [&'static Function] {
    static ALL: OnceLock<Vec<&'static Function>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<&'static Function> = families().into_iter().flatten().collect();
        all.sort_by_key(|f| (f.family, f.name));
        all
    })
}

struct Names {
    exact: HashMap<&'static str, &'static Function>,
    any_case: HashMap<String, &'static Function>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names { exact: HashMap::new(), any_case: HashMap::new() };
        for function in all() {
            for name in std::iter::once(&function.name).chain(function.aliases) {
                if function.case_insensitive {
                    names.any_case.insert(name.to_ascii_lowercase(), function);
                } else {
                    names.exact.insert(name, function);
                }
            }
        }
        names
    })
}

/// The function of a name as written in a query.
pub fn find(name: &str) -> Option<&'static Function> {
    let names = names();
    names.exact.get(name).or_else(|| names.any_case.get(&name.to_ascii_lowercase())).copied()
}
