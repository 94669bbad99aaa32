//! DDL: the catalog first, then every data group (DESIGN D20).
//!
//! Invariant: once DDL has returned, every data group knows what the catalog says; what a crash left half done is the
//! difference between the two, and is proposed again at the next start.

use std::collections::BTreeMap;

use olly_catalog::{Stamped, encode_command};
use olly_types::catalog::{CatalogCommand, CatalogEffect};
use olly_types::command::Command;
use olly_types::{Code, Error, Result, TableId};

use crate::engine::Engine;
use crate::types::{Outcome, Proposal};

impl Engine {
    /// Proposes to the catalog group alone.
    pub(crate) async fn propose_catalog(&self, command: CatalogCommand) -> Result<CatalogEffect> {
        let bytes = encode_command(&Stamped { proposed_at: self.catalog.now(), command })?;
        match self.catalog.propose(Proposal::from_bytes(bytes.into())).await? {
            Outcome::Catalog(result) => result,
            other => Err(Error::new(Code::LogicalError, format!("The catalog answered {other:?}"))),
        }
    }

    /// One DDL command, through the catalog and all data groups.
    pub(crate) async fn run_ddl(&self, command: CatalogCommand) -> Result<CatalogEffect> {
        let _one_at_a_time = self.ddl.lock().await;
        let effect = self.propose_catalog(command).await?;
        match &effect {
            CatalogEffect::None | CatalogEffect::Database => {}
            CatalogEffect::Created(schema) | CatalogEffect::Altered(schema) => {
                self.everywhere(|| Command::RegisterSchema(schema.clone())).await?;
            }
            CatalogEffect::Dropped(tables) => {
                for table in tables {
                    self.everywhere(|| Command::DropTable(*table)).await?;
                }
            }
        }
        Ok(effect)
    }

    /// Removes a table's rows in all groups.
    pub(crate) async fn run_truncate(&self, table: TableId) -> Result<()> {
        let _one_at_a_time = self.ddl.lock().await;
        if self.published.state().table_by_id(table).is_none() {
            return Err(Error::new(Code::UnknownTable, format!("Table with id {table} does not exist")));
        }
        self.everywhere(|| Command::Truncate(table)).await
    }

    /// One command in all data groups, at once.
    async fn everywhere(&self, command: impl Fn() -> Command) -> Result<()> {
        let all = self.data.iter().map(|group| group.command(command()));
        for outcome in futures::future::join_all(all).await {
            if let Outcome::Refused(e) = outcome? {
                return Err(e);
            }
        }
        Ok(())
    }

    /// Proposes what the data groups lack of the catalog: missing tables and versions, tables that are gone.
    pub(crate) async fn reconcile(&self) -> Result<()> {
        let _one_at_a_time = self.ddl.lock().await;
        let state = self.published.state();
        for group in &self.data {
            let known: BTreeMap<TableId, _> = group.data()?.store.tables().into_iter().collect();
            for table in state.tables() {
                if known.get(&table.id).is_none_or(|version| *version < table.version) {
                    tracing::info!(group = %group.id, table = %table.name, "a table is registered that a crash left out");
                    group.command(Command::RegisterSchema(table.clone())).await?;
                }
            }
            for table in known.keys().filter(|id| state.table_by_id(**id).is_none()) {
                tracing::info!(group = %group.id, %table, "a table is dropped that a crash left behind");
                group.command(Command::DropTable(*table)).await?;
            }
        }
        Ok(())
    }
}
