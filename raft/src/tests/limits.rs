//! What the node refuses, and that it goes on afterwards: a full disk (DESIGN D24), too many writes under way, merge debt.

use olly_env::sim::{CrashPolicy, SimDisk};
use olly_types::command::Command;
use olly_types::port::Patience;
use olly_types::{Class, Code, Error, limits};

use super::rows::{batch, block, create, drop_table};
use super::script::{Runner, open, open_with, read, runtime, seen};

/// A table and a write to it, of rows nobody else writes.
async fn write(runner: &mut Runner, rows: u64, bytes: usize) -> Result<std::ops::Range<u64>, Error> {
    let schema = runner.table(0).unwrap();
    let from = runner.next_row;
    runner.next_row += rows;
    let block = block(1, &schema, Some(u128::from(from) + 1), batch(from, rows, bytes));
    runner.engine.run_write(vec![block], Patience::Short).await.map(|_| from..from + rows)
}

#[test]
fn a_full_disk_refuses_writes_and_passes() {
    let disk = SimDisk::new();
    runtime().block_on(async {
        let mut runner = Runner::new(open_with(&disk, |o| o.reserved_disk_bytes = 64 << 10).await.unwrap());
        let engine = runner.engine.clone();
        engine.run_ddl(create("t0")).await.unwrap();
        let table = runner.table(0).unwrap().id;
        let mut known: Vec<u64> = Vec::new();
        let mut rounds = 0;
        for room in [200 << 10, 300 << 10] {
            disk.set_capacity(Some(disk.used() + room));
            // Writes and flushes until the disk is full: refused with ClickHouse's code, and nothing else happens.
            let refused = loop {
                match write(&mut runner, 20, 500).await {
                    Ok(ids) => known.extend(ids),
                    Err(e) => break e,
                }
                if known.len().is_multiple_of(200) {
                    match engine.group(olly_types::GroupId(1)).unwrap().command(Command::Flush { table }).await {
                        Ok(_) | Err(Error { class: Class::Retry, .. }) => {}
                        Err(e) => panic!("{e}"),
                    }
                }
                engine.drive().await.unwrap();
                rounds += 1;
            };
            assert_eq!((refused.code, refused.class), (Code::NotEnoughSpace, Class::Retry), "{refused}");
            assert!(engine.gate.admission().is_err());
            let served = engine.gate.serves_writes().unwrap_err();
            assert_eq!(served.code, Code::NotEnoughSpace, "so it is not ready: {served}");
            engine.drive().await.unwrap();
            let again = write(&mut runner, 1, 10).await.unwrap_err();
            assert_eq!(again.code, Code::NotEnoughSpace);
            // Reads go on.
            assert_eq!(read(&engine).unwrap()[&table.0], known);
            assert!(engine.poison.get().is_none());
            // Space returns: so do writes.
            disk.set_capacity(Some(disk.used() + (8 << 20)));
            engine.drive().await.unwrap();
            engine.gate.serves_writes().unwrap();
            known.extend(write(&mut runner, 20, 500).await.unwrap());
            engine.drive().await.unwrap();
            assert_eq!(read(&engine).unwrap()[&table.0], known);
        }
        assert!(rounds > 10, "{rounds}");
        let state = seen(&engine);
        for (policy, n) in [(CrashPolicy::DropAll, 0), (CrashPolicy::KeepAll, 0), (CrashPolicy::Sampled, 1)] {
            let again = open(&disk.after_crash(policy, n)).await.unwrap();
            assert_eq!(seen(&again), state);
            assert_eq!(read(&again).unwrap()[&table.0], known);
        }
    });
}

#[test]
fn too_many_writes_under_way_are_refused() {
    runtime().block_on(async {
        let mut runner = Runner::new(open_with(&SimDisk::new(), |o| o.queue_bytes = 100_000).await.unwrap());
        let engine = runner.engine.clone();
        engine.run_ddl(create("t0")).await.unwrap();
        write(&mut runner, 1, 10).await.unwrap();
        let others = engine.gate.take(99_990).unwrap();
        let refused = write(&mut runner, 10, 100).await.unwrap_err();
        assert_eq!((refused.code, refused.class), (Code::TooManySimultaneousQueries, Class::Retry), "{refused}");
        assert!(refused.message.contains("99990 of 100000 bytes"), "{refused}");
        let full = engine.gate.take(10).unwrap();
        assert!(engine.gate.admission().is_err(), "asked before a body is read");
        drop((others, full));
        write(&mut runner, 10, 100).await.unwrap();
        assert_eq!(engine.gate.permits.used(), 0);
        assert_eq!(engine.metrics().refused_queue, 2);
    });
}

#[test]
fn full_memtables_hold_back_a_statement_and_refuse_no_ddl() {
    runtime().block_on(async {
        let mut memtables = None;
        let keep = |o: &mut crate::options::Options| memtables = o.shards.as_ref().map(|s| s.memtables.clone());
        let mut runner = Runner::new(open_with(&SimDisk::new(), keep).await.unwrap());
        let engine = runner.engine.clone();
        let memtables = memtables.unwrap();
        engine.run_ddl(create("t0")).await.unwrap();
        write(&mut runner, 1, 10).await.unwrap();
        let schema = runner.table(0).unwrap();
        let held = memtables.reserve(memtables.limit() - memtables.used()).unwrap();
        assert_eq!(engine.gate.admission().unwrap_err().code, Code::MemoryLimitExceeded, "at the door");
        // A statement that must end is told why by itself; what it would have written is not there.
        let ended = Error::new(Code::TimeoutExceeded, "its time is up");
        let enough = Patience::Until(Box::pin(std::future::ready(ended.clone())));
        let given_up = engine.run_write(vec![block(1, &schema, None, batch(50, 1, 10))], enough).await;
        assert_eq!(given_up.unwrap_err(), ended);
        // What brings no rows is taken, what gives memory back all the more.
        let ports = crate::write::Ports { engine: engine.clone(), runtime: tokio::runtime::Handle::current() };
        for command in [create("other"), drop_table("other")] {
            olly_types::port::Proposer::ddl(&ports, command).await.unwrap();
        }
        // Room comes back while a statement waits.
        let patience = Patience::Until(Box::pin(std::future::pending()));
        let late = engine.run_write(vec![block(1, &schema, None, batch(60, 1, 10))], patience);
        let (written, ()) = futures::future::join(late, async {
            tokio::task::yield_now().await;
            assert_eq!(read(&engine).unwrap()[&schema.id.0], [0], "it waits");
            drop(held);
        })
        .await;
        assert_eq!(written.unwrap(), [olly_types::port::Written::Stored]);
        assert_eq!(read(&engine).unwrap()[&schema.id.0], [0, 60]);
    });
}

#[test]
fn merge_debt_is_bounded() {
    runtime().block_on(async {
        let mut runner = Runner::new(open(&SimDisk::new()).await.unwrap());
        let engine = runner.engine.clone();
        engine.run_ddl(create("t0")).await.unwrap();
        let table = runner.table(0).unwrap().id;
        let group = engine.group(olly_types::GroupId(1)).unwrap().clone();
        let parts = || group.data().unwrap().store.figures().worst_partition;
        // While the driver runs, however many flushes there are, merges keep up.
        let mut most = 0;
        for _ in 0..2 * limits::PARTS_PER_PARTITION {
            write(&mut runner, 2, 10).await.unwrap();
            group.command(Command::Flush { table }).await.unwrap();
            engine.drive().await.unwrap();
            most = most.max(parts());
        }
        assert!(most <= limits::PARTS_PER_PARTITION / 2, "{most} parts");
        // Merges that do not run: writes are slowed, then refused, and the debt stops growing.
        let refused = loop {
            if let Err(e) = write(&mut runner, 1, 10).await {
                break e;
            }
            group.command(Command::Flush { table }).await.unwrap();
            engine.run_jobs(&group).await.unwrap();
            engine.gate.set_debt(parts(), parts());
            most = most.max(parts());
            let slow = parts() > limits::PARTS_PER_PARTITION;
            assert_eq!(engine.gate.slowdown_ms() > 0, slow, "{} parts", parts());
            // The slowing itself would make this test last.
            if slow {
                engine.gate.set_debt(if parts() < 100 { 0 } else { 4 * limits::PARTS_PER_PARTITION }, 0);
            }
        };
        assert_eq!((refused.code, refused.class), (Code::TooManyParts, Class::Retry), "{refused}");
        assert!(most <= 4 * limits::PARTS_PER_PARTITION, "{most}");
        // Merges again: writes are taken.
        let mut rounds = 0;
        while write(&mut runner, 1, 10).await.is_err() {
            engine.drive().await.unwrap();
            rounds += 1;
            assert!(rounds < 100, "{} parts", parts());
        }
        assert_eq!(read(&engine).unwrap()[&table.0].len() as u64, read_back(&engine, table));
    });
}

fn read_back(engine: &crate::engine::Engine, table: olly_types::TableId) -> u64 {
    let totals =
        |g: &std::sync::Arc<crate::group::Group>| g.data().unwrap().store.totals(olly_types::TenantId(0), table);
    engine.data.iter().map(|g| totals(g).unwrap().0).sum()
}
