//! What a schema must satisfy before it enters the catalog. The edge checks types and expressions; here stands what
//! every replica relies on.

use std::collections::BTreeSet;

use olly_types::schema::TableSchema;
use olly_types::{Code, ColumnId, Error, Result, limits};

/// Longest name of a database, table or column, in bytes.
pub(crate) const NAME_BYTES: usize = 1024;

/// A name of a database or table.
pub(crate) fn name(kind: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::new(Code::BadArguments, format!("The {kind} has no name")));
    }
    if name.len() > NAME_BYTES || name.contains('\0') {
        let message = format!("The {kind} name is longer than {NAME_BYTES} bytes or holds a zero byte");
        return Err(Error::new(Code::BadArguments, message));
    }
    Ok(())
}

/// The smallest column id above all of the table's.
pub(crate) fn columns_end(table: &TableSchema) -> u32 {
    table.columns.iter().map(|c| c.id.0.saturating_add(1)).max().unwrap_or(0)
}

/// A schema by itself.
pub(crate) fn schema(table: &TableSchema) -> Result<()> {
    name("table", &table.name)?;
    if !table.columns.iter().any(|c| c.is_stored() && !c.hidden) {
        return Err(Error::new(Code::EmptyListOfColumnsQueried, "A table needs at least one stored column"));
    }
    if table.columns.len() as u64 > limits::COLUMNS {
        let message = format!("{} columns, at most {} are possible", table.columns.len(), limits::COLUMNS);
        return Err(Error::new(Code::TooManyColumns, message));
    }
    let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for column in &table.columns {
        name("column", &column.name)?;
        if !names.insert(&*column.name) {
            return Err(Error::new(Code::DuplicateColumn, format!("Column {} is declared twice", column.name)));
        }
        if column.id.0 == u32::MAX || !ids.insert(column.id) {
            let message = format!("Column {} has id {}, which is taken", column.name, column.id);
            return Err(Error::new(Code::LogicalError, message));
        }
    }
    let stored = |what: &str, id: ColumnId| match table.column(id) {
        Some(c) if c.is_stored() => Ok(()),
        Some(c) => Err(Error::new(Code::IllegalColumn, format!("The {what} names {}, which is not stored", c.name))),
        None => Err(Error::new(Code::UnknownIdentifier, format!("The {what} names column id {id}, which is unknown"))),
    };
    let keys = [("sort key", &table.sort_key), ("partition key", &table.partition_key), ("routing", &table.routing)];
    for (what, columns) in keys {
        for id in columns {
            stored(what, *id)?;
        }
    }
    if let Some(id) = table.event_time {
        stored("event time", id)?;
    }
    if let Some(ttl) = &table.ttl {
        stored("TTL", ttl.column)?;
    }
    Ok(())
}

/// A schema as the next version of another: `unused` is the smallest column id never used in the table.
pub(crate) fn alteration(present: &TableSchema, wanted: &TableSchema, unused: u32) -> Result<()> {
    if wanted.uuid != present.uuid || wanted.engine != present.engine {
        return Err(Error::unsupported("ALTER of a table's UUID or engine"));
    }
    for column in &wanted.columns {
        match present.column(column.id) {
            Some(old) if old.ty != column.ty => {
                let message = format!("ALTER of the type of column {}", column.name);
                return Err(Error::unsupported(message));
            }
            Some(_) => {}
            None if column.id.0 < unused => {
                let message = format!("Column {} has id {}, which was used before", column.name, column.id);
                return Err(Error::new(Code::LogicalError, message));
            }
            None => {}
        }
    }
    if wanted.sort_key != present.sort_key || wanted.partition_key != present.partition_key {
        return Err(Error::unsupported("ALTER of a table's sort key or partition key"));
    }
    Ok(())
}
