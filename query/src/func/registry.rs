//! All scalar functions by name.

use super::Function;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The families' tables; each file of `func/` adds its own here.
fn families() -> Vec<&'static [Function]> {
    vec![
        super::arithmetic::FUNCTIONS,
        super::array::FUNCTIONS,
        super::array_change::FUNCTIONS,
        super::array_fold::FUNCTIONS,
        super::array_lambda::FUNCTIONS,
        super::array_make::FUNCTIONS,
        super::array_search::FUNCTIONS,
        super::array_sets::FUNCTIONS,
        super::calendar::FUNCTIONS,
        super::column_kind::FUNCTIONS,
        super::comparison::FUNCTIONS,
        super::conditional::FUNCTIONS,
        super::conversion::FUNCTIONS,
        super::conversion::NUMBERS,
        super::conversion_cast::FUNCTIONS,
        super::conversion_time::FUNCTIONS,
        super::date_part::FUNCTIONS,
        super::date_shift::FUNCTIONS,
        super::date_start::FUNCTIONS,
        super::datetime::FUNCTIONS,
        super::encode::FUNCTIONS,
        super::hash::FUNCTIONS,
        super::hex::FUNCTIONS,
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
        super::parse_time::FUNCTIONS,
        super::patterns::FUNCTIONS,
        super::search::FUNCTIONS,
        super::sizes::FUNCTIONS,
        super::string::FUNCTIONS,
        super::string_join::FUNCTIONS,
        super::string_slice::FUNCTIONS,
        super::text_parts::FUNCTIONS,
        super::transform::FUNCTIONS,
        super::tuple_arithmetic::FUNCTIONS,
        super::url::FUNCTIONS,
    ]
}

/// Every function, by family and name, those of the planner included.
pub fn all() -> &'static [&'static Function] {
    static ALL: OnceLock<Vec<&'static Function>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<&'static Function> = families().into_iter().flatten().collect();
        all.sort_by_key(|f| (f.family, f.name));
        all
    })
}

/// Every function that queries may name, by family and name.
pub fn public() -> impl Iterator<Item = &'static Function> {
    all().iter().copied().filter(|f| f.family != super::Family::Internal)
}

/// Functions of ClickHouse that are refused, and why (code 48).
pub const REFUSED: &[(&str, &str)] = &[
    ("blockNumber", "rows of a result come in no fixed blocks here"),
    ("blockSize", "rows of a result come in no fixed blocks here"),
    ("dictGet", "there are no dictionaries"),
    ("dictGetOrDefault", "there are no dictionaries"),
    ("dictGetOrNull", "there are no dictionaries"),
    ("dictHas", "there are no dictionaries"),
    ("dumpColumnStructure", "it shows ClickHouse's columns in memory"),
    ("lowCardinalityIndices", "it shows ClickHouse's dictionaries in memory"),
    ("lowCardinalityKeys", "it shows ClickHouse's dictionaries in memory"),
    ("neighbor", "the order of rows inside a query is not fixed; use window functions when they exist"),
    ("rowNumberInAllBlocks", "the order of rows inside a query is not fixed"),
    ("rowNumberInBlock", "the order of rows inside a query is not fixed"),
    ("runningAccumulate", "the order of rows inside a query is not fixed; use window functions when they exist"),
    ("runningDifference", "the order of rows inside a query is not fixed; use window functions when they exist"),
    (
        "runningDifferenceStartingWithFirstValue",
        "the order of rows inside a query is not fixed; use window functions when they exist",
    ),
    ("toColumnTypeName", "it shows ClickHouse's columns in memory"),
];

/// Why a function is refused by name.
pub fn refusal(name: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(n, _)| *n == name).map(|(_, why)| *why)
}

/// Whether a name matches in any case: as in ClickHouse where it has the name, else as declared.
pub fn any_case(name: &str, declared: bool) -> bool {
    super::case_rules::any_case(name).unwrap_or(declared)
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
                names.exact.insert(name, function);
                if any_case(name, function.case_insensitive) {
                    names.any_case.insert(name.to_ascii_lowercase(), function);
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
