//! One connection: handshake, then packets until the client goes.

use super::packet::{self, MAX_NAME, client, server};
use super::query::ClientQuery;
use super::{REVISION, handshake};
use crate::block::{Block, parted};
use crate::codec::put_varint;
use crate::compress::Method;
use crate::format;
use crate::input::{Input, Slice, at_end, read_utf8, read_varint};
use crate::service::{Evaluator, Service};
use olly_query::engine::{ClientInfo, Execution, InsertSink, QueryText, RowStream, Session};
use olly_types::budget::Reservation;
use olly_types::{Code, Error, Result, limits};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

/// Time for Hello.
const HANDSHAKE: Duration = Duration::from_secs(30);
/// Bytes of an output buffer that an idle connection may keep.
const KEPT: usize = 16 << 10;
/// Progress is told this often.
const PROGRESS: Duration = Duration::from_millis(100);
/// How long a client that does not read has once its query must end.
const TELL: Duration = Duration::from_secs(2);
/// Most external tables of one query.
const MAX_EXTERNAL: usize = 100;
/// Most bytes of them, in memory.
const MAX_EXTERNAL_BYTES: u64 = 256 << 20;

/// A connection's state.
pub struct Connection<I, W> {
    input: I,
    output: W,
    service: Arc<Service>,
    peer: SocketAddr,
    /// The port that the client came to.
    port: u16,
    /// The smaller of both sides' revisions.
    revision: u64,
    client_name: String,
    out: Vec<u8>,
}

/// How a query ended for the connection.
enum After {
    Go,
    Close,
}

impl<I: Input, W: AsyncWrite + Unpin + Send> Connection<I, W> {
    pub fn new(input: I, output: W, service: Arc<Service>, peer: SocketAddr, port: u16) -> Self {
        let revision = REVISION;
        Connection { input, output, service, peer, port, revision, client_name: String::new(), out: Vec::new() }
    }

    async fn flush(&mut self) -> Result<()> {
        let sent = async {
            self.output.write_all(&self.out).await?;
            self.output.flush().await
        };
        tokio::time::timeout(self.service.options.waits.send, sent)
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
            .map_err(|e| Error::new(Code::NetworkError, format!("I/O error while writing to the client: {e}")))?;
        self.out.clear();
        self.out.shrink_to(1 << 20);
        Ok(())
    }

    /// Sends what waits. A client that does not read has until its query must end, and [`TELL`] more; then the connection
    /// is given up, for it stands in the middle of a packet.
    async fn flush_within(&mut self, ended: impl Future<Output = Error>) -> Result<()> {
        let sent = self.flush();
        tokio::pin!(sent);
        tokio::select! {
            sent = &mut sent => return sent,
            _ = ended => {}
        }
        match tokio::time::timeout(TELL, sent).await {
            Ok(sent) => sent,
            Err(_) => Err(Error::new(Code::NetworkError, "the client does not read its result")),
        }
    }

    async fn fail(&mut self, e: &Error) -> Result<()> {
        packet::exception(e, &mut self.out);
        self.flush().await
    }

    /// Serves the client until it goes, breaks the protocol, or `stop`.
    pub async fn run(mut self, stop: CancellationToken) -> Result<()> {
        let session = match tokio::time::timeout(HANDSHAKE, self.handshake()).await {
            Ok(Ok(Some(session))) => session,
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(e)) => {
                let _ = self.fail(&e).await;
                return Err(e);
            }
            Err(_) => return Err(Error::new(Code::SocketTimeout, "Timeout exceeded while waiting for Hello")),
        };
        let mut addendum = self.revision >= 54_458;
        loop {
            // A large block must not stay in the buffer of an idle connection.
            self.out.shrink_to(KEPT);
            self.input.patience(None);
            let waiting = async {
                // Sent with the first packet by some clients.
                if addendum && !at_end(&mut self.input).await? {
                    handshake::read_addendum(&mut self.input, self.revision).await?;
                }
                addendum = false;
                if at_end(&mut self.input).await? {
                    return Ok(None);
                }
                read_varint(&mut self.input).await.map(Some)
            };
            let id = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                id = tokio::time::timeout(self.service.options.waits.idle, waiting) => match id {
                    Ok(Ok(Some(id))) => id,
                    Ok(Ok(None)) | Err(_) => return Ok(()),
                    Ok(Err(e)) => {
                        let _ = self.fail(&e).await;
                        return Err(e);
                    }
                },
            };
            self.input.patience(Some(self.service.options.waits.receive));
            match self.packet(id, &session).await {
                Ok(After::Go) => {}
                Ok(After::Close) => return Ok(()),
                Err(e) => {
                    let _ = self.fail(&e).await;
                    return Err(e);
                }
            }
        }
    }

    async fn handshake(&mut self) -> Result<Option<Arc<Session>>> {
        if at_end(&mut self.input).await? {
            return Ok(None);
        }
        if handshake::is_http(&mut self.input).await? {
            let hint = handshake::http_hint(self.port, self.service.options.http_port);
            self.out.extend_from_slice(hint.as_bytes());
            self.flush().await?;
            return Ok(None);
        }
        let hello = handshake::ClientHello::read(&mut self.input).await?;
        if hello.user.is_empty() {
            return Err(Error::new(
                Code::UnexpectedPacketFromClient,
                "Unexpected packet from client (no user in Hello package)",
            ));
        }
        let tenant = self.service.auth.check(&hello.user, &hello.password, self.peer.ip())?;
        if hello.revision < 54_032 {
            return Err(Error::unsupported(format!("protocol revision {}", hello.revision)));
        }
        self.revision = hello.revision.min(REVISION);
        tracing::debug!(
            "native: {} {}.{} at revision {}",
            hello.name,
            hello.version.0,
            hello.version.1,
            hello.revision
        );
        self.client_name = hello.name;
        let service = Arc::clone(&self.service);
        if !hello.database.is_empty()
            && hello.database != "system"
            && !hello.database.eq_ignore_ascii_case("information_schema")
            && service.backend.catalog(tenant.tenant).database(&hello.database).is_none()
        {
            return Err(Error::new(Code::UnknownDatabase, format!("Database {} does not exist", hello.database)));
        }
        let zone = &service.backend.facts().time_zone;
        handshake::server_hello(service.version(), zone, &service.display_name, self.revision, &mut self.out);
        self.flush().await?;
        Ok(Some(Arc::new(Session::new(tenant, &hello.database))))
    }

    async fn packet(&mut self, id: u64, session: &Arc<Session>) -> Result<After> {
        match id {
            client::PING => {
                self.out.push(server::PONG);
                self.flush().await?;
                Ok(After::Go)
            }
            client::QUERY => self.query(session).await,
            // Of a query that has ended already.
            client::CANCEL | client::KEEP_ALIVE => Ok(After::Go),
            client::TABLES_STATUS => {
                self.tables_status(session).await?;
                Ok(After::Go)
            }
            client::DATA | client::SCALAR => {
                Err(Error::new(Code::UnexpectedPacketFromClient, "Unexpected packet Data received from client"))
            }
            _ => Err(Error::new(Code::UnknownPacketFromClient, format!("Unknown packet {id} from client"))),
        }
    }

    async fn tables_status(&mut self, session: &Session) -> Result<()> {
        let n = read_varint(&mut self.input).await?;
        if n > 10_000 {
            return Err(Error::new(Code::IncorrectData, "too many tables in TablesStatusRequest"));
        }
        let catalog = self.service.backend.catalog(session.tenant.tenant);
        let mut found = Vec::new();
        for _ in 0..n {
            let database = read_utf8(&mut self.input, MAX_NAME).await?;
            let table = read_utf8(&mut self.input, MAX_NAME).await?;
            let known = database == "system" || catalog.table(&database, &table).is_some();
            if known {
                found.push((database, table));
            }
        }
        self.out.push(server::TABLES_STATUS);
        put_varint(found.len() as u64, &mut self.out);
        for (database, table) in found {
            crate::codec::put_string(database, &mut self.out);
            crate::codec::put_string(table, &mut self.out);
            // Not replicated in ClickHouse's sense: a client needs no delay.
            self.out.push(0);
        }
        self.flush().await
    }

    async fn query(&mut self, session: &Arc<Session>) -> Result<After> {
        let q = ClientQuery::read(&mut self.input, self.revision).await?;
        let (external, _held) = self.external(q.compressed).await?;
        if q.stage != 2 {
            self.fail(&Error::unsupported(format!("query processing stage {}", q.stage))).await?;
            return Ok(After::Go);
        }
        limits::seen::SQL_BYTES.note(q.sql.len() as u64);
        let name = if q.client_name.is_empty() { self.client_name.clone() } else { q.client_name };
        let text = QueryText {
            sql: q.sql.clone(),
            parameters: q.parameters,
            query_id: q.query_id,
            settings: q.settings,
            external,
            client: ClientInfo { name, address: self.peer.to_string(), interface: "TCP" },
        };
        let started = self.service.backend.now().0;
        let service = Arc::clone(&self.service);
        // While a query runs there is nothing to hear, for as long as it takes.
        self.input.patience(None);
        // The client may cancel or go away while the query is planned, too.
        let execution = {
            let run = service.backend.execute(session, text);
            tokio::pin!(run);
            let mut watching = true;
            loop {
                tokio::select! {
                    done = &mut run => break done,
                    event = self.input.more(), if watching => match event {
                        Ok(true) => {
                            if self.input.buffered().first() == Some(&(client::CANCEL as u8)) {
                                self.input.consume(1);
                                break Err(Error::new(Code::QueryWasCancelled, "Query was cancelled"));
                            }
                            watching = false;
                        }
                        Ok(false) | Err(_) => watching = false,
                    },
                }
            }
        };
        let result = match execution {
            Ok(Execution::Rows(rows)) => self.rows(rows, q.compressed, started).await,
            Ok(Execution::Insert(sink)) => return self.insert(sink, &q.sql, q.compressed, session).await,
            Ok(Execution::Done(done)) => {
                let elapsed = (self.service.backend.now().0 - started).max(0) as u64;
                packet::Progress::default().write(&done.counters, elapsed, self.revision, &mut self.out);
                self.out.push(server::END_OF_STREAM);
                self.flush().await
            }
            Err(e) => Err(e),
        };
        match result {
            Ok(()) => Ok(After::Go),
            Err(e) if e.code == Code::NetworkError => Ok(After::Close),
            Err(e) => {
                self.fail(&e).await?;
                Ok(After::Go)
            }
        }
    }

    /// External tables: Data packets up to an empty block; scalars of other servers are skipped.
    async fn external(&mut self, compressed: bool) -> Result<(Vec<(String, Block)>, Reservation)> {
        let mut held = self.service.budget.reserve(0)?;
        let mut tables: Vec<(String, Block)> = Vec::new();
        let mut bytes = 0u64;
        loop {
            let id = read_varint(&mut self.input).await?;
            if id != client::DATA && id != client::SCALAR {
                return Err(Error::new(
                    Code::UnexpectedPacketFromClient,
                    format!("Unexpected packet {id} received from client: expected Data"),
                ));
            }
            let name = packet::read_block_name(&mut self.input).await?;
            let block = packet::read_block(&mut self.input, self.revision, compressed).await?;
            if id == client::SCALAR {
                continue;
            }
            if block.columns.is_empty() && block.rows == 0 {
                if name.is_empty() {
                    return Ok((tables, held));
                }
                continue;
            }
            bytes += block.columns.iter().map(|(_, _, a)| olly_types::batch::value_bytes(a)).sum::<u64>();
            if tables.len() >= MAX_EXTERNAL || bytes > MAX_EXTERNAL_BYTES {
                return Err(Error::new(Code::LimitExceeded, "external tables are too many or too large"));
            }
            held.resize(bytes)?;
            let name = if name.is_empty() { "_data".to_string() } else { name };
            tables.push((name, block));
        }
    }

    fn method(compressed: bool) -> Option<Method> {
        compressed.then_some(Method::Lz4)
    }

    /// Streams a result.
    async fn rows(&mut self, mut rows: RowStream, compressed: bool, started: i64) -> Result<()> {
        let method = Self::method(compressed);
        let revision = self.revision;
        packet::block(server::DATA, &format::empty_block(&rows.header), revision, method, &mut self.out)?;
        self.flush().await?;
        let service = Arc::clone(&self.service);
        let elapsed = || (service.backend.now().0 - started).max(0) as u64;
        let counters = Arc::clone(&rows.counters);
        let mut progress = packet::Progress::default();
        let (mut total, mut blocks, mut bytes) = (0u64, 0u64, 0u64);
        let mut ticks = tokio::time::interval(PROGRESS);
        ticks.tick().await;
        let mut watching = true;
        let mut cancelled = false;
        'blocks: loop {
            let block = {
                let next = rows.next();
                tokio::pin!(next);
                loop {
                    tokio::select! {
                        block = &mut next => break block?,
                        _ = ticks.tick() => {
                            progress.write(&counters, elapsed(), revision, &mut self.out);
                            self.flush().await?;
                        }
                        event = self.input.more(), if watching => match event {
                            Ok(true) => {
                                if self.input.buffered().first() == Some(&(client::CANCEL as u8)) {
                                    self.input.consume(1);
                                    cancelled = true;
                                    break 'blocks;
                                }
                                // The next query, sent early: it waits.
                                watching = false;
                            }
                            Ok(false) => return Err(Error::new(Code::NetworkError, "the client has gone")),
                            Err(e) => return Err(e),
                        },
                    }
                }
            };
            let Some(block) = block else { break };
            total += block.rows as u64;
            bytes += block.columns.iter().map(|(_, _, a)| olly_types::batch::value_bytes(a)).sum::<u64>();
            let mut rest = Some(block);
            while let Some(block) = rest {
                let part;
                (part, rest) = parted(block);
                blocks += 1;
                packet::block(server::DATA, &part, revision, method, &mut self.out)?;
                let _held = rows.hold(self.out.len())?;
                let cancel = rows.cancel.clone();
                self.flush_within(cancel.ended()).await?;
                cancel.check()?;
            }
        }
        if cancelled {
            rows.cancel.cancel();
            drop(rows);
            self.out.push(server::END_OF_STREAM);
            return self.flush().await;
        }
        if let Some(b) = rows.totals() {
            packet::block(server::TOTALS, &b, revision, method, &mut self.out)?;
        }
        if let Some(b) = rows.extremes() {
            packet::block(server::EXTREMES, &b, revision, method, &mut self.out)?;
        }
        packet::profile_info(total, blocks, bytes, rows.rows_before_limit(), &mut self.out);
        progress.write(&counters, elapsed(), revision, &mut self.out);
        packet::profile_events(revision, &mut self.out)?;
        packet::block(server::DATA, &Block::default(), revision, method, &mut self.out)?;
        progress.write(&counters, elapsed(), revision, &mut self.out);
        self.out.push(server::END_OF_STREAM);
        self.flush().await
    }

    /// Takes the rows of an INSERT: from the query's text, or as blocks.
    async fn insert(
        &mut self,
        sink: InsertSink,
        sql: &[u8],
        compressed: bool,
        session: &Arc<Session>,
    ) -> Result<After> {
        let inline = sink.inline.clone().and_then(|r| sql.get(r)).filter(|b| !b.trim_ascii().is_empty());
        if let Some(data) = inline {
            let done = self.inline(sink, data, session).await;
            match done {
                Ok(()) => {
                    packet::profile_events(self.events(), &mut self.out)?;
                    self.out.push(server::END_OF_STREAM);
                    self.flush().await?;
                }
                Err(e) => self.fail(&e).await?,
            }
            return Ok(After::Go);
        }
        self.input.patience(Some(self.service.options.waits.receive));
        let method = Self::method(compressed);
        packet::block(server::DATA, &format::empty_block(&sink.columns), self.revision, method, &mut self.out)?;
        self.flush().await?;
        let counters = Arc::clone(&sink.counters);
        let started = self.service.backend.now().0;
        let mut sink = Some(sink);
        let mut progress = packet::Progress::default();
        loop {
            let id = read_varint(&mut self.input).await?;
            match id {
                client::DATA => {}
                client::CANCEL => {
                    drop(sink);
                    self.out.push(server::END_OF_STREAM);
                    self.flush().await?;
                    return Ok(After::Go);
                }
                client::PING => {
                    self.out.push(server::PONG);
                    self.flush().await?;
                    continue;
                }
                _ => {
                    return Err(Error::new(
                        Code::UnexpectedPacketFromClient,
                        format!("Unexpected packet {id} received from client: expected Data"),
                    ));
                }
            }
            packet::read_block_name(&mut self.input).await?;
            let block = packet::read_block(&mut self.input, self.revision, compressed).await?;
            let last = block.columns.is_empty() && block.rows == 0;
            if last {
                // After an exception the client's end is all that was waited for.
                let Some(sink) = sink.take() else { return Ok(After::Go) };
                match sink.finish().await {
                    Ok((rows, bytes)) => {
                        counters.written_rows.fetch_max(rows, Relaxed);
                        counters.written_bytes.fetch_max(bytes, Relaxed);
                        let elapsed = (self.service.backend.now().0 - started).max(0) as u64;
                        // Clients from before progress told of writing do not expect any here.
                        if self.revision >= packet::WRITTEN_PROGRESS {
                            progress.write(&counters, elapsed, self.revision, &mut self.out);
                        }
                        packet::profile_events(self.events(), &mut self.out)?;
                        self.out.push(server::END_OF_STREAM);
                        self.flush().await?;
                    }
                    Err(e) => self.fail(&e).await?,
                }
                return Ok(After::Go);
            }
            if let Some(open) = sink.as_mut() {
                let written = if block.rows == 0 { Ok(()) } else { open.write(block).await };
                match written {
                    Ok(()) => {
                        packet::profile_events(self.events(), &mut self.out)?;
                        self.flush().await?;
                    }
                    Err(e) => {
                        sink = None;
                        self.fail(&e).await?;
                    }
                }
            }
        }
    }

    /// Revision by which profile events of an INSERT are sent (from 54456 on).
    fn events(&self) -> u64 {
        if self.revision >= 54_456 { self.revision } else { 0 }
    }

    async fn inline(&mut self, mut sink: InsertSink, data: &[u8], session: &Arc<Session>) -> Result<()> {
        let options = self.service.format_options(&sink.settings)?;
        let name = sink.format.clone().unwrap_or_else(|| "Values".to_string());
        let mut reader = format::reader(&name, &sink.columns, &options)?;
        let service = Arc::clone(&self.service);
        let evaluator = Evaluator { service: &service, session };
        let mut input = Slice(data);
        while let Some(block) = reader.next(&mut input, &evaluator).await? {
            sink.write(block).await?;
        }
        sink.finish().await.map(|_| ())
    }
}
