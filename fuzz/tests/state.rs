//! What the node reads back from its own disk: log, catalog, entries, batches.

use std::sync::Arc;

use olly_fuzz::Target;

#[test]
fn wal() {
    let seeds = (0..3u8).map(|mode| [vec![mode], (0..200u8).collect()].concat()).collect();
    Target::new("wal", seeds).run(olly_wal::fuzz_recover);
}

#[test]
fn catalog() {
    let state = olly_catalog::CatalogState::default().encode();
    Target::new("catalog", vec![state])
        .words(&[b"{", b"}", b"[", b"]", b"\"", b":", b",", b"null"])
        .run(olly_catalog::fuzz_decode);
}

struct NoSchemas;

impl olly_types::command::Schemas for NoSchemas {
    fn schema(
        &self,
        _: olly_types::ids::TableId,
        _: olly_types::ids::SchemaVersion,
    ) -> Option<Arc<olly_types::schema::TableSchema>> {
        None
    }
}

#[test]
fn entry() {
    use olly_types::command::{Command, Entry};
    let seeds = [
        Command::Truncate(olly_types::ids::TableId(7)),
        Command::Flush { table: olly_types::ids::TableId(1) },
        Command::Write { requests: Vec::new() },
    ]
    .into_iter()
    .map(|command| {
        let entry = Entry { tenant: olly_types::ids::TenantId(0), proposed_at: olly_types::ids::UnixNanos(5), command };
        entry.encode(&NoSchemas).unwrap()
    })
    .collect();
    Target::new("entry", seeds).run(|input| drop(Entry::decode(input, &NoSchemas)));
}
