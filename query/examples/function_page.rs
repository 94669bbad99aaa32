//! Prints `docs/functions.md`; with `--names`, the names as `system.functions` has them (name, is_aggregate, case_insensitive,
//! alias_to): `cargo run -p olly-query --example function_page > docs/functions.md`.

use olly_query::func::page;
use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if std::env::args().any(|a| a == "--names") {
        for n in page::names() {
            writeln!(out, "{}\t{}\t{}\t{}", n.name, u8::from(n.aggregate), u8::from(n.case_insensitive), n.alias_to)?;
        }
        return Ok(());
    }
    out.write_all(page::page().as_bytes())
}
