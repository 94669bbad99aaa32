//! openraft's own storage test suite against the log store over the real log, and the state machines.

use std::sync::Arc;

use olly_env::Env;
use olly_wal::{Drive, Wal, WalOptions};
use openraft::StorageError;
use openraft::testing::log::{StoreBuilder, Suite};
use parking_lot::Mutex;

use crate::catalog_machine::CatalogMachine;
use crate::log_store::LogStore;
use crate::machine::{Kind, Machine};
use crate::poison::Poison;
use crate::types::Types;
use crate::workers::Workers;

struct Builder {
    keep_bytes: u64,
    drive: Drive,
}

impl StoreBuilder<Types, LogStore, Machine, ()> for Builder {
    async fn build(&self) -> Result<((), LogStore, Machine), StorageError<Types>> {
        let env = Env::sim(7);
        let options = WalOptions { drive: self.drive, ..WalOptions::for_tests() };
        let (wal, _) = Wal::open(&env, "wal", options).unwrap();
        let log = LogStore::open(0, Arc::new(wal), Default::default(), self.keep_bytes).unwrap();
        env.disk.create_dir_all("groups/0").unwrap();
        let catalog = CatalogMachine::open(&env, "groups/0", Arc::default()).unwrap();
        let workers = Arc::new(Workers::start(&env, 0).unwrap());
        let kind = Kind::Catalog(Arc::new(Mutex::new(catalog)));
        let machine = Machine::new(kind, log.clone(), workers, Poison::new());
        Ok(((), log, machine))
    }
}

fn run(builder: Builder) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Suite::test_all(builder)).unwrap();
}

#[test]
fn openraft_accepts_the_store() {
    run(Builder { keep_bytes: u64::MAX, drive: Drive::Inline });
}

#[test]
fn openraft_accepts_the_store_without_kept_entries() {
    run(Builder { keep_bytes: 0, drive: Drive::Inline });
}

#[test]
fn openraft_accepts_the_store_with_threads() {
    run(Builder { keep_bytes: 1000, drive: Drive::Threads });
}
