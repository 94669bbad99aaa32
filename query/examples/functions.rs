//! Prints every registered function: kind, name, aliases, fewest and most arguments (tests/clients/coverage.py reads it).

fn main() {
    for f in olly_query::func::registry::all().iter().filter(|f| !f.name.starts_with("__")) {
        println!("function\t{}\t{}\t{}\t{}", f.name, f.aliases.join(","), f.arity.0, f.arity.1.min(9));
    }
    for a in olly_query::agg::registry::all() {
        println!("aggregate\t{}\t{}\t{}\t{}", a.name, a.aliases.join(","), a.arity.0, a.arity.1.min(9));
    }
}
