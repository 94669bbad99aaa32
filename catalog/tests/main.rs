//! The catalog against a naive model of it, and its bytes against damage.

use std::collections::BTreeMap;
use std::sync::Arc;

use olly_catalog::{CatalogState, Stamped, decode_command, encode_command, fuzz_decode};
use olly_types::catalog::{CatalogCommand, CatalogEffect};
use olly_types::schema::{ColumnDef, TableSchema};
use olly_types::ty::Type;
use olly_types::{Code, ColumnId, SchemaVersion, TableId, UnixNanos};
use proptest::prelude::*;

fn column(id: u32, name: &str) -> ColumnDef {
    ColumnDef::plain(id, name, Type::UInt64)
}

fn table(database: &str, name: &str) -> TableSchema {
    let columns = vec![column(1, "a"), column(2, "b")];
    TableSchema {
        version: SchemaVersion(0),
        uuid: u128::MAX - 5,
        database: database.into(),
        sort_key: vec![ColumnId(1)],
        sort_key_text: "a".into(),
        settings: vec![("index_granularity".into(), "8192".into())],
        ..TableSchema::plain(TableId(0), name, columns)
    }
}

fn create(database: &str, name: &str) -> CatalogCommand {
    CatalogCommand::CreateTable { table: Box::new(table(database, name)), if_not_exists: false }
}

fn ready() -> CatalogState {
    let mut state = CatalogState::default();
    state.apply(&CatalogCommand::Initialize { cluster: 77, data_groups: 2 }).unwrap();
    state
}

fn code(state: &mut CatalogState, command: &CatalogCommand) -> Code {
    let before = state.clone();
    let error = state.apply(command).unwrap_err();
    assert_eq!(*state, before, "a refused command changed the state");
    error.code
}

#[test]
fn commands_have_clickhouse_codes() {
    let mut empty = CatalogState::default();
    assert_eq!(code(&mut empty, &create("default", "t")), Code::LogicalError);
    let mut state = ready();
    assert_eq!(state.database("default").map(|d| d.name.to_string()), Some("default".to_string()));
    let again = CatalogCommand::Initialize { cluster: 77, data_groups: 2 };
    assert_eq!(state.apply(&again), Ok(CatalogEffect::None));
    assert_eq!(code(&mut state, &CatalogCommand::Initialize { cluster: 78, data_groups: 2 }), Code::BadArguments);

    assert_eq!(code(&mut state, &create("nowhere", "t")), Code::UnknownDatabase);
    assert_eq!(code(&mut state, &create("system", "t")), Code::AccessDenied);
    let Ok(CatalogEffect::Created(t)) = state.apply(&create("default", "t")) else { panic!() };
    assert_eq!((t.id, t.version), (TableId(1), SchemaVersion(1)));
    assert_eq!(code(&mut state, &create("default", "t")), Code::TableAlreadyExists);
    let drop =
        |name: &str, if_exists| CatalogCommand::DropTable { database: "default".into(), name: name.into(), if_exists };
    assert_eq!(code(&mut state, &drop("u", false)), Code::UnknownTable);
    assert_eq!(state.apply(&drop("u", true)), Ok(CatalogEffect::None));
    assert_eq!(state.apply(&drop("t", false)), Ok(CatalogEffect::Dropped(vec![TableId(1)])));
    let Ok(CatalogEffect::Created(t)) = state.apply(&create("default", "t")) else { panic!() };
    assert_eq!(t.id, TableId(2), "an id is never given twice");

    let database = |name: &str, if_not_exists| CatalogCommand::CreateDatabase {
        name: name.into(),
        uuid: 5,
        if_not_exists,
        comment: "c".into(),
    };
    assert_eq!(state.apply(&database("d", false)), Ok(CatalogEffect::Database));
    assert_eq!(code(&mut state, &database("d", false)), Code::DatabaseAlreadyExists);
    assert_eq!(state.apply(&database("d", true)), Ok(CatalogEffect::None));
    assert_eq!(code(&mut state, &database("system", false)), Code::DatabaseAlreadyExists);
    assert_eq!(code(&mut state, &database("", false)), Code::BadArguments);
    state.apply(&create("d", "x")).unwrap();
    state.apply(&create("d", "y")).unwrap();
    let names: Vec<String> = state.tables_in("d").map(|t| t.name.to_string()).collect();
    assert_eq!(names, ["x", "y"]);
    let gone = CatalogCommand::DropDatabase { name: "d".into(), if_exists: false };
    assert_eq!(state.apply(&gone), Ok(CatalogEffect::Dropped(vec![TableId(3), TableId(4)])));
    assert_eq!(code(&mut state, &gone), Code::UnknownDatabase);
    assert_eq!(code(&mut state, &create("d", "x")), Code::UnknownDatabase);
}

#[test]
fn alterations_keep_what_is_on_disk_readable() {
    let mut state = ready();
    let Ok(CatalogEffect::Created(t)) = state.apply(&create("default", "t")) else { panic!() };
    let altered = |change: &dyn Fn(&mut TableSchema)| {
        let mut next = TableSchema::clone(&t);
        next.version = SchemaVersion(2);
        change(&mut next);
        CatalogCommand::AlterTable { table: Box::new(next) }
    };
    assert_eq!(code(&mut state, &altered(&|t| t.version = SchemaVersion(1))), Code::Aborted);
    assert_eq!(code(&mut state, &altered(&|t| t.columns[0].ty = Type::String)), Code::NotImplemented);
    assert_eq!(code(&mut state, &altered(&|t| t.sort_key = vec![ColumnId(2)])), Code::NotImplemented);
    assert_eq!(code(&mut state, &altered(&|t| t.columns.push(column(3, "a")))), Code::DuplicateColumn);
    assert_eq!(code(&mut state, &altered(&|t| t.columns.clear())), Code::EmptyListOfColumnsQueried);
    state.apply(&altered(&|t| t.columns.push(column(3, "c")))).unwrap();
    // Column 3 goes, and its id never comes back.
    let mut without = altered(&|_| ());
    if let CatalogCommand::AlterTable { table } = &mut without {
        table.version = SchemaVersion(3);
    }
    state.apply(&without).unwrap();
    let mut reused = altered(&|t| t.columns.push(column(3, "d")));
    if let CatalogCommand::AlterTable { table } = &mut reused {
        table.version = SchemaVersion(4);
    }
    assert_eq!(code(&mut state, &reused), Code::LogicalError);
    let mut renamed = altered(&|t| t.name = "u".into());
    if let CatalogCommand::AlterTable { table } = &mut renamed {
        table.version = SchemaVersion(4);
    }
    state.apply(&renamed).unwrap();
    assert!(state.table("default", "t").is_none());
    assert_eq!(state.table("default", "u").map(|t| t.id), Some(TableId(1)));
    assert_eq!(CatalogState::decode(&state.encode()).as_ref(), Ok(&state));
}

#[test]
fn every_flipped_bit_is_found() {
    let mut state = ready();
    state.apply(&create("default", "t")).unwrap();
    let command = Stamped { proposed_at: UnixNanos(5), command: create("default", "u") };
    for bytes in [state.encode(), encode_command(&command).unwrap()] {
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert!(CatalogState::decode(&damaged).is_err() && decode_command(&damaged).is_err(), "byte {at}");
            assert!(
                CatalogState::decode(&bytes[..at]).is_err() && decode_command(&bytes[..at]).is_err(),
                "cut at {at}"
            );
        }
        fuzz_decode(&bytes);
    }
}

/// What a catalog is, without any of its care.
#[derive(Default)]
struct Naive {
    databases: BTreeMap<String, BTreeMap<String, (u32, u32)>>,
    next: u32,
}

#[derive(Clone, Debug)]
enum Step {
    CreateDatabase(u8, bool),
    DropDatabase(u8, bool),
    CreateTable(u8, u8, bool),
    DropTable(u8, u8, bool),
    AddColumn(u8, u8),
    Rename(u8, u8, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..4u8, any::<bool>()).prop_map(|(d, e)| Step::CreateDatabase(d, e)),
        (0..4u8, any::<bool>()).prop_map(|(d, e)| Step::DropDatabase(d, e)),
        (0..4u8, 0..4u8, any::<bool>()).prop_map(|(d, t, e)| Step::CreateTable(d, t, e)),
        (0..4u8, 0..4u8, any::<bool>()).prop_map(|(d, t, e)| Step::DropTable(d, t, e)),
        (0..4u8, 0..4u8).prop_map(|(d, t)| Step::AddColumn(d, t)),
        (0..4u8, 0..4u8, 0..4u8).prop_map(|(d, t, u)| Step::Rename(d, t, u)),
    ];
    proptest::collection::vec(step, 0..60)
}

impl Naive {
    /// Whether the step succeeds, and its command. None: there is nothing to alter.
    fn step(&mut self, step: &Step, state: &CatalogState) -> Option<(bool, CatalogCommand)> {
        let name = |n: u8| if n == 0 { "default".to_string() } else { format!("d{n}") };
        let arc = |s: String| -> Arc<str> { s.into() };
        Some(match *step {
            Step::CreateDatabase(d, if_not_exists) => {
                let free = !self.databases.contains_key(&name(d));
                self.databases.entry(name(d)).or_default();
                let comment = String::new();
                let command = CatalogCommand::CreateDatabase { name: arc(name(d)), uuid: 1, if_not_exists, comment };
                (free || if_not_exists, command)
            }
            Step::DropDatabase(d, if_exists) => {
                let there = self.databases.remove(&name(d)).is_some();
                (there || if_exists, CatalogCommand::DropDatabase { name: arc(name(d)), if_exists })
            }
            Step::CreateTable(d, t, if_not_exists) => {
                let command =
                    CatalogCommand::CreateTable { table: Box::new(table(&name(d), &format!("t{t}"))), if_not_exists };
                let ok = match self.databases.get_mut(&name(d)) {
                    None => false,
                    Some(tables) if tables.contains_key(&format!("t{t}")) => if_not_exists,
                    Some(tables) => {
                        self.next += 1;
                        tables.insert(format!("t{t}"), (self.next, 1));
                        true
                    }
                };
                (ok, command)
            }
            Step::DropTable(d, t, if_exists) => {
                let there = self.databases.get_mut(&name(d)).and_then(|ts| ts.remove(&format!("t{t}"))).is_some();
                let (database, name) = (arc(name(d)), arc(format!("t{t}")));
                (there || if_exists, CatalogCommand::DropTable { database, name, if_exists })
            }
            Step::AddColumn(d, t) => {
                let known = self.databases.get_mut(&name(d))?.get_mut(&format!("t{t}"))?;
                known.1 += 1;
                let mut next = TableSchema::clone(state.table(&name(d), &format!("t{t}"))?);
                next.version = SchemaVersion(known.1);
                next.columns.push(column(known.1 + 1, &format!("c{}", known.1)));
                (true, CatalogCommand::AlterTable { table: Box::new(next) })
            }
            Step::Rename(d, t, u) => {
                let tables = self.databases.get_mut(&name(d))?;
                let known = *tables.get(&format!("t{t}"))?;
                let free = t == u || !tables.contains_key(&format!("t{u}"));
                let mut next = TableSchema::clone(state.table(&name(d), &format!("t{t}"))?);
                next.version = SchemaVersion(known.1 + 1);
                next.name = format!("t{u}").into();
                if free {
                    tables.remove(&format!("t{t}"));
                    tables.insert(format!("t{u}"), (known.0, known.1 + 1));
                }
                (free, CatalogCommand::AlterTable { table: Box::new(next) })
            }
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn it_does_what_a_naive_model_does(steps in steps()) {
        let mut state = ready();
        let mut naive = Naive::default();
        naive.databases.insert("default".into(), BTreeMap::new());
        for step in &steps {
            let Some((ok, command)) = naive.step(step, &state) else { continue };
            let bytes = encode_command(&Stamped { proposed_at: UnixNanos(1), command }).unwrap();
            let command = decode_command(&bytes).unwrap().command;
            prop_assert_eq!(state.apply(&command).is_ok(), ok, "{:?}", step);
            let have: BTreeMap<String, BTreeMap<String, (u32, u32)>> = state
                .databases()
                .map(|d| {
                    let tables = state.tables_in(&d.name).map(|t| (t.name.to_string(), (t.id.0, t.version.0)));
                    (d.name.to_string(), tables.collect())
                })
                .collect();
            prop_assert_eq!(&have, &naive.databases);
            prop_assert_eq!(&CatalogState::decode(&state.encode()).unwrap(), &state);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzz_decode(&bytes);
    }
}
